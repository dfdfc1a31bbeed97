"""Copies of the project in temporary folders, and commands run in them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from dvc.repo import Repo

ROOT = Path(__file__).parent.parent.parent
PARTS = (
    ".dvc/config", ".dvc/plots", ".dvcignore", "dvc.yaml", "dvc.lock", "benchmarks/results/real_quotes.json", "configs",
    "data/raw", "data/annotations", "pipeline",
)  # fmt: skip
LEFT_OUT = shutil.ignore_patterns("__pycache__")
# Its `sitecustomize.py` records which files a stage opens.
WATCHING = Path(__file__).parent / "watching"


def copy(folder: Path, every: int = 4) -> Path:
    """Copy the sources without outputs into a new repository, with every n-th group of labels and fewer behaviours.

    Training and prediction on all take most of a build's time.
    """
    for part in PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copy(source, target)
    annotations = folder / "data/annotations"
    _thin(annotations / "stance.jsonl", "group", every)
    _thin(annotations / "behaviours.jsonl", "id", 3 * every)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def _thin(path: Path, key: str, every: int) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    keys = [json.loads(line)[key] for line in lines]
    kept = set(list(dict.fromkeys(keys))[::every])
    path.write_text("".join(line for line, own in zip(lines, keys, strict=True) if own in kept), "utf-8")


def copy_build(built: Path, folder: Path) -> Path:
    """Copy a build, to change it; links into the cache stay links, so that DVC finds it unchanged."""
    shutil.copytree(built, folder, symlinks=True, ignore=LEFT_OUT, dirs_exist_ok=True)
    return folder


def environment(folder: Path, processes: int = 1) -> dict[str, str]:
    env = {**os.environ, "PARLEY_PROCESSES": str(processes), "PYTHONPATH": str(folder), "DVC_NO_ANALYTICS": "1"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return env


def run(
    folder: Path, *command: str, processes: int = 1, check: bool = True, code: Path | None = None, watched: bool = False
) -> subprocess.CompletedProcess:
    """Run a command of the virtual environment in a project, importing the code there, or that of another folder.

    With `watched`, `opened_by` tells which files each stage opened.
    """
    env = environment(code or folder, processes)
    if watched:
        _records(folder).mkdir(exist_ok=True)
        env |= {"TESTS_RECORDS": str(_records(folder)), "PYTHONPATH": f"{env['PYTHONPATH']}{os.pathsep}{WATCHING}"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def repro(folder: Path, processes: int = 1, watched: bool = False) -> str:
    return run(folder, "dvc", "repro", processes=processes, watched=watched).stdout


def opened_by(folder: Path, stage: str) -> set[str]:
    """Return the project's files that a stage opened or imported in a watched run, relative to the project."""
    return set(json.loads((_records(folder) / f"{stage}.json").read_text(encoding="utf-8")))


def _records(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}, opened")


def status(folder: Path) -> dict[str, Any]:
    """Return what `dvc status --json` prints, without starting a process."""
    with contextlib.chdir(folder), Repo(folder) as repo:
        return repo.status()


def ran(output: str) -> list[str]:
    """Return the names of the stages that a `dvc repro` ran."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]
