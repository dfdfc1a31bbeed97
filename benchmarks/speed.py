"""Compare the CPU time of Parley and of each of its stages with stock spaCy on the same texts.

python -m benchmarks.speed [--texts articles.jsonl] [--models data/models] [--rounds 3]

The two take turns, each round in its own process (they set the number of threads for a whole process), and the fastest
round counts: other programs on a machine can only make it slower.
"""

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

SAMPLE, MODELS = Path("data/interim/articles"), Path("data/models")
STOCK, WHOLE = "stock spaCy", "Extractor.pipe"
STAGES = ("parse", "extract", "read", "resolve", "label")
BATCH = 256  # texts; bounds memory
WARM_UP = 3  # texts, before the clock starts
Seconds = dict[str, float]


def read_texts(path: Path) -> list[str]:
    """Read the texts of a JSONL file (field `text`) or of the table of articles."""
    if path.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    from pipeline.core.storage import tables

    return [row["text"] for row in tables.iterate_rows(path, ["text"])]


@contextmanager
def add_time(seconds: Seconds, name: str) -> Iterator[None]:
    """Add the CPU seconds that a block takes in this process to those of a name, and wall seconds to `wall NAME`."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.process_time() - cpu
    seconds[f"wall {name}"] = seconds.get(f"wall {name}", 0.0) + time.perf_counter() - wall


def measure_stock(texts: list[str], models: Path) -> Seconds:
    """Measure spaCy's model with all of its components."""
    import spacy

    from pipeline.core.language import load_language
    from pipeline.core.spacy_documents import choose_spacy_model

    nlp = spacy.load(choose_spacy_model(load_language("en").models))
    list(nlp.pipe(texts[:WARM_UP]))
    seconds: Seconds = {}
    with add_time(seconds, STOCK):
        deque(nlp.pipe(texts), maxlen=0)
    return seconds


def measure_parley(texts: list[str], models: Path) -> Seconds:
    """Measure `Extractor.pipe` without the reader, then each stage on the same texts; `label` only with models."""
    from pipeline import Extractor, StanceClassifier
    from pipeline.resolve.article_resolver import resolve

    extractor, reader = Extractor(reader="off"), Extractor(reader="all").reader
    targets = [StanceClassifier.load(path) for path in sorted(models.glob("*.skops"))]
    warm = [quote for quotes in extractor.pipe(texts[:WARM_UP]) for quote in quotes]
    for model in targets:
        model.predict(warm[:WARM_UP])
    if reader:
        reader.read(texts[0], [])
    seconds: Seconds = {"quotes": 0, "targets": len(targets)}
    with add_time(seconds, WHOLE):
        deque(extractor.pipe(texts), maxlen=0)
    for first in range(0, len(texts), BATCH):
        with add_time(seconds, "parse"):
            docs = list(extractor.parser.pipe(texts[first : first + BATCH]))
        with add_time(seconds, "extract"):
            extracted = list(extractor.rules.pipe(docs))
        pointings = [{} for _ in docs]
        if reader:
            with add_time(seconds, "read"):
                read = [reader.read(doc.text, quotes) for doc, quotes in zip(docs, extracted, strict=True)]
            extracted, pointings = [quotes for quotes, _ in read], [pointed for _, pointed in read]
        with add_time(seconds, "resolve"):
            for doc, quotes, pointed in zip(docs, extracted, pointings, strict=True):
                resolve(doc, quotes, extractor.gazetteer, pointings=pointed)
        all_quotes = [quote for quotes in extracted for quote in quotes]
        seconds["quotes"] += len(all_quotes)
        for model in targets:
            with add_time(seconds, "label"):
                model.predict(all_quotes)
    return seconds


def measure_rounds(texts: Path, models: Path, rounds: int) -> Seconds:
    """Return the fastest of the rounds for each name; the two sides take turns."""
    measured: dict[str, float] = {}
    for side in [*MEASURES] * rounds:
        options = ["--texts", str(texts), "--models", str(models), "--measure", side]
        command = [sys.executable, "-m", "benchmarks.speed", *options]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        for name, value in json.loads(done.stdout).items():
            measured[name] = min(value, measured.get(name, value))
    return measured


def compare_with_spacy(texts: Path, models: Path, rounds: int) -> Iterator[str]:
    """Measure stock spaCy and Parley on the texts of a file, and yield the lines of the table."""
    sizes = [len(text.split()) for text in read_texts(texts)]
    yield from format_times(measure_rounds(texts, models, rounds), len(sizes), sum(sizes), rounds)


def format_times(seconds: Seconds, texts: int, words: int, rounds: int) -> Iterator[str]:
    """Yield the lines of a table: CPU and wall seconds, words per CPU second, shares of stock spaCy and the parse."""
    yield f"{texts} texts, {words} words, {seconds['quotes']:.0f} quotes; least of {rounds} rounds, one process"
    yield f"{'':<16}{'CPU s':>8}{'wall s':>8}{'words/s':>9}{'of stock':>10}{'of parse':>10}"
    for name in (STOCK, WHOLE, *STAGES):
        if name in seconds:
            cpu = seconds[name]
            shares = f"{cpu / seconds[STOCK]:10.2f}" + (f"{cpu / seconds['parse']:10.2f}" if name in STAGES else "")
            yield f"{name:<16}{cpu:8.2f}{seconds[f'wall {name}']:8.2f}{words / cpu:9.0f}{shares}"
    later_stages = [name for name in STAGES[1:] if name in seconds]
    share = sum(seconds[name] for name in later_stages) / seconds["parse"]
    yield f"{', '.join(later_stages)} together: {share:.2f} of the parse"
    if "read" in seconds:
        yield f"read: {seconds['read'] / texts:.2f} s CPU an article"
    if "label" in seconds:
        each = 1000 * seconds["label"] / max(1, seconds["quotes"])
        yield f"label: {each:.2f} ms CPU a quote for {seconds['targets']:.0f} targets"
    else:
        yield "label: not measured, because there are no models (`--models`)"


MEASURES: dict[str, Callable[[list[str], Path], Seconds]] = {"stock": measure_stock, "parley": measure_parley}


@click.command()
@click.option("--texts", type=click.Path(exists=True, path_type=Path), default=SAMPLE, help="JSONL with `text`.")
@click.option("--models", type=click.Path(path_type=Path), default=MODELS, help="Folder of stance models.")
@click.option("--rounds", default=3, help="Number of rounds.")
@click.option("--measure", type=click.Choice([*MEASURES]), hidden=True)
def main(texts: Path, models: Path, rounds: int, measure: str | None) -> None:
    """Print CPU seconds of each stage and their ratio to stock spaCy."""
    if measure:
        click.echo(json.dumps(MEASURES[measure](read_texts(texts), models)))
        return
    for line in compare_with_spacy(texts, models, rounds):
        click.echo(line)


if __name__ == "__main__":
    main()
