"""Work in processes and on a cluster: results in the order of the input, errors, checks of workers, and progress."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from functools import lru_cache
from types import ModuleType, SimpleNamespace

import pytest

from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.parallel import dask_cluster
from pipeline.core.parallel.executor import AHEAD, are_worth_processes, map_ordered, process_count, with_progress
from tests.e2e.project import ROOT, environment


def square(n: int) -> int:
    return n * n


@pytest.mark.parametrize(("count", "most"), [("1", 4), ("2", 2 * AHEAD + 1)])
def test_items_are_read_no_faster_than_they_are_processed(monkeypatch, count, most):
    monkeypatch.setenv("PARLEY_PROCESSES", count)
    taken = []
    items = (taken.append(n) or n for n in range(60))
    for number, result in enumerate(map_ordered(square, items, "squaring")):
        assert result == number * number
        assert len(taken) - number <= most
    assert len(taken) == 60


def process_of(_: int) -> int:
    return os.getpid()


def die(n: int) -> int:
    if n == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return n


def test_few_articles_are_processed_without_subprocesses_and_a_killed_one_is_an_error(monkeypatch):
    monkeypatch.setenv("PARLEY_PROCESSES", "2")
    for items, articles, is_here in ((1, 5000, True), (0, 0, True), (3, 15, True), (3, 16, False)):
        pids = set(map_ordered(process_of, iter(range(items)), "asking", articles=articles))
        assert pids <= {os.getpid()} if is_here else os.getpid() not in pids
    with pytest.raises(ParleyError, match="a worker process died"):
        list(map_ordered(die, range(9), "dying"))


def tell_and_wait(path: str) -> None:
    with open(path, "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_processes_end_when_their_parent_is_killed(tmp_path):
    pid_file = tmp_path / "pids"
    code = (
        "import sys; from pipeline.core.parallel.executor import map_ordered; "
        "from tests.core.test_executor import tell_and_wait; "
        "list(map_ordered(tell_and_wait, sys.argv[1:] * 4, ''))"
    )
    main = subprocess.Popen([sys.executable, "-c", code, str(pid_file)], env=environment(ROOT, 2), cwd=ROOT)
    wait_until(lambda: pid_file.exists() and len(pid_file.read_text().split()) == 2)
    main.kill()
    main.wait()
    pids = [int(pid) for pid in pid_file.read_text().split()]
    assert len(pids) == 2
    wait_until(lambda: not any(runs(pid) for pid in pids), seconds=10)


def wait_until(is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


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
    subprocess.run([sys.executable, "-c", code], env=environment(ROOT), check=True, cwd=ROOT)


@pytest.mark.parametrize(("address", "is_installed", "message"), [
    ("localhost:8786", True, r"PARLEY_SCHEDULER is 'localhost:8786'\n.*tcp://"),
    ("tcp://127.0.0.1:9", True, "tcp://127.0.0.1:9: the scheduler does not answer"),
    ("carrier://pigeon:1", True, "carrier://pigeon:1: the scheduler does not answer"),
    ("tcp://127.0.0.1:9", False, r"Dask is not installed.*\n.*parley-quotes\[scale\]"),
])  # fmt: skip
def test_a_scheduler_that_is_not_reached_is_an_error(monkeypatch, address, is_installed, message):
    if is_installed:
        pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
    else:
        monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1)
    monkeypatch.setenv("PARLEY_SCHEDULER", address)
    with pytest.raises(ConfigError, match=message):
        list(map_ordered(square, range(3), "squaring"))


def test_fewer_articles_are_worth_processes_that_are_asked_for(monkeypatch):
    for processes, scheduler, articles in (("", "", 100), ("3", "", 16), ("", "tcp://x:1", 16)):
        monkeypatch.setenv("PARLEY_PROCESSES", processes)
        monkeypatch.setenv("PARLEY_SCHEDULER", scheduler)
        assert are_worth_processes(articles)
        assert not are_worth_processes(articles - 1)
    for invalid in ("0", "two", "-1", "²"):
        monkeypatch.setenv("PARLEY_PROCESSES", invalid)
        with pytest.raises(ConfigError, match="PARLEY_PROCESSES"):
            process_count()


def prepare(folder, threads=1, **other):
    """Have a worker prepare for a call that wants the software that is here, or other."""
    worker = SimpleNamespace(state=SimpleNamespace(nthreads=threads), address="tcp://10.0.0.2:4000")
    wanted = {**dask_cluster.SOFTWARE, "threads of a worker": "1"} | other
    dask_cluster._prepare(dask_cluster.Call(str(folder), wanted), worker)


@pytest.mark.parametrize(("folder", "other", "threads", "says"), [
    ("", {"spacy": "3.0.0"}, 1, f"spacy: {dask_cluster.SOFTWARE['spacy']} there, 3.0.0 here"),
    ("", {}, 8, "threads of a worker: 8 there, 1 here"),
    ("elsewhere/results", {}, 1, "it does not see the folder"),
])  # fmt: skip
def test_a_worker_that_differs_is_refused(tmp_path, monkeypatch, folder, other, threads, says):
    """Also one that joins later: it is checked at its first item."""
    monkeypatch.setattr(dask_cluster, "_call", "")
    with pytest.raises(ConfigError, match=re.escape(says)) as caught:
        prepare(tmp_path / folder, threads=threads, **other)
    assert "tcp://10.0.0.2:4000" in str(caught.value)
    assert dask_cluster._call == ""


def test_the_cache_is_cleared_at_the_first_item_of_a_call(tmp_path, monkeypatch):
    reads = []
    module = ModuleType("pipeline.of_this_test")
    module.read = lru_cache(maxsize=1)(lambda: reads.append(1))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(dask_cluster, "_call", "")
    (tmp_path / "second").mkdir()
    for folder, times in ((tmp_path, 1), (tmp_path, 1), (tmp_path / "second", 2)):
        prepare(folder)
        module.read()
        assert len(reads) == times


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("items", [[1, 2, 3], iter([1, 2, 3])])
def test_a_terminal_sees_how_far_it_is_and_a_file_gets_nothing(monkeypatch, items):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    terminal, file = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", terminal)
    assert list(with_progress(items, "parsing")) == [1, 2, 3]
    assert "parsing" in terminal.getvalue()
    monkeypatch.setattr("sys.stderr", file)
    assert list(with_progress([1, 2], "parsing")) == [1, 2]
    assert file.getvalue() == ""
