"""Take the text that a licence withholds out of a row, and put it back.

Which columns are text of the article follows from their names: `content` with `parts`, and each column X that has
X_start and X_end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.publish_config import cut_excerpt
from pipeline.core.quote import row_parts, row_span
from pipeline.core.text import join_parts

Row = dict[str, Any]


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def find_span_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns that contain the text between their own offsets."""
    names = dict.fromkeys(columns)
    return [name for name in names if f"{name}_start" in names and f"{name}_end" in names]


def cut_spans(row: Mapping[str, Any], text: str) -> dict[str, str | None]:
    """Return the text between the offsets of each span column that has offsets."""
    spans = {name: row_span(row, name) for name in find_span_columns(row)}
    return {name: text[span[0] : span[1]] for name, span in spans.items() if span}


def check_offsets(row: Row, text: str) -> None:
    """Raise DataError when the offsets of a quote do not point at its texts."""
    texts = {**cut_spans(row, text), "content": join_parts(text, row_parts(row))}
    for name, words in texts.items():
        if name in row and words != row[name]:
            raise DataError(
                f"the offsets of `{name}` do not give its text",
                where=row["quote_id"],
                why=f"they give {words!r}, the row says {row[name]!r}",
                fix="run `dvc repro`; `parley check` where it is an annotation",
            )


def check_evidence(row: Row, target: str, evidence: Iterable[Mapping[str, int]]) -> None:
    """Raise DataError when the spans of a stance's evidence are not in order within the paragraphs of its quote."""
    last = row["context_start"]
    for span in evidence:
        if not last <= span["start"] < span["end"] <= row["context_end"]:
            raise DataError(
                f"the evidence for `{target}` is not in the paragraph of the quote",
                where=row["quote_id"],
                why=f"it has the span {span['start']} to {span['end']}",
                fix="run `dvc repro`",
            )
        last = span["end"]


def withhold_text(row: Row, limit: int | None) -> Row:
    """Return a row of quotes with the first `limit` words of its content, and without the text of its other spans.

    Without a limit the row stays as it is.
    """
    if limit is None:
        return row
    return {
        **row,
        **{name: None for name in find_span_columns(row) if row_span(row, name)},
        "content": cut_excerpt(row["content"], limit),
        "excerpt": True,
    }


def restore_text(row: Row, text: str) -> Row:
    """Return a row of quotes with its text cut from that of the article.

    Raises
    ------
    DataError
        When the offsets give something else than was published.
    """
    content = join_parts(text, row_parts(row))
    if sha256(content) != row["content_sha256"]:
        raise DataError(
            "the offsets do not give the content that was published",
            where=row["quote_id"],
            why=f"they give {content[:60]!r}",
            fix="the folder was changed after it was published: download it again",
        )
    return {**row, **cut_spans(row, text), "content": content, "excerpt": False}
