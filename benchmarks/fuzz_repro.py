"""Break input files of every format at random, run the whole pipeline on them with `dvc repro`, and check the result.

python -m benchmarks.fuzz_repro [--minutes 60] [--seed 1]

Each round has the same good articles beside new broken files, and its own seed. It fails where the run does not end
well or in time, uses too much memory, shows a traceback, loses a file or a row, changes a good article, or where input
stands as markup in what is built. The command that repeats a failure is printed; `--only 007` leaves it one file.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import click
import psutil
import pyarrow.parquet as pq
import yaml

from benchmarks.fuzz_cases import BROKEN, GOOD, MARK, Case, Row, write_broken, write_good
from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.schema.data_tables import REJECT_REASONS
from pipeline.core.storage import tables

ARTICLES, PROJECT = "articles", "project"
# Stages that take minutes and do not depend on the articles: what they wrote in this checkout is taken.
TRAINING = ("train",)
SAMPLE_SECONDS = 0.1
BUILD_SECONDS = 3600.0  # for the first build, which trains where this checkout has no models yet
# After these the rest of a file is not read, so its documents cannot be counted.
ENDS_FILE = {
    "unpacks_too_far", "bad_file", "bad_encoding", "missing_column", "unknown_format", "empty", "too_long", "too_costly"
}  # fmt: skip
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"(?<!\\)\[fuzz\\?-mark\]\(")  # a backslash before `-` changes nothing


@dataclass(frozen=True)
class Run:
    """What a command did."""

    status: int  # negative for a signal
    seconds: float
    megabytes: int  # peak memory of all its processes together, by samples
    output: str
    late: bool = False  # whether it was ended because it took too long


def set_up(base: Path, timeout: float) -> Path:
    """Make a project for the articles in `base/articles` with the classifiers of this checkout; return its folder."""
    project = base / PROJECT
    _run_or_raise([sys.executable, "-m", "pipeline", "init", ARTICLES, PROJECT, "--yes"], base, timeout)
    trained = trained_outputs()
    if all((ROOT / place).exists() for place in trained):
        for place in trained:
            (project / place).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / place).is_dir() else shutil.copyfile
            copy(ROOT / place, project / place)
        _run_or_raise(["dvc", "repro", "--single-item", "code"], project, timeout)
        _run_or_raise(["dvc", "commit", "--force", *TRAINING], project, timeout)
    return project


def trained_outputs() -> list[str]:
    """Return the paths that the training stages write, relative to a project."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return [next(iter(out)) for name in TRAINING for out in stages[name]["outs"]]


def _run_or_raise(command: list[str], folder: Path, timeout: float) -> None:
    if (done := run_watched(command, folder, timeout)).status:
        raise click.ClickException(f"{' '.join(command)} ended with {done.status}\n{done.output}")


