"""Define the columns of every config of the dataset: Hugging Face features, and descriptions for the card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from datasets import ClassLabel, Features, Value

from pipeline.core.schema import position_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKER_KINDS, SPEAKERS
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.schema.stance_tables import EVIDENCE
from pipeline.core.targets import UNKNOWN, Target, published_labels, stance_labels

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
_CONTEXT = "Paragraph or paragraphs that contain the quote."
_LICENSE = "Licence of the article's text by `configs/publish.yaml`; `unknown` if no entry matches."
# Columns that only the dataset has, of a quote or of each quote of a change.
_ADDED = {
    "content_sha256": "SHA-256 of the whole content in UTF-8, in hex digits.",
    "excerpt": "True if the licence of the article allows only the first words of `content`.",
}
_TYPES = {"content_sha256": "string", "excerpt": "bool"}
# The other columns of `gold`.
_OF_GOLD = {
    "context": _CONTEXT,
    "group": "Scenario or article; rows of one group are in one split.",
    "topic": "Kind of text; null if only the spans were annotated.",
    "annotator": "Annotator of the spans and the speaker; null if only the stance was annotated.",
    "stance_annotator": "Annotator of the stances; null if only the spans were annotated.",
    "unsure": "True if the annotator of the stances was not sure.",
    "license": _LICENSE,
    **_ADDED,
}
_PREDICTED = "The model's most probable label, also where it abstains: do not count or quote it there."
_EVIDENCE_OFFSETS = " Offsets into `articles.text`; found by word lists, not by the weights of the model."
_WITHHELD = " Null if the licence of the article does not allow it."


def build_features(targets: Targets) -> dict[str, Features]:
    """Return the features of each config; a column with a set of choices is a ClassLabel."""
    quotes, strings = _of_table(QUOTES), Value("string")
    added = {name: Value(kind) for name, kind in _TYPES.items()}
    columns = {**quotes, "speaker_kind": ClassLabel(names=list(SPEAKER_KINDS)), "context": strings, **added}
    columns.update(dict.fromkeys(FROM_ARTICLE, strings))
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
    of_changes = {f"{prefix}{name}": kind for prefix in QUOTE_PREFIXES for name, kind in added.items()}
    return {
        "quotes": Features(columns),
        "articles": Features({**_of_table(ARTICLES), "license": strings, "text_sha256": strings}),
        "speakers": Features(_of_table(SPEAKERS)),
        "positions": Features(_of_table(positions)),
        "changes": Features({**_of_table(changes), **of_changes}),
        "gold": Features(gold),
    }


def describe_columns(targets: Targets) -> dict[str, dict[str, str]]:
    """Return a sentence for each column, by config."""
    tables = (QUOTES, ARTICLES, SPEAKERS, *_position_tables(targets))
    described = {table.name: {column.name: column.description for column in table.columns} for table in tables}
    quotes, articles, changes = (described[name] for name in ("quotes", "articles", "changes"))
    gold = {name: quotes[name] for name in GOLD_COLUMNS} | _OF_GOLD
    quotes |= {"speaker_kind": described["speakers"]["kind"], "context": _CONTEXT, **_ADDED}
    quotes |= {name: f"`{column}` of the article." for name, column in FROM_ARTICLE.items()}
    for name in find_span_columns(quotes):
        quotes[name] += _WITHHELD
    articles["text"] += _WITHHELD
    articles["license"] = _LICENSE
    articles["text_sha256"] = "SHA-256 of the text in UTF-8, in hex digits; `article_id` is its beginning."
    for prefix in QUOTE_PREFIXES:
        changes |= {f"{prefix}{name}": sentence for name, sentence in _ADDED.items()}
        changes[f"{prefix}evidence"] += _EVIDENCE_OFFSETS
        changes[f"{prefix}evidence_words"] += _WITHHELD
    gold["quote_id"] = "That of the article's quote, or an id of its own."
    gold["article_id"] += " Null for a quote that was written for training alone."
    for name in ("type", "parts", "context_start", "context_end"):
        gold[name] += " Null if only the stance was annotated."
    for name in [*find_span_columns(GOLD_COLUMNS), "context"]:
        gold[name] += _WITHHELD
    for name, target in targets.items():
        quotes |= _describe_stances(name, target.labels)
        final, *single = list_stance_columns(name)
        gold[final] = _describe_label(name, target.labels)
        for annotator, column in zip(ANNOTATORS, single, strict=True):
            gold[column] = f"What the {annotator} of two annotators said of it; null where it was labelled once."
    return described | {"gold": gold}


def group_columns(described: Mapping[str, str], targets: Targets) -> dict[str, str]:
    """Return the sentences with one for all columns that differ in target, label or quote of a change alone.

    `TARGET`, `LABEL` and `WHEN` (`before` or `after`) stand for these in the names.
    """
    labels = sorted({label for target in targets.values() for label in target.labels}, key=len, reverse=True)
    grouped: dict[str, str] = {}
    for name, sentence in described.items():
        for target in targets:
            if re.match(rf"{re.escape(target)}(_|\Z)", name):
                name, sentence = "TARGET" + name[len(target) :], sentence.replace(f"`{target}`", "`TARGET`")
        for when in QUOTE_PREFIXES:
            if name.startswith(when):
                name, sentence = (
                    "WHEN_" + name[len(when) :],
                    sentence.replace(f"{when[:-1]} the change", "WHEN the change"),
                )
        if found := re.search(rf"(?:^|_)(?:p|n|share)_({'|'.join(map(re.escape, labels))})(?=_|\Z)", name):
            name = f"{name[: found.start(1)]}LABEL{name[found.end(1) :]}"
            sentence = sentence.replace(f"`{found[1]}`", "`LABEL`")
        grouped.setdefault(name, sentence)
    return grouped


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


def _describe_stances(name: str, labels: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each column of a target in `quotes`."""
    labels = list(labels)
    return {
        name: f"{_describe_label(name, published_labels(labels))} `{UNKNOWN}` where the model abstains.",
        f"{name}_predicted_label": _PREDICTED,
        **{f"{name}_p_{label}": f"Calibrated probability of `{label}`." for label in labels},
        f"{name}_abstained": f"True if no label is probable enough to rely on: `{name}` is `{UNKNOWN}`.",
        f"{name}_evidence": EVIDENCE + _EVIDENCE_OFFSETS,
    }


def _describe_label(target: str, labels: Iterable[str]) -> str:
    return f"Stance toward the target `{target}`: {', '.join(labels)}."
