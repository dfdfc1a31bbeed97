"""Stage `inputs`: list the input files with hashes of their contents, and what cannot be read with the reason.

DVC hashes what a stage depends on before the stage runs: it would wait for ever at a pipe or a device, and stop at a
link to nothing. So `ingest` depends on the list instead of the input, and this stage runs in every `dvc repro`. Where
the list comes out the same, nothing else runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.progress import with_progress
from pipeline.core.storage.atomic_files import write_text
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.content_hashes import ContentHashes
from pipeline.ingest.dvc_files import check_input_place
from pipeline.ingest.input_files import find_input_files, read_error, readable_name
from pipeline.ingest.raw_document import Reject

Entry = dict[str, Any]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/inputs.jsonl`, a line for each file, sorted by path.

    A line has `path`, `bytes` and `sha256`; or `path`, `reason` and `detail` of a reject.

    Raises
    ------
    ParleyError
        When the input is missing, or DVC would act on files in it.
    """
    config = load_config(IngestConfig, root / paths.CONFIGS / "ingest.yaml")
    place = root / config.input
    check_input_place(root, place)
    hashes = ContentHashes(root)
    found = find_input_files(place, config.include, config.exclude, config.links_out)
    lines, unreadable = [], 0
    for name, file in with_progress(found, "listing files"):
        entry = _describe(place, name, file, hashes)
        lines.append(json.dumps(entry) + "\n")
        unreadable += "reason" in entry
    hashes.save()
    _write(root / paths.INPUTS, "".join(lines))
    return {"files": len(lines) - unreadable, "unreadable": unreadable}


def listed_files(root: Path, place: Path) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the files of the list with their paths as text, in order; what could not be read as a reject.

    Contents are compared with the list before a file is yielded, and when the next one is asked for: by then it has
    been read.

    Raises
    ------
    ParleyError
        When there is no list, or a file is no longer what the list says.
    """
    hashes, is_one_file = ContentHashes(root), place.is_file()
    for entry in _read(root / paths.INPUTS):
        name = readable_name(entry["path"])
        if "reason" in entry:
            yield name, Reject(entry["reason"], entry["detail"])
            continue
        path = place if is_one_file else place / entry["path"]
        _check_unchanged(path, entry, hashes)
        yield name, path
        _check_unchanged(path, entry, hashes)


def _describe(place: Path, name: str, file: Path | Reject, hashes: ContentHashes) -> Entry:
    """Return the line of a file."""
    if isinstance(file, Path):
        try:
            size, digest = hashes.of(file)
        except OSError as error:
            file = read_error(error)
        else:
            # The name as the system has it, by which it is opened; JSON writes bytes that are not UTF-8 as surrogates.
            exact = file.name if file == place else str(file)[len(str(place)) :].lstrip("/")
            return {"path": exact, "bytes": size, "sha256": digest}
    return {"path": name, "reason": file.reason, "detail": file.detail}


def _write(path: Path, text: str) -> None:
    """Write the list unless it is there already: DVC hashes a new file again."""
    if not path.is_file() or path.read_bytes() != text.encode("ascii"):
        write_text(path, text)


def _read(path: Path) -> Iterator[Entry]:
    try:
        for line in with_progress(path.read_text(encoding="ascii").splitlines(), "reading files"):
            yield json.loads(line)
    except FileNotFoundError:
        raise DataError("the input has not been listed", where=str(path), fix="run `dvc repro`") from None
    except ValueError as error:
        raise DataError("the file is damaged", where=str(path), why=str(error), fix=paths.rebuild_hint(path)) from None


def _check_unchanged(path: Path, entry: Entry, hashes: ContentHashes) -> None:
    try:
        why = "" if hashes.of(path) == (entry["bytes"], entry["sha256"]) else "its content is another"
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        raise ParleyError(
            "an input file has changed since it was listed", where=str(path), why=why,
            fix="run `dvc repro` again; a file that a program keeps writing to belongs under `exclude`",
        )  # fmt: skip
