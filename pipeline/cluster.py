"""The same work on a Dask cluster, one item one task: what `map_ordered` does when `PARLEY_SCHEDULER` names one.

The scheduler runs an item again when its worker dies. Results wait on the workers and come to this process without a
detour over the scheduler, which holds only the items under way.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, entry_points, version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from pipeline import __version__, paths
from pipeline.errors import ConfigError, ParleyError

A = TypeVar("A")
B = TypeVar("B")
# Items under way for each worker: enough that none waits for its neighbours, few enough to bound memory.
AHEAD = 4
# Further tries of an item whose work failed by an error that may pass, such as one of the file system.
RETRIES = 2
CONNECT_SECONDS = 20
# How long no item may be finished before it is asked whether there are workers at all.
PATIENCE_SECONDS = 60
# Versions of these decide on results or on the bytes of tables.
PACKAGES = ("distributed", "numpy", "pyarrow", "scikit-learn", "spacy", "thinc")
RESTART = "start the scheduler and all workers anew from this environment and code (docs/cluster.md)"


class Call(NamedTuple):
    """What a worker must know of one call of `over_cluster`: its name, a file it must see, what it must be."""

    name: str
    mark: str
    wanted: dict[str, str]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _software() -> dict[str, str]:
    """Versions that must agree, and a hash over the code and weights of this package."""
    digest, home = hashlib.sha256(), Path(__file__).parent
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    models = sorted(f"{e.name} {_version(e.name)}" for e in entry_points(group="spacy_models"))
    return {
        "Parley": f"{__version__}, code {digest.hexdigest()[:12]}",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{package: _version(package) for package in PACKAGES},
        "spaCy models": ", ".join(models) or "none",
    }


# As of the import: a worker that runs since before a change of the code must not pass for the new code.
SOFTWARE = _software()
_call = ""


def over_cluster(address: str, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
    """Apply a function to items on the workers of a Dask scheduler; results in order.

    Parameters
    ----------
    address : str
        Of the scheduler, such as `tcp://10.0.0.1:8786`.
    work, items, what
        As for `engine.map_ordered`.

    Raises
    ------
    ConfigError
        When Dask is not installed, the scheduler is not reached, or a worker has other code or does not see the folder.
    ParleyError
        What `work` raised; or when an item killed several workers, or no worker or scheduler is left.
    """
    client = _connect(address)
    try:
        with _mark() as mark:
            call = Call(uuid4().hex, mark, {**SOFTWARE, "threads": "1"})
            _ask(client, call, address)
            yield from _ordered(client, call, work, items, what)
    except CancelledError:
        why = "what is written stays; the next run goes on from there"
        raise ParleyError("the scheduler was lost", where=address, why=why, fix="start it and run this again") from None
    finally:
        client.close()


def _connect(address: str) -> Any:
    if "://" not in address:
        raise ConfigError(f"PARLEY_SCHEDULER is {address!r}", fix="give it an address such as tcp://10.0.0.1:8786")
    try:
        from distributed import Client
    except ImportError as error:
        fix = "pip install 'parley-quotes[scale]', or unset PARLEY_SCHEDULER"
        raise ConfigError("PARLEY_SCHEDULER is set, and Dask is not installed", why=str(error), fix=fix) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, direct_to_workers=True, set_as_default=False)
    except (OSError, ValueError) as error:
        fix = "start one with `dask scheduler`, or unset PARLEY_SCHEDULER"
        raise ConfigError("no scheduler is reached", where=address, why=str(error), fix=fix) from None
    return client


@contextmanager
def _mark() -> Iterator[str]:
    """An empty file in the project's folder, by which a worker knows that it sees the same folder."""
    path = Path.cwd() / paths.INTERIM / f".cluster.{uuid4().hex}.tmp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    try:
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


