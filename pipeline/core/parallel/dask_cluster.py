"""The same work on a Dask cluster, one item one task: what `map_ordered` does when `PARLEY_SCHEDULER` names one."""

import hashlib
import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from importlib.metadata import distributions, entry_points
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from pipeline import __version__
from pipeline.core import paths
from pipeline.core.code_hash import files_below
from pipeline.core.errors import ConfigError, ParleyError

# Retries of an item after an error that may be temporary, such as one of the file system.
RETRIES = 2
CONNECT_SECONDS = 20
# How long to wait for any item to finish before checking whether there are workers at all.
PATIENCE_SECONDS = 60
# The results, or the bytes of tables, depend on the versions of these packages.
PACKAGES = ("distributed", "numpy", "pyarrow", "scikit-learn", "spacy", "thinc")
RESTART = "restart the scheduler and all workers from this environment and code (docs/cluster.md)"


class Call(NamedTuple):
    """What a worker must know about a call of `map_ordered`: a folder of the project, and the required versions."""

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


def run_item(call: Call, packed: bytes) -> tuple[Any, ParleyError | None]:
    """Process one item; return its result, or a ParleyError, which Dask would retry if it were raised."""
    from distributed import get_worker
    from distributed.protocol import deserialize_bytes

    try:
        _prepare(call, get_worker())
        work, item = deserialize_bytes(packed)
        return work(item), None
    except ParleyError as error:
        return None, error


def _prepare(call: Call, worker: Any) -> None:
    """Before the first item of a call: check this worker, which may have joined late, and clear all caches.

    Workers outlive a call, and what they cache (a parser, a gazetteer) was read from files that may have changed since.
    """
    global _call
    if call.folder == _call:
        return
    if why := find_mismatch(call, worker):
        raise ConfigError("a worker cannot run this", where=worker.address, why=why, fix=RESTART)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "pipeline":
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
    _call = call.folder


@contextmanager
def cluster(address: str, work: Callable[[Any], Any], what: str) -> Iterator[tuple[Any, Any, Any]]:
    """Connect to a Dask scheduler; return functions that submit an item, take its result and count the workers.

    It is a ParleyError when Dask is not installed, the scheduler does not answer (`tcp://10.0.0.1:8786`), a worker has
    other code or another folder, an item killed several workers, or no worker or scheduler is left; any ParleyError of
    `work` is raised. `what` names the work.
    """
    client = _connect(address)
    from distributed.protocol import serialize_bytes

    (interim := Path.cwd() / paths.INTERIM).mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".cluster-", dir=interim) as folder:  # a worker that sees it sees this project
            call, numbers = Call(folder, {**SOFTWARE, "threads of a worker": "1"}), count(1)
            _check_cluster(client, call, address)

            def submit(item: Any) -> Any:
                # As bytes, so that the scheduler need not import the classes of the items.
                key, packed = (folder, f"{what}, shard {next(numbers)}"), serialize_bytes((work, item))
                return client.submit(run_item, call, packed, key=key, retries=RETRIES, pure=False)

            yield submit, partial(_take_result, client), partial(_count_workers, client)
    except CancelledError:
        why, fix = "finished work is kept; the next run continues from there", "start it and run the command again"
        raise ParleyError("the scheduler was lost", where=address, why=why, fix=fix) from None
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


def _count_workers(client: Any) -> int:
    try:
        return len(client.nthreads())
    except OSError as error:  # the scheduler does not answer
        raise CancelledError from error


def _take_result(client: Any, future: Any) -> Any:
    """Wait for an item, and return its result, or raise its error."""
    from distributed import KilledWorker, wait

    while not future.done():
        try:
            with client.as_current():
                wait([future], timeout=PATIENCE_SECONDS)
        except TimeoutError:
            if not _count_workers(client):
                raise ParleyError("no worker is left", fix="start workers and run the command again") from None
    try:
        result, error = future.result()
    except KilledWorker as killed:
        why = f"{killed.allowed_failures + 1} in a row; perhaps one of its articles needs more memory than a worker has"
        raise ParleyError("its workers were killed", where=future.key[1], why=why, fix="see their logs") from None
    except ModuleNotFoundError as missing:
        raise ConfigError("a worker cannot run this", why=_describe(missing), fix=RESTART) from None
    if error is not None:
        raise error
    return result
