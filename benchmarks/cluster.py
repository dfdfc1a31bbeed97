"""What a cluster costs: parse, extraction and resolution on local processes and on a Dask cluster of this machine.

python -m benchmarks.cluster [--articles 300] [--workers 2] [--rounds 1]

The articles are the sample's, their paragraphs shuffled. Both do the same work on as many processes, alternating, from
nothing; the cluster is started before and not counted.
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


def project(folder: Path, articles: int) -> None:
    """A project of so many articles, ingested."""
    shutil.copytree(ROOT / "configs", folder / "configs")
    path = folder / "configs/ingest.yaml"
    config = {**yaml.safe_load(path.read_text(encoding="utf-8")), "near_duplicate_threshold": 1.0}
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    chance = random.Random(1)
    texts = [row["text"] for row in tables.iterate_rows(ROOT / "data/interim/articles", ["text"])]
    lines = [line for text in texts for line in text.split("\n") if len(line.split()) > 8]
    (folder / "data/raw").mkdir(parents=True)
    with (folder / "data/raw/made.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(articles):
            text = ""
            while len(text.split()) < WORDS:
                text += chance.choice(lines) + "\n\n"
            file.write(json.dumps({"text": text}) + "\n")
    stage("ingest", folder, {})


def stage(name: str, folder: Path, more: dict[str, str]) -> None:
    """Run one stage."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "pipeline.stage", name]
    subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and its workers; gives its address, and the processes (the scheduler's first)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    places = ["--dashboard-address", "127.0.0.1:0"]
    start = [
        ["scheduler", "--host", address, *places],
        ["worker", address, "--nthreads", "1", "--nworkers", str(workers), "--local-directory", str(folder), *places],
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    began = [
        subprocess.Popen([sys.executable, "-m", "dask", *words], env=env, stderr=subprocess.DEVNULL) for words in start
    ]
    try:
        time.sleep(10)
        yield address, [psutil.Process(process.pid) for process in began]
    finally:
        for process in reversed(began):
            process.terminate()
            process.wait()


def cpu(processes: list[psutil.Process]) -> float:
    """Seconds of CPU that processes and those that they started have taken."""
    every = [one for process in processes for one in (process, *process.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in every)


def measured(folder: Path, more: dict[str, str], servers: list[psutil.Process]) -> dict[str, tuple[float, float]]:
    """Wall and CPU seconds of each stage, from nothing."""
    found = {}
    for outs in STAGES.values():
        for out in outs:
            shutil.rmtree(folder / "data/interim" / out, ignore_errors=True)
    for name in STAGES:
        before, children, start = cpu(servers), os.times(), time.perf_counter()
        stage(name, folder, more)
        wall, after = time.perf_counter() - start, os.times()
        own = after.children_user + after.children_system - children.children_user - children.children_system
        found[name] = (wall, own + cpu(servers) - before)
    return found


def digest(folder: Path) -> str:
    """Hash of every table that the stages made."""
    folders = [folder / "data/interim" / out for outs in STAGES.values() for out in outs]
    paths = [path for out in folders for path in sorted(out.glob("*.parquet"))]
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in paths)).hexdigest()[:12]


@click.command(help=__doc__)
@click.option("--articles", default=300, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=1, show_default=True)
def main(articles: int, workers: int, rounds: int) -> None:
    """Print seconds by stage, and what the scheduler took."""
    with tempfile.TemporaryDirectory() as place, cluster(Path(place), workers) as (address, servers):
        folder = Path(place) / "project"
        project(folder, articles)
        kinds = {"local": {"PARLEY_PROCESSES": str(workers)}, "cluster": {"PARLEY_SCHEDULER": address}}
        runs: dict[str, list[dict[str, tuple[float, float]]]] = {kind: [] for kind in kinds}
        digests = set()
        for _ in range(rounds):
            for kind, more in kinds.items():
                runs[kind].append(measured(folder, more, servers))
                digests.add(digest(folder))
        print(f"{articles} articles, {workers} processes: seconds (median of {rounds}), wall and CPU of all processes")
        for name in STAGES:
            middle = {k: [statistics.median(run[name][i] for run in runs[k]) for i in (0, 1)] for k in kinds}
            cells = "   ".join(f"{kind} {wall:6.1f} wall {used:6.1f} CPU" for kind, (wall, used) in middle.items())
            print(f"{name:<9}{cells}   ratio {middle['cluster'][1] / middle['local'][1]:.2f} CPU")
        largest = max(one.memory_info().rss for one in servers[1].children(recursive=True))
        print(f"scheduler: {cpu(servers[:1]):.1f} s CPU, {servers[0].memory_info().rss / 2**20:.0f} MB")
        print(f"largest worker at the end: {largest / 2**20:.0f} MB")
        print(f"tables the same: {'yes' if len(digests) == 1 else 'NO'}")


if __name__ == "__main__":
    main()
