"""The executor: results in the order of the input for any number of processes, and errors."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.parallel import dask_cluster
from pipeline.core.parallel.executor import AHEAD, are_worth_processes, map_ordered, process_count
from tests.e2e.project import ROOT


def square(n: int) -> int:
    return n * n


@pytest.mark.parametrize("count", ["1", "3"])
def test_results_are_in_the_order_of_the_items(monkeypatch, count):
    monkeypatch.setenv("PARLEY_PROCESSES", count)
    assert list(map_ordered(square, range(9), "squaring")) == [n * n for n in range(9)]


@pytest.mark.parametrize("count", ["0", "two", "-1"])
def test_an_invalid_number_of_processes_is_an_error(monkeypatch, count):
    monkeypatch.setenv("PARLEY_PROCESSES", count)
    with pytest.raises(ConfigError, match="PARLEY_PROCESSES"):
        process_count()


@pytest.mark.parametrize(("count", "most"), [("1", 4), ("2", 2 * AHEAD + 1)])
def test_items_are_read_no_faster_than_they_are_processed(monkeypatch, count, most):
    monkeypatch.setenv("PARLEY_PROCESSES", count)
    taken = []
    items = (taken.append(n) or n for n in range(60))
    for number, result in enumerate(map_ordered(square, items, "squaring")):
        assert result == number * number
        assert len(taken) - number <= most
    assert len(taken) == 60


@pytest.mark.parametrize(
    ("items", "articles", "here"), [(1, 5000, True), (0, 0, True), (3, 15, True), (3, 16, False), (2, None, False)]
)
def test_few_articles_are_processed_without_subprocesses(monkeypatch, items, articles, here):
    monkeypatch.setenv("PARLEY_PROCESSES", "2")
    pids = set(map_ordered(process_of, iter(range(items)), "asking", articles=articles))
    assert pids <= {os.getpid()} if here else os.getpid() not in pids


def process_of(_: int) -> int:
    return os.getpid()


def die(n: int) -> int:
    if n == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return n


def test_a_killed_process_is_an_error(monkeypatch):
    monkeypatch.setenv("PARLEY_PROCESSES", "2")
    with pytest.raises(ParleyError, match="a worker process died"):
        list(map_ordered(die, range(9), "dying"))


def tell_and_wait(path: str) -> None:
    with open(path, "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_processes_end_when_their_parent_is_killed(tmp_path):
    """Otherwise they would wait forever for the next item."""
    pid_file = tmp_path / "pids"
    code = (
        "import sys; from pipeline.core.parallel.executor import map_ordered; "
        "from tests.core.test_executor import tell_and_wait; "
        "list(map_ordered(tell_and_wait, sys.argv[1:] * 4, ''))"
    )
    env = {**os.environ, "PARLEY_PROCESSES": "2"}
    main = subprocess.Popen([sys.executable, "-c", code, str(pid_file)], env=env, cwd=ROOT)
    for _ in range(600):
        if pid_file.exists() and len(pid_file.read_text().split()) == 2:
            break
        time.sleep(0.05)
    main.kill()
    main.wait()
    pids = [int(pid) for pid in pid_file.read_text().split()]
    assert len(pids) == 2
    for _ in range(200):
        if not any(runs(pid) for pid in pids):
            break
        time.sleep(0.05)
    assert not any(runs(pid) for pid in pids)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def test_dask_is_not_imported_without_a_scheduler():
    code = (
        "import sys; from pipeline.core.parallel.executor import map_ordered; "
        "assert list(map_ordered(abs, [-1, 2], '')) == [1, 2]; "
        "assert not {'dask', 'distributed', 'pipeline.core.parallel.dask_cluster'} & set(sys.modules)"
    )
    env = {**os.environ, "PARLEY_PROCESSES": "1"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("localhost:8786", r"PARLEY_SCHEDULER is 'localhost:8786'\n.*tcp://"),
        ("tcp://127.0.0.1:9", "tcp://127.0.0.1:9: the scheduler does not answer"),
        ("carrier://pigeon:1", "carrier://pigeon:1: the scheduler does not answer"),
    ],
)
def test_an_unreachable_scheduler_is_an_error(monkeypatch, address, message):
    pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1)
    monkeypatch.setenv("PARLEY_SCHEDULER", address)
    with pytest.raises(ConfigError, match=message):
        list(map_ordered(square, range(3), "squaring"))


def test_a_missing_extra_is_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("PARLEY_SCHEDULER", "tcp://127.0.0.1:9")
    with pytest.raises(ConfigError, match=r"Dask is not installed.*\n.*parley-quotes\[scale\]"):
        list(map_ordered(square, range(3), "squaring"))


@pytest.mark.parametrize(
    ("variable", "value", "articles"),
    [("", "", 100), ("PARLEY_PROCESSES", "3", 16), ("PARLEY_SCHEDULER", "tcp://x:1", 16)],
)
def test_fewer_articles_are_worth_processes_that_are_asked_for(monkeypatch, variable, value, articles):
    monkeypatch.delenv("PARLEY_PROCESSES", raising=False)
    monkeypatch.delenv("PARLEY_SCHEDULER", raising=False)
    if variable:
        monkeypatch.setenv(variable, value)
    assert are_worth_processes(articles)
    assert not are_worth_processes(articles - 1)
