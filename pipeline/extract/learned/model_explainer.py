"""Explain what the models chose, by an extraction that records their input and their predictions.

The contribution of a group of features is measured by erasure (Li, Monroe and Jurafsky 2016, "Understanding Neural
Networks through Representation Erasure"): the trees score once more with the values of the group missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.extract.explanation import FeatureContribution, QuoteExplanation, ScoredCandidate, spans_overlap
from pipeline.extract.explanation_text import shorten
from pipeline.extract.learned.batched_prediction import PredictionTask, predict
from pipeline.extract.learned.candidate_quotes import build_quote
from pipeline.extract.learned.candidates import MIN_CUE
from pipeline.extract.learned.feature_rows import FeatureRows
from pipeline.extract.learned.feature_wording import (
    RANKER_GROUPS,
    describe_cue_group,
    describe_ranker_group,
    erase_group,
)
from pipeline.extract.learned.hashed_features import GROUPS, TARGETS, hash_features
from pipeline.extract.learned.learned_extractor import LearnedExtractor
from pipeline.extract.learned.prepared_article import PreparedArticle
from pipeline.extract.learned.ranking import choose_candidates
from pipeline.extract.learned.step_models import ExtractorModels
from pipeline.extract.learned.token_arrays import Floats
from pipeline.extract.rules.non_reporting_cues import is_non_reporting

T = TypeVar("T")
MAX_REJECTED = 3
MIN_CONTRIBUTION = 0.005
_MAX_LENGTH = 60


class LearnedTrace:
    """An extraction by the models; with all that was considered on the way."""

    def __init__(self, extractor: LearnedExtractor, article: PreparedArticle) -> None:
        self.extractor, self.article, self.view = extractor, article, article.view
        result, self.predictions = run_and_record(extractor.models, extractor.score_candidates(article))
        self.token_candidates, self.scores = result
        self.score = self.scores[0]
        self.chosen = choose_candidates(self.token_candidates, self.score, extractor.threshold)

    @cached_property
    def quotes(self) -> list[Quote]:
        """The quotes that were extracted."""
        return self.extractor.quotes(self.article, self.token_candidates, self.scores)

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Every word that the cue models find possible, with its probability."""
        p = self.article.p_cue
        return [(self.view.char_span(i, i), float(p[i])) for i in np.flatnonzero(p > MIN_CUE).tolist()]

    @cached_property
    def candidate_quotes(self) -> list[Quote]:
        """Every candidate as the quote that it would be."""
        keep_that = self.extractor.keep_that
        return [
            build_quote(self.article, candidate, keep_that, candidate.rule or "learned", 0.0)
            for candidate in self.token_candidates
        ]

    @cached_property
    def candidates(self) -> list[ScoredCandidate]:
        """All candidates with their scores."""
        scores = [round(float(score), 4) for score in self.score]
        return [
            ScoredCandidate(quote.content, quote.cue, quote.source, quote.rule, score, self._why_rejected(k))
            for k, (quote, score) in enumerate(zip(self.candidate_quotes, scores, strict=True))
        ]

    def explain_quote(self, content: list[Span]) -> QuoteExplanation:
        """Return why the quote with a content was extracted."""
        k = next(k for k in self.chosen if self.candidate_quotes[k].content == content)
        candidate = self.token_candidates[k]
        return QuoteExplanation(
            "learned",
            candidate.rule,
            self._named_scores(k),
            self._cue_contributions(candidate.cue),
            self._score_contributions(k),
            self._notes(k),
            self._rivals(k),
        )

    def _why_rejected(self, k: int) -> str:
        if k in self.chosen:
            return ""
        cue, score = self.token_candidates[k].cue, self.score[k]
        rivals = zip(self.token_candidates, self.score, strict=True)
        if cue >= 0 and any(candidate.cue == cue and rival > score for candidate, rival in rivals):
            return "another content of its cue scores higher"
        if score < self.extractor.threshold:
            return f"below the least score of {self.extractor.threshold:.2f}"
        return "it overlaps a quote that scores higher"

    def _rivals(self, k: int) -> list[ScoredCandidate]:
        """Return rejected candidates of the same cue, then those of the same place, best first."""
        cue, parts = self.token_candidates[k].cue, list(self.token_candidates[k].parts)
        near = [
            m
            for m, candidate in enumerate(self.token_candidates)
            if m not in self.chosen and (candidate.cue == cue >= 0 or spans_overlap(list(candidate.parts), parts))
        ]
        near.sort(key=lambda m: (self.token_candidates[m].cue != cue, -self.score[m], self.token_candidates[m].parts))
        return [self.candidates[m] for m in near[:MAX_REJECTED]]

    def _named_scores(self, k: int) -> dict[str, Any]:
        candidate, (score, _, speech) = self.token_candidates[k], self.scores
        has_cue = candidate.cue >= 0
        scores = {
            "cue": self.article.p_cue[candidate.cue] if has_cue else None,
            "start": candidate.p_start,
            "end": candidate.p_end,
            "speaker": candidate.p_speaker if has_cue else None,
            "attribution": (self.predictions["exact"][k] + self.predictions["match"][k]) / 2,
            "speech": speech[k],
            "score": score[k],
            "least": self.extractor.threshold,
        }
        return {name: _rounded(number) for name, number in scores.items()}

    def _cue_contributions(self, token: int) -> list[FeatureContribution]:
        """Return what each group of features adds to the log-odds of a word as a cue, in the linear model."""
        if token < 0:
            return []
        target, models = TARGETS.index("cue"), self.extractor.models
        weights = models.hashed_weights[target]
        bias = float(models.hashed_bias[target])
        contributions = [FeatureContribution("any word", "the share of cues among words", bias)]
        for group in GROUPS:
            tokens, indexes = hash_features(self.article.arrays, group)
            log_odds = float(weights[indexes[tokens == token]].sum(dtype=np.float64))
            contributions.append(FeatureContribution(group, describe_cue_group(self.view, group, token), log_odds))
        return _largest_first(contributions)

    @cached_property
    def scores_without_group(self) -> dict[str, Floats]:
        """Scores of all candidates when the trees do not know a group of features."""
        scores = {}
        for group in RANKER_GROUPS:
            task = self.extractor.rank_candidates(self.article, self.token_candidates)
            (score, _, _), _ = run_and_record(self.extractor.models, task, partial(erase_group, group))
            scores[group] = score
        return scores

    def _score_contributions(self, k: int) -> list[FeatureContribution]:
        """Return by how much the score of a candidate is lower without each group of features."""
        rows = self.predictions["rows"]
        values = dict(zip(rows.number_names, rows.numbers[k].tolist(), strict=True))
        contributions = []
        for group, without in self.scores_without_group.items():
            difference = float(self.score[k] - without[k])
            if abs(difference) >= MIN_CONTRIBUTION:
                value = describe_ranker_group(group, values, self.article, self.token_candidates[k])
                contributions.append(FeatureContribution(group, value, difference))
        return _largest_first(contributions)

    def _notes(self, k: int) -> list[str]:
        is_speech = self.extractor.profile == "speech"
        steps = ("speech_exact", "speech_match", "own_exact", "own_match") if is_speech else ("exact", "match")
        bare = float(np.mean([self.predictions[step][k] for step in steps]))
        if abs(bare - self.score[k]) < 1e-6:
            return []
        return [f"a rule sets the score, which the models alone put at {bare:.2f}"]

    def explain_sentence(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Return why a sentence has no quote: a named reason, and the same in words."""
        first, last = sentence
        if candidates := self._candidates_of(first, last):
            return self._explain_rejected(max(candidates, key=lambda k: self.score[k]))
        at = first + int(np.argmax(self.article.p_cue[first : last + 1]))
        word, p = self.view.word[at], float(self.article.p_cue[at])
        if p <= MIN_CUE:
            return "no cue", f"the most probable is “{word}” ({p:.3f}), below {MIN_CUE}"
        if is_non_reporting(self.view, at, self.extractor.lexicon):
            return "unsaid", f"“{word}” is a cue ({p:.2f}), but reports nothing: not said, or not yet"
        return "no candidate", f"“{word}” may be a cue ({p:.2f}), but nothing in its sentence is what it reports"

    def _candidates_of(self, first: int, last: int) -> list[int]:
        """Return candidates inside a sentence, else those that reach into it and share no word with a quote."""
        inside = [
            k
            for k, candidate in enumerate(self.token_candidates)
            if first <= candidate.parts[0][0] and candidate.parts[-1][1] <= last
        ]
        chosen = [part for k in self.chosen for part in self.token_candidates[k].parts]
        return inside or [
            k
            for k, candidate in enumerate(self.token_candidates)
            if candidate.parts[0][0] <= last
            and first <= candidate.parts[-1][1]
            and not any(a <= d and c <= b for a, b in candidate.parts for c, d in chosen)
        ]

    def _explain_rejected(self, k: int) -> tuple[str, str]:
        """Return why the best candidate of a sentence was rejected: a named reason, and the same in words."""
        candidate, quote, scores = self.token_candidates[k], self.candidate_quotes[k], self._named_scores(k)
        cue = f"“{quote.words(quote.cue)}” ({scores['cue']:.2f})" if candidate.cue >= 0 and quote.cue else "no cue"
        what = f"{cue} and its best content “{shorten(quote.quoted, _MAX_LENGTH)}”: {scores['score']:.2f}"
        if self.score[k] >= self.extractor.threshold:
            return "overlap", f"{what}, but it overlaps a quote that scores higher"
        why = f"{what}, below {self.extractor.threshold:.2f}"
        if notes := self._notes(k):
            return "unsaid", f"{why}; {notes[0]}"
        attribution_threshold = self.extractor.models.thresholds.get("attribution", 1.0)
        if self.extractor.profile == "speech" and scores["attribution"] >= attribution_threshold:
            return "no speech", f"{why}; as an attribution it has {scores['attribution']:.2f}: a belief, plan or wish"
        return "below the limit", why


def run_and_record(
    models: ExtractorModels, task: PredictionTask[T], change: Callable[[FeatureRows], FeatureRows] = lambda rows: rows
) -> tuple[T, dict[str, Any]]:
    """Run one task to its end, as `run_tasks` does, with the input of the models changed.

    Returns
    -------
    result, predictions
        What the task returns; the last predictions by step, and the last input as `rows`.
    """
    recorded: dict[str, Any] = {}
    predictions: Floats | None = None
    while True:
        try:
            steps, rows = task.send(predictions)  # type: ignore[arg-type]
        except StopIteration as stop:
            return stop.value, recorded
        rows = change(rows)
        predictions = predict(models, steps, rows)
        recorded |= {**dict(zip(steps, predictions.T, strict=True)), "rows": rows}


def _largest_first(contributions: list[FeatureContribution]) -> list[FeatureContribution]:
    return sorted(contributions, key=lambda one: (-abs(one.contribution), one.feature))


def _rounded(number: Any) -> Any:
    """Return a number or list of numbers rounded, None for what no model has predicted."""
    if number is None or isinstance(number, list):
        return number and [_rounded(one) for one in number]
    return None if np.isnan(number) else round(float(number), 4)