def run_watched(command: list[str], folder: Path, timeout: float) -> Run:
    """Run a command in a folder with the code of this checkout, one process at a time, for `timeout` seconds."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "DVC_NO_ANALYTICS": "1", "PARLEY_PROCESSES": "1"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    log = folder / ".fuzz-output"
    start, peak, late = time.monotonic(), 0, False
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            while process.poll() is None and not late:
                peak = max(peak, _memory_of_all(process.pid))
                late = time.monotonic() > start + timeout
                time.sleep(SAMPLE_SECONDS)
        finally:  # also where the fuzzer is interrupted
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    text = log.read_text(encoding="utf-8", errors="backslashreplace")
    log.unlink()
    return Run(process.returncode, time.monotonic() - start, peak >> 20, text, late)


def _memory_of_all(pid: int) -> int:
    """Return the bytes that a process and all below it hold, or that one of them has held if that is more (Linux)."""
    total = most = 0
    with suppress(psutil.Error, OSError):  # some have just ended
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            total += process.memory_full_info().pss  # pages that several share count once
            peak = _HIGH_WATER.search(Path(f"/proc/{process.pid}/status").read_text())
            most = max(most, int(peak[1]) << 10 if peak else 0)
    return max(total, most)


def check_run(run: Run, max_megabytes: int) -> Iterator[str]:
    """Yield what is wrong with a run itself: its end, its output, its memory."""
    if run.late:
        yield f"hang: ended after {run.seconds:.0f} s"
    elif run.status < 0:
        yield f"ended by signal {-run.status}"
    elif run.status:
        yield f"exit status {run.status}"
    if "Traceback (most recent call last)" in run.output:
        yield "a traceback in the output"
    if found := _CONTROLS.search(run.output.replace("\x1b[0m", "")):
        yield f"a control character {found.group()!r} in the output"
    if run.megabytes > max_megabytes:
        yield f"memory: {run.megabytes} MB, {max_megabytes} allowed"


def account(cases: Iterable[Case], articles: Iterable[str], rejects: Iterable[Row]) -> Iterator[str]:
    """Yield what is lost, or came from nowhere, by the `raw_path` of each article and the rows of `rejects`."""
    taken, refused = Counter(articles), defaultdict[str, list[Row]](list)
    for row in rejects:
        refused[row["raw_path"]].append(row)
        if row["reason"] not in REJECT_REASONS or not row["detail"].strip():
            yield f"{row['raw_path']!r}: a reject without a known reason or a detail: {row}"
    expected = Counter(case.shown for case in cases)  # two names that are no UTF-8 may look the same
    for case in cases:
        own = refused[case.shown]
        rejected = sum(_number(row) for row in own)
        found = taken[case.shown] + rejected
        if found < expected[case.shown]:
            yield f"{case.shown} ({case.how}): lost, neither an article nor a reject"
        elif case.documents is not None and found != case.documents and not _not_read_on(own):
            yield f"{case.shown} ({case.how}): {taken[case.shown]} articles and {rejected} rejects of {case.documents}"
    if unknown := sorted((taken.keys() | refused.keys()) - expected.keys()):
        yield f"rows of files that are not there: {unknown[:5]}"


def _not_read_on(rejects: list[Row]) -> bool:
    """Whether a reject says that the rest of the file was not read."""
    return any(row["row"] is None and _number(row) == 1 and row["reason"] in ENDS_FILE for row in rejects)


def _number(reject: Row) -> int:
    """Return how many inputs a row of the table `rejects` stands for."""
    return int(reject.get("count", 1))


def check_good(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> Iterator[str]:
    """Yield what changed of the good articles beside the clean build."""
    for path in sorted(before):
        if before[path] != after.get(path, []):
            yield f"{path!r}: a good article is lost, or its text or quotes differ from those of a clean build"


def read_good(project: Path) -> dict[str, list[Row]]:
    """Return text and quotes of the good articles, by path."""
    quotes = defaultdict[str, list[Row]](list)
    names = ("quote_id", "content", "cue", "source", "parts", "type")
    for quote in tables.iterate_rows(project / paths.EXTRACTED):
        quotes[quote["article_id"]].append({name: value for name, value in quote.items() if name.startswith(names)})
    good = defaultdict[str, list[Row]](list)
    for row in tables.iterate_rows(project / paths.ARTICLES):
        if row["raw_path"].startswith(f"{GOOD}/"):
            good[row["raw_path"]].append({"text": row["text"], "quotes": quotes[row["article_id"]]})
    return dict(good)


def read_account(project: Path) -> tuple[list[str], list[Row]]:
    """Return the path of each article, and the rejects."""
    articles = [row["raw_path"] for row in tables.iterate_rows(project / paths.ARTICLES, ["raw_path"])]
    return articles, tables.read(project / paths.REJECTS)


def check_outputs(project: Path) -> Iterator[str]:
    """Yield what is wrong with the published tables and the pages: they load, and no input is markup in them."""
    for folder in (paths.PUBLISHED, paths.FULL):
        files = sorted((project / folder).rglob("*.parquet"))
        if not files:
            yield f"{folder}: no Parquet file"
        for path in files:
            try:
                pq.read_table(path)
            except Exception as error:  # whatever it is, it is the finding
                yield f"{path.relative_to(project)} does not load: {error}"
    for page in (paths.LOCAL_PAGE, paths.PUBLIC_PAGE):
        yield from (f"{page}: {what}" for what in check_page((project / page).read_text(encoding="utf-8")))
    if MARK not in (project / paths.LOCAL_PAGE).read_text(encoding="utf-8"):
        yield f"{paths.LOCAL_PAGE}: does not show the hostile articles at all, so that nothing is tested"
    for report in sorted((project / paths.REPORTS).glob("*.md")):
        text = report.read_text(encoding="utf-8")
        if _MARKDOWN.search(text) or f"<{MARK}" in text:
            yield f"{report.relative_to(project)}: input stands as live markup"
    for table in sorted((project / paths.REPORTS).rglob("*.csv")):
        if re.search(r'(?:^|[,;\t])"?=FUZZ', table.read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{table.relative_to(project)}: input stands as a formula"


class _Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == MARK or any(name == "onfuzz" for name, _ in attrs):
            self.live.append(tag)


def check_page(text: str) -> Iterator[str]:
    """Yield what of the input is markup in a page."""
    if f"<{MARK}" in text:
        yield "input stands there unescaped"
    if f"<!--<script>{MARK}" in text:
        yield "a comment of the input is open"
    parser = _Attributes()
    parser.feed(text)
    if parser.live:
        yield f"input became elements or attributes: {parser.live[:5]}"


@dataclass
class Fuzzer:
    """A project, the good articles of a clean build, and the limits of a round."""

    base: Path
    timeout: float
    max_megabytes: int

    def __post_init__(self) -> None:
        self.articles = self.base / ARTICLES
        self.articles.mkdir(parents=True)
        self.good_cases = write_good(self.articles)
        self.project = set_up(self.base, BUILD_SECONDS)
        self.peak, self.slowest = 0, 0.0
        self.good: dict[str, list[Row]] | None = None
        failures, run = self.build([], BUILD_SECONDS)
        if failures:
            raise click.ClickException("\n".join(["the clean build fails", *failures, run.output]))
        self.good = read_good(self.project)

    def build(self, cases: list[Case], timeout: float) -> tuple[list[str], Run]:
        """Run `dvc repro` with what lies in the input folder; return what is wrong, and the run."""
        run = run_watched(["dvc", "repro"], self.project, timeout)
        self.peak, self.slowest = max(self.peak, run.megabytes), max(self.slowest, run.seconds)
        failures = list(check_run(run, self.max_megabytes))
        if run.status == 0:
            failures += account([*self.good_cases, *cases], *read_account(self.project))
            failures += check_good(self.good, read_good(self.project)) if self.good is not None else []
            failures += check_outputs(self.project)
        return failures, run

    def run_round(self, cases: list[Case], seed: str, files: int) -> str | None:
        """Build with broken files; return a description of the failure, or None."""
        failures, run = self.build(cases, self.timeout)
        if not failures:
            reasons = Counter(row["reason"] for row in read_account(self.project)[1])
            counts = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
            click.echo(f"round {seed}: {counts or 'no reject'}; {run.seconds:.0f} s, {run.megabytes} MB")
            return None
        again = f"python -m benchmarks.fuzz_repro --files {files} --seed {seed}"
        return "\n  ".join([f"FAILURE round {seed}:", *failures, again, *run.output.splitlines()])

    def place(self, seed: str, files: int, only: str) -> list[Case]:
        """Replace the broken files by those of a seed, or by those of them whose path has some words."""
        shutil.rmtree(self.articles / BROKEN, ignore_errors=True)
        cases = write_broken(self.articles, seed, files, odd_files=True)
        for case in (case for case in cases if only not in case.path):
            (self.articles / case.path).unlink()
        return [case for case in cases if only in case.path]


@click.command()
@click.option("--minutes", default=60.0, show_default=True, help="How long to start new rounds.")
@click.option("--rounds", type=int, help="Most rounds.")
@click.option("--seed", default="1", show_default=True, help="Seed; SEED:N repeats round N alone.")
@click.option("--files", default=40, show_default=True, help="Broken files of a round.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds that a round may take.")
@click.option("--max-megabytes", default=1500, show_default=True, help="Memory of all processes together.")
@click.option("--only", default="", help="Of the broken files only those with this in their path.")
def main(
    minutes: float, rounds: int | None, seed: str, files: int, timeout: float, max_megabytes: int, only: str
) -> None:
    """Print a line for each round, and the failures; the exit status is 1 if there were any."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no process and no folder is left behind
    with tempfile.TemporaryDirectory(prefix="parley-fuzz-") as base:
        fuzzer = Fuzzer(Path(base), timeout, max_megabytes)
        seed, _, alone = seed.partition(":")
        number, end = int(alone or 1), time.monotonic() + 60 * minutes
        last = number if alone else rounds
        done = failed = 0
        while time.monotonic() < end and (last is None or number <= last):
            cases = fuzzer.place(f"{seed}:{number}", files, only)
            if failure := fuzzer.run_round(cases, f"{seed}:{number}", files):
                failed += 1
                click.echo(failure)
            done, number = done + 1, number + 1
        most = f"slowest {fuzzer.slowest:.0f} s, peak memory {fuzzer.peak} MB"
        click.echo(f"{done} rounds of {files} broken files, seed {seed}: {failed} failed; {most}")
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
