"""Figures that took seconds to compute, kept by what they were computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.storage import incremental


class Memory:
    """Values of `data/interim/scores`, each in a file of its own; one article more changes hardly any.

    Parameters
    ----------
    root : path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / paths.SCORES
        self._code = code_hash.digest("pipeline.evaluate.run")

    def __call__(self, name: str, make: Callable[[], Any], *made_from: Any) -> Any:
        """The value of that name, made only when the code or `made_from` changed; lists for tuples, as JSON has it."""
        return incremental.cached_json(
            self._folder / f"{name}.json", incremental.content_key(self._code, *made_from), make
        )


def digests(*places: Path) -> list[list[str]]:
    """What a value is made from where it is made from whole files: names and SHA-256 of each file or folder's files.

    One that is not there has none.
    """
    return [_digests(place) for place in places]


def _digests(place: Path) -> list[str]:
    files = sorted(place.iterdir()) if place.is_dir() else [place] if place.exists() else []
    return [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
