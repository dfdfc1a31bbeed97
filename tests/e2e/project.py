"""Copies of the project in temporary folders, and commands run in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PARTS = (
    ".dvc/config",
    ".dvc/plots",
    ".dvcignore",
    "dvc.yaml",
    "dvc.lock",
    "benchmarks/results/real_quotes.json",
    "configs",
    "data/raw",
    "data/annotations",
    "pipeline",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__")


def copy(folder: Path, every: int = 4) -> Path:
    """Copy the project's sources without outputs into a new repository, with every `every`-th group of labels."""
    for part in PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copy(source, target)
    _thin(folder / "data/annotations/stance.jsonl", every)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def _thin(stances: Path, every: int) -> None:
    """Keep every n-th scenario or article, because training on all takes most of a build's time."""
    lines = stances.read_text(encoding="utf-8").splitlines(keepends=True)
    groups = [json.loads(line)["group"] for line in lines]
    kept = set(list(dict.fromkeys(groups))[::every])
    stances.write_text("".join(line for line, group in zip(lines, groups, strict=True) if group in kept), "utf-8")


def copy_build(built: Path, folder: Path) -> Path:
    """Copy a build, to change it; links into the cache stay links, so that DVC finds it unchanged."""
    shutil.copytree(built, folder, symlinks=True, ignore=LEFT_OUT, dirs_exist_ok=True)
    return folder


def environment(folder: Path, processes: int = 1) -> dict[str, str]:
    """Return the environment variables for commands in a copy."""
    env = {**os.environ, "PARLEY_PROCESSES": str(processes), "PYTHONPATH": str(folder), "DVC_NO_ANALYTICS": "1"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return env


def run(folder: Path, *command: str, processes: int = 1, check: bool = True) -> subprocess.CompletedProcess:
    """Run a command of the virtual environment in a copy, importing the copy's code."""
    env = environment(folder, processes)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def repro(folder: Path, processes: int = 1) -> str:
    """Run `dvc repro` and return its output."""
    return run(folder, "dvc", "repro", processes=processes).stdout


def ran(output: str) -> list[str]:
    """Return the names of the stages that a `dvc repro` ran."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]
