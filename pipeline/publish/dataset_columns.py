"""Define the columns of every config of the dataset: Hugging Face features; `columns.md.j2` describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from datasets import ClassLabel, Features, Value

from pipeline.core.schema import position_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKER_KINDS, SPEAKERS
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.targets import Target, published_labels, stance_labels

Targets = Mapping[str, Target]
# Columns of the article that are repeated beside each quote, under these names.
FROM_ARTICLE = {
    "article_title": "title",
    "article_source": "source",
    "article_url": "url",
    "article_license": "license",
    "published_at": "published_at",
}
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
        columns[name] = ClassLabel(names=list(published_labels(labels)))
        columns[f"{name}_predicted_label"] = ClassLabel(names=labels)
        columns.update({f"{name}_p_{label}": Value("float32") for label in labels})
        columns[f"{name}_abstained"] = Value("bool")
        columns[f"{name}_evidence"] = quotes["parts"]
        gold.update({column: ClassLabel(names=labels) for column in list_stance_columns(name)})
    positions, changes = _position_tables(targets)
    of_changes = {f"{prefix}{name}": kind for prefix in QUOTE_PREFIXES for name, kind in _ADDED.items()}
    return {
        "quotes": Features(columns),
        "articles": Features({**_of_table(ARTICLES), **dict.fromkeys(("license", "split", "text_sha256"), strings)}),
        "speakers": Features(_of_table(SPEAKERS)),
        "positions": Features(_of_table(positions)),
        "changes": Features({**_of_table(changes), **of_changes}),
        "gold": Features(gold),
    }


def find_span_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns that contain the text between their own offsets."""
    names = dict.fromkeys(columns)
    return [name for name in names if f"{name}_start" in names and f"{name}_end" in names]


def list_stance_columns(target: str) -> list[str]:
    """Return the columns of a target in `gold`: the final label, then that of each of two annotators."""
    return [target, *(f"{target}_{annotator}" for annotator in ANNOTATORS)]


def _of_table(table: Table) -> dict[str, Any]:
    classes = {name: ClassLabel(names=list(names)) for name, names in table.choices.items()}
    return {**Features.from_arrow_schema(table.schema), **classes}


def _position_tables(targets: Targets) -> tuple[Table, Table]:
    names, stances = list(targets), stance_labels(targets)
    return position_tables.positions(names, stances), position_tables.changes(names, stances)
