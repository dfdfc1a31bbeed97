"""Why the models took a quote: the same search once more, with its questions and answers kept.

What a feature is worth is told by erasure (Li, Monroe and Jurafsky 2016, "Understanding Neural Networks through
Representation Erasure"): trees are asked again without a group of features, whose value is then unknown to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.extract.explanation import Account, Push, Weighed, overlaps
from pipeline.extract.learned.batched_search import Search, side_by_side
from pipeline.extract.learned.candidate_quotes import render
from pipeline.extract.learned.candidates import LEAST_CUE
from pipeline.extract.learned.feature_wording import COLUMNS, GROUPS, KEYS, cue_value, value
from pipeline.extract.learned.hashed_features import TARGETS, cue_groups
from pipeline.extract.learned.learned_extractor import LearnedExtractor
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.ranking import decode
from pipeline.extract.learned.step_models import Models
from pipeline.extract.learned.token_arrays import Floats
from pipeline.extract.learned.token_features import Rows, context_of
from pipeline.extract.rules.non_reporting_cues import is_non_reporting

T = TypeVar("T")
SHOWN = 3
LEAST_PUSH = 0.005


class LearnedTrace:
    """A document as the learned extractor reads it; see `pipeline.extract.explanation.Trace`."""

    def __init__(self, learned: LearnedExtractor, x: Article) -> None:
        self.learned, self.x, self.view = learned, x, x.view
        (self.found, self.scores), self.asked = drive(learned.models, learned.weigh(x))
        self.score = self.scores[0]
        self.kept = decode(self.found, self.score, learned.least)

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Every word that the cue models gave a chance, with its probability."""
        return [(self.view.char_span(int(i), int(i)), float(self.x.p[i])) for i in np.flatnonzero(self.x.p > LEAST_CUE)]

    @cached_property
    def quotes(self) -> list[Quote]:
        """Every candidate as the quote that it would be."""
        return [render(self.x, one, self.learned.keep_that, one.rule or "learned", 0.0) for one in self.found]

    @cached_property
    def candidates(self) -> list[Weighed]:
        """All candidates with their scores."""
        return [
            Weighed(q.content, q.cue, q.source, q.rule, round(float(self.score[k]), 4), self._lost(k))
            for k, q in enumerate(self.quotes)
        ]

    def account(self, content: list[Span]) -> Account | None:
        """Why the quote with a content was taken, None for a content that was not."""
        k = next((k for k in self.kept if self.quotes[k].content == content), None)
        if k is None:
            return None
        one = self.found[k]
        pushes, decided = self._cue_pushes(one.cue), self._decided(k)
        return Account("learned", one.rule, self._scores(k), pushes, decided, self._notes(k), self._rivals(k))

    def _lost(self, k: int) -> str:
        if k in self.kept:
            return ""
        one, score = self.found[k], self.score[k]
        better = [m for m, other in enumerate(self.found) if other.cue == one.cue >= 0 and self.score[m] > score]
        if better:
            return "another content of its cue scores higher"
        if score < self.learned.least:
            return f"below the least score of {self.learned.least:.2f}"
        return "it overlaps a quote that scores higher"

    def _rivals(self, k: int) -> list[Weighed]:
        one = self.found[k]
        near = [
            m
            for m, other in enumerate(self.found)
            if m not in self.kept and (other.cue == one.cue >= 0 or overlaps(list(other.parts), list(one.parts)))
        ]
        near.sort(key=lambda m: (self.found[m].cue != one.cue, -self.score[m], self.found[m].parts))
        return [self.candidates[m] for m in near[:SHOWN]]

    def _scores(self, k: int) -> dict[str, Any]:
        one, (score, _, speech) = self.found[k], self.scores
        attribution = (self.asked["exact"][k] + self.asked["match"][k]) / 2
        told = {
            "cue": self.x.p[one.cue] if one.cue >= 0 else None,
            "start": one.start,
            "end": one.end,
            "speaker": one.speaker_p if one.cue >= 0 else None,
            "attribution": attribution,
            "speech": speech[k],
            "score": score[k],
            "least": self.learned.least,
        }
        return {name: _plain(number) for name, number in told.items()}

    def _cue_pushes(self, token: int) -> list[Push]:
        if token < 0:
            return []
        cue, models = TARGETS.index("cue"), self.learned.models
        weights = models.places[cue]
        pushes = [
            Push(name, cue_value(self.view, name, token), float(weights[places[tokens == token]].sum(dtype=np.float64)))
            for name, tokens, places in cue_groups(self.x.a)
        ]
        rest = Push("any word", "the share of cues among words", float(models.bias[cue]))
        return sorted([*pushes, rest], key=lambda push: (-abs(push.push), push.feature))

    @cached_property
    def _without(self) -> dict[str, Floats]:
        """Scores of all candidates when the trees do not know a group of features."""
        width, models = context_of(self.x)[0].shape[1], self.learned.models
        return {
            name: drive(models, self.learned.score(self.x, self.found), _eraser(name, width))[0][0] for name in GROUPS
        }

    def _decided(self, k: int) -> list[Push]:
        rows = self.asked["rows"][0][k]
        pushes = [
            Push(name, value(name, rows, self.x, self.found[k]), float(self.score[k] - without[k]))
            for name, without in self._without.items()
        ]
        told = [push for push in pushes if abs(push.push) >= LEAST_PUSH]
        return sorted(told, key=lambda push: (-abs(push.push), push.feature))

    def _notes(self, k: int) -> list[str]:
        speech = self.learned.profile == "speech"
        names = ("speech_exact", "speech_match", "own_exact", "own_match") if speech else ("exact", "match")
        bare = float(np.mean([self.asked[name][k] for name in names]))
        if abs(bare - self.score[k]) < 1e-6:
            return []
        return [f"a rule sets the score, which the models alone put at {bare:.2f}"]

    def why_not(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Reason, named and in words, why a sentence gave no quote."""
        first, last = sentence
        if here := self._weighed_in(first, last):
            best = max(here, key=lambda k: self.score[k])
            return self._lost_best(best)
        at = first + int(np.argmax(self.x.p[first : last + 1]))
        word, p = self.view.word[at], float(self.x.p[at])
        if p > LEAST_CUE and is_non_reporting(self.view, at, self.learned.lexicon):
            return "unsaid", f"“{word}” is a cue ({p:.2f}), but reports nothing: not said, or not yet"
        if p > LEAST_CUE:
            return "no candidate", f"“{word}” may be a cue ({p:.2f}), but nothing in its sentence is what it reports"
        return "no cue", f"the likeliest is “{word}” ({p:.3f}), below {LEAST_CUE}"

    def _weighed_in(self, first: int, last: int) -> list[int]:
        """Candidates with a content in a sentence; else those that reach into it and take no quote's words."""
        inside = [k for k, one in enumerate(self.found) if first <= one.parts[0][0] and one.parts[-1][1] <= last]
        given = [part for k in self.kept for part in self.found[k].parts]
        return inside or [
            k
            for k, one in enumerate(self.found)
            if one.parts[0][0] <= last
            and first <= one.parts[-1][1]
            and not any(a <= d and c <= b for a, b in one.parts for c, d in given)
        ]

    def _lost_best(self, k: int) -> tuple[str, str]:
        one, quote, scores = self.found[k], self.quotes[k], self._scores(k)
        cue = f"“{quote.words(quote.cue)}” ({scores['cue']:.2f})" if one.cue >= 0 and quote.cue else "no cue"
        what = f"{cue} and its best content “{_short(quote.quoted)}”: {scores['score']:.2f}"
        if self.score[k] >= self.learned.least:
            return "overlap", f"{what}, but it overlaps a quote that scores higher"
        why = f"{what}, below {self.learned.least:.2f}"
        if notes := self._notes(k):
            return "unsaid", f"{why}; {notes[0]}"
        limit = self.learned.models.limits.get("attribution", 1.0)
        if self.learned.profile == "speech" and scores["attribution"] >= limit:
            return "no speech", f"{why}; as an attribution it has {scores['attribution']:.2f}: a belief, plan or wish"
        return "below the limit", why


def drive(
    models: Models, search: Search[T], change: Callable[[str, Rows], Rows] = lambda _, rows: rows
) -> tuple[T, dict[str, Any]]:
    """Run one search to its end.

    Parameters
    ----------
    models : Models
    search : generator
        As for `together`.
    change : callable
        From the name of the first step asked and the rows to the rows that it is asked for.

    Returns
    -------
    found, asked
        What the search found; the last answers by step, and the last ranker's `rows`.
    """
    asked: dict[str, Any] = {}
    answer: Floats | None = None
    while True:
        try:
            names, blocks = search.send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            return stop.value, asked
        rows = change(names[0], side_by_side(blocks))
        answer = np.column_stack([getattr(models, name)(rows) for name in names])
        asked.update(zip(names, answer.T, strict=True))
        asked["rows"] = rows


def _eraser(group: str, context: int) -> Callable[[str, Rows], Rows]:
    """Rows in which the values of a group are missing; `context` columns tell of the cue's surroundings."""
    own = [k for k, name in enumerate(COLUMNS) if name in GROUPS[group]]

    def change(_: str, rows: Rows) -> Rows:
        numbers, keys = rows[0].copy(), list(rows[1])
        numbers[:, own] = np.nan
        if group == "cue":  # and all that is known of the cue's sentence and place in the tree
            numbers[:, len(COLUMNS) : len(COLUMNS) + context] = np.nan
        for k, name in enumerate(KEYS):
            if name in GROUPS[group]:
                keys[k] = np.zeros_like(keys[k])
        return numbers, keys

    return change


def _plain(number: Any) -> Any:
    """Rounded, None for what no model was asked."""
    if number is None or isinstance(number, list):
        return number and [_plain(one) for one in number]
    return None if np.isnan(number) else round(float(number), 4)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
