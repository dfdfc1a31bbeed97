"""DVC's files of state, as a kill may leave them."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.cli.dvc_repair import LOCK, RWLOCK, mend
from tests.e2e.project import ROOT

WHOLE = (ROOT / "dvc.lock").read_text(encoding="utf-8")
REST = "    deps:\n    - path: a\n      hash: md5\n      md5: 0123456789abcdef0123456789abcdef\n"
SMALL = "schema: '2.0'\nstages:\n" + "".join(
    f"  {name}:\n    cmd: run {name}\n{REST}" for name in ("ingest", "parse", "train@ceasefire")
)


def lock(root, text):
    (root / LOCK).write_text(text, encoding="utf-8")
    return root


def holding(root, **held):
    (root / RWLOCK).parent.mkdir(parents=True)
    (root / RWLOCK).write_text(json.dumps(held))
    return root


def test_what_is_whole_is_left_as_it_is(tmp_path):
    assert mend(lock(tmp_path, WHOLE)) == []
    assert (tmp_path / LOCK).read_text(encoding="utf-8") == WHOLE
    assert mend(tmp_path / "none") == []


@pytest.mark.parametrize("cut", [*range(0, len(SMALL), 7), 1, 14, 22, 23])
def test_of_a_lock_file_that_breaks_off_the_whole_stages_are_kept(tmp_path, cut):
    said = mend(lock(tmp_path, SMALL[:cut]))
    whole = yaml.safe_load(SMALL)["stages"]
    ends = {name: SMALL.index(f"run {name}\n") + len(f"run {name}\n") + len(REST) for name in whole}
    inside = {name: whole[name] for name, end in ends.items() if end <= cut}
    if inside:
        assert yaml.safe_load((tmp_path / LOCK).read_text())["stages"].items() >= inside.items()
    elif not (tmp_path / LOCK).exists():
        assert said == ["dvc.lock was broken: removed, every stage runs once more"]
    assert mend(tmp_path) == []


def test_most_of_a_long_lock_file_is_kept(tmp_path):
    cut = random.Random(3).randrange(len(WHOLE) // 2, len(WHOLE))
    mend(lock(tmp_path, WHOLE[:cut] + "\n  x: ["))
    kept, whole = (yaml.load(text, yaml.CSafeLoader)["stages"] for text in ((tmp_path / LOCK).read_text(), WHOLE))
    names = list(kept)[:-1]  # the one in which the file breaks off need not be whole
    assert len(names) >= 3
    assert {name: kept[name] for name in names} == {name: whole[name] for name in names}


@pytest.mark.parametrize("text", ["", "{", '{"read": 1}', '{"write": {"a": {}}}', "[1]"])
def test_a_broken_lock_is_removed(tmp_path, text):
    (tmp_path / RWLOCK).parent.mkdir(parents=True)
    (tmp_path / RWLOCK).write_text(text)
    assert mend(tmp_path) == [".dvc/tmp/rwlock was broken: removed"]
    assert not (tmp_path / RWLOCK).exists()


@pytest.fixture
def other():
    """A process that runs and is no dvc."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="what a process is cannot be told without /proc")
def test_a_lock_of_a_process_that_is_another_program_now_is_removed(tmp_path, other):
    info = {"pid": other.pid, "cmd": "dvc repro"}
    assert mend(holding(tmp_path, write={"data": info}, read={"x": [info]}))
    assert mend(tmp_path) == []


def test_a_lock_of_a_dvc_that_runs_is_left(tmp_path, other, monkeypatch):
    monkeypatch.setattr("pipeline.cli.dvc_repair._is_dvc", lambda process: process == other.pid)
    assert mend(holding(tmp_path, write={"data": {"pid": other.pid, "cmd": "dvc repro"}})) == []


def test_no_lock_is_nothing_to_mend(tmp_path):
    assert mend(holding(tmp_path)) == []
    assert (tmp_path / RWLOCK).exists()
