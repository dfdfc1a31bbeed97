"""Work on a local Dask cluster: the same bytes as without it, and no item done twice when workers die."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError, ParleyError
from pipeline.core.parallel.executor import map_ordered
from pipeline.extract.run import run as extract
from pipeline.parse.run import run as parse
from pipeline.reader.run import run as read
from pipeline.resolve.run import run as resolve
from tests.e2e import project
from tests.robust.programs import Programs
from tests.robust.watched import Killer, lines, logging_executor
from tests.worlds.project import ingest_input

distributed = pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
from pipeline.core.parallel import dask_cluster  # noqa: E402

STAGES = {"parse": parse, "extract": extract, "read": read, "resolve": resolve}
TABLES = (
    paths.PARSES,
    paths.EXTRACTED,
    paths.POINTINGS,
    paths.QUOTES,
    paths.SPEAKERS,
    paths.GOLD_SPEAKERS,
    paths.REPORTS,
)
ARTICLE = (
    "“The {n} ferries to Port Amsel will sail again in {m} days,” said Nadia Sarkel, who runs line {n}. She told "
    "reporters that the truce on the river had to hold first. According to Owen Tarr, {m} pilots were ready to go."
)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Return the address of a scheduler with two workers."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as local:
        yield local.scheduler_address


@pytest.fixture
def programs(tmp_path, monkeypatch) -> Iterator[Programs]:
    """Start a scheduler without workers and set it in the environment."""
    monkeypatch.chdir(tmp_path)
    with Programs(tmp_path) as started:
        monkeypatch.setenv("PARLEY_SCHEDULER", started.address)
        yield started


@pytest.fixture
def folder(scheduler, tmp_path, monkeypatch) -> Path:
    """Return an empty working folder, with the scheduler set in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_SCHEDULER", scheduler)
    return tmp_path


def square(n: int) -> int:
    return n * n


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


def count_tries(item: tuple[Path, int]) -> int:
    """Return the number of the attempt at this item."""
    folder, number = item
    with (folder / str(number)).open("a") as tries:
        tries.write("x")
    return (folder / str(number)).stat().st_size


def refuse_third(item: tuple[Path, int]) -> int:
    if count_tries(item) and item[1] == 3:
        raise DataError("three is no good", where="row 3", fix="leave it out")
    return item[1]


def fail_once(item: tuple[Path, int]) -> int:
    if count_tries(item) == 1 and item[1] == 3:
        raise OSError("the file system is busy")
    return item[1]


def fail(item: tuple[Path, int]) -> int:
    count_tries(item)
    raise OSError("the file system is away")


def die_once(item: tuple[Path, int]) -> int:
    if count_tries(item) == 1 and item[1] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item[1]


def die(n: int) -> int:
    if n == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return n


def wait(n: int) -> int:
    time.sleep(0.2)
    return n


def tries(folder: Path, number: int) -> int:
    return (folder / str(number)).stat().st_size


def test_an_error_of_the_function_is_raised_and_not_retried(folder):
    with pytest.raises(DataError, match=r"row 3: three is no good\n.*leave it out"):
        list(map_ordered(refuse_third, [(folder, n) for n in range(5)], "refusing"))
    assert tries(folder, 3) == 1


def test_a_temporary_error_is_retried(folder):
    assert list(map_ordered(fail_once, [(folder, n) for n in range(5)], "failing")) == list(range(5))
    assert [tries(folder, n) for n in range(5)] == [1, 1, 1, 2, 1]


def test_a_permanent_error_is_raised(folder):
    with pytest.raises(OSError, match="is away"):
        list(map_ordered(fail, [(folder, n) for n in range(2)], "failing"))
    assert max(tries(folder, n) for n in range(2)) == 1 + dask_cluster.RETRIES


def test_items_of_a_dead_worker_are_done_by_another(folder):
    assert list(map_ordered(die_once, [(folder, n) for n in range(8)], "dying")) == list(range(8))
    assert tries(folder, 3) >= 2


@pytest.mark.long
def test_an_item_that_kills_every_worker_is_an_error(programs):
    for _ in range(5):
        programs.worker()
    with pytest.raises(ParleyError, match=r"dying, shard 3: its workers were killed \(4 in a row"):
        list(map_ordered(die, range(5), "dying"))


@pytest.mark.long
def test_a_lost_cluster_is_an_error(programs, monkeypatch):
    monkeypatch.setattr(dask_cluster, "PATIENCE_SECONDS", 2)
    for lost, message in ((programs.worker(), "no worker is left"), (programs.scheduler, "the scheduler was lost")):
        results = map_ordered(wait, range(60), "waiting")
        assert next(results) == 0
        lost.terminate()
        with pytest.raises(ParleyError, match=message):
            list(results)
        programs.worker()


