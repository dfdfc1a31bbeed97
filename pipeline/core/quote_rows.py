"""Convert rows of the tables `extracted` and `quotes` to `Quote` objects."""

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
        [(part["start"], part["end"]) for part in row["parts"]],
        row["type"],
        row["rule"],
        row["confidence"],
        cue=_span(row, "cue"),
        source=_span(row, "source"),
        speaker=row.get("speaker"),
        resolved_by=row.get("resolved_by") or "",
        speech_score=row.get("speech_score"),
    )


def _span(row: Mapping[str, Any], name: str) -> Span | None:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return None if start is None or end is None else (start, end)
