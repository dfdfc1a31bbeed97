"""Features of candidates for the rankers, and the choice among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.candidates import Candidate, Parts
from pipeline.extract.learned.prepared_article import RULES, Article
from pipeline.extract.learned.token_arrays import Floats, Ints, Matrix, columns, ids, some
from pipeline.extract.learned.token_features import Rows, context_of
from pipeline.extract.rules.span_candidate import SpanCandidate


def rank_rows(x: Article, found: list[Candidate]) -> Rows:
    """A row per candidate: its probabilities, shape, agreement with the rules, its rivals, and its cue's context."""
    a = x.a
    count = np.array([len(one.parts) for one in found])
    opens = np.cumsum(count) - count  # number of each candidate's first part among all parts
    part_first, part_last = np.array([part for one in found for part in one.parts]).T
    part_start, part_end = (np.array([p for one in found for p in getattr(one, side)]) for side in ("start", "end"))

    def total(sums: NDArray) -> NDArray:
        """Tokens with a flag in each candidate's parts, by prefix sums."""
        return np.add.reduceat(sums[part_last + 1] - sums[part_first], opens)

    numbers = ("cue", "rank", "other", "speaker", "speaker_p", "inside_p")
    cue, rank, other, speaker, speaker_p, inside_p = (np.array([getattr(one, n) for one in found]) for n in numbers)
    has = cue >= 0
    at = np.maximum(cue, 0)
    first, last = part_first[opens], part_last[opens + count - 1]
    end_1, start_n = part_last[opens], part_first[opens + count - 1]
    start = np.minimum.reduceat(part_start, opens), np.maximum.reduceat(part_start, opens)
    end = np.minimum.reduceat(part_end, opens)
    whole = np.multiply.reduceat(part_start, opens) * np.multiply.reduceat(part_end, opens)
    size = np.add.reduceat(part_last - part_first, opens)
    p = np.where(has, x.p[at], np.nan)
    edges = np.column_stack([part_first, part_last + 1]).ravel()
    inner = np.maximum.reduceat(np.maximum.reduceat(np.append(x.p, 0), edges)[::2], opens)
    odd = np.maximum.reduceat((a.marks[part_last + 1] - a.marks[part_first]) % 2, opens)
    hot, quoted, inside = total(x.hot), total(a.quoted), total(x.insides)
    rule = np.array([RULES.index(one.rule) + 1 if one.rule else 0 for one in found])
    wide, speech = ({x.parts(q) for q in ruled.chosen} for ruled in (x.wide, x.speech))
    equal = columns(
        [one.parts == _parts(x, x.wide.reported.get(one.cue)) for one in found],
        [one.parts == _parts(x, x.speech.reported.get(one.cue)) for one in found],
        [one.parts in wide for one in found],
        [one.parts in speech for one in found],
    )
    kind = np.where(speaker >= 0, np.select([a.pos[speaker] == v for v in _KINDS], [1, 2, 3], 4), 0)
    own = columns(
        *(p, *start, end, whole, speaker_p, inside_p, count, rank, other, size, np.clip(first - at, -80, 80)),
        *(np.clip(last - at, -80, 80), odd, quoted, quoted / (size + count), inner, hot),
        *(np.where(count > 1, start_n - end_1, -1), a.sentence[last] - a.sentence[first]),
        *(a.in_marks[first], a.in_marks[last], kind, rule, has, a.paragraph[first] == 0),
        *(speaker == x.wide_source[at], a.is_mark[np.maximum(first - 1, 0)], x.hashed[at]),
        *(x.opens[first], x.opens[start_n], x.closes[end_1], x.closes[last], x.inside[first], x.inside[last]),
        *(inside / (size + count), x.inside[np.maximum(first - 1, 0)], x.inside[np.minimum(last + 1, a.n - 1)]),
        x.insides[a.last[last] + 1] - x.insides[a.first[first]] - inside,
    )
    rivals = _rivals(found, p, whole, rule)
    around, keys = context_of(x)
    around = np.where(has[:, None], some(around, at), np.float32(np.nan))
    keys = [np.where(has, key[at], np.uint64(0)) for key in keys]
    keys += [
        a.dep[a.top[first]],
        a.tag[first],
        a.tag[last],
        a.low[first],
        np.where(speaker >= 0, a.low[speaker], np.uint64(0)),
    ]
    return np.hstack([own, equal, rivals, around]), keys


_KINDS = ids("PROPN", "PRON", "NOUN")


def _parts(x: Article, found: SpanCandidate | None) -> Parts | None:
    return None if found is None else x.parts(found)


def _rivals(found: list[Candidate], p: Floats, whole: Floats, rule: Ints) -> Matrix:
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
    out = np.zeros((n, 5), dtype=np.float32, order="F")
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
