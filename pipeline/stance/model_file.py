"""Write and read models as skops files (no pickle), with a hash beside each; the same model gives the same bytes.

skops names nodes and arrays by memory address and writes the time into the zip; both are replaced here.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, TypeVar

from sklearn.base import BaseEstimator

from pipeline.core.errors import DataError
from pipeline.core.storage import tables

M = TypeVar("M", bound=BaseEstimator)
# Types that a model file may contain beyond those that skops trusts by itself. A file with any other type is refused.
TRUSTED = (
    "pipeline.stance.classifier.StanceClassifier",
    "pipeline.stance.calibration.GeometricMean",
    "pipeline.stance.text_features.NgramVectorizer",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
)
# Most bytes that a model unpacks to (those of the sample: 13 MB): a file of a megabyte can hold any number of zeros.
MAX_BYTES = 1 << 30
_SCHEMA = "schema.json"
_TRAIN_AGAIN = "train it again: `dvc repro --force train`"


def save(model: Any, path: Path | str) -> str:
    """Write a model and `PATH.sha256` (in the format of `sha256sum`), each atomically; return the SHA-256."""
    import skops.io  # takes a second to import, and not all that use models write or read their files

    path = Path(path)
    content = make_canonical(skops.io.dumps(model))
    digest = hashlib.sha256(content).hexdigest()
    with tables.atomic_path(path) as fresh:
        fresh.write_bytes(content)
    tables.write_text(_hash_file(path), f"{digest}  {path.name}\n")
    return digest


def load(kind: type[M], path: Path | str) -> M:
    """Read a model of the class `kind`.

    A DataError is raised where the file or its hash is missing, they do not agree, or the file contains something else
    than a model of this version.
    """
    import skops.io

    path = Path(path)
    content = _read(path)
    expected = _read(_hash_file(path)).decode("ascii", "replace").split()[:1]
    actual = hashlib.sha256(content).hexdigest()
    if expected != [actual]:
        what = "the file is not the one that was saved"
        why = f"its SHA-256 is {actual[:16]}..., {_hash_file(path).name} says {''.join(expected)[:16]}..."
        raise DataError(what, where=str(path), why=why, fix=_TRAIN_AGAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_BYTES:
            raise ValueError(f"it unpacks to {size} bytes; more than {MAX_BYTES} are not read")
        untrusted = sorted(set(skops.io.get_untrusted_types(data=content)) - set(TRUSTED))
        model = None if untrusted else skops.io.loads(content, trusted=list(TRUSTED))
    except Exception as error:  # skops fails on a broken file in many ways
        raise DataError("not a model that can be read", where=str(path), why=repr(error), fix=_TRAIN_AGAIN) from None
    if not isinstance(model, kind):
        why = f"it contains {', '.join(untrusted)}" if untrusted else f"it is a {type(model).__name__}"
        raise DataError("not a stance model", where=str(path), why=why, fix=_TRAIN_AGAIN)
    # A parameter that an older version did not have would silently get its default.
    if missing := sorted(model.get_params(deep=False).keys() - vars(model).keys()):
        why = f"it has no {', '.join(missing)}"
        raise DataError("the model is of another version of Parley", where=str(path), why=why, fix=_TRAIN_AGAIN)
    return model


def file_digest(path: Path | str) -> str:
    """Return the SHA-256 of a model file, 64 hex digits."""
    return hashlib.sha256(_read(Path(path))).hexdigest()


def make_canonical(dumped: bytes) -> bytes:
    """Return the bytes of a skops file with nodes and arrays numbered in order and without times."""
    with zipfile.ZipFile(io.BytesIO(dumped)) as archive:
        schema = json.loads(archive.read(_SCHEMA))
        names = _renumber(schema)
        members = {_SCHEMA: json.dumps(schema, ensure_ascii=False, separators=(",", ":")).encode("utf-8")}
        members |= {new: archive.read(old) for old, new in names.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)  # of 1980
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()


def _renumber(schema: dict[str, Any]) -> dict[str, str]:
    """Number the nodes of a schema in place, in order; return the new file names by the old ones."""
    numbers: dict[Any, int] = {}
    files: dict[str, str] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("__id__"), int):
                # Equal plain values may or may not be one object in memory, so each gets a number of its own.
                key = object() if node.get("is_json") else node["__id__"]
                node["__id__"] = numbers.setdefault(key, len(numbers) + 1)
            if isinstance(node.get("file"), str):
                new = f"{len(files) + 1:04d}{Path(node['file']).suffix}"
                node["file"] = files.setdefault(node["file"], new)
        if isinstance(node, dict | list):
            for child in node.values() if isinstance(node, dict) else node:
                walk(child)

    walk(schema)
    return files


def _hash_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise DataError("no such model", where=str(path), fix="train it: `dvc repro train`") from None
