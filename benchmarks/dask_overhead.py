"""Compare parse, extraction and resolution on local processes with a Dask cluster on the same machine.

python -m benchmarks.dask_overhead [--articles 300] [--workers 2] [--rounds 1]

The articles are shuffled paragraphs of the sample. Both sides do the same work with the same number of processes, in
turn, without results of earlier runs; starting the cluster is not measured.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import click
import psutil
import yaml

from pipeline.core.storage import tables

ROOT = Path(__file__).resolve().parent.parent
STAGES = {"parse": ["parses"], "extract": ["extracted"], "resolve": ["quotes", "speakers", "gold_speakers"]}
WORDS = 250


def write_project(folder: Path, articles: int) -> None:
    """Write a project with so many articles and run the stages `inputs` and `ingest`."""
    shutil.copytree(ROOT / "configs", folder / "configs")
    path = folder / "configs/ingest.yaml"
    config = {**yaml.safe_load(path.read_text(encoding="utf-8")), "near_duplicate_threshold": 1.0}
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    rng = random.Random(1)
    texts = [row["text"] for row in tables.iterate_rows(ROOT / "data/interim/articles", ["text"])]
    lines = [line for text in texts for line in text.split("\n") if len(line.split()) > 8]
    (folder / "data/raw").mkdir(parents=True)
    with (folder / "data/raw/articles.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(articles):
            text = ""
            while len(text.split()) < WORDS:
                text += rng.choice(lines) + "\n\n"
            file.write(json.dumps({"text": text}) + "\n")
    for stage in ("inputs", "ingest"):
        run_stage(stage, folder, {})


def run_stage(name: str, folder: Path, variables: dict[str, str]) -> None:
    """Run one stage with additional environment variables."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "pipeline.stage", name]
    subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def start_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a Dask scheduler and workers; yield its address and the processes, the scheduler's first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dashboard = ["--dashboard-address", "127.0.0.1:0"]
    commands = [
        ["scheduler", "--host", address, *dashboard],
        [
            "worker",
            address,
            "--nthreads",
            "1",
            "--nworkers",
            str(workers),
            "--local-directory",
            str(folder),
            *dashboard,
        ],
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen([sys.executable, "-m", "dask", *words], env=env, stderr=subprocess.DEVNULL)
        for words in commands
    ]
    try:
        time.sleep(10)
        yield address, [psutil.Process(process.pid) for process in processes]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def cpu_seconds(processes: list[psutil.Process]) -> float:
    """Return the CPU seconds of processes and of their children."""
    family = [member for process in processes for member in (process, *process.children(recursive=True))]
    return sum(sum(process.cpu_times()[:2]) for process in family)


def time_stages(
    folder: Path, variables: dict[str, str], servers: list[psutil.Process]
) -> dict[str, tuple[float, float]]:
    """Return wall and CPU seconds of each stage, after deleting the results of earlier runs."""
    times = {}
    shutil.rmtree(folder / "data/interim/store")
    for name in STAGES:
        before, children, start = cpu_seconds(servers), os.times(), time.perf_counter()
        run_stage(name, folder, variables)
        wall, after = time.perf_counter() - start, os.times()
        own = after.children_user + after.children_system - children.children_user - children.children_system
        times[name] = (wall, own + cpu_seconds(servers) - before)
    return times


def hash_tables(folder: Path) -> str:
    """Return a hash of all tables that the stages have written."""
    folders = [folder / "data/interim" / out for outs in STAGES.values() for out in outs]
    paths = [path for out in folders for path in sorted(out.glob("*.parquet"))]
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in paths)).hexdigest()[:12]


@click.command(help=__doc__)
@click.option("--articles", default=300, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=1, show_default=True)
def main(articles: int, workers: int, rounds: int) -> None:
    """Print the seconds of each stage and the costs of the scheduler."""
    with tempfile.TemporaryDirectory() as temporary, start_cluster(Path(temporary), workers) as (address, servers):
        folder = Path(temporary) / "project"
        write_project(folder, articles)
        kinds = {"local": {"PARLEY_PROCESSES": str(workers)}, "cluster": {"PARLEY_SCHEDULER": address}}
        runs: dict[str, list[dict[str, tuple[float, float]]]] = {kind: [] for kind in kinds}
        digests = set()
        for _ in range(rounds):
            for kind, variables in kinds.items():
                runs[kind].append(time_stages(folder, variables, servers))
                digests.add(hash_tables(folder))
        print(f"{articles} articles, {workers} processes: seconds (median of {rounds}), wall and CPU of all processes")
        for name in STAGES:
            medians = {k: [statistics.median(run[name][i] for run in runs[k]) for i in (0, 1)] for k in kinds}
            cells = "   ".join(f"{kind} {wall:6.1f} wall {used:6.1f} CPU" for kind, (wall, used) in medians.items())
            print(f"{name:<9}{cells}   ratio {medians['cluster'][1] / medians['local'][1]:.2f} CPU")
        largest = max(one.memory_info().rss for one in servers[1].children(recursive=True))
        print(f"scheduler: {cpu_seconds(servers[:1]):.1f} s CPU, {servers[0].memory_info().rss / 2**20:.0f} MB")
        print(f"largest worker at the end: {largest / 2**20:.0f} MB")
        print(f"same tables: {'yes' if len(digests) == 1 else 'NO'}")


if __name__ == "__main__":
    main()
