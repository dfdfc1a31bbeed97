"""Remember what the folds of a cross-validation share: the words, text columns and n-grams of the same quotes.

What is fitted (which words are names, the vocabulary, IDF) is fitted in each fold; only the work on a single text,
which depends on no other text, is done once. Results are the same, to the last bit, with and without the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
_memory: dict[Hashable, Any] | None = None


@contextmanager
def shared_by_folds() -> Iterator[None]:
    """Remember results until the end of the block.

    Only training does so: a run reads its quotes once, and the memory would grow with their number.
    """
    global _memory
    before, _memory = _memory, {}
    try:
        yield
    finally:
        _memory = before


def is_shared() -> bool:
    """Return whether results are remembered."""
    return _memory is not None


def remember(function: Callable[..., T], *arguments: Hashable) -> T:
    """Return the result of a function, the one of an earlier call where results are remembered.

    The function depends on nothing but its arguments, and nobody changes its result.
    """
    if _memory is None:
        return function(*arguments)
    key = (function, arguments)
    if key not in _memory:
        _memory[key] = function(*arguments)
    result: T = _memory[key]
    return result
