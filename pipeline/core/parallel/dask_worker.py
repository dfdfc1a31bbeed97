"""The part of `dask_cluster` that runs in a Dask worker: check that the software matches, and process one item."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from platform import node
from typing import Any, NamedTuple

from pipeline import __version__
from pipeline.core.errors import ConfigError, ParleyError

# The results, or the bytes of tables, depend on the versions of these packages.
PACKAGES = ("distributed", "numpy", "pyarrow", "scikit-learn", "spacy", "thinc")
RESTART = "restart the scheduler and all workers from this environment and code (docs/cluster.md)"


class Call(NamedTuple):
    """What a worker must know about a call of `map_on_cluster`: its name, the folder for results, required versions."""

    name: str
    folder: str
    wanted: dict[str, str]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _software() -> dict[str, str]:
    """Return the versions that must agree, with a hash of the code and weights of this package."""
    digest, home = hashlib.sha256(), Path(__file__).resolve().parents[2]
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    models = sorted(f"{entry.name} {entry.dist.version}" for entry in entry_points(group="spacy_models") if entry.dist)
    return {
        "Parley": f"{__version__} with code {digest.hexdigest()[:12]}",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{package: _version(package) for package in PACKAGES},
        "spaCy models": " and ".join(models) or "none",
    }


# Taken at import: a worker that was started before a change of the code must not pass for the new code.
SOFTWARE = _software()
_call = ""


def find_mismatch(call: Call, dask_worker: Any) -> str:
    """Return why this worker cannot process the items of a call; empty if it can."""
    # Two items at once in one process would share a spaCy parser, which is not thread-safe.
    mine = {**SOFTWARE, "threads of a worker": str(dask_worker.state.nthreads)}
    pairs = [(name, mine.get(name), wanted) for name, wanted in call.wanted.items()]
    other = [f"{name}: {found} there, {wanted} here" for name, found, wanted in pairs if found != wanted]
    if not other and not Path(call.folder).is_dir():
        return f"it does not see the folder {Path(call.folder).parent}, which must be shared under the same path"
    return "; ".join(other)


def run_item(call: Call, number: int, packed: bytes) -> ParleyError | None:
    """Process one item and write its result to the shared folder, so that it outlives this worker.

    A ParleyError is returned, not raised: Dask would retry, with the same outcome.
    """
    from distributed import get_worker
    from distributed.protocol import deserialize_bytes, serialize_bytes

    try:
        _prepare(call, get_worker())
        result = Path(call.folder, str(number))
        if not result.exists():  # it does if a worker finished this item and died before it reported
            work, item = deserialize_bytes(packed)
            fresh = result.with_name(f"{number}.{node()}.{os.getpid()}")
            fresh.write_bytes(serialize_bytes(work(item)))
            os.replace(fresh, result)
    except ParleyError as error:
        return error
    return None


def _prepare(call: Call, worker: Any) -> None:
    """Before the first item of a call: check this worker, which may have joined late, and clear all caches.

    Workers outlive a call, and what they cache (a parser, a gazetteer) was read from files that may have changed since.
    """
    global _call
    if call.name == _call:
        return
    if why := find_mismatch(call, worker):
        raise ConfigError("a worker cannot run this", where=worker.address, why=why, fix=RESTART)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "pipeline":
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
    _call = call.name