def _ask(client: Any, call: Call, address: str) -> None:
    """Ask every worker that is there whether it can do the work of a call."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        fix = f"start some: dask worker {address} --nthreads 1"
        raise ConfigError("the scheduler has no workers", where=address, fix=fix) from None
    for worker, answer in sorted(client.run(_answer, call, on_error="return").items()):
        if answer:
            raise ConfigError("a worker that cannot do this", where=worker, why=_told(answer), fix=RESTART)


def _told(answer: str | Exception) -> str:
    if isinstance(answer, ModuleNotFoundError) and (answer.name or "").split(".")[0] == "pipeline":
        return "Parley, or this version of it, is not installed there"
    return str(answer)


def _answer(call: Call, dask_worker: Any) -> str:
    """On a worker: why it cannot do the work of a call, or nothing."""
    mine = {**SOFTWARE, "threads": str(dask_worker.state.nthreads)}
    pairs = [(name, mine.get(name), wanted) for name, wanted in call.wanted.items()]
    other = [f"{name}: {found} there, {wanted} here" for name, found, wanted in pairs if found != wanted]
    if not other and not Path(call.mark).exists():
        return f"it does not see {Path(call.mark).parent}: the folder must be shared under the same path"
    return "; ".join(other)


def _ordered(client: Any, call: Call, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
    from distributed.protocol import serialize_bytes

    numbered = enumerate(items)
    flying: dict[int, Any] = {}
    done: dict[int, B] = {}
    asked = given = 0
    while True:
        room = AHEAD * max(len(client.nthreads()), 1) - (asked - given)
        for number, item in islice(numbered, max(room, 0)):
            # As bytes, so that the scheduler need not load what the items are made of.
            packed, key = serialize_bytes((work, item)), (f"{what}-{call.name}", number)
            flying[number] = client.submit(_do, call, packed, key=key, retries=RETRIES, pure=False)
            asked += 1
        if not flying:
            return
        # Results are fetched as they come, not as they are wanted: a worker that dies takes none with it.
        for number in _finished(client, flying):
            done[number] = _result(flying.pop(number), f"{what}, shard {number + 1}")
        while given in done:
            yield done.pop(given)
            given += 1


def _finished(client: Any, flying: dict[int, Any]) -> list[int]:
    """Numbers of the items that are done or failed; waits until there is one."""
    from distributed import wait

    while True:
        try:
            with client.as_current():
                wait(list(flying.values()), timeout=PATIENCE_SECONDS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            if not client.nthreads():
                raise ParleyError("no worker is left", fix="start workers and run this again") from None
        else:
            return [number for number, future in flying.items() if future.done()]


def _result(future: Any, where: str) -> Any:
    from distributed import KilledWorker

    try:
        result = future.result()
    except KilledWorker as error:
        why = f"{error.allowed_failures + 1} in a row; perhaps an article of it needs more memory than a worker has"
        raise ParleyError("its workers were killed", where=where, why=why, fix="look into their logs") from None
    except ModuleNotFoundError as error:
        raise ConfigError("a worker that cannot do this", why=_told(error), fix=RESTART) from None
    if isinstance(result, ParleyError):
        raise result
    return result


def _do(call: Call, packed: bytes) -> Any:
    """On a worker: the work of one item. A ParleyError is a result, for another try would end in the same."""
    from distributed import get_worker
    from distributed.protocol import deserialize_bytes

    try:
        _join(call, get_worker())
        work, item = deserialize_bytes(packed)
        return work(item)
    except ParleyError as error:
        return error


def _join(call: Call, worker: Any) -> None:
    """At the first item of a call: check this worker, which may have come late, and forget what earlier calls cached.

    Workers outlive a call, and what they keep (a parser, a gazetteer) was made of files that may have changed since.
    """
    global _call
    if call.name == _call:
        return
    if why := _answer(call, worker):
        raise ConfigError("a worker that cannot do this", where=worker.address, why=why, fix=RESTART)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "pipeline":
            for value in list(vars(module).values()):
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()
    _call = call.name
