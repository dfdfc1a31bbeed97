"""Gradient-boosted trees as flat arrays: stored without pickle, evaluated without scikit-learn where rows are few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import Floats, Matrix, take_rows

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
