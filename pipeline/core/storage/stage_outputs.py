"""Results of whole stages that take long, found again by what they are made from.

Where one target changes, the others are not trained again. The classifiers of a new project are trained and measured
on the annotations that it was given, with the same settings and code: `make repro` in the checkout has done so already,
and the bytes are the same. A project takes them from there.
"""

import hashlib
import json
from fnmatch import fnmatchcase
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from pipeline.core import code_hash, paths
from pipeline.core.config import ROOT, read_yaml
from pipeline.core.errors import DataError
from pipeline.core.schema.columns import Column, Table, text
from pipeline.core.storage.atomic_files import atomic_path, remove
from pipeline.core.storage.result_store import ResultStore, content_key, read_result, rows_from_bytes, rows_to_bytes

_TARGETS = paths.CONFIGS / "targets.yaml"
_FILES = Table(
    "files", "Files that a stage wrote.", (text("path", "Relative to the root."), Column("content", pa.binary(), ""))
)
# In place of a path: the counts that the stage returned.
_COUNTS = "counts"
# Patterns of what a stage reads and writes; `{}` is the target that it runs for.
_LABELS, _WORDS = "data/annotations/stance.jsonl", "configs/languages/*_stance.yaml"
READS = {
    "train": (_WORDS, "configs/stance.yaml", _TARGETS.as_posix(), _LABELS),
    "behaviours": (_TARGETS.as_posix(), "data/annotations/behaviours.jsonl", "data/models/*"),
}
WRITES = {"train": "data/models/{}.*", "behaviours": "data/interim/behaviours/*"}


def run_or_restore(root: Path, stage: str, member: list[str], module: str) -> tuple[dict[str, int], str]:
    """Return the counts of a stage, and where its results were taken from; empty if the stage ran.

    `member` has the target that it runs for, if it runs for one; `module` is that of the stage.
    """

    def run() -> dict[str, int]:
        counts: dict[str, int] = import_module(module).run(root, *member)
        return counts

    if stage not in READS:
        return run(), ""
    name, key = "".join(member) or "all", _key(root, stage, member, module)
    with ResultStore(root, stage) as store:
        if not store.missing({name: key}):
            return _write_files(root, stage, member, store.value(name)), " (nothing that it depends on has changed)"
        if found := read_result(ROOT, stage, name, key):
            store.add([(name, key, found)])
            return _write_files(root, stage, member, found), f" (the same as in {ROOT}, and copied from there)"
        counts = run()
        rows = [{"path": _COUNTS, "content": json.dumps(counts).encode()}]
        for path in _written(root, stage, member):
            rows.append({"path": path.relative_to(root).as_posix(), "content": path.read_bytes()})
        store.add([(name, key, rows_to_bytes(_FILES, rows))])
    return counts, ""


def forget_others(root: Path, stage: str, targets: list[str]) -> None:
    """Delete the results of targets that the config no longer has."""
    with ResultStore(root, stage) as store:
        for name in store.keys.keys() - set(targets):
            for path in _written(root, stage, [name]):
                remove(path)
        store.keep_only(targets)


def _key(root: Path, stage: str, member: list[str], module: str) -> str:
    """Return a hash of what decides about the results: code, versions of libraries, and content of the files read."""
    digests = {}
    for path in sorted(path for pattern in READS[stage] for path in root.glob(pattern)):
        data = path.read_bytes()
        if member and path.relative_to(root) == _TARGETS:  # another target does not concern the one that it runs for
            settings = read_yaml(path)
            if isinstance(targets := settings.get("targets"), dict):  # else the stage says what is wrong
                data = json.dumps(settings | {"targets": targets.get(member[0])}, sort_keys=True, default=str).encode()
        digests[path.relative_to(root).as_posix()] = hashlib.sha256(data).hexdigest()
    return content_key(code_hash.digest(module), {name: version(name) for name in code_hash.LIBRARIES}, digests)


def _written(root: Path, stage: str, member: list[str]) -> list[Path]:
    return sorted(root.glob(WRITES[stage].format(*member)))


def _write_files(root: Path, stage: str, member: list[str], content: bytes) -> dict[str, int]:
    """Write the files of a result that are not there yet, delete others of the stage, and return its counts."""
    files = {row["path"]: row["content"] for row in rows_from_bytes(_FILES, content).to_pylist()}
    counts: dict[str, int] = json.loads(files.pop(_COUNTS))
    for path in _written(root, stage, member):
        if path.relative_to(root).as_posix() not in files:
            remove(path)
    for name, data in files.items():
        # The store may have come with a project of somebody else: nothing is written elsewhere.
        if not fnmatchcase(name, WRITES[stage].format(*member)) or ".." in Path(name).parts:
            raise DataError(f"it has a file that `{stage}` does not write", where=name, fix=f"delete {paths.STORE}")
        if not (root / name).is_file() or (root / name).read_bytes() != data:
            with atomic_path(root / name) as fresh:
                fresh.write_bytes(data)
    return counts
