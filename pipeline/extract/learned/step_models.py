"""The models of the steps: target encoders for categories, then boosted trees; applied to many articles at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import (
    FeatureRows,
    Floats,
    Keys,
    Matrix,
    Names,
    stack_columns,
    stack_rows,
    take_rows,
)


@dataclass(frozen=True)
class TargetEncoder:
    """Values of the known categories, whose keys are sorted; any other category has the value `rest`."""

    keys: Keys
    values: NDArray
    rest: float

    def __call__(self, keys: Keys) -> Floats:
        """Return the values of categories."""
        if not len(self.keys):
            return np.full(len(keys), self.rest)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.values[at], self.rest)


# So many rows or calls, those of a few articles, take less time in numpy than the import of scikit-learn.
MAX_NUMPY_ROWS, MAX_NUMPY_CALLS = 1000, 4
# After every 16 trees, rows with log-odds below -5 are dropped: nine in ten tokens start no content.
TREES_BETWEEN_CHECKS, HOPELESS_LOG_ODDS = 16, -5.0
PROBED_TREES = 4  # all trees have the same layout, and numpy takes as long for these rows as for those of an article


@dataclass(frozen=True)
class Forest:
    """The trees of a fitted model, their nodes in arrays one tree after the other.

    Attributes
    ----------
    feature : int16
        Column that a node splits on, -1 for a leaf.
    threshold : float32
        A row goes left where its value is at most this; at a leaf, the leaf's value.
    left, right : int32
        Numbers of the child nodes.
    nan_left : bool
        Whether a missing value goes left.
    roots : int32
        Number of the first node of each tree.
    base : float
        Log-odds before the first tree.
    """

    feature: NDArray
    threshold: NDArray
    left: NDArray
    right: NDArray
    nan_left: NDArray
    roots: NDArray
    base: float

    def __call__(self, rows: Floats | Matrix) -> Floats:
        """Return the probability of each row."""
        if not len(rows):
            return np.zeros(0)
        # In float32 as in training: the value of a category must stay equal to the threshold that was made of it. By
        # columns, since a tree reads a few columns of all rows.
        rows = np.asarray(rows, dtype=np.float32, order="F")
        sum_trees, log_odds, open_rows = self._evaluator(len(rows)), np.full(len(rows), self.base), np.arange(len(rows))
        for first in range(0, len(self.roots), TREES_BETWEEN_CHECKS):
            log_odds[open_rows] += sum_trees(rows, first, first + TREES_BETWEEN_CHECKS)
            likely = log_odds[open_rows] > HOPELESS_LOG_ODDS
            if not likely.all():
                open_rows, rows = open_rows[likely], take_rows(rows, np.flatnonzero(likely))
            if not len(open_rows):
                break
        return 1 / (1 + np.exp(-log_odds))

    def _evaluator(self, count: int) -> Callable[..., Floats]:
        """Return the function that sums trees for `count` more rows; both give the same sums, to the last bit."""
        rows, calls = self.__dict__.get("evaluated", (0, 0))
        self.__dict__["evaluated"] = rows, calls = rows + count, calls + 1
        many = rows > MAX_NUMPY_ROWS or calls > MAX_NUMPY_CALLS
        return (self.compiled if many else None) or self.sum_in_numpy

    @cached_property
    def compiled(self) -> Any:
        """`sum_in_numpy` by scikit-learn's decision trees, which are twice as fast as its boosters.

        None where this scikit-learn has another layout of trees.
        """
        try:
            from sklearn.tree._tree import NODE_DTYPE, TREE_LEAF, TREE_UNDEFINED, Tree

            sizes = np.diff([*self.roots, len(self.feature)])
            leaf, starts = self.feature < 0, np.repeat(self.roots, sizes)
            nodes = np.zeros(len(self.feature), dtype=NODE_DTYPE)
            nodes["left_child"] = np.where(leaf, TREE_LEAF, self.left - starts)
            nodes["right_child"] = np.where(leaf, TREE_LEAF, self.right - starts)
            nodes["feature"] = np.where(leaf, TREE_UNDEFINED, self.feature)
            nodes["threshold"], nodes["missing_go_to_left"] = self.threshold, self.nan_left
            columns = int(self.feature.max()) + 1
            trees = []
            for part in np.split(np.arange(len(nodes)), self.roots[1:]):
                tree, values = Tree(columns, np.ones(1, dtype=np.intp), 1), self.threshold[part].astype(np.float64)
                state = {"max_depth": len(part), "node_count": len(part), "nodes": nodes[part]}
                tree.__setstate__({**state, "values": values.reshape(-1, 1, 1)})
                trees.append((tree, values))

            def fast(rows: Matrix, first: int, last: int | None) -> Floats:
                return sum((values.take(tree.apply(rows)) for tree, values in trees[first:last]), np.zeros(len(rows)))

            probe = np.vstack([np.zeros((1, columns)), np.full((1, columns), np.nan), np.eye(columns)]).astype(
                np.float32
            )
            expected = self.sum_in_numpy(probe, 0, PROBED_TREES)
            return fast if np.array_equal(fast(probe, 0, PROBED_TREES), expected) else None
        except (ImportError, TypeError, ValueError, KeyError):
            return None

    def sum_in_numpy(self, rows: Matrix, first: int = 0, last: int | None = None) -> Floats:
        """Return the sum of the trees' values for each row; each tree is walked for all rows at once."""
        raw, places = np.zeros(len(rows)), np.arange(len(rows))
        for root in self.roots[first:last]:
            at = np.full(len(rows), root)
            while (inner := self.feature[at] >= 0).any():
                node, row = at[inner], places[inner]
                value = rows[row, self.feature[node]]
                with np.errstate(invalid="ignore"):
                    goes_left = np.where(np.isnan(value), self.nan_left[node], value <= self.threshold[node])
                at[inner] = np.where(goes_left, self.left[node], self.right[node])
            raw += self.threshold[at]
        return raw


