"""Join the tables of a run to the rows of the dataset, with all texts, and check that offsets give what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.quote import row_parts, row_span
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import table_joins, tables
from pipeline.core.targets import predicted_label, published_label
from pipeline.core.text import join_parts
from pipeline.publish.dataset_columns import FROM_ARTICLE, find_span_columns
from pipeline.publish.publication_plan import ArticlePlan

Row = dict[str, Any]


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def join_article_rows(root: Path, n_targets: int, plans: Mapping[str, ArticlePlan]) -> Iterator[tuple[str, Row]]:
    """Yield config and row of each article, followed by its quotes with context, article columns and stances."""
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    for row, quotes in table_joins.articles_with_quotes(root, n_targets):
        article = {**row, "license": plans[row["article_id"]].license}
        yield "articles", {**article, "text_sha256": sha256(row["text"])}
        for quote, stances in quotes:
            joined = _quote_row(quote, article, stances)
            joined["speaker_kind"] = kinds.get(quote["speaker_id"], "unknown")
            yield "quotes", joined


def read_speaker_rows(root: Path, quote_counts: Mapping[str, int]) -> Iterator[Row]:
    """Yield the row of each speaker of a published quote, with its number of published quotes."""
    for row in tables.iterate_rows(root / paths.SPEAKERS):
        if number := quote_counts.get(row["speaker_id"]):
            yield {**row, "n_quotes": number}


def read_change_rows(root: Path) -> Iterator[Row]:
    """Yield the row of each change, with the columns that only the dataset has."""
    for row in tables.iterate_rows(root / paths.CHANGES):
        for prefix in QUOTE_PREFIXES:
            row |= {f"{prefix}content_sha256": sha256(row[f"{prefix}content"]), f"{prefix}excerpt": False}
        yield row


def check_offsets(row: Row, text: str) -> None:
    """Raise DataError when the offsets of a quote do not point at its texts."""
    spans = {name: row_span(row, name) for name in find_span_columns(row)}
    texts = {name: text[span[0] : span[1]] for name, span in spans.items() if span}
    texts["content"] = join_parts(text, row_parts(row))
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


def _quote_row(quote: Row, article: Row, stances: list[Row]) -> Row:
    """Return a quote with its context, columns of its article, and a group of columns for each stance."""
    text = article["text"]
    check_offsets(quote, text)
    row = {**quote, "content_sha256": sha256(quote["content"]), "excerpt": False}
    row["context"] = text[quote["context_start"] : quote["context_end"]]
    row.update({name: article[column] for name, column in FROM_ARTICLE.items()})
    for stance in stances:
        target = stance["target"]
        row[target] = published_label(stance["label"], stance["abstained"])
        row[f"{target}_predicted_label"] = predicted_label(stance)
        check_evidence(quote, target, stance["evidence"])
        others = ("abstained", "corrected_by", "evidence")
        columns = [name for name in stance if name.startswith("p_") or name in others]
        row.update({f"{target}_{name}": stance[name] for name in columns})
    return row
