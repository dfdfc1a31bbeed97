"""Rows of the configs `quotes`, `articles` and `speakers`, each with its split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import table_joins, tables
from pipeline.core.text import join_parts
from pipeline.publish.dataset_features import FROM_ARTICLE
from pipeline.publish.publication_plan import Home
from pipeline.publish.withheld_text import cut, sha256, spans, withheld

Row = dict[str, Any]


def texts(root: Path, wanted: Collection[str]) -> dict[str, str]:
    """Texts of some articles, by article_id."""
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"])
    return {row["article_id"]: row["text"] for row in rows if row["article_id"] in wanted}


def speakers(root: Path, used: Mapping[str, int], split: str) -> Iterator[tuple[str, Row]]:
    """The speakers of the published quotes, with their number; all in one split, for they speak in every one."""
    for row in tables.iterate_rows(root / paths.SPEAKERS):
        if number := used.get(row["speaker_id"]):
            yield split, {**row, "n_quotes": number}


def of_articles(
    root: Path, targets: int, homes: Mapping[str, Home], used: Counter[str]
) -> Iterator[tuple[str, str, Row]]:
    """Name of the config, split and row: each article, and its quotes with speaker kind, context, article and stances.

    Parameters
    ----------
    root : path
        The project's folder.
    targets : int
        Number of stances per quote.
    homes : mapping
        `plan.homes`; other articles are left out.
    used : Counter
        Gathers the speakers met, with the number of their quotes.
    """
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    for found, said in table_joins.articles_with_quotes(root, targets):
        if home := homes.get(found["article_id"]):
            article = {**found, "license": home.license}
            # The text is null where the licence keeps it back.
            text = found["text"] if home.whole else None
            yield "articles", home.split, {**article, "text": text, "text_sha256": sha256(found["text"])}
            for quote, opinions in said:
                if quote["speaker_id"]:
                    used[quote["speaker_id"]] += 1
                row = _joined(quote, article, opinions)
                row["speaker_kind"] = kinds.get(quote["speaker_id"], "unknown")
                yield "quotes", home.split, row if home.words is None else withheld(row, home.words)


def _joined(quote: Row, article: Row, opinions: list[Row]) -> Row:
    text = article["text"]
    check_offsets(quote, text)
    row = {**quote, "content_sha256": sha256(quote["content"]), "excerpt": False}
    row["context"] = text[quote["context_start"] : quote["context_end"]]
    row.update({name: article[column] for name, column in FROM_ARTICLE.items()})
    for opinion in opinions:
        target = opinion["target"]
        row[target] = opinion["label"]
        row.update(
            {f"{target}_{name}": opinion[name] for name in opinion if name.startswith("p_") or name == "abstained"}
        )
    return row


def check_offsets(quote: Row, text: str) -> None:
    """Raise DataError when the offsets of a quote do not give its texts."""
    found = {name: cut(quote, name, text) for name in spans(quote)}
    found["content"] = join_parts(text, [(part["start"], part["end"]) for part in quote["parts"]])
    for name, words in found.items():
        if name in quote and words != quote[name]:
            raise DataError(
                f"the offsets of `{name}` do not give its text",
                where=quote["quote_id"],
                why=f"they give {words!r}, the row says {quote[name]!r}",
                fix="run `dvc repro`; `parley check` where it is an annotation",
            )
