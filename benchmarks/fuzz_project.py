"""A project of its own for the fuzzer, and `dvc repro` in it, watched: seconds, output, memory of all its processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from pipeline.core.config import ROOT

ARTICLES, PROJECT = "articles", "project"
# Stages that take minutes and do not depend on the articles: what they wrote in this checkout is taken.
TRAINING = ("train",)
SAMPLE_SECONDS = 0.1
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """What a command did.

    Attributes
    ----------
    status : int
        Its exit status; negative for a signal.
    seconds : float
    megabytes : int
        Peak memory of all its processes together, by samples.
    output : str
    late : bool
        Whether it was ended because it took too long.
    """

    status: int
    seconds: float
    megabytes: int
    output: str
    late: bool = False


def set_up(base: Path, timeout: float) -> Path:
    """Make a project for the articles in `base/articles` with the classifiers of this checkout; return its folder.

    Raises
    ------
    RuntimeError
        When one of the commands fails.
    """
    project = base / PROJECT
    _run_or_raise([sys.executable, "-m", "pipeline", "init", ARTICLES, PROJECT, "--yes"], base, timeout)
    trained = trained_outputs()
    if all((ROOT / place).exists() for place in trained):
        for place in trained:
            (project / place).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / place).is_dir() else shutil.copyfile
            copy(ROOT / place, project / place)
        _run_or_raise(["dvc", "repro", "--single-item", "code"], project, timeout)
        _run_or_raise(["dvc", "commit", "--force", *TRAINING], project, timeout)
    return project


def trained_outputs() -> list[str]:
    """Return the paths that the training stages write, relative to a project."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return [next(iter(out)) for name in TRAINING for out in stages[name]["outs"]]


def _run_or_raise(command: list[str], folder: Path, timeout: float) -> None:
    done = run_watched(command, folder, timeout)
    if done.status:
        raise RuntimeError(f"{' '.join(command)} ended with {done.status}\n{done.output}")


def run_watched(command: list[str], folder: Path, timeout: float) -> Run:
    """Run a command in a folder with the code of this checkout, one process at a time, for `timeout` seconds."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "DVC_NO_ANALYTICS": "1", "PARLEY_PROCESSES": "1"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    log = folder / ".fuzz-output"
    start, peak, late = time.monotonic(), 0, False
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            while process.poll() is None and not late:
                peak = max(peak, _memory_of_all(process.pid))
                late = time.monotonic() > start + timeout
                time.sleep(SAMPLE_SECONDS)
        finally:  # also where the fuzzer is interrupted
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    text = log.read_text(encoding="utf-8", errors="backslashreplace")
    log.unlink()
    return Run(process.returncode, time.monotonic() - start, peak >> 20, text, late)


def _memory_of_all(pid: int) -> int:
    """Return the bytes that a process and all below it hold, or that one of them has held if that is more (Linux)."""
    total = most = 0
    try:
        top = psutil.Process(pid)
        processes = [top, *top.children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            total += process.memory_full_info().pss  # pages that several share count once
            peak = _HIGH_WATER.search(Path(f"/proc/{process.pid}/status").read_text())
            most = max(most, int(peak[1]) << 10 if peak else 0)
        except (psutil.Error, OSError):  # it has just ended
            continue
    return max(total, most)
