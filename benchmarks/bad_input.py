"""Broken inputs: what is made of each, how long it takes, and how much memory, each in a process of its own.

python -m benchmarks.bad_input [--markdown FILE] [NAME ...]

What gets through `ingest` is parsed, extracted and resolved too. Making the input is not measured; seconds are CPU
time, memory is the peak of the process (about 130 MB before anything is read, 450 MB with the parser loaded).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.core.config import ROOT
from tests.robust import bad_files, bad_inputs, bad_texts  # noqa: F401
from tests.robust.invariants import extracted

# What any broken input may take: CPU seconds, megabytes.
MOST_SECONDS, MOST_MEMORY = 120.0, 2000
HEAD = ("input", "result", "seconds", "peak MB")


def measured(name: str) -> dict[str, Any]:
    """Result, seconds and megabytes of one broken input, read in a process of its own.

    Raises
    ------
    RuntimeError
        When the process fails: a check did not hold.
    """
    with tempfile.TemporaryDirectory() as folder:
        # Written by another process: what this one once held would count for its children too.
        _child(name, "--write", folder)
        found: dict[str, Any] = json.loads(_child(name, "--read", folder))
    return found


def _child(name: str, *options: str) -> str:
    command = [sys.executable, "-m", "benchmarks.bad_input", *options, name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
    return done.stdout


def _read(folder: Path, name: str) -> dict[str, Any]:
    start = time.process_time()
    outcome = bad_inputs.read(folder / bad_inputs.RAW)
    seconds = time.process_time() - start
    bad_inputs.check(bad_inputs.CASES[name], outcome)
    if outcome.texts:
        from pipeline import Extractor

        extractor = Extractor()  # loading it is no part of an article
        start = time.process_time()
        for text in outcome.texts:
            extracted(extractor, text)
        seconds += time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"name": name, "result": outcome.result, "seconds": seconds, "megabytes": peak}


def lines(rows: Iterator[dict[str, Any]], markdown: list[str]) -> Iterator[str]:
    """A line for the terminal of each row; the same as Markdown is added to the list."""
    markdown += [f"| {' | '.join(HEAD)} |", "|---|---|---:|---:|"]
    yield f"{HEAD[0]:<66}{HEAD[1]:<44}{HEAD[2]:>8}{HEAD[3]:>9}"
    for row in rows:
        name, result, seconds, peak = row["name"], row["result"], f"{row['seconds']:.1f}", str(row["megabytes"])
        markdown.append(f"| {name} | {result} | {seconds} | {peak} |")
        yield f"{name:<66}{result:<44}{seconds:>8}{peak:>9}"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the table to this file too.")
@click.option("--write", type=click.Path(path_type=Path), hidden=True)
@click.option("--read", type=click.Path(path_type=Path), hidden=True)
def main(names: tuple[str, ...], markdown: Path | None, write: Path | None, read: Path | None) -> None:
    """Print the table of all broken inputs, or of those named."""
    if write:
        bad_inputs.write(bad_inputs.CASES[names[0]], write)
        return
    if read:
        click.echo(json.dumps(_read(read, names[0])))
        return
    table: list[str] = []
    for line in lines(map(measured, names or tuple(bad_inputs.CASES)), table):
        click.echo(line)
    if markdown:
        markdown.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
