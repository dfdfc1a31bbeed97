"""The side of `dask_cluster` that runs in a Dask worker: check that its software matches, and run one item."""

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

# Versions of these decide on results or on the bytes of tables.
PACKAGES = ("distributed", "numpy", "pyarrow", "scikit-learn", "spacy", "thinc")
RESTART = "start the scheduler and all workers anew from this environment and code (docs/cluster.md)"


class Call(NamedTuple):
    """What a worker must know of one call: its name, the folder that takes the results, and what it must be."""

    name: str
    place: str
    wanted: dict[str, str]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _software() -> dict[str, str]:
    """Versions that must agree, and a hash over the code and weights of this package."""
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


# As of the import: a worker that runs since before a change of the code must not pass for the new code.
SOFTWARE = _software()
_call = ""


def refusal(call: Call, dask_worker: Any) -> str:
    """Why this worker cannot do the work of a call; empty when it can."""
    # Two items at once in one process would share a parser, which is not made for that.
    mine = {**SOFTWARE, "threads of a worker": str(dask_worker.state.nthreads)}
    pairs = [(name, mine.get(name), wanted) for name, wanted in call.wanted.items()]
    other = [f"{name}: {found} there, {wanted} here" for name, found, wanted in pairs if found != wanted]
    if not other and not Path(call.place).is_dir():
        return f"it does not see the folder {Path(call.place).parent}, which must be shared under the same path"
    return "; ".join(other)


def do(call: Call, number: int, packed: bytes) -> ParleyError | None:
    """The work of one item; its result becomes a file of the shared folder, so that it outlives this worker.

    A ParleyError is given back and not raised: another try would end in the same.
    """
    from distributed import get_worker
    from distributed.protocol import deserialize_bytes, serialize_bytes

    try:
        _join(call, get_worker())
        result = Path(call.place, str(number))
        if not result.exists():  # there it is when a worker died that had done this and not yet told
            work, item = deserialize_bytes(packed)
            fresh = result.with_name(f"{number}.{node()}.{os.getpid()}")
            fresh.write_bytes(serialize_bytes(work(item)))
            os.replace(fresh, result)
    except ParleyError as error:
        return error
    return None


def _join(call: Call, worker: Any) -> None:
    """At the first item of a call: check this worker, which may have come late, and forget what earlier calls cached.

    Workers outlive a call, and what they keep (a parser, a gazetteer) was made of files that may have changed since.
    """
    global _call
    if call.name == _call:
        return
    if why := refusal(call, worker):
        raise ConfigError("a worker that cannot do this", where=worker.address, why=why, fix=RESTART)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "pipeline":
            for value in list(vars(module).values()):
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()
    _call = call.name
