"""Run mutated articles and files through ingest, parse, extract and resolve, and check the invariants of each.

python -m benchmarks.fuzz [--minutes 30] [--seed 1] [--only N]

Half of the rounds change the text of articles of the sample, half the bytes of its files of every format. Each failure
is printed with the command that repeats it.
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

from benchmarks.input_mutations import mutate_bytes, mutate_text
from pipeline import Extractor
from pipeline.core.config import ROOT
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import find_reader
from tests.robust.invariants import extract_and_check, ingest_and_check

SAMPLE = ROOT / "data/raw/sample"
# CPU seconds that a text may take, and those that 1,000 characters add.
BASE_SECONDS, SECONDS_PER_1000_CHARACTERS = 5.0, 0.25
ROUND_TIMEOUT = 180  # seconds
MAX_MEMORY = 8 << 30
MAX_ARTICLES = 2  # of one file, parsed


@dataclass
class Fuzzer:
    """Runs rounds of mutations and counts their results.

    Attributes
    ----------
    seed : int
        Every round has its own random generator, seeded with this and the number of the round.
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
        self.texts = [row["text"] for row in ingest_and_check(SAMPLE).articles]
        self.config = IngestConfig()

    def run_round(self, number: int) -> None:
        """Mutate one article or file and check what the stages make of it."""
        random = Random(f"{self.seed}:{number}")
        if random.random() < 0.5:
            text = mutate_text(random, self.texts)
            if random.random() < 0.5:  # as users of the library pass it
                self._extract(text)
                self.counts["texts as they are"] += 1
                return
            path = self.folder / "a.txt"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            self.counts["texts through ingest"] += 1
        else:
            kind = random.choice(list(self.files))
            path = self.folder / f"a{kind}"
            path.write_bytes(mutate_bytes(random, random.choice(self.files[kind]).read_bytes(), kind.endswith(".gz")))
            self.counts[f"files {kind}"] += 1
        try:
            ingested = ingest_and_check(path, self.config)
        finally:
            path.unlink()
        self.counts.update(f"reject {reason}" for reason in ingested.reasons)
        self.counts["articles"] += len(ingested.articles)
        for row in random.sample(ingested.articles, min(MAX_ARTICLES, len(ingested.articles))):
            self._extract(row["text"])

    def _extract(self, text: str) -> None:
        start = time.process_time()
        quotes = extract_and_check(self.extractor, text)
        seconds = time.process_time() - start
        self.slowest = max(self.slowest, (seconds, len(text)))
        self.counts["texts parsed"] += 1
        self.counts["characters parsed"] += len(text)
        self.counts["quotes"] += len(quotes)
        self.counts["quotes with a speaker"] += sum(quote.speaker is not None for quote in quotes)
        allowed = BASE_SECONDS + SECONDS_PER_1000_CHARACTERS * len(text) / 1000
        assert seconds < allowed, f"{seconds:.1f} s for {len(text)} characters"


def _raise_timeout(*_: Any) -> None:
    raise TimeoutError(f"a round took more than {ROUND_TIMEOUT} s")


def try_round(fuzzer: Fuzzer, number: int) -> str | None:
    """Run a round; return a description of its failure, or None."""
    signal.alarm(ROUND_TIMEOUT)
    try:
        fuzzer.run_round(number)
    except Exception as error:  # any exception is a failure
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno} {frame.line}"
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''} [{where}]"
    finally:
        signal.alarm(0)
    return None


@click.command()
@click.option("--minutes", default=30.0, show_default=True, help="How long to run.")
@click.option("--seed", default=1, show_default=True, help="Seed of the mutations.")
@click.option("--only", type=int, help="Run only this round, and show where it fails.")
def main(minutes: float, seed: int, only: int | None) -> None:
    """Print counts and failures; the exit status is 1 if there were any."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    signal.signal(signal.SIGALRM, _raise_timeout)
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(seed, Path(folder))
        if only is not None:
            fuzzer.run_round(only)
            click.echo(f"round {only}: no failure")
            return
        number, failures, end, last_report = 0, 0, time.monotonic() + 60 * minutes, time.monotonic()
        while time.monotonic() < end:
            if failure := try_round(fuzzer, number):
                failures += 1
                click.echo(f"FAILURE {failure}\n  python -m benchmarks.fuzz --seed {seed} --only {number}")
            number += 1
            if time.monotonic() > last_report + 60:
                last_report = time.monotonic()
                click.echo(f"... {number} rounds, {failures} failures", err=True)
    spent = f"{minutes:g} minutes, {time.process_time():.0f} s CPU"
    click.echo(f"{number} rounds in {spent}, seed {seed}: {failures} failures")
    for name, count in sorted(fuzzer.counts.items()):
        click.echo(f"{name:<28}{count:>12,}")
    click.echo(f"slowest text: {fuzzer.slowest[0]:.1f} s CPU for {fuzzer.slowest[1]:,} characters")
    click.echo(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    raise SystemExit(failures > 0)


if __name__ == "__main__":
    main()
