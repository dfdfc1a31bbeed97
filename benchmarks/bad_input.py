"""Measure result, time and memory of each broken input, each in its own process.

python -m benchmarks.bad_input [--markdown FILE] [NAME ...]

Articles that `ingest` accepts are parsed, extracted and resolved too. Writing the input is not measured; seconds are
CPU time, memory is the peak of the process (about 130 MB before anything is read, 450 MB with the parser loaded).
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
from tests.robust.invariants import extract_and_check

# Limits for every broken input.
MAX_SECONDS, MAX_MEGABYTES = 120.0, 2000
COLUMNS = ("input", "result", "seconds", "peak MB")


def measure_in_subprocess(name: str) -> dict[str, Any]:
    """Return result, seconds and megabytes of one broken input, read in its own process.

    Raises
    ------
    RuntimeError
        If the process fails, for example because a check fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        # Written by another process, because the peak memory of a process is inherited by its children.
        _run_child(name, "--write", folder)
        result: dict[str, Any] = json.loads(_run_child(name, "--read", folder))
    return result


def _run_child(name: str, *options: str) -> str:
    command = [sys.executable, "-m", "benchmarks.bad_input", *options, name]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"{name}: {process.stderr}")
    return process.stdout


def _read_and_measure(folder: Path, name: str) -> dict[str, Any]:
    """Run the stages on a written input; return its result, seconds and megabytes."""
    start = time.process_time()
    outcome = bad_inputs.read_case(folder / bad_inputs.RAW)
    seconds = time.process_time() - start
    bad_inputs.check_outcome(bad_inputs.CASES[name], outcome)
    if outcome.texts:
        from pipeline import Extractor

        extractor = Extractor()  # loading the models is not measured
        start = time.process_time()
        for text in outcome.texts:
            extract_and_check(extractor, text)
        seconds += time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"name": name, "result": outcome.result, "seconds": seconds, "megabytes": peak}


def format_rows(rows: Iterator[dict[str, Any]], markdown: list[str]) -> Iterator[str]:
    """Yield a line for the terminal for each row, and append the row in Markdown to `markdown`."""
    markdown += [f"| {' | '.join(COLUMNS)} |", "|---|---|---:|---:|"]
    yield f"{COLUMNS[0]:<66}{COLUMNS[1]:<44}{COLUMNS[2]:>8}{COLUMNS[3]:>9}"
    for row in rows:
        name, result, seconds, peak = row["name"], row["result"], f"{row['seconds']:.1f}", str(row["megabytes"])
        markdown.append(f"| {name} | {result} | {seconds} | {peak} |")
        yield f"{name:<66}{result:<44}{seconds:>8}{peak:>9}"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the table also to this file.")
@click.option("--write", type=click.Path(path_type=Path), hidden=True)
@click.option("--read", type=click.Path(path_type=Path), hidden=True)
def main(names: tuple[str, ...], markdown: Path | None, write: Path | None, read: Path | None) -> None:
    """Print a table of all broken inputs, or of the given ones."""
    if write:
        bad_inputs.write_case(bad_inputs.CASES[names[0]], write)
        return
    if read:
        click.echo(json.dumps(_read_and_measure(read, names[0])))
        return
    table: list[str] = []
    for line in format_rows(map(measure_in_subprocess, names or tuple(bad_inputs.CASES)), table):
        click.echo(line)
    if markdown:
        markdown.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
