"""Quotes beside their article and their stances: tables in one order, joined in one pass each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.errors import DataError

Row = dict[str, Any]


def quotes(root: Path, targets: int) -> Iterator[tuple[Row, Row, list[Row]]]:
    """Each quote with its article and its stances; memory is bounded by a batch of each table.

    Parameters
    ----------
    root : path
        The project's folder.
    targets : int
        Number of stances per quote.

    Raises
    ------
    DataError
        When the tables come from different runs.
    """
    articles, stances = tables.iterate(root / paths.ARTICLES), tables.iterate(root / paths.STANCES)
    article: Row = {"article_id": None}
    for quote in tables.iterate(root / paths.QUOTES):
        while article["article_id"] != quote["article_id"]:
            article = next(articles, {})
            if not article:
                raise _out_of_step("articles", quote)
        opinions = list(islice(stances, targets))
        if [opinion["quote_id"] for opinion in opinions] != [quote["quote_id"]] * targets:
            raise _out_of_step("stances", quote)
        yield quote, article, opinions


def _out_of_step(table: str, quote: Row) -> DataError:
    return DataError(f"{table} and quotes are out of step", where=quote["quote_id"], fix="run `dvc repro`")
