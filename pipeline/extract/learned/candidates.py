"""Candidate quotes: for every likely cue its best contents by the models, and what the rules found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.extract.learned import token_features as f
from pipeline.extract.learned.batched_search import Search
from pipeline.extract.learned.hashed_features import hashed_probabilities
from pipeline.extract.learned.prepared_article import RULES, Article
from pipeline.extract.learned.step_models import Models, pick
from pipeline.extract.learned.token_arrays import Floats, Ints
from pipeline.extract.rules.span_candidate import SpanCandidate

Parts = tuple[tuple[int, int], ...]
Scored = tuple[float, float, float, int, int]  # product, probability of start and of end, start, end
LEAST_CUE = 0.08
_STARTS, _ENDS = 3, 2
_LEAST_START, _LEAST_END = 0.04, 0.1
_CONTENTS, _PAIRS = 4, 3
_LEAST_PAIRED, _LEAST_PAIR = 0.12, 0.02  # a start of two parts; the product of both


@dataclass
class Candidate:
    """A content for a cue.

    Attributes
    ----------
    cue : int
        Head of the cue, -1 for a quote without one.
    parts : tuple of (int, int)
        Solid tokens.
    start, end : list of float
        Probability of each part's start and end, nan where no model was asked.
    rank : int
        Its place among the cue's contents.
    other : float
        Probability of the best start that it leaves out.
    speaker : int
        Head of the speaker mention, -1 for none; `speaker_p` is its probability, `inside_p` that of one in the content.
    rule : str
        The rule that found it too, "" for none.
    """

    cue: int
    parts: Parts
    start: list[float]
    end: list[float]
    rank: int = 0
    other: float = 0.0
    speaker: int = -1
    speaker_p: float = 0.0
    inside_p: float = 0.0
    rule: str = ""


@dataclass(frozen=True)
class Option:
    """A start with its probability: the tokens where its content may end, in order, theirs, and the likeliest ends."""

    start: int
    p: float
    ends: Ints
    end_p: Floats
    best: list[tuple[int, float]]

    def end(self, last: int) -> float:
        """Probability of an end, nan where no model was asked."""
        at = np.flatnonzero(self.ends == last)
        return float(self.end_p[at[0]]) if len(at) else np.nan


def find_cues(models: Models, x: Article) -> Search[None]:
    """Fill in the probability of every token as a cue."""
    x.set_hashed(hashed_probabilities(x.a, models.places, models.bias))
    likely = np.flatnonzero(x.hashed > 0.01)
    p = np.zeros(x.a.n)
    if len(likely):
        p[likely] = (yield ("cue",), (pick(f.cue_rows(x, x.hashed), likely),))[:, 0]
    x.set_cues(p)


def likely_cues(x: Article) -> Ints:
    """Heads of cues to look at: likely ones, less likely ones where a rule fires, all where it goes by the marks."""
    ruled = (x.wide_rule > 0) | (x.speech_rule > 0)
    marked = np.isin(x.speech_rule, [1 + RULES.index(rule) for rule in ("quoted_before", "quoted_after")])
    return np.flatnonzero((x.p > LEAST_CUE) | ((x.p > LEAST_CUE / 8) & ruled) | marked)


def generate(x: Article) -> Search[list[Candidate]]:
    """All candidates of an article, whose cues have been found."""
    cues = likely_cues(x)
    found = [*_loose(x)]
    if not len(cues):
        return found
    around = f.context_of(x)
    number, token = f.start_places(x, cues)
    cue = cues[number]
    s = (yield ("start",), (pick(around, cue), f.start_rows(x, cue, token)))[:, 0]
    kept = _best_starts(x, cues, number, token, s)
    number, token, s = number[kept], token[kept], s[kept]
    cue = cues[number]
    rows, ends = f.end_places(x, cue, token)
    end_rows, solid = f.end_rows(x, cue, token, rows, ends)
    rows, ends = rows[solid], ends[solid]
    e = (yield ("end",), (pick(around, cue[rows]), end_rows))[:, 0]
    bounds = np.searchsorted(rows, np.arange(len(cue) + 1))
    likeliest = np.lexsort((-e, rows))
    likeliest = likeliest[np.arange(len(rows)) - bounds[rows] < _ENDS]
    best = list(zip(ends[likeliest].tolist(), e[likeliest].tolist(), strict=True))
    tops = np.searchsorted(rows[likeliest], np.arange(len(cue) + 1)).tolist()
    by_cue: dict[int, list[Option]] = {}
    for k, (one, start, p) in enumerate(zip(cue.tolist(), token.tolist(), s.tolist(), strict=True)):
        part = slice(bounds[k], bounds[k + 1])
        option = Option(start, p, ends[part], e[part], best[tops[k] : tops[k + 1]])
        by_cue.setdefault(one, []).append(option)
    per_cue = [_contents(x, c, options) for c, options in by_cue.items()]
    if not per_cue:
        return found
    yield from _speakers(x, per_cue)
    return found + [one for contents in per_cue for one in contents]


def _best_starts(x: Article, cues: Ints, number: Ints, token: Ints, s: Floats) -> Ints:
    """Rows of each cue's best starts, and of the rules' starts."""
    order = np.lexsort((-s, number))
    first = np.searchsorted(number[order], np.arange(len(cues)))
    rank = np.arange(len(order)) - first[number[order]]
    kept = np.zeros(len(s), dtype=bool)
    kept[order] = (rank == 0) | ((rank <= _STARTS) & (s[order] >= _LEAST_START))
    cue = cues[number]
    kept |= (token == x.wide_first[cue]) | (token == x.speech_first[cue])
    return np.flatnonzero(kept)


def _contents(x: Article, c: int, options: list[Option]) -> list[Candidate]:
    """One-part and two-part contents of a cue, likeliest first, and the rules'."""
    single: list[Scored] = []
    for option in options:
        for rank, (end, e) in enumerate(option.best):
            if rank == 0 or e >= _LEAST_END:
                single.append((option.p * e, option.p, e, option.start, end))
    single.sort(key=lambda t: (-t[0], t[3], t[4]))
    starts = sorted({t[3]: t[1] for t in single}.items(), key=lambda start: -start[1])
    out = []
    for rank, parts in enumerate([*([t] for t in single[:_CONTENTS]), *_pairs(x, single)]):
        other = _best_other(starts, [t[3] for t in parts])
        out.append(
            Candidate(c, tuple((t[3], t[4]) for t in parts), [t[1] for t in parts], [t[2] for t in parts], rank, other)
        )
    for ruled in (x.wide, x.speech):
        _add_ruled(x, ruled.reported.get(c), out, c, options, starts)
    return out


