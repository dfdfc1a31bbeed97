"""Rows without the text that a licence keeps back, and the same rows with it again.

What is text of the article is read off the columns: `content` by `parts`, and each column X that has X_start and X_end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.text import join_parts

ELLIPSIS = "…"
Row = dict[str, Any]


def sha256(text: str) -> str:
    """Hex digits of the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def spans(columns: Iterable[str]) -> list[str]:
    """Columns that hold text of the article between their own offsets."""
    names = dict.fromkeys(columns)
    return [name for name in names if f"{name}_start" in names and f"{name}_end" in names]


def excerpt(text: str, words: int) -> str:
    """The first words of a text; with an ellipsis where some are left out."""
    found = text.split()
    return text if len(found) <= words else " ".join([*found[:words], ELLIPSIS])


def withheld(row: Row, words: int) -> Row:
    """A row of quotes with an excerpt instead of the content, and without the texts of its other spans.

    Parameters
    ----------
    row : dict
        A row with `content` and offsets.
    words : int
        Most words of the content that stay.
    """
    kept = excerpt(row["content"], words)
    return {**row, **dict.fromkeys(spans(row)), "content": kept, "excerpt": True}


def restored(row: Row, text: str) -> Row:
    """The row with its text again, cut from the article.

    Raises
    ------
    DataError
        When what the offsets give is not what was published.
    """
    content = join_parts(text, [(part["start"], part["end"]) for part in row["parts"]])
    if sha256(content) != row["content_sha256"]:
        raise DataError(
            "the offsets do not give the content that was published",
            where=row["quote_id"],
            why=f"they give {content[:60]!r}",
            fix="the folder was changed after it was published: take it afresh",
        )
    found = {name: cut(row, name, text) for name in spans(row)}
    return {**row, **found, "content": content, "excerpt": False}


def cut(row: Mapping[str, Any], name: str, text: str) -> str | None:
    """Text of the span `name`, None where the row has none."""
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return None if start is None or end is None else text[start:end]
