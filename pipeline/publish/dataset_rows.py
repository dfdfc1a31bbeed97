"""Join the tables of a run to the rows of the configs `quotes`, `articles` and `speakers`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import table_joins, tables
from pipeline.core.targets import published_label
from pipeline.publish.dataset_features import FROM_ARTICLE
from pipeline.publish.publication_plan import ArticlePlan
from pipeline.publish.withheld_text import check_evidence, check_offsets, sha256

Row = dict[str, Any]


def read_texts(root: Path, article_ids: Collection[str]) -> dict[str, str]:
    """Read the texts of some articles, by article_id."""
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"])
    return {row["article_id"]: row["text"] for row in rows if row["article_id"] in article_ids}


def read_speaker_rows(root: Path, quote_counts: Mapping[str, int], split: str) -> Iterator[tuple[str, Row]]:
    """Yield split and row of each speaker of a published quote; all are in one split, for they speak in every split."""
    for row in tables.iterate_rows(root / paths.SPEAKERS):
        if number := quote_counts.get(row["speaker_id"]):
            yield split, {**row, "n_quotes": number}


def join_article_rows(root: Path, n_targets: int, plans: Mapping[str, ArticlePlan]) -> Iterator[tuple[str, Row]]:
    """Yield config and row of each article, followed by its quotes with context, article columns and stances.

    Rows have all texts.
    """
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    for row, quotes in table_joins.articles_with_quotes(root, n_targets):
        article = {**row, "license": plans[row["article_id"]].license}
        yield "articles", {**article, "text_sha256": sha256(row["text"])}
        for quote, stances in quotes:
            joined = _quote_row(quote, article, stances)
            joined["speaker_kind"] = kinds.get(quote["speaker_id"], "unknown")
            yield "quotes", joined


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
        row[f"{target}_predicted_label"] = stance["label"]
        check_evidence(quote, target, stance["evidence"])
        columns = [name for name in stance if name.startswith("p_") or name in ("abstained", "evidence")]
        row.update({f"{target}_{name}": stance[name] for name in columns})
    return row
