"""The columns of each config of the dataset, and its rows from the tables of a run, with all texts and checked offsets.

`columns.md.j2` describes the columns.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Features, Value

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.quote import row_parts, row_span
from pipeline.core.schema import position_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKER_KINDS, SPEAKERS
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.targets import UNKNOWN, Targets, predicted_label, published_label, stance_labels
from pipeline.core.text import join_parts
from pipeline.publish.publication_plan import ArticlePlan

Row = dict[str, Any]
# Columns of the article that are repeated beside each quote, under these names.
_REPEATED = ("title", "source", "url", "license")
FROM_ARTICLE = {f"article_{name}": name for name in _REPEATED} | {"published_at": "published_at"}
# Columns that an annotator fills in, under the names they have in `quotes`.
GOLD_COLUMNS = (
    *("quote_id", "article_id", "type", "content", "parts"),
    *("cue", "cue_start", "cue_end", "source", "source_start", "source_end"),
    *("speaker", "context_start", "context_end"),
)
# The two annotators of a quote that was labelled twice: keys of `agreement/stance.jsonl`.
ANNOTATORS = ("first", "second")
# Columns that only the dataset has, of a quote or of each quote of a change.
_ADDED = {"content_sha256": Value("string"), "excerpt": Value("bool")}
# The other columns of `gold`.
_OF_GOLD = ("context", "group", "topic", "annotator", "stance_annotator", "unsure", "license", "split", *_ADDED)


def build_features(targets: Targets) -> dict[str, Features]:
    """Return the features of each config; a column with a set of choices is a ClassLabel."""
    quotes, strings = _of_table(QUOTES), Value("string")
    columns = {**quotes, "speaker_kind": ClassLabel(names=list(SPEAKER_KINDS)), "context": strings, **_ADDED}
    columns.update(dict.fromkeys((*FROM_ARTICLE, "split"), strings))
    gold = {name: quotes[name] for name in GOLD_COLUMNS}
    gold.update({name: Value("bool" if name in ("unsure", "excerpt") else "string") for name in _OF_GOLD})
    for name, target in targets.items():
        labels = list(target.labels)
        columns[name] = ClassLabel(names=[*labels, UNKNOWN])
        columns[f"{name}_predicted_label"] = ClassLabel(names=labels)
        columns.update({f"{name}_p_{label}": Value("float32") for label in labels})
        columns |= {f"{name}_abstained": Value("bool"), f"{name}_corrected_by": strings}
        columns[f"{name}_evidence"] = quotes["parts"]
        gold |= dict.fromkeys((name, *(f"{name}_{which}" for which in ANNOTATORS)), ClassLabel(names=labels))
    names, stances = list(targets), stance_labels(targets)
    of_changes = {f"{prefix}{name}": kind for prefix in QUOTE_PREFIXES for name, kind in _ADDED.items()}
    return {
        "quotes": Features(columns),
        "articles": Features({**_of_table(ARTICLES), **dict.fromkeys(("license", "split", "text_sha256"), strings)}),
        "speakers": Features(_of_table(SPEAKERS)),
        "positions": Features(_of_table(position_tables.positions(names, stances))),
        "changes": Features({**_of_table(position_tables.changes(names, stances)), **of_changes}),
        "gold": Features(gold),
    }


def _of_table(table: Table) -> dict[str, Any]:
    classes = {c.name: ClassLabel(names=list(c.choices)) for c in table.columns if c.choices}
    return {**Features.from_arrow_schema(table.schema), **classes}


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def join_article_rows(root: Path, n_targets: int, plans: Mapping[str, ArticlePlan]) -> Iterator[tuple[str, Row]]:
    """Yield config and row of each article, followed by its quotes with context, article columns and stances."""
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    for row, quotes in tables.articles_with_quotes(root, n_targets):
        article = {**row, "license": plans[row["article_id"]].license}
        yield "articles", {**article, "text_sha256": sha256(row["text"])}
        for quote, stances in quotes:
            joined = _quote_row(quote, article, stances)
            joined["speaker_kind"] = kinds.get(quote["speaker_id"], "unknown")
            yield "quotes", joined


def read_change_rows(root: Path) -> Iterator[Row]:
    """Yield the row of each change, with the columns that only the dataset has."""
    for row in tables.iterate_rows(root / paths.CHANGES):
        for prefix in QUOTE_PREFIXES:
            row |= {f"{prefix}content_sha256": sha256(row[f"{prefix}content"]), f"{prefix}excerpt": False}
        yield row


def check_offsets(row: Row, text: str) -> None:
    """Raise DataError when the offsets of a quote do not point at its texts."""
    spans = {name: row_span(row, name) for name in row if f"{name}_start" in row and f"{name}_end" in row}
    texts = {name: text[span[0] : span[1]] for name, span in spans.items() if span}
    texts["content"] = join_parts(text, row_parts(row))
    for name, words in texts.items():
        if name in row and words != row[name]:
            why = f"they give {words!r}, the row says {row[name]!r}"
            fix = "run `dvc repro`; `parley check` where it is an annotation"
            raise DataError(f"the offsets of `{name}` do not give its text", where=row["quote_id"], why=why, fix=fix)


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
        own = [name for name in stance if name.startswith("p_")]
        row.update({f"{target}_{name}": stance[name] for name in (*own, "abstained", "corrected_by", "evidence")})
    return row
