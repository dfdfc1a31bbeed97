"""Read texts and gold quotes to train on, from a file of JSON lines or from the project's own annotations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.core.text import Span
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes

Record = dict[str, Any]


def read_records(path: Path) -> list[Record]:
    """Read the articles of a file as `{"text", "quotes": [{"content", "cue", "source"}]}`, spans as `[start, end]`.

    Parameters
    ----------
    path : Path
        A file of such lines, or a folder `data/annotations` whose articles have been read by `dvc repro ingest`. Lines
        whose `use` is `test` are left out.

    Raises
    ------
    DataError
        When an annotated article is missing, or its text is not the annotated one.
    """
    if path.is_dir():
        return _annotated(path)
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
    return [row for row in rows if row.get("use") != "test"]


def _annotated(folder: Path) -> list[Record]:
    """Return the project's annotated articles."""
    by_article: dict[str, list[GoldQuote]] = {}
    for quote in read_gold_quotes(folder / "quotes.jsonl"):
        by_article.setdefault(quote.article_id, []).append(quote)
    articles = folder.resolve().parents[1] / paths.ARTICLES
    if not articles.exists():
        raise DataError("the annotated articles have not been read", where=folder.name, fix="run `dvc repro ingest`")
    rows = tables.iterate_rows(articles, ["article_id", "text"])
    texts = {row["article_id"]: row["text"] for row in rows if row["article_id"] in by_article}
    if missing := sorted(set(by_article) - set(texts)):
        raise DataError(
            f"{len(missing)} annotated articles are not among the articles", where=missing[0], fix="`parley check`"
        )
    return [{"text": texts[name], "quotes": [_quote(q, texts[name]) for q in by_article[name]]} for name in by_article]


def _quote(quote: GoldQuote, text: str) -> dict[str, list[Span]]:
    for (start, end), words in quote.span_texts:
        if text[start:end] != words:
            raise DataError(f"characters {start} to {end} are not {words!r}", where=quote.where, fix="`parley check`")
    others = {name: [span] if span else [] for name, span in (("cue", quote.cue), ("source", quote.source))}
    return {"content": quote.content, **others}
