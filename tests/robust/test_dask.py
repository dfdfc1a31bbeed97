"""Work on a local Dask cluster: the same bytes as without it, also when workers die."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError, ParleyError
from pipeline.core.parallel.executor import map_ordered
from pipeline.extract.run import run as extract
from pipeline.parse.run import run as parse
from pipeline.reader.run import run as read
from pipeline.resolve.run import run as resolve
from tests.e2e import project
from tests.worlds.project import change_config, ingest_input
from tests.worlds.rows import write_json_lines

distributed = pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
from pipeline.core.parallel import dask_cluster  # noqa: E402

STAGES = {"parse": parse, "extract": extract, "read": read, "resolve": resolve}
TABLES = (
    paths.PARSES, paths.EXTRACTED, paths.POINTINGS, paths.QUOTES, paths.SPEAKERS, paths.GOLD_SPEAKERS, paths.REPORTS,
)  # fmt: skip
ARTICLE = (
    "“The {n} ferries to Port Amsel will sail again in {m} days,” said Nadia Sarkel, who runs line {n}. She told "
    "reporters that the truce on the river had to hold first. According to Owen Tarr, {m} pilots were ready to go."
)


def start_cluster(workers: int) -> Any:
    """Start a scheduler whose workers are processes, each with a nanny that starts it again after a kill."""
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Return the address of a scheduler with two workers."""
    with start_cluster(2) as local:
        yield local.scheduler_address


@pytest.fixture
def folder(scheduler, tmp_path, monkeypatch) -> Path:
    """Return an empty working folder, with the scheduler set in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_SCHEDULER", scheduler)
    return tmp_path


def square(n: int) -> int:
    return n * n


def wait(n: int) -> int:
    time.sleep(0.2)
    return n


def test_results_are_in_order_and_items_are_read_no_faster_than_processed(folder):
    taken = []

    def items() -> Iterator[int]:
        for n in range(40):
            taken.append(n)
            yield n

    ahead = []
    for given, result in enumerate(map_ordered(square, items(), "squaring")):
        assert result == given * given
        ahead.append(len(taken) - given)
    assert len(ahead) == 40
    assert max(ahead) < 20
    assert list(Path("data/interim").iterdir()) == []


def attempt(item: tuple[Path, int, str]) -> int:
    """Note an attempt at an item; something is wrong with item 3, at the first attempt or at each."""
    folder, number, wrong = item
    with (folder / str(number)).open("a") as attempts:
        attempts.write("x")
    if number == 3 and (not wrong.endswith(" once") or tries(folder) == 1):
        if wrong == "refused":
            raise DataError("three is no good", where="row 3", fix="leave it out")
        if wrong.startswith("away"):
            raise OSError("the file system is away")
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def tries(folder: Path) -> int:
    """Return how often item 3 was begun."""
    return (folder / "3").stat().st_size


@pytest.mark.parametrize(("wrong", "begun", "error", "says"), [
    ("refused", 1, DataError, r"row 3: three is no good\n.*leave it out"),
    ("away", 1 + dask_cluster.RETRIES, OSError, "is away"),
    ("away once", 2, None, ""),
    ("killed once", 2, None, ""),
    pytest.param(
        "killed", 4, ParleyError, r"trying, shard 4: its workers were killed \(4 in a row", marks=pytest.mark.long
    ),
])  # fmt: skip
def test_what_goes_wrong_once_is_done_again_and_what_always_does_is_an_error(folder, wrong, begun, error, says):
    results = map_ordered(attempt, [(folder, n, wrong) for n in range(8)], "trying")
    if error is None:
        assert list(results) == list(range(8))
    else:
        with pytest.raises(error, match=says):
            list(results)
    assert tries(folder) == begun


@pytest.mark.long
@pytest.mark.parametrize(("workers", "lose", "says"), [
    (1, lambda local: local.scale(0), "no worker is left"),
    (1, lambda local: local.close(), "the scheduler was lost"),
    (0, None, r"has no workers\n.*dask worker tcp://"),
])  # fmt: skip
def test_a_lost_cluster_is_an_error(folder, monkeypatch, workers, lose, says):
    monkeypatch.setattr(dask_cluster, "PATIENCE_SECONDS", 2)
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 5)
    with start_cluster(workers) as local:
        monkeypatch.setenv("PARLEY_SCHEDULER", local.scheduler_address)

        def lose_at_first() -> Iterator[int]:
            for n in map_ordered(wait, range(60), "waiting"):
                yield n if n else lose(local)

        with pytest.raises(ParleyError, match=says):
            list(lose_at_first())


def test_workers_with_other_code_are_an_error(folder, monkeypatch):
    monkeypatch.setitem(dask_cluster.SOFTWARE, "Parley", "0.0.9 with code 0123456789ab")
    with pytest.raises(ConfigError, match=r"tcp://.*Parley: .* there, 0\.0\.9 with code 0123456789ab here"):
        list(map_ordered(square, range(4), "squaring"))


def tables(root: Path) -> dict[str, bytes]:
    """Return every file that the stages wrote, without hidden ones: a killed worker may leave a temporary file."""
    found = (path for table in TABLES for path in sorted((root / table).rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found if not path.name.startswith(".")}


@dataclass(frozen=True)
class Dying:
    """Work in which the process dies just before it finishes each of some first attempts."""

    work: Callable[[Any], Any]
    log: Path
    deaths: int

    def __call__(self, item: Any) -> Any:
        result = self.work(item)
        for number in range(self.deaths):
            died = self.log.with_name(f"{self.log.name}.{number}")
            if not died.exists():
                died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        with self.log.open("a") as log:  # one short write at the end of the file: lines of two processes do not mix
            log.write(f"{next(iter(item))}\n")
        return result


CLUSTER = dask_cluster.cluster
TEXTS = [ARTICLE.format(n=n, m=n * n + 2) for n in range(6)]


@pytest.mark.parametrize("deaths", [0, pytest.param(2, marks=pytest.mark.long)])
def test_tables_equal_those_of_a_local_run(folder, monkeypatch, deaths):
    monkeypatch.setattr("pipeline.core.parallel.executor.ARTICLES_WORTH_ASKED", 2)
    monkeypatch.setattr("pipeline.core.storage.result_store.ARTICLES_AT_ONCE", 1)
    monkeypatch.setenv("PARLEY_PROCESSES", "1")
    here, there = folder / "here", folder / "there"
    for part in ("configs", "data/annotations"):
        shutil.copytree(project.ROOT / part, here / part)
    change_config(here / "configs/ingest.yaml", near_duplicate_threshold=1.0)
    write_json_lines(here / "data/raw/mine.jsonl", [{"text": text} for text in TEXTS])
    ingest_input(here)
    shutil.copytree(here, there)
    with monkeypatch.context() as alone:
        alone.delenv("PARLEY_SCHEDULER")
        for stage in STAGES.values():
            stage(here)
    monkeypatch.chdir(there)
    for name, stage in STAGES.items():
        log = folder / f"{name}.log"

        def dying(address: str, work: Any, what: str, log: Path = log) -> Any:
            return CLUSTER(address, Dying(work, log, deaths), what)

        monkeypatch.setattr(dask_cluster, "cluster", dying)
        counts = stage(there)
        done = log.read_text().split()
        assert len({*done}) >= 4
        assert deaths or len(done) == len({*done})
        assert name != "parse" or counts["parsed now"] == counts["articles"]
    assert tables(here) == tables(there)
    assert {path.relative_to(here) for path in here.rglob("*")} >= {
        path.relative_to(there) for path in there.rglob("*") if not path.name.endswith(".tmp")
    }
