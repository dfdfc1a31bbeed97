"""Keep the scores of a target while its predictions and their gold are the same: most runs have other articles only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.errors import ParleyError
from pipeline.core.storage import tables
from pipeline.core.storage.atomic_files import remove
from pipeline.core.storage.result_store import content_key


def scores_or_kept(
    root: Path,
    name: str,
    module: str,
    given: Iterable[Any],
    read: Iterable[Path],
    compute: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return scores, those of an earlier run if they were computed from the same.

    Parameters
    ----------
    root : path
        The project.
    name, module : str
        Name of the target, and the module that computes.
    given : iterable
        What `compute` uses: strings, numbers, or lists and mappings of such.
    read : iterable of path
        Files, and folders of files, that it reads.
    compute : callable
        Returns scores that JSON can hold, with strings as keys.
    """
    files = [path for place in read for path in (sorted(place.glob("*")) if place.is_dir() else [place])]
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()]
    key = content_key(code_hash.digest(module), code_hash.library_versions(), list(given), contents)
    path = root / paths.KEPT_SCORES / f"{name}.json"
    # A damaged file is one that is not there.
    with suppress(ParleyError, OSError, ValueError, TypeError, KeyError):
        kept = tables.read_json(path)
        if kept["key"] == key and kept["digest"] == content_key(kept["scores"]):
            scores: dict[str, Any] = kept["scores"]
            return scores
    scores = json.loads(json.dumps(compute()))
    tables.write_text(path, json.dumps({"key": key, "digest": content_key(scores), "scores": scores}) + "\n")
    return scores


def forget_others(root: Path, targets: Mapping[str, Any]) -> None:
    """Delete what was kept of targets that the config no longer has."""
    for path in sorted((root / paths.KEPT_SCORES).glob("*.json")):
        if path.stem not in targets:
            remove(path)
