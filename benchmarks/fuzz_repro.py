"""Break input files of every format at random, run the whole pipeline on them with `dvc repro`, and check the result.

python -m benchmarks.fuzz_repro [--minutes 60] [--seed 1] [--keep FOLDER]

Each round has the same good articles beside new broken files, and its own seed. It fails where the run does not end
well or in time, uses too much memory, shows a traceback, loses a file or a row, changes a good article, or where input
stands as markup in what is built. A round that fails keeps its files; the command that repeats it is printed.
`benchmarks.fuzz` mutates more in less time, but calls functions and builds nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import fuzz_checks as checks
from benchmarks.fuzz_cases import BROKEN, Case, load_cases, save_cases, write_broken, write_good
from benchmarks.fuzz_project import ARTICLES, Run, run_watched, set_up

BUILD_SECONDS = 3600.0  # for the first build, which trains where this checkout has no models yet
FIRST_STAGES = ("ingest", "parse")


@dataclass
class Fuzzer:
    """A project, the good articles of a clean build, and the limits of a round."""

    base: Path
    keep: Path
    until: str
    timeout: float
    max_megabytes: int

    def __post_init__(self) -> None:
        self.articles = self.base / ARTICLES
        self.articles.mkdir(parents=True)
        self.good_cases = write_good(self.articles)
        self.project = set_up(self.base, BUILD_SECONDS)
        self.peak, self.slowest = 0, 0.0
        self.good: dict[str, list[checks.Row]] = {}
        failures, run = self.build([], BUILD_SECONDS)
        if failures:
            raise click.ClickException("\n".join(["the clean build fails", *failures, run.output]))
        self.good = checks.read_good(self.project) if self.until not in FIRST_STAGES else {}

    def build(self, cases: list[Case], timeout: float) -> tuple[list[str], Run]:
        """Run `dvc repro` with what lies in the input folder; return what is wrong, and the run."""
        run = run_watched(["dvc", "repro", *([self.until] if self.until else [])], self.project, timeout)
        self.peak, self.slowest = max(self.peak, run.megabytes), max(self.slowest, run.seconds)
        failures = list(checks.check_run(run, self.max_megabytes))
        if run.status == 0:
            failures += checks.account([*self.good_cases, *cases], *checks.read_account(self.project))
            failures += checks.check_good(self.good, checks.read_good(self.project)) if self.good else []
            failures += checks.check_outputs(self.project) if not self.until else []
        return failures, run

    def run_round(self, cases: list[Case], seed: str) -> str | None:
        """Build with broken files; return a description of the failure with the place of its files, or None."""
        failures, run = self.build(cases, self.timeout)
        if not failures:
            counts = checks.summarise(*checks.read_account(self.project))
            click.echo(f"round {seed}: {counts}; {run.seconds:.0f} s, {run.megabytes} MB")
            return None
        if not any(case.shown in failure for case in cases for failure in failures):  # no file is named yet
            narrowed = self._narrow(cases)
            failures += [f"also with {case.shown} alone ({case.how})" for case in narrowed if len(narrowed) == 1]
        folder = self._keep_files(seed, cases, failures, run)
        return "\n  ".join([f"FAILURE round {seed}:", *failures, f"python -m benchmarks.fuzz_repro --repeat {folder}"])

    def place(self, source: Path | None, seed: str, files: int, odd_files: bool) -> list[Case]:
        """Replace the broken files by those of a seed, or of a folder that was kept; return them."""
        _delete(self.articles / BROKEN)
        if source is None:
            return write_broken(self.articles, seed, files, odd_files)
        cases = load_cases(source)
        for case in cases:
            _copy(source / case.path, self.articles / case.path)
        return cases

    def _narrow(self, cases: list[Case]) -> list[Case]:
        """Return the one case that fails alone, found by halves, or the cases that only fail together."""
        left = cases
        while len(left) > 1:
            halves = left[: len(left) // 2], left[len(left) // 2 :]
            for half in halves:
                self._show(cases, half)
                if self.build(half, self.timeout)[0]:
                    left = half
                    break
            else:
                break
        self._show(cases, cases)
        return left

    def _show(self, cases: list[Case], wanted: list[Case]) -> None:
        """Leave of the broken files only those wanted in the input; the others wait in a folder beside it."""
        for case in cases:
            inside, outside = self.articles / case.path, self.base / "aside" / case.path
            source, target = (outside, inside) if case in wanted else (inside, outside)
            if os.path.lexists(source):
                target.parent.mkdir(parents=True, exist_ok=True)
                source.rename(target)

    def _keep_files(self, seed: str, cases: list[Case], failures: list[str], run: Run) -> Path:
        """Copy the broken files of a failing round to a folder of their own, with a list of them and the output."""
        folder = self.keep / seed.replace(":", "-")
        _delete(folder)
        folder.mkdir(parents=True)
        for case in cases:
            _copy(self.articles / case.path, folder / case.path)
        save_cases(cases, folder)
        text = "\n".join([*failures, "", run.output])
        (folder / "output.txt").write_text(text, encoding="utf-8", errors="backslashreplace")
        return folder


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or make a link, pipe or socket like it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink() or source.is_file():
        shutil.copyfile(source, target, follow_symlinks=False)
    else:
        os.mknod(target, source.lstat().st_mode)


@click.command()
@click.option("--minutes", default=60.0, show_default=True, help="How long to start new rounds.")
@click.option("--rounds", type=int, help="Most rounds.")
@click.option("--seed", default="1", show_default=True, help="Seed; SEED:N repeats round N alone.")
@click.option("--files", default=40, show_default=True, help="Broken files of a round.")
@click.option("--odd-files/--no-odd-files", default=True, help="Whether with links, pipes, sockets and odd names.")
@click.option("--until", default="", help="Build only up to this stage of dvc.yaml: less is checked, in less time.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds that a round may take.")
@click.option("--max-megabytes", default=1500, show_default=True, help="Memory of all processes together.")
@click.option("--repeat", type=click.Path(path_type=Path, exists=True), help="Run the files of a failure again.")
@click.option("--keep", type=click.Path(path_type=Path), default=Path("fuzz-failures"), show_default=True,
              help="Folder for the files of rounds that fail.")  # fmt: skip
def main(
    minutes: float, rounds: int | None, seed: str, files: int, odd_files: bool, until: str, timeout: float,
    max_megabytes: int, repeat: Path | None, keep: Path,
) -> None:  # fmt: skip
    """Print a line for each round, and the failures; the exit status is 1 if there were any."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no process and no folder is left behind
    with tempfile.TemporaryDirectory(prefix="parley-fuzz-") as base:
        fuzzer = Fuzzer(Path(base), keep.resolve(), until, timeout, max_megabytes)
        seed, _, only = seed.partition(":")
        number, end = int(only or 1), time.monotonic() + 60 * minutes
        last = number if only or repeat else rounds
        done = failed = 0
        while time.monotonic() < end and (last is None or number <= last):
            cases = fuzzer.place(repeat, f"{seed}:{number}", files, odd_files)
            if failure := fuzzer.run_round(cases, f"repeat:{repeat.name}" if repeat else f"{seed}:{number}"):
                failed += 1
                click.echo(failure)
            done, number = done + 1, number + 1
        click.echo(f"{done} rounds of {files} broken files, seed {seed}: {failed} failed; "
                   f"slowest {fuzzer.slowest:.0f} s, peak memory {fuzzer.peak} MB")  # fmt: skip
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
