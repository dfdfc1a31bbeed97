"""What must hold after `dvc repro`, whatever was in the input; each check returns what is wrong, in words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.fuzz_cases import BROKEN, GOOD, Case
from benchmarks.fuzz_files import MARK
from benchmarks.fuzz_project import Run
from pipeline.core import paths
from pipeline.core.schema.data_tables import REJECT_REASONS
from pipeline.core.storage import tables

Row = dict[str, Any]
# After these the rest of a file is not read, so its documents cannot be counted.
ENDS_FILE = {
    "unpacks_too_far",
    "bad_file",
    "bad_encoding",
    "missing_column",
    "unknown_format",
    "empty",
    "too_long",
    "too_costly",
}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"(?<!\\)\[fuzz\\?-mark\]\(")  # a backslash before `-` changes nothing


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
    """Yield what is lost, or came from nowhere.

    Parameters
    ----------
    cases : iterable of Case
    articles : iterable of str
        `raw_path` of each article.
    rejects : iterable of dict
        Rows of the table `rejects`.
    """
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


def summarise(articles: list[str], rejects: list[Row]) -> str:
    """Return the counts of a round in a few words."""
    taken = sum(path.startswith(f"{BROKEN}/") for path in articles)
    reasons = Counter[str]()
    for row in rejects:
        reasons[row["reason"]] += _number(row)
    return f"{taken} taken, " + ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
