"""Define the columns of the config `gold`: Hugging Face features, and descriptions for the card."""

from __future__ import annotations

from datasets import ClassLabel, Features, Value

from pipeline.core.schema.data_tables import QUOTES
from pipeline.publish.dataset_features import (
    CONTENT_SHA256,
    CONTEXT,
    EXCERPT,
    LICENSE,
    WITHHELD,
    Labels,
    build_table_features,
    describe_stance_column,
)
from pipeline.publish.withheld_text import find_span_columns

# Columns that an annotator fills in, under the names they have in `quotes`.
QUOTE_COLUMNS = (
    *("quote_id", "article_id", "type", "content", "parts"),
    *("cue", "cue_start", "cue_end", "source", "source_start", "source_end"),
    *("speaker", "context_start", "context_end"),
)
# The other columns, with their descriptions.
OTHER_COLUMNS = {
    "context": CONTEXT,
    "group": "Scenario or article; rows of one group are in one split.",
    "topic": "Kind of text; null if only the spans were annotated.",
    "annotator": "Annotator of the spans and the speaker; null if only the stance was annotated.",
    "stance_annotator": "Annotator of the stances; null if only the spans were annotated.",
    "unsure": "True if the annotator of the stances was not sure.",
    "license": LICENSE,
    "content_sha256": CONTENT_SHA256,
    "excerpt": EXCERPT,
}
BOOLEANS = ("unsure", "excerpt")
# The two annotators of a quote that was labelled twice: keys of `agreement/stance.jsonl`.
ANNOTATORS = ("first", "second")


def list_stance_columns(target: str) -> list[str]:
    """Return the columns of a target: the final label, then that of each of two annotators."""
    return [target, *(f"{target}_{annotator}" for annotator in ANNOTATORS)]


def build_gold_features(labels: Labels) -> Features:
    """Return the features of the config `gold`, for the labels of each target."""
    shared = build_table_features(QUOTES)
    columns = {name: shared[name] for name in QUOTE_COLUMNS}
    columns.update({name: Value("bool" if name in BOOLEANS else "string") for name in OTHER_COLUMNS})
    for target, names in labels.items():
        columns.update({column: ClassLabel(names=list(names)) for column in list_stance_columns(target)})
    return Features(columns)


def describe_gold_columns(labels: Labels) -> dict[str, str]:
    """Return a sentence for each column of the config `gold`."""
    sentences = {c.name: c.description for c in QUOTES.columns if c.name in QUOTE_COLUMNS} | OTHER_COLUMNS
    sentences["quote_id"] = "That of the article's quote, or an id of its own."
    sentences["article_id"] += " Null for a quote that was written for training alone."
    for name in ("type", "parts", "context_start", "context_end"):
        sentences[name] += " Null if only the stance was annotated."
    for name in [*find_span_columns(QUOTE_COLUMNS), "context"]:
        sentences[name] += WITHHELD
    for target, names in labels.items():
        final, *single = list_stance_columns(target)
        sentences[final] = describe_stance_column(target, names)
        for annotator, column in zip(ANNOTATORS, single, strict=True):
            sentences[column] = f"What the {annotator} of two annotators said of it; null where it was labelled once."
    return sentences
