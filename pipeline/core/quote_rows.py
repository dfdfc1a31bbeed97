"""Read the spans in rows of quotes, and convert rows to `Quote` objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.core.quote import Quote
from pipeline.core.text import Span


def quote_from_row(row: Mapping[str, Any], text: str) -> Quote:
    """Return the quote that a row of `extracted` or `quotes` describes.

    Parameters
    ----------
    row : mapping
        Needs `type`, `parts`, `rule`, `confidence` and the offsets of cue and source; `speaker`, `resolved_by` and
        `speech_score` are optional.
    text : str
        The article, into which the offsets point.
    """
    return Quote(
        text,
        row_parts(row),
        row["type"],
        row["rule"],
        row["confidence"],
        cue=row_span(row, "cue"),
        source=row_span(row, "source"),
        speaker=row.get("speaker"),
        resolved_by=row.get("resolved_by") or "",
        speech_score=row.get("speech_score"),
    )


def row_parts(row: Mapping[str, Any]) -> list[Span]:
    """Return the parts of the content in a row of quotes."""
    return [(part["start"], part["end"]) for part in row["parts"]]


def row_span(row: Mapping[str, Any], name: str) -> Span | None:
    """Return the span whose offsets are in the columns NAME_start and NAME_end, None where they are null."""
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return None if start is None or end is None else (start, end)
