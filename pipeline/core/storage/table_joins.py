"""Join articles, quotes and stances in one pass: the three tables are sorted in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.core.storage.tables import Row


def articles_with_quotes(
    root: Path, targets: int, columns: Mapping[Path, list[str]] | None = None
) -> Iterator[tuple[Row, list[tuple[Row, list[Row]]]]]:
    """Yield each article with its quotes and their stances; memory is bounded by a batch of each table.

    `targets` is the number of stances per quote; with 0 their table is not read. `columns` are those to read of
    `paths.ARTICLES`, `QUOTES` and `STANCES`, ids included; all by default. Tables of different runs are a DataError.
    """
    wanted = columns or {}
    quotes, stances, articles = (
        tables.iterate_rows(root / folder, wanted.get(folder))
        for folder in (paths.QUOTES, paths.STANCES, paths.ARTICLES)
    )
    quote = next(quotes, None)
    for article in articles:
        joined = []
        while quote is not None and quote["article_id"] == article["article_id"]:
            of_quote = list(islice(stances, targets))
            if [stance["quote_id"] for stance in of_quote] != [quote["quote_id"]] * targets:
                raise _mismatch("stances", quote)
            joined.append((quote, of_quote))
            quote = next(quotes, None)
        yield article, joined
    if quote is not None:
        raise _mismatch("articles", quote)


def quotes_with_articles(root: Path, targets: int) -> Iterator[tuple[Row, Row, list[Row]]]:
    """Yield each quote with its article and its stances; see `articles_with_quotes`."""
    for article, joined in articles_with_quotes(root, targets):
        for quote, stances in joined:
            yield quote, article, stances


def _mismatch(table: str, quote: Row) -> DataError:
    return DataError(f"{table} and quotes come from different runs", where=quote["quote_id"], fix="run `dvc repro`")
