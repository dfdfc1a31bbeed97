"""Figures that took seconds to compute, kept by what they were computed from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import kept, paths, sources


class Memory:
    """Values of `data/interim/scores`, each in a file of its own; one article more changes hardly any.

    Parameters
    ----------
    root : path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / paths.SCORES
        self._code = sources.digest("pipeline.evaluate.run")

    def __call__(self, name: str, make: Callable[[], Any], *made_from: Any) -> Any:
        """The value of that name, made only when the code or `made_from` changed; lists for tuples, as JSON has it."""
        return kept.value(self._folder / f"{name}.json", kept.key(self._code, *made_from), make)
