"""Features of candidates for the rankers, and the choice among candidates by their scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.step_features import final_cue_context
from pipeline.extract.learned.token_arrays import (
    RULE_NUMBERS,
    FeatureRows,
    Floats,
    Ints,
    Keys,
    PreparedArticle,
    join_columns,
    named_rows,
    string_ids,
)

Columns = dict[str, Sequence | NDArray]
_MAX_DISTANCE = 80
_RULE_SCORE = 0.3  # of a content that only a rule found, as a rival
_SPEAKER_POS = string_ids("PROPN", "PRON", "NOUN")


class _Parts:
    """The parts of all candidates, one after the other.

    Attributes
    ----------
    count : int
        Number of parts of each candidate.
    first, last : int
        First and last token of each part.
    candidate_first, candidate_last : int
        The same of each candidate; `first_part_last` and `last_part_first` are where its first part ends and its last
        part begins.
    p_start, p_end : float
        Probability of each part's start and end.
    """

    def __init__(self, candidates: list[Candidate]) -> None:
        self.count = np.array([len(candidate.parts) for candidate in candidates])
        self.offset = np.cumsum(self.count) - self.count  # number of each candidate's first part among all parts
        final = self.offset + self.count - 1
        self.first, self.last = np.array([part for candidate in candidates for part in candidate.parts]).T
        self.candidate_first, self.candidate_last = self.first[self.offset], self.last[final]
        self.first_part_last, self.last_part_first = self.last[self.offset], self.first[final]
        self.p_start = np.array([p for candidate in candidates for p in candidate.p_start])
        self.p_end = np.array([p for candidate in candidates for p in candidate.p_end])

    def reduce(self, function: np.ufunc, values: NDArray) -> NDArray:
        """Return one value for each candidate of one for each part."""
        return function.reduceat(values, self.offset)

    def count_tokens(self, sums: Ints) -> Ints:
        """Return the number of tokens with a flag in each candidate, by prefix sums of the flag."""
        return self.reduce(np.add, sums[self.last + 1] - sums[self.first])

    @property
    def p(self) -> Floats:
        """Product of the probabilities of all starts and ends of each candidate."""
        return self.reduce(np.multiply, self.p_start) * self.reduce(np.multiply, self.p_end)


def ranking_features(article: PreparedArticle, candidates: list[Candidate]) -> FeatureRows:
    """Return the features of candidates: probabilities, shape, agreement with the rules, rivals, the cue's context."""
    a, parts = article.arrays, _Parts(candidates)
    cue = np.array([candidate.cue for candidate in candidates])
    has_cue, at = cue >= 0, np.maximum(cue, 0)
    p_cue = np.where(has_cue, article.p_cue[at], np.nan)
    rule = np.array([RULE_NUMBERS[candidate.rule] if candidate.rule else 0 for candidate in candidates])
    speaker = np.array([candidate.speaker for candidate in candidates])
    pos = np.select([a.pos[speaker] == pos for pos in _SPEAKER_POS], [1, 2, 3], 4)
    numbers: Columns = {
        "cue probability": p_cue,
        **_probabilities(candidates, parts),
        **_span_features(article, candidates, parts, at),
        "part of speech of speaker": np.where(speaker >= 0, pos, 0),
        "number of rule": rule,
        "has cue": has_cue,
        "in headline": a.paragraph[parts.candidate_first] == 0,
        "speaker as by attribution rules": speaker == article.attribution_source[at],
        "mark before": a.is_mark[np.maximum(parts.candidate_first - 1, 0)],
        "hashed cue probability": article.p_cue_hashed[at],
        **_hashed_features(article, parts),
        **_rule_features(article, candidates),
        **_rival_features(candidates, cue, p_cue, parts.p, rule),
    }
    context = final_cue_context(article).select(at).mask(has_cue)
    return join_columns(named_rows(numbers), context, named_rows({}, _end_categories(article, parts, speaker)))


def _probabilities(candidates: list[Candidate], parts: _Parts) -> Columns:
    """Return the probabilities of starts, ends and speaker."""
    return {
        "lowest start probability": parts.reduce(np.minimum, parts.p_start),
        "highest start probability": parts.reduce(np.maximum, parts.p_start),
        "lowest end probability": parts.reduce(np.minimum, parts.p_end),
        "probability of starts and ends": parts.p,
        "speaker probability": [candidate.p_speaker for candidate in candidates],
        "speaker probability inside": [candidate.p_speaker_inside for candidate in candidates],
    }


def _span_features(article: PreparedArticle, candidates: list[Candidate], parts: _Parts, cue: Ints) -> Columns:
    """Return rank, length, place and quotation marks of candidates."""
    a = article.arrays
    first, last = parts.candidate_first, parts.candidate_last
    length = parts.reduce(np.add, parts.last - parts.first)
    quoted = parts.count_tokens(a.quoted_sums)
    # `reduceat` returns a maximum for each part and for each gap between parts, in turn.
    edges = np.column_stack([parts.first, parts.last + 1]).ravel()
    best_cue = np.maximum.reduceat(np.append(article.p_cue, 0), edges)[::2]
    return {
        "parts": parts.count,
        "rank": [candidate.rank for candidate in candidates],
        "best other start probability": [candidate.best_other_start for candidate in candidates],
        "length": length,
        "start - cue": np.clip(first - cue, -_MAX_DISTANCE, _MAX_DISTANCE),
        "end - cue": np.clip(last - cue, -_MAX_DISTANCE, _MAX_DISTANCE),
        "unpaired marks": parts.reduce(np.maximum, (a.mark_sums[parts.last + 1] - a.mark_sums[parts.first]) % 2),
        "quoted tokens": quoted,
        "quoted share": quoted / (length + parts.count),
        "best cue probability inside": parts.reduce(np.maximum, best_cue),
        "likely cues inside": parts.count_tokens(article.likely_cue_sums),
        "gap between parts": np.where(parts.count > 1, parts.last_part_first - parts.first_part_last, -1),
        "sentences": a.sentence[last] - a.sentence[first],
        "starts in marks": a.in_marks[first],
        "ends in marks": a.in_marks[last],
    }


