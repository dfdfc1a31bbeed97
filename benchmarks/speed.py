"""CPU time of the extractor beside bare stock spaCy on the same texts, alternating, each in a process of its own.

python benchmarks/speed.py [--texts articles.jsonl] [--rounds 3]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

SAMPLE = Path("data/interim/articles")
KINDS = ("stock spaCy", "parse", "parse, extract and resolve")


def read(path: Path) -> list[str]:
    """Texts of a JSONL file with a field `text`, or of the articles of the last run."""
    if path.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    from pipeline import tables

    return [row["text"] for row in tables.iterate(path, ["text"])]


def worker(kind: str) -> Callable[[list[str]], Iterator[Any]]:
    """What is measured, loaded."""
    if kind == KINDS[0]:
        import spacy

        from pipeline.docs import choose_model
        from pipeline.language import load_language

        return spacy.load(choose_model(load_language("en").models)).pipe
    from pipeline import Extractor

    extractor = Extractor()
    return extractor.parser.pipe if kind == KINDS[1] else extractor.pipe


def lines(texts: Path, rounds: int) -> Iterator[str]:
    """CPU seconds (median of the rounds) of each kind, and their ratio to stock spaCy."""
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            command = [sys.executable, __file__, "--texts", str(texts), "--measure", kind]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds[kind].append(float(done.stdout))
    words = sum(len(text.split()) for text in read(texts))
    base = statistics.median(seconds[KINDS[0]])
    for kind, values in seconds.items():
        middle = statistics.median(values)
        yield f"{kind:<28}{middle:7.1f} s CPU {words / middle:8.0f} words/s   ratio {middle / base:.2f}"


@click.command()
@click.option("--texts", type=click.Path(exists=True, path_type=Path), default=SAMPLE, help="JSONL with `text`.")
@click.option("--rounds", default=3, help="How often each is measured.")
@click.option("--measure", type=click.Choice(KINDS), hidden=True)
def main(texts: Path, rounds: int, measure: str | None) -> None:
    """Print CPU seconds (median) and their ratio to stock spaCy."""
    if measure:
        given, pipe = read(texts), worker(measure)
        list(pipe(given[:3]))
        start = time.process_time()
        list(pipe(given))
        click.echo(time.process_time() - start)
        return
    for line in lines(texts, rounds):
        click.echo(line)


if __name__ == "__main__":
    main()
