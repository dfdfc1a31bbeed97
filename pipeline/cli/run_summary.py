"""The table that `parley summary` and `make repro` print: numbers of the last run, and where its results are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.core.targets import UNKNOWN

PLACES = {
    "reports/index.html": "the page: quotes, speakers, stances, how far to trust them",
    "data/published": 'the dataset: load_dataset("data/published", "quotes")',
    "reports/*.md": "scores with intervals, and examples of errors",
    "data/interim/rejects": "rejected inputs, with file, row and reason",
}


def format_summary(root: Path) -> Iterator[str]:
    """Yield the lines of the table."""
    path = root / paths.SCORES
    if not path.exists():
        raise DataError("nothing was built yet", where=str(path), fix="run `make repro`")
    counts = tables.read_json(path)["counts"]
    quotes = sum(counts["quotes"].values())
    yield ""
    yield _format_line("articles", counts["articles"])
    yield _format_line("rejects", sum(counts["rejects"].values()), counts["rejects"])
    yield _format_line("quotes", quotes, counts["quotes"])
    yield _format_line("with a speaker", counts["quotes_with_speaker"])
    yield _format_line("speakers", sum(counts["speakers"].values()), counts["speakers"])
    for target, labels in counts["stances"].items():
        yield _format_line(target, sum(labels.values()), labels, f"; {UNKNOWN} {counts['unknown'][target]}")
    yield ""
    for place, description in PLACES.items():
        yield f"  {place:<22}{description}"


def _format_line(name: str, total: int, parts: Mapping[str, Any] | None = None, beside: str = "") -> str:
    """Return a line with a total, its parts, and what is not part of the total."""
    detail = ", ".join(f"{key} {number}" for key, number in (parts or {}).items())
    return f"  {name:<22}{total:>6}  {detail}{beside}".rstrip()
