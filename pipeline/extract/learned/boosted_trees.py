"""Gradient-boosted trees as flat arrays, and their probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import Floats, Matrix, take_rows

# Rows that a forest is asked for in numpy: of a few articles, in less time than it takes to import scikit-learn.
MAX_NUMPY_ROWS = 1000
# After every so many trees, rows whose log-odds are this low are asked no more: nine in ten tokens start nothing.
TREES_BETWEEN_CHECKS, HOPELESS_LOG_ODDS = 16, -5.0


@dataclass(frozen=True)
class Forest:
    """Trees one behind the other.

    Attributes
    ----------
    feature : int16
        Column that a node asks for, -1 for a leaf.
    threshold : float32
        A row goes left where its value is at most this; at a leaf, the leaf's value.
    left, right : int32
        Children, as numbers of nodes.
    nan_left : bool
        Whether a missing value goes left.
    roots : int32
        First node of every tree.
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
        """Probability of each row."""
        if not len(rows):
            return np.zeros(0)
        # Rounded as in training: a category's value and the threshold that was made of it must stay equal. By columns:
        # a tree reads a few of them for all rows.
        rows = np.asarray(rows, dtype=np.float32, order="F")
        step, raw, asked = self._step(len(rows)), np.full(len(rows), self.base), np.arange(len(rows))
        for first in range(0, len(self.roots), TREES_BETWEEN_CHECKS):
            raw[asked] += step(rows, first, first + TREES_BETWEEN_CHECKS)
            likely = raw[asked] > HOPELESS_LOG_ODDS
            if not likely.all():
                asked, rows = asked[likely], take_rows(rows, np.flatnonzero(likely))
            if not len(asked):
                break
        return 1 / (1 + np.exp(-raw))

    def _step(self, rows: int) -> Callable[..., Floats]:
        """What sums trees, for so many rows more: both ways give the same sums, to the last bit."""
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + rows
        return (self.native if self.__dict__["asked"] > MAX_NUMPY_ROWS else None) or self.walk

    @cached_property
    def native(self) -> Any:
        """The same as `walk`, compiled; None where this scikit-learn has another layout."""
        return _compile_forest(self)

    def walk(self, rows: Matrix, first: int = 0, last: int | None = None) -> Floats:
        """Sum of the trees' values for each row, every tree walked for all rows at once; needs nothing but numpy."""
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


def flatten_booster(model: Any) -> Forest:
    """Flatten a fitted `HistGradientBoostingClassifier` of two classes, without categorical columns."""
    parts: dict[str, list[NDArray]] = {k: [] for k in ("feature", "threshold", "left", "right", "nan_left")}
    roots, first = [], 0
    for (tree,) in model._predictors:
        nodes = tree.nodes
        leaf = nodes["is_leaf"].astype(bool)
        parts["feature"].append(np.where(leaf, -1, nodes["feature_idx"]).astype(np.int16))
        parts["threshold"].append(np.where(leaf, nodes["value"], nodes["num_threshold"]).astype(np.float32))
        parts["left"].append(np.where(leaf, 0, nodes["left"] + first).astype(np.int32))
        parts["right"].append(np.where(leaf, 0, nodes["right"] + first).astype(np.int32))
        parts["nan_left"].append(nodes["missing_go_to_left"].astype(bool))
        roots.append(first)
        first += len(nodes)
    flat = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    return Forest(**flat, roots=np.array(roots, dtype=np.int32), base=float(model._baseline_prediction.ravel()[0]))


def _compile_forest(forest: Forest) -> Any:
    """scikit-learn's compiled walk of its decision trees over the same nodes, twice as fast as that of its boosters.

    None where this scikit-learn has another layout.
    """
    try:
        from sklearn.tree._tree import NODE_DTYPE, TREE_LEAF, TREE_UNDEFINED, Tree

        sizes = np.diff([*forest.roots, len(forest.feature)])
        leaf, starts = forest.feature < 0, np.repeat(forest.roots, sizes)
        nodes = np.zeros(len(forest.feature), dtype=NODE_DTYPE)
        nodes["left_child"] = np.where(leaf, TREE_LEAF, forest.left - starts)
        nodes["right_child"] = np.where(leaf, TREE_LEAF, forest.right - starts)
        nodes["feature"] = np.where(leaf, TREE_UNDEFINED, forest.feature)
        nodes["threshold"], nodes["missing_go_to_left"] = forest.threshold, forest.nan_left
        columns = int(forest.feature.max()) + 1
        trees = []
        for part in np.split(np.arange(len(nodes)), forest.roots[1:]):
            tree, values = Tree(columns, np.ones(1, dtype=np.intp), 1), forest.threshold[part].astype(np.float64)
            state = {"max_depth": len(part), "node_count": len(part), "nodes": nodes[part]}
            tree.__setstate__({**state, "values": values.reshape(-1, 1, 1)})
            trees.append((tree, values))

        def fast(rows: Matrix, first: int, last: int | None) -> Floats:
            return sum((values.take(tree.apply(rows)) for tree, values in trees[first:last]), np.zeros(len(rows)))

        probe = np.vstack([np.zeros((1, columns)), np.full((1, columns), np.nan), np.eye(columns)]).astype(np.float32)
        return fast if np.array_equal(fast(probe, 0, None), forest.walk(probe)) else None
    except (ImportError, TypeError, ValueError, KeyError):
        return None
