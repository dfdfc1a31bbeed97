"""Rows of features whose columns have names: models pick columns by name, in whatever order the code computes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import Flags, Ints, Keys, Matrix, stack_columns, take_rows

Names = tuple[str, ...]


@dataclass(frozen=True)
class FeatureRows:
    """Features of several rows: numbers and categories, each column with a name.

    Attributes
    ----------
    numbers : float32 of shape (rows, columns)
    categories : list of uint64
        A key a row, which a target encoder turns into a number.
    number_names, category_names : tuple of str
        Names of the columns.
    """

    numbers: Matrix
    categories: list[Keys]
    number_names: Names
    category_names: Names

    def __len__(self) -> int:
        return len(self.numbers)

    def select(self, places: Ints) -> FeatureRows:
        """Return some of the rows."""
        categories = [keys[places] for keys in self.categories]
        return FeatureRows(take_rows(self.numbers, places), categories, self.number_names, self.category_names)

    def column(self, name: str) -> NDArray[np.float32]:
        """Return the numbers of one feature."""
        return self.numbers[:, self.number_names.index(name)]

    def mask(self, known: Flags) -> FeatureRows:
        """Return the rows with missing values (nan, and the key 0) in all rows that are not `known`."""
        numbers = np.where(known[:, None], self.numbers, np.float32(np.nan))
        categories = [np.where(known, keys, np.uint64(0)) for keys in self.categories]
        return FeatureRows(numbers, categories, self.number_names, self.category_names)

    def arrange(self, number_names: Names, category_names: Names) -> FeatureRows:
        """Return the columns with these names, in the order of the names."""
        if (self.number_names, self.category_names) == (number_names, category_names):
            return self
        numbers = self.numbers.T[[self.number_names.index(name) for name in number_names]].T
        categories = [self.categories[self.category_names.index(name)] for name in category_names]
        return FeatureRows(numbers, categories, number_names, category_names)


def named_rows(numbers: Mapping[str, Sequence | NDArray], categories: Mapping[str, Keys] | None = None) -> FeatureRows:
    """Build rows of features from columns by name; there may be categories alone."""
    categories = categories or {}
    count = len(next(iter((numbers or categories).values())))
    matrix = stack_columns(*numbers.values()) if numbers else np.empty((count, 0), dtype=np.float32)
    return FeatureRows(matrix, [*categories.values()], tuple(numbers), tuple(categories))


def join_columns(*blocks: FeatureRows) -> FeatureRows:
    """Join columns of the same rows."""
    return FeatureRows(
        np.hstack([block.numbers for block in blocks]),
        [keys for block in blocks for keys in block.categories],
        tuple(name for block in blocks for name in block.number_names),
        tuple(name for block in blocks for name in block.category_names),
    )


def stack_rows(blocks: Iterable[FeatureRows]) -> FeatureRows:
    """Stack the rows of several articles, columns matched by name."""
    blocks = list(blocks)
    number_names, category_names = blocks[0].number_names, blocks[0].category_names
    arranged = [block.arrange(number_names, category_names) for block in blocks]
    categories = [np.concatenate(keys) for keys in zip(*(block.categories for block in arranged), strict=True)]
    return FeatureRows(np.vstack([block.numbers for block in arranged]), categories, number_names, category_names)
