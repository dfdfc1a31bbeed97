"""Columns of the published configs, as Hugging Face features and as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from datasets import ClassLabel, Features, List, Value

from pipeline.schema import ARTICLES, QUOTE_TYPES, QUOTES, SPEAKER_KINDS, SPEAKERS, Column, Table

# Columns of the article that are repeated beside each quote, under these names.
FROM_ARTICLE = {
    "article_title": "title",
    "article_source": "source",
    "article_url": "url",
    "published_at": "published_at",
}


def plain(table: Table, classes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Features of a table's columns; `classes` names those that become ClassLabels."""
    return {
        c.name: ClassLabel(names=list(classes[c.name])) if c.name in classes else _feature(c) for c in table.columns
    }


def _feature(column: Column) -> Any:
    if column.name == "parts":
        return List({"start": Value("int32"), "end": Value("int32")})
    if pa.types.is_list(column.type):
        return List(Value("string"))
    return Value(
        {pa.string(): "string", pa.int32(): "int32", pa.int64(): "int64", pa.float32(): "float32"}[column.type]
    )


def quotes(labels: Mapping[str, Sequence[str]]) -> Features:
    """Features of the config `quotes`; `labels` by target."""
    columns = plain(QUOTES, {"type": QUOTE_TYPES})
    columns["speaker_kind"] = ClassLabel(names=list(SPEAKER_KINDS))
    columns["context"] = Value("string")
    columns.update(dict.fromkeys(FROM_ARTICLE, Value("string")))
    for target, names in labels.items():
        columns[target] = ClassLabel(names=list(names))
        columns.update({f"{target}_p_{name}": Value("float32") for name in names})
        columns[f"{target}_abstained"] = Value("bool")
    return Features(columns)


def articles() -> Features:
    """Features of the config `articles`."""
    return Features(plain(ARTICLES, {}))


def speakers() -> Features:
    """Features of the config `speakers`."""
    return Features(plain(SPEAKERS, {"kind": SPEAKER_KINDS}))


def about(labels: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """A sentence for each column of each config, for the card."""
    quote = {c.name: c.about for c in QUOTES.columns}
    quote["speaker_kind"] = next(c.about for c in SPEAKERS.columns if c.name == "kind")
    quote["context"] = "Paragraph or paragraphs that hold the quote."
    quote.update({name: f"`{column}` of the article." for name, column in FROM_ARTICLE.items()})
    for target, names in labels.items():
        quote[target] = f"Stance toward the target `{target}`: {', '.join(names)}."
        quote.update({f"{target}_p_{name}": f"Calibrated probability of `{name}`." for name in names})
        quote[f"{target}_abstained"] = "True where no label is probable enough to rely on."
    articles_, speakers_ = ({c.name: c.about for c in t.columns} for t in (ARTICLES, SPEAKERS))
    return {"quotes": quote, "articles": articles_, "speakers": speakers_}


def encode(features: Features, row: dict[str, Any]) -> dict[str, Any]:
    """A row with the names of its ClassLabels as numbers; a name that is none of them is an error."""
    return {
        name: feature.str2int(row[name]) if isinstance(feature, ClassLabel) and row[name] is not None else row[name]
        for name, feature in features.items()
    }
