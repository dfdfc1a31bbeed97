"""Mutated articles and files through ingest, parse, extract and resolve, checking what holds for every input.

python -m benchmarks.fuzz [--minutes 30] [--seed 1] [--only N]

Half of the rounds change the text of articles of the sample, half the bytes of its files of every format. A failure is
printed with the command that repeats it.
"""

from __future__ import annotations

import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import click

from benchmarks.mutations import mutated_bytes, mutated_text
from pipeline import Extractor
from pipeline.core.config import ROOT
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import find_reader
from tests.robust.invariants import extracted, ingested

SAMPLE = ROOT / "data/raw/sample"
# CPU seconds that a text may take, and those that each 1,000 characters add.
ALLOWED, ALLOWED_MORE = 5.0, 0.25
STUCK = 180  # seconds after which a round is given up
MOST_MEMORY = 8 << 30
MOST_ARTICLES = 2  # of one file, parsed


@dataclass
class Fuzz:
    """What is fuzzed, and what came of it.

    Attributes
    ----------
    seed : int
        Every round draws from its own generator, made of the seed and its number.
    counts : Counter
        Rounds, articles, quotes and rejects by reason.
    """

    seed: int
    folder: Path
    extractor: Extractor = field(default_factory=Extractor)
    counts: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)

    def __post_init__(self) -> None:
        self.files: dict[str, list[Path]] = {}
        for path in sorted(SAMPLE.rglob("*")):
            if path.is_file() and find_reader(path.name):
                self.files.setdefault("".join(path.suffixes), []).append(path)
        self.texts = [row["text"] for row in ingested(SAMPLE).articles]
        self.config = IngestConfig()

    def round(self, number: int) -> None:
        """One mutation, checked."""
        random = Random(f"{self.seed}:{number}")
        if random.random() < 0.5:
            text = mutated_text(random, self.texts)
            if random.random() < 0.5:  # as a user of the library gives it
                self._extract(text)
                self.counts["texts as they are"] += 1
                return
            path = self.folder / "a.txt"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            self.counts["texts through ingest"] += 1
        else:
            kind = random.choice(list(self.files))
            path = self.folder / f"a{kind}"
            path.write_bytes(mutated_bytes(random, random.choice(self.files[kind]).read_bytes(), kind.endswith(".gz")))
            self.counts[f"files {kind}"] += 1
        try:
            found = ingested(path, self.config)
        finally:
            path.unlink()
        self.counts.update(f"reject {reason}" for reason in found.reasons)
        self.counts["articles"] += len(found.articles)
        for row in random.sample(found.articles, min(MOST_ARTICLES, len(found.articles))):
            self._extract(row["text"])

    def _extract(self, text: str) -> None:
        start = time.process_time()
        quotes = extracted(self.extractor, text)
        taken = time.process_time() - start
        self.slowest = max(self.slowest, (taken, len(text)))
        self.counts["texts parsed"] += 1
        self.counts["characters parsed"] += len(text)
        self.counts["quotes"] += len(quotes)
        self.counts["quotes with a speaker"] += sum(quote.speaker is not None for quote in quotes)
        allowed = ALLOWED + ALLOWED_MORE * len(text) / 1000
        assert taken < allowed, f"{taken:.1f} s for {len(text)} characters"


def _stuck(*_: Any) -> None:
    raise TimeoutError(f"a round took more than {STUCK} s")


def tried(fuzz: Fuzz, number: int) -> str | None:
    """Run a round; what went wrong, or None."""
    signal.alarm(STUCK)
    try:
        fuzz.round(number)
    except Exception as error:  # whatever it is, it is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno} {frame.line}"
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''} [{where}]"
    finally:
        signal.alarm(0)
    return None


@click.command()
@click.option("--minutes", default=30.0, show_default=True, help="How long to go on.")
@click.option("--seed", default=1, show_default=True, help="Another seed makes other mutations.")
@click.option("--only", type=int, help="Run this round alone, and show where it fails.")
def main(minutes: float, seed: int, only: int | None) -> None:
    """Print counts and failures; the exit status is 1 where there were any."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    signal.signal(signal.SIGALRM, _stuck)
    with tempfile.TemporaryDirectory() as folder:
        fuzz = Fuzz(seed, Path(folder))
        if only is not None:
            fuzz.round(only)
            click.echo(f"round {only}: nothing fails")
            return
        number, failures, end, told = 0, 0, time.monotonic() + 60 * minutes, time.monotonic()
        while time.monotonic() < end:
            if wrong := tried(fuzz, number):
                failures += 1
                click.echo(f"FAILURE {wrong}\n  python -m benchmarks.fuzz --seed {seed} --only {number}")
            number += 1
            if time.monotonic() > told + 60:
                told = time.monotonic()
                click.echo(f"... {number} rounds, {failures} failures", err=True)
    spent = f"{minutes:g} minutes, {time.process_time():.0f} s CPU"
    click.echo(f"{number} rounds in {spent}, seed {seed}: {failures} failures")
    for name, count in sorted(fuzz.counts.items()):
        click.echo(f"{name:<28}{count:>12,}")
    click.echo(f"slowest text: {fuzz.slowest[0]:.1f} s CPU for {fuzz.slowest[1]:,} characters")
    click.echo(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    raise SystemExit(failures > 0)


if __name__ == "__main__":
    main()