# In the order in which they predict.
STEPS = ("cue", "start", "end", "source", "exact", "match", "speech_exact", "speech_match", "own_exact", "own_match")
# Gold with few beliefs, plans and wishes teaches too little of them: the rules then add what they find.
RULES_OF_ATTRIBUTION = "rules of attribution"


@dataclass(frozen=True)
class StepModel:
    """A model of one step.

    Attributes
    ----------
    number_names, category_names : tuple of str
        The features that it was fitted to: columns of the trees are the numbers, then the encoded categories.
    encoders : list of TargetEncoder
        One for each category.
    forest : Forest
    """

    number_names: Names
    category_names: Names
    encoders: list[TargetEncoder]
    forest: Forest

    def __call__(self, rows: FeatureRows) -> Floats:
        """Return the probability of each row."""
        return self.forest(encode_rows(self.encoders, rows.arrange(self.number_names, self.category_names)))


def encode_rows(encoders: list[TargetEncoder], rows: FeatureRows) -> Matrix:
    """Return numbers and encoded categories side by side."""
    if not rows.categories:
        return rows.numbers
    encoded = (encode(keys) for encode, keys in zip(encoders, rows.categories, strict=True))
    return np.hstack([rows.numbers, stack_columns(*encoded)])


@dataclass
class ExtractorModels:
    """The models of all steps.

    Attributes
    ----------
    hashed_weights, hashed_bias : float
        Weights of the hashed features, a row for each of `hashed_features.TARGETS`, and the bias.
    cue, start, end, source : StepModel
        Second cue model, start of the content, end given the start, head of the speaker mention.
    exact, match : StepModel
        Rankers: is a candidate a gold content, does it overlap one by half.
    speech_exact, speech_match : StepModel
        The same two where only reported speech counts, as the annotators of news see it.
    own_exact, own_match : StepModel
        The same two as the annotators of one's own gold see it; without own gold those of the news.
    thresholds : dict of str to float
        Least score of a quote, by profile; and under `RULES_OF_ATTRIBUTION`, if it is there, the score that a quote
        of `attribution` has at least if the rules alone would extract it.
    """

    hashed_weights: np.ndarray
    hashed_bias: np.ndarray
    cue: StepModel
    start: StepModel
    end: StepModel
    source: StepModel
    exact: StepModel
    match: StepModel
    speech_exact: StepModel
    speech_match: StepModel
    own_exact: StepModel
    own_match: StepModel
    thresholds: dict[str, float]


T = TypeVar("T")
# Names of the steps whose models are to predict, and their input rows.
ModelRequest = tuple[tuple[str, ...], FeatureRows]
# Work on one article: a generator that yields requests, is sent the predictions (a column for each step), and returns
# its result.
PredictionTask = Generator[ModelRequest, Floats, T]


def run_tasks(models: ExtractorModels, tasks: Iterable[PredictionTask[T]]) -> list[T]:
    """Run tasks to their ends with their requests batched, and return their results, which batching does not change."""
    running = list(tasks)
    results: dict[int, T] = {}
    waiting: dict[int, ModelRequest] = {}

    def resume(k: int, predictions: Floats | None) -> None:
        try:
            waiting[k] = running[k].send(predictions)  # type: ignore[arg-type]
        except StopIteration as stop:
            results[k] = stop.value

    for k in range(len(running)):
        resume(k, None)
    while waiting:
        steps = min((steps for steps, _ in waiting.values()), key=lambda steps: STEPS.index(steps[0]))
        batch = [k for k, request in waiting.items() if request[0] == steps]
        rows = [waiting.pop(k)[1] for k in batch]
        predictions = predict(models, steps, stack_rows(rows))
        ends = np.cumsum([len(block) for block in rows])[:-1]
        for k, own in zip(batch, np.split(predictions, ends), strict=True):
            resume(k, own)
    return [results[k] for k in range(len(running))]


def predict(models: ExtractorModels, steps: tuple[str, ...], rows: FeatureRows) -> Floats:
    """Return the probabilities of rows by the models of some steps, a column for each."""
    return np.column_stack([getattr(models, step)(rows) for step in steps])
