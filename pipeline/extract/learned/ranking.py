"""Features of candidates for the rankers, and the choice among them."""

from __future__ import annotations

import numpy as np

from pipeline.extract.found import Found
from pipeline.extract.learned.arrays import Floats, Ints, ids
from pipeline.extract.learned.article import RULES, Article
from pipeline.extract.learned.candidates import Candidate, Parts
from pipeline.extract.learned.features import Rows, context_of


def rank_rows(x: Article, found: list[Candidate]) -> Rows:
    """A row per candidate: its probabilities, shape, agreement with the rules, its rivals, and its cue's context."""
    a = x.a
    cue = np.array([one.cue for one in found])
    has = cue >= 0
    at = np.maximum(cue, 0)
    first = np.array([one.parts[0][0] for one in found])
    last = np.array([one.parts[-1][1] for one in found])
    end_1 = np.array([one.parts[0][1] for one in found])
    start_n = np.array([one.parts[-1][0] for one in found])
    count = np.array([len(one.parts) for one in found])
    start = np.array([(min(one.start), max(one.start)) for one in found])
    end = np.array([min(one.end) for one in found])
    whole = np.array([float(np.prod(one.start) * np.prod(one.end)) for one in found])
    size = np.array([sum(b - c for c, b in one.parts) for one in found])
    speaker = np.array([one.speaker for one in found])
    p = np.where(has, x.p[at], np.nan)
    wide = {x.parts(q): q.rule for q in x.wide.chosen}
    speech = {x.parts(q): q.rule for q in x.speech.chosen}
    inner = np.array([max(x.p[c : b + 1].max() for c, b in one.parts) for one in found])
    hot = np.array([sum(x.hot[b + 1] - x.hot[c] for c, b in one.parts) for one in found])
    odd = np.array([max((a.marks[b + 1] - a.marks[c]) % 2 for c, b in one.parts) for one in found])
    quoted = np.array([sum(a.quoted[b + 1] - a.quoted[c] for c, b in one.parts) for one in found])
    rule = np.array([RULES.index(one.rule) + 1 if one.rule else 0 for one in found])
    equal = np.array(
        [
            (
                one.parts == _parts(x, x.wide.found.get(one.cue)),
                one.parts == _parts(x, x.speech.found.get(one.cue)),
                one.parts in wide,
                one.parts in speech,
            )
            for one in found
        ]
    ).reshape(-1, 4)
    kind = np.where(speaker >= 0, np.select([a.pos[speaker] == v for v in _KINDS], [1, 2, 3], 4), 0)
    own = [
        *(p, start[:, 0], start[:, 1], end, whole, [one.speaker_p for one in found], [one.inside_p for one in found]),
        *(count, [one.rank for one in found], [one.other for one in found], size, np.clip(first - at, -80, 80)),
        *(
            np.clip(last - at, -80, 80),
            odd,
            quoted,
            quoted / (size + count),
            inner,
            hot,
            np.where(count > 1, start_n - end_1, -1),
        ),
        *(
            a.sentence[last] - a.sentence[first],
            a.in_marks[first],
            a.in_marks[last],
            kind,
            rule,
            has,
            a.paragraph[first] == 0,
        ),
        *(speaker == x.wide_source[at], a.is_mark[np.maximum(first - 1, 0)], x.hashed[at]),
    ]
    numbers = np.column_stack([np.asarray(v, dtype=np.float64) for v in own])
    numbers = np.hstack([numbers, equal, _rivals(found, p, whole, rule)])
    around, keys = context_of(x)
    around = np.where(has[:, None], around[at], np.nan)
    keys = [np.where(has, key[at], np.uint64(0)) for key in keys]
    keys += [
        a.dep[a.top[first]],
        a.tag[first],
        a.tag[last],
        a.low[first],
        np.where(speaker >= 0, a.low[speaker], np.uint64(0)),
    ]
    return np.hstack([numbers, around]), keys


_KINDS = ids("PROPN", "PRON", "NOUN")


def _parts(x: Article, found: Found | None) -> Parts | None:
    return None if found is None else x.parts(found)


def _rivals(found: list[Candidate], p: Floats, whole: Floats, rule: Ints) -> Floats:
    """Scores of other cues' best contents: around this cue, overlapping this content, with their cue inside it."""
    score = np.where(np.isnan(whole), np.where(rule > 0, 0.3, 0.0), np.nan_to_num(p) * whole)
    best: dict[int, int] = {}
    for k, one in enumerate(found):
        key = one.cue if one.cue >= 0 else -2 - k
        if key not in best or score[k] > score[best[key]]:
            best[key] = k
    tops = list(best.values())
    n = len(found)
    low = np.array([one.parts[0][0] for one in found])
    high = np.array([one.parts[-1][1] for one in found])
    cue = np.array([one.cue for one in found])
    out = np.zeros((n, 5))
    t = np.array(tops)
    ts, tl, th, tc = score[t], low[t], high[t], cue[t]
    other = (tc[None, :] != cue[:, None]) | (cue[:, None] < 0)
    other &= t[None, :] != np.arange(n)[:, None]
    for column, hit in enumerate(
        (
            (tl <= cue[:, None]) & (cue[:, None] <= th),
            (tl <= high[:, None]) & (low[:, None] <= th),
            (low[:, None] <= tc) & (tc <= high[:, None]),
            (tl <= low[:, None]) & (high[:, None] <= th),
        )
    ):
        out[:, column] = np.where(hit & other, ts, 0).max(axis=1, initial=0)
    out[:, 4] = score
    return out


def decode(found: list[Candidate], score: Floats, least: float) -> list[int]:
    """Numbers of the candidates to give out: the best of each cue, then the best of those that overlap."""
    best: dict[int, int] = {}
    for k, one in enumerate(found):
        key = one.cue if one.cue >= 0 else -2 - k
        if key not in best or score[k] > score[best[key]]:
            best[key] = k
    kept: list[int] = []
    for k in sorted(best.values(), key=lambda k: (-score[k], found[k].parts)):
        if score[k] < least:
            break
        if not any(a <= d and c <= b for m in kept for c, d in found[m].parts for a, b in found[k].parts):
            kept.append(k)
    return kept
