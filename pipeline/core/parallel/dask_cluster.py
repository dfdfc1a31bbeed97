"""The same work on a Dask cluster, one item one task: what `map_ordered` does when `PARLEY_SCHEDULER` names one.

The scheduler runs an item again when its worker dies. Results come as files of the project's folder, which all share:
they outlive their worker, and no memory holds them but that of the process that takes them.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pipeline.core import paths
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.parallel import dask_worker
from pipeline.core.parallel.dask_worker import RESTART, SOFTWARE, Call

A = TypeVar("A")
B = TypeVar("B")
# Items under way for each worker: enough that none waits for its neighbours, few enough to bound memory.
AHEAD = 4
# Further tries of an item whose work failed by an error that may pass, such as one of the file system.
RETRIES = 2
CONNECT_SECONDS = 20
# How long no item may be finished before it is asked whether there are workers at all.
PATIENCE_SECONDS = 60


def map_on_cluster(address: str, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
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
        name = uuid4().hex
        with _place(name) as place:
            call = Call(name, place, {**SOFTWARE, "threads of a worker": "1"})
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
    # What it would log, with tracebacks, is told by a ParleyError.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        fix = "start one with `dask scheduler`, or unset PARLEY_SCHEDULER"
        raise ConfigError("no scheduler is reached", where=address, why=str(error), fix=fix) from None


@contextmanager
def _place(name: str) -> Iterator[str]:
    """A folder for results in the project's folder; by it a worker also knows that it sees the same project."""
    path = Path.cwd() / paths.INTERIM / f".cluster-{name}.{os.getpid()}.tmp"
    path.mkdir(parents=True)
    try:
        yield str(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _ask(client: Any, call: Call, address: str) -> None:
    """Ask the scheduler and every worker that is there whether they can do the work of a call."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        fix = f"start some: dask worker {address} --nthreads 1"
        raise ConfigError("the scheduler has no workers", where=address, fix=fix) from None
    try:
        # It unpacks the calls that it hands on, and so needs this package too.
        client.run_on_scheduler(_told, "")
    except Exception as error:
        raise ConfigError("a scheduler that cannot do this", where=address, why=_told(error), fix=RESTART) from None
    for place, answer in sorted(client.run(dask_worker.refusal, call, on_error="return").items()):
        if answer:
            raise ConfigError("a worker that cannot do this", where=place, why=_told(answer), fix=RESTART)


def _told(answer: str | Exception) -> str:
    # Over the wire, such an error keeps its words and not its type.
    missing = "No module named 'pipeline" in str(answer)
    return "Parley, or this version of it, is not installed there" if missing else str(answer)


def _ordered(client: Any, call: Call, work: Callable[[A], B], items: Iterable[A], what: str) -> Iterator[B]:
    from distributed.protocol import serialize_bytes

    numbered = enumerate(items)
    flying: dict[int, Any] = {}
    done: set[int] = set()
    asked = given = 0
    while True:
        room = AHEAD * max(_workers(client), 1) - (asked - given)
        for number, item in islice(numbered, max(room, 0)):
            # As bytes, so that the scheduler need not load what the items are made of.
            packed, key = serialize_bytes((work, item)), (f"{what}-{call.name}", number)
            flying[number] = client.submit(dask_worker.do, call, number, packed, key=key, retries=RETRIES, pure=False)
            asked += 1
        if not flying:
            return
        for number in _finished(client, flying):
            _check(flying.pop(number), f"{what}, shard {number + 1}")
            done.add(number)
        while given in done:
            yield _taken(Path(call.place, str(given)))
            given += 1


def _taken(path: Path) -> Any:
    """A result. The empty file that is left tells a worker that this is done, should it be asked for it once more."""
    from distributed.protocol import deserialize_bytes

    result = deserialize_bytes(path.read_bytes())
    path.write_bytes(b"")
    return result


def _workers(client: Any) -> int:
    try:
        return len(client.nthreads())
    except OSError as error:  # the scheduler does not answer
        raise CancelledError from error


def _finished(client: Any, flying: dict[int, Any]) -> list[int]:
    """Numbers of the items that are done or failed; waits until there is one."""
    from distributed import wait

    while True:
        try:
            with client.as_current():
                wait(list(flying.values()), timeout=PATIENCE_SECONDS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            if not _workers(client):
                raise ParleyError("no worker is left", fix="start workers and run this again") from None
        else:
            return [number for number, future in flying.items() if future.done()]


def _check(future: Any, where: str) -> None:
    """Raise what went wrong with an item."""
    from distributed import KilledWorker

    try:
        error = future.result()
    except KilledWorker as killed:
        why = f"{killed.allowed_failures + 1} in a row; perhaps an article of it needs more memory than a worker has"
        raise ParleyError("its workers were killed", where=where, why=why, fix="look into their logs") from None
    except ModuleNotFoundError as missing:
        raise ConfigError("a worker that cannot do this", why=_told(missing), fix=RESTART) from None
    if error is not None:
        raise error