@pytest.mark.long
def test_a_cluster_without_workers_is_an_error(programs, monkeypatch):
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 5)
    with pytest.raises(ConfigError, match=r"has no workers\n.*dask worker tcp://"):
        list(map_ordered(square, range(4), "squaring"))


@pytest.mark.long
def test_a_worker_with_two_threads_is_an_error(programs):
    programs.worker(threads=2)
    with pytest.raises(ConfigError, match="threads of a worker: 2 there, 1 here"):
        list(map_ordered(square, range(4), "squaring"))


def test_workers_with_other_code_are_an_error(folder, monkeypatch):
    monkeypatch.setitem(dask_cluster.SOFTWARE, "Parley", "0.0.9 with code 0123456789ab")
    with pytest.raises(ConfigError, match=r"tcp://.*Parley: .* there, 0\.0\.9 with code 0123456789ab here"):
        list(map_ordered(square, range(4), "squaring"))


def tables(root: Path) -> dict[str, bytes]:
    """Return every file that the stages wrote, without hidden ones: a killed worker may leave a temporary file."""
    found = (path for table in TABLES for path in sorted((root / table).rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found if not path.name.startswith(".")}


def project_with_articles(root: Path, texts: list[str] | None = None) -> Path:
    """Return a project with some texts, or with the sample, as articles."""
    for part in ("configs", "data/annotations", *([] if texts else ["data/raw"])):
        shutil.copytree(project.ROOT / part, root / part)
    if texts:
        path = root / "configs/ingest.yaml"
        config = {**yaml.safe_load(path.read_text(encoding="utf-8")), "near_duplicate_threshold": 1.0}
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        (root / "data/raw").mkdir()
        rows = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        (root / "data/raw/mine.jsonl").write_text(rows, encoding="utf-8")
    ingest_input(root)
    return root


def run_both(root: Path, texts: list[str] | None, monkeypatch, kills: int = 0, replace=None) -> dict[str, list[int]]:
    """Run the stages here and on a cluster with killed workers, and compare; return counts by stage."""
    scheduler = os.environ["PARLEY_SCHEDULER"]
    here, there = project_with_articles(root / "here", texts), root / "there"
    shutil.copytree(here, there)
    monkeypatch.setattr("pipeline.core.storage.result_store.ARTICLES_AT_ONCE", 1)
    monkeypatch.setenv("PARLEY_PROCESSES", "1")
    monkeypatch.delenv("PARLEY_SCHEDULER")
    for stage in STAGES.values():
        stage(here)
    monkeypatch.setenv("PARLEY_SCHEDULER", scheduler)
    monkeypatch.chdir(there)
    counts = {}
    for name, stage in STAGES.items():
        log = root / f"{name}.log"
        monkeypatch.setattr(dask_cluster, "map_on_cluster", logging_executor(log))
        with Killer(log, kills, seed=len(counts), replace=replace) as killer:
            counts_there = stage(there)
        counts[name] = check_log(lines(log), killer.killed)
        assert len(killer.killed) == kills
        if name == "parse":
            assert counts_there["parsed now"] == counts_there["articles"] == sum(line.result for line in lines(log))
    assert tables(here) == tables(there)
    assert {path.relative_to(here) for path in here.rglob("*")} >= {
        path.relative_to(there) for path in there.rglob("*") if not path.name.endswith(".tmp")
    }
    return counts


def check_log(log, killed) -> list[int]:
    """Check that each shard is done once, and started once more for each worker killed at it; return the counts."""
    begun = Counter(line.number for line in log if line.event == "start")
    dones = Counter(line.number for line in log if line.event == "done")
    assert dones == dict.fromkeys(range(len(dones)), 1)
    assert begun == dones + Counter(line.number for line in killed)
    return [len(dones), begun.total(), len(killed)]


def test_tables_equal_those_of_a_local_run(folder, monkeypatch):
    monkeypatch.setattr("pipeline.core.parallel.executor.ARTICLES_WORTH_ASKED", 2)
    counts = run_both(folder, [ARTICLE.format(n=n, m=n * n + 2) for n in range(6)], monkeypatch)
    assert all(shards >= 4 for shards, *_ in counts.values())


@pytest.mark.long
def test_killed_workers_lose_and_repeat_no_finished_work(programs, tmp_path, monkeypatch):
    for _ in range(2):
        programs.worker()
    counts = run_both(tmp_path, None, monkeypatch, kills=5, replace=programs.worker)
    for name, (shards, starts, kills) in counts.items():
        print(f"{name}: {shards} shards done once each, {starts} begun, {kills} workers killed at work")
