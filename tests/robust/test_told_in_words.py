"""Ctrl-C and too little memory end a stage or command with a line that says so."""

import errno
import os
import signal
import subprocess
import sys
import time
from unittest.mock import Mock

import click
import numpy as np
import pyarrow as pa
import pytest

from pipeline import stage
from pipeline.core.errors import ParleyError
from pipeline.core.storage import tables
from tests.e2e import project
from tests.worlds.project import parley

NO_MEMORY = [
    MemoryError(), np._core._exceptions._ArrayMemoryError((10**9,), np.dtype("f8")), pa.ArrowMemoryError("malloc"),
    ImportError("libscipy.so: failed to map segment from shared object"), RuntimeError("can't start new thread"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
]  # fmt: skip


def raise_in_stage(monkeypatch, error) -> int:
    monkeypatch.setitem(sys.modules, "failing", Mock(run=Mock(side_effect=error)))
    monkeypatch.setitem(stage.MODULES, "label", "failing")
    return stage.main(["label"])


@pytest.mark.parametrize("error", NO_MEMORY, ids=lambda error: type(error).__name__)
def test_too_little_memory(tmp_path, monkeypatch, capsys, error):
    monkeypatch.chdir(tmp_path)
    assert raise_in_stage(monkeypatch, error) == 1
    told = capsys.readouterr().err
    assert told.startswith("label: not enough memory")
    assert "PARLEY_PROCESSES=1" in told
    monkeypatch.setattr(click.Group, "invoke", Mock(side_effect=error))
    assert "not enough memory" in parley("summary", status=1).stderr
    with pytest.raises(MemoryError), tables.reading(tmp_path):
        raise pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable")


@pytest.mark.parametrize("error", [KeyError("out of memory"), RuntimeError("dictionary changed size")])
def test_a_fault_is_told_as_one_below_its_traceback(tmp_path, monkeypatch, capsys, error):
    monkeypatch.chdir(tmp_path)
    assert raise_in_stage(monkeypatch, error) == 1
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert f"label: an error of Parley itself, in work on all articles ({type(error).__name__}: {error}" in told
    assert "→ please report" in told


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["at work", "at a question"])
def test_an_interrupted_command_or_stage(tmp_path, monkeypatch, capsys, error):
    monkeypatch.chdir(tmp_path)

    def interrupt(*_):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise error from None  # a question makes an error of its own of it

    monkeypatch.setattr(click.Group, "invoke", interrupt)
    assert parley("summary", status=130).output.strip() == "parley: interrupted; no file is half written"
    assert raise_in_stage(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.count("\n") == 1


# A stage whose processes take a minute for each item.
SLOW = """
import signal, sys, time, types
from pipeline import stage
from pipeline.core.parallel.executor import map_ordered
module = types.ModuleType("slow")
module.run = lambda root: dict(enumerate(map_ordered(time.sleep, [60] * 8, "waiting")))
sys.modules["slow"], stage.MODULES["label"] = module, "slow"
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored here, as under `nohup ... &`
print("ready", flush=True)
sys.exit(stage.main(["label"]))
"""


@pytest.mark.parametrize("seconds", [0.2, 4])
def test_a_terminal_interrupts_the_processes_too(tmp_path, seconds):
    """At first they import, then they work: neither prints a traceback, and nothing waits for the minute."""
    env = project.environment(project.ROOT) | {"PARLEY_PROCESSES": "2", "PYTHONPATH": str(project.ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=tmp_path, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=50)
    assert process.returncode == 130, told
    assert told == "label: interrupted; finished work is kept, and the next run goes on from there\n"


def test_a_long_value_makes_no_long_line():
    told = str(ParleyError(f"kind is {'|' * 100_000!r}", where="a.csv, row 2", fix="one of a, b"))
    assert told.startswith("a.csv, row 2: kind is '|||")
    assert told.endswith("|…\n  → one of a, b")
    assert len(told) < 5200
