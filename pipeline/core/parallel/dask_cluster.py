"""The same work on a Dask cluster, one item one task: what `map_ordered` does when `PARLEY_SCHEDULER` names one.

The scheduler runs an item again when its worker dies. Results come as files of the project's folder, which all share:
they outlive their worker, and they are in no memory but that of the process that takes them.
"""

import hashlib
import logging
import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from importlib.metadata import distributions, entry_points
from pathlib import Path
from platform import node
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from pipeline import __version__
from pipeline.core import paths
from pipeline.core.code_hash import files_below
from pipeline.core.errors import ConfigError, ParleyError

A = TypeVar("A")
B = TypeVar("B")
# Items submitted ahead for each worker: enough that no worker waits for another, few enough to bound memory.
AHEAD = 4
# Retries of an item after an error that may be temporary, such as one of the file system.
RETRIES = 2
CONNECT_SECONDS = 20
# How long to wait for any item to finish before checking whether there are workers at all.
PATIENCE_SECONDS = 60
# The results, or the bytes of tables, depend on the versions of these packages.
PACKAGES = ("distributed", "numpy", "pyarrow", "scikit-learn", "spacy", "thinc")
RESTART = "restart the scheduler and all workers from this environment and code (docs/cluster.md)"


class Call(NamedTuple):
    """What a worker must know about a call of `map_on_cluster`: its name, the folder for results, required versions."""

    name: str
    folder: str
    wanted: dict[str, str]


def _software() -> dict[str, str]:
    """Return the versions that must agree, with a hash of the code and weights of this package."""
    digest, home = hashlib.sha256(), Path(__file__).resolve().parents[2]
    for path in files_below(home):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    models = sorted(f"{entry.name} {entry.dist.version}" for entry in entry_points(group="spacy_models") if entry.dist)
    return {
        "Parley": f"{__version__} with code {digest.hexdigest()[:12]}",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: next((found.version for found in distributions(name=name)), "missing") for name in PACKAGES},
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
    """Process one item and write its result to the shared folder; return a ParleyError, which Dask would retry."""
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


def map_on_cluster(address: str, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
    """Apply a function to items on the workers of a Dask scheduler and yield the results in order.

    The others than the address (such as `tcp://10.0.0.1:8786`) are those of `executor.map_ordered`. It is a ParleyError
    when Dask is not installed, the scheduler does not answer, a worker has other code or another folder, an item killed
    several workers, or no worker or scheduler is left; any ParleyError of `work` is raised.
    """
    client, name = _connect(address), uuid4().hex
    # For results, inside the project; it also shows whether a worker sees the same project.
    folder = Path.cwd() / paths.INTERIM / f".cluster-{name}.parley-{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True)
        call = Call(name, str(folder), {**SOFTWARE, "threads of a worker": "1"})
        _check_cluster(client, call, address)
        yield from _results_in_order(client, call, work, items, what)
    except CancelledError:
        why, fix = "finished work is kept; the next run continues from there", "start it and run the command again"
        raise ParleyError("the scheduler was lost", where=address, why=why, fix=fix) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        client.close()


def _connect(address: str) -> Any:
    if "://" not in address:
        raise ConfigError(f"PARLEY_SCHEDULER is {address!r}", fix="give it an address such as tcp://10.0.0.1:8786")
    try:
        from distributed import Client
    except ImportError as error:
        fix = "pip install 'parley-quotes[scale]', or unset PARLEY_SCHEDULER"
        raise ConfigError("PARLEY_SCHEDULER is set, and Dask is not installed", why=str(error), fix=fix) from None
    # Everything it would log with a traceback is reported as a ParleyError.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        fix = "start one with `dask scheduler`, or unset PARLEY_SCHEDULER"
        raise ConfigError("the scheduler does not answer", where=address, why=str(error), fix=fix) from None


def _check_cluster(client: Any, call: Call, address: str) -> None:
    """Check that the scheduler and every connected worker have the right software and see the folder."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        fix = f"start some: dask worker {address} --nthreads 1"
        raise ConfigError("the scheduler has no workers", where=address, fix=fix) from None
    try:
        # The scheduler unpickles what it passes on, and so needs this package too.
        client.run_on_scheduler(_describe, "")
    except Exception as error:
        raise ConfigError("the scheduler cannot run this", where=address, why=_describe(error), fix=RESTART) from None
    for place, answer in sorted(client.run(find_mismatch, call, on_error="return").items()):
        if answer:
            raise ConfigError("a worker cannot run this", where=place, why=_describe(answer), fix=RESTART)


def _describe(answer: str | Exception) -> str:
    # Sent over the network, such an error keeps its message but not its type.
    missing = "No module named 'pipeline" in str(answer)
    return "Parley, or this version of it, is not installed there" if missing else str(answer)


def _results_in_order(client: Any, call: Call, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
    from distributed.protocol import serialize_bytes

    waiting: deque[Any] = deque()
    for number, item in enumerate(items):
        # As bytes, so that the scheduler need not import the classes of the items.
        packed, key = serialize_bytes((work, item)), (f"{what}-{call.name}", number)
        waiting.append(client.submit(run_item, call, number, packed, key=key, retries=RETRIES, pure=False))
        if len(waiting) >= AHEAD * max(_count_workers(client), 1):
            yield _take_result(client, call, waiting.popleft(), what)
    while waiting:
        yield _take_result(client, call, waiting.popleft(), what)


def _count_workers(client: Any) -> int:
    try:
        return len(client.nthreads())
    except OSError as error:  # the scheduler does not answer
        raise CancelledError from error


def _take_result(client: Any, call: Call, future: Any, what: str) -> Any:
    """Wait for an item, and return its result, or raise its error."""
    from distributed import KilledWorker, wait
    from distributed.protocol import deserialize_bytes

    while not future.done():
        try:
            with client.as_current():
                wait([future], timeout=PATIENCE_SECONDS)
        except TimeoutError:
            if not _count_workers(client):
                raise ParleyError("no worker is left", fix="start workers and run the command again") from None
    number: int = future.key[1]
    try:
        error = future.result()
    except KilledWorker as killed:
        why = f"{killed.allowed_failures + 1} in a row; perhaps one of its articles needs more memory than a worker has"
        where = f"{what}, shard {number + 1}"
        raise ParleyError("its workers were killed", where=where, why=why, fix="see their logs") from None
    except ModuleNotFoundError as missing:
        raise ConfigError("a worker cannot run this", why=_describe(missing), fix=RESTART) from None
    if error is not None:
        raise error
    path = Path(call.folder, str(number))
    result = deserialize_bytes(path.read_bytes())
    path.write_bytes(b"")  # the empty file tells a worker that is asked again that this item is done
    return result