def _hashed_features(article: PreparedArticle, parts: _Parts) -> Columns:
    """Return the hashed models' probabilities of the ends of candidates, their words, and the words beside them."""
    a = article.arrays
    first, last = parts.candidate_first, parts.candidate_last
    inside = parts.reduce(np.add, article.sum_inside(parts.first, parts.last + 1))
    length = parts.reduce(np.add, parts.last - parts.first) + parts.count
    return {
        "hashed start probability: first part": article.p_start[first],
        "hashed start probability: last part": article.p_start[parts.last_part_first],
        "hashed end probability: first part": article.p_end[parts.first_part_last],
        "hashed end probability: last part": article.p_end[last],
        "inside probability: first token": article.p_inside[first],
        "inside probability: last token": article.p_inside[last],
        "inside probability: mean": inside / length,
        "inside probability: token before": article.p_inside[np.maximum(first - 1, 0)],
        "inside probability: token behind": article.p_inside[np.minimum(last + 1, a.n - 1)],
        "inside probability: sum of rest of sentence": article.sum_inside(
            a.sentence_first[first], a.sentence_last[last] + 1
        )
        - inside,
    }


def _rule_features(article: PreparedArticle, candidates: list[Candidate]) -> Columns:
    """Return for each candidate whether the rules of each profile propose its contents, and whether they choose it."""
    proposed, chosen = {}, {}
    for profile, proposals in (("attribution", article.attribution_proposals), ("speech", article.speech_proposals)):
        by_cue = {cue: article.parts(proposal) for cue, proposal in proposals.reported.items()}
        contents = {article.parts(proposal) for proposal in proposals.chosen}
        proposed[f"proposed by {profile} rules"] = [c.parts == by_cue.get(c.cue) for c in candidates]
        chosen[f"chosen by {profile} rules"] = [c.parts in contents for c in candidates]
    return {**proposed, **chosen}


def _rival_features(candidates: list[Candidate], cue: Ints, p_cue: Floats, p: Floats, rule: Ints) -> Columns:
    """Return the scores of the best contents of other cues that contain this cue or overlap this content."""
    score = np.where(np.isnan(p), np.where(rule > 0, _RULE_SCORE, 0.0), np.nan_to_num(p_cue) * p)
    first = np.array([candidate.parts[0][0] for candidate in candidates])[:, None]
    last = np.array([candidate.parts[-1][1] for candidate in candidates])[:, None]
    cue = cue[:, None]
    best = np.array(_best_of_cues(candidates, score))
    best_first, best_last, best_cue = first[best].T, last[best].T, cue[best].T
    is_other = ((best_cue != cue) | (cue < 0)) & (best[None, :] != np.arange(len(candidates))[:, None])
    rivals = {
        "rival around cue": (best_first <= cue) & (cue <= best_last),
        "rival overlaps": (best_first <= last) & (first <= best_last),
        "rival's cue inside": (first <= best_cue) & (best_cue <= last),
        "rival around content": (best_first <= first) & (last <= best_last),
    }
    columns: Columns = {
        name: np.where(rival & is_other, score[best], 0).max(axis=1, initial=0) for name, rival in rivals.items()
    }
    return {**columns, "own score": score}


def _end_categories(article: PreparedArticle, parts: _Parts, speaker: Ints) -> dict[str, Keys]:
    """Return labels and words at the ends of candidates, and the word of the speaker."""
    a = article.arrays
    first, last = parts.candidate_first, parts.candidate_last
    return {
        "dep of highest node at start": a.dep[a.highest_starting[first]],
        "tag of start": a.tag[first],
        "tag of end": a.tag[last],
        "lower of start": a.lower[first],
        "lower of speaker": np.where(speaker >= 0, a.lower[speaker], np.uint64(0)),
    }


def add_attribution_scores(rows: FeatureRows, exact: Floats, match: Floats) -> FeatureRows:
    """Return the features of the rankers of speech: those of attribution, and the scores of its rankers."""
    numbers = {"attribution: exact": np.log(exact + 1e-3), "attribution: match": np.log(match + 1e-3)}
    return join_columns(rows, named_rows(numbers))


def choose_candidates(candidates: list[Candidate], score: Floats, threshold: float) -> list[int]:
    """Return the numbers of the candidates to extract: the best of each cue, then the best of those that overlap."""
    chosen: list[int] = []
    for k in sorted(_best_of_cues(candidates, score), key=lambda k: (-score[k], candidates[k].parts)):
        if score[k] < threshold:
            break
        taken = [part for m in chosen for part in candidates[m].parts]
        if not any(a <= d and c <= b for a, b in candidates[k].parts for c, d in taken):
            chosen.append(k)
    return chosen


def _best_of_cues(candidates: list[Candidate], score: Floats) -> list[int]:
    """Return the numbers of each cue's best candidate, and of all candidates without a cue."""
    best: dict[int, int] = {}
    for k, candidate in enumerate(candidates):
        key = candidate.cue if candidate.cue >= 0 else -2 - k
        if key not in best or score[k] > score[best[key]]:
            best[key] = k
    return list(best.values())
