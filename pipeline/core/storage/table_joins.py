"""Quotes beside their article and their stances: tables in one order, joined in one pass each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables

Row = dict[str, Any]


def articles_with_quotes(
    root: Path, targets: int, columns: Mapping[Path, list[str]] | None = None
) -> Iterator[tuple[Row, list[tuple[Row, list[Row]]]]]:
    """Each article with its quotes and their stances; memory is bounded by a batch of each table.

    Parameters
    ----------
    root : path
        The project's folder.
    targets : int
        Number of stances per quote.
    columns : mapping of path to list of str, optional
        For `paths.ARTICLES`, `QUOTES` and `STANCES`, the columns wanted, ids among them; all where nothing is said.

    Raises
    ------
    DataError
        When the tables come from different runs.
    """
    wanted = columns or {}
    found, stances, rows = (
        tables.iterate_rows(root / folder, wanted.get(folder))
        for folder in (paths.QUOTES, paths.STANCES, paths.ARTICLES)
    )
    quote = next(found, None)
    for article in rows:
        said = []
        while quote is not None and quote["article_id"] == article["article_id"]:
            opinions = list(islice(stances, targets))
            if [opinion["quote_id"] for opinion in opinions] != [quote["quote_id"]] * targets:
                raise _out_of_step("stances", quote)
            said.append((quote, opinions))
            quote = next(found, None)
        yield article, said
    if quote is not None:
        raise _out_of_step("articles", quote)


def quotes_with_articles(root: Path, targets: int) -> Iterator[tuple[Row, Row, list[Row]]]:
    """Each quote with its article and its stances; memory and errors are those of `articles`."""
    for article, said in articles_with_quotes(root, targets):
        for quote, opinions in said:
            yield quote, article, opinions


def _out_of_step(table: str, quote: Row) -> DataError:
    return DataError(f"{table} and quotes are out of step", where=quote["quote_id"], fix="run `dvc repro`")