def _pairs(x: Article, single: list[Scored]) -> list[list[Scored]]:
    """The likeliest contents of two parts with something solid between them; `single` is sorted by its products."""
    double = []
    likely = [t for t in single if t[1] >= _LEAST_PAIRED]
    for m, one in enumerate(likely):
        for two in likely[m + 1 :]:
            if one[0] * two[0] < _LEAST_PAIR:
                break
            low, high = (one, two) if one[3] < two[3] else (two, one)
            if high[3] > low[4] and x.a.solids[high[3]] > x.a.solids[low[4] + 1]:
                double.append([low, high])
    double.sort(key=lambda pair: -pair[0][0] * pair[1][0])
    return double[:_PAIRS]


def _best_other(starts: list[tuple[int, float]], taken: list[int]) -> float:
    """Probability of the best start that is not taken; `starts` are sorted, best first."""
    return next((p for start, p in starts if start not in taken), 0.0)


def _add_ruled(
    x: Article,
    found: SpanCandidate | None,
    out: list[Candidate],
    c: int,
    options: list[Option],
    starts: list[tuple[int, float]],
) -> None:
    """Add what a rule found, or its name to the same content."""
    if found is None or not (parts := x.parts(found)):
        return
    for one in out:
        if one.parts == parts:
            one.rule = one.rule or found.rule
            return
    by_start = {option.start: option for option in options}
    asked = [(by_start.get(first), last) for first, last in parts]
    start = [np.nan if option is None else option.p for option, _ in asked]
    end = [np.nan if option is None else option.end(last) for option, last in asked]
    other = _best_other(starts, [first for first, _ in parts])
    out.append(Candidate(c, parts, start, end, 9, other, rule=found.rule))


def _loose(x: Article) -> list[Candidate]:
    """Turns, colons and floating quotes of the rules."""
    out, seen = [], set()
    for ruled in (x.speech, x.wide):
        for found in (*ruled.turns, *ruled.floating):
            parts = x.parts(found)
            if parts and parts not in seen:
                seen.add(parts)
                speaker = x.head_of(*found.source) if found.source else -1
                nan = [np.nan] * len(parts)
                out.append(Candidate(-1, parts, nan, nan, 9, 0.0, speaker, np.nan, np.nan, found.rule))
    return out


def _speakers(x: Article, per_cue: list[list[Candidate]]) -> Search[None]:
    """Give every candidate the likeliest speaker outside of its parts."""
    cue = np.array([contents[0].cue for contents in per_cue])
    first = np.array([contents[0].parts[0] for contents in per_cue])
    number, token = f.source_places(x, cue)
    rows = f.source_rows(x, cue[number], token, first[number, 0], first[number, 1])
    p = (yield ("source",), (pick(f.context_of(x), cue[number]), rows))[:, 0]
    bounds = np.searchsorted(number, np.arange(len(cue) + 1))
    for k, contents in enumerate(per_cue):
        tokens, scores = token[bounds[k] : bounds[k + 1]], p[bounds[k] : bounds[k + 1]]
        best = np.argsort(-scores, kind="stable")[:3]
        for one in contents:
            for m in best:
                if any(a <= tokens[m] <= b for a, b in one.parts):
                    one.inside_p = max(one.inside_p, float(scores[m]))
                    continue
                one.speaker_p, one.speaker = float(scores[m]), int(tokens[m])
                break
