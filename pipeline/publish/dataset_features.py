"""Define the columns of `quotes`, `articles` and `speakers`: Hugging Face features, and descriptions for the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from datasets import ClassLabel, Features, Value

from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKER_KINDS, SPEAKERS
from pipeline.core.schema.stance_tables import EVIDENCE
from pipeline.core.targets import UNKNOWN, published_labels
from pipeline.publish.withheld_text import find_span_columns

Labels = Mapping[str, Sequence[str]]

# Columns of the article that are repeated beside each quote, under these names.
FROM_ARTICLE = {
    "article_title": "title",
    "article_source": "source",
    "article_url": "url",
    "article_license": "license",
    "published_at": "published_at",
}
LICENSE = "Licence of the article's text by `configs/publish.yaml`; `unknown` if no entry matches."
EXCERPT = "True if the licence of the article allows only the first words of `content`."
CONTEXT = "Paragraph or paragraphs that contain the quote."
CONTENT_SHA256 = "SHA-256 of the whole content in UTF-8, in hex digits."
PREDICTED_LABEL = "The model's most probable label, also where it abstains: do not count or quote it there."
ABSTAINED_LABEL = f" `{UNKNOWN}` where the model abstains."
EVIDENCE_OFFSETS = " Offsets into `articles.text`; found by word lists, not by the weights of the model."
WITHHELD = " Null if the licence of the article does not allow it."


def build_table_features(table: Table) -> dict[str, Any]:
    """Return the features of a table's columns; a column with a set of choices is a ClassLabel."""
    classes = {name: ClassLabel(names=list(names)) for name, names in table.choices.items()}
    return {**Features.from_arrow_schema(table.schema), **classes}


def build_quote_features(labels: Labels) -> Features:
    """Return the features of the config `quotes`, for the labels of each target."""
    columns = build_table_features(QUOTES)
    columns["speaker_kind"] = ClassLabel(names=list(SPEAKER_KINDS))
    columns["context"] = Value("string")
    columns["content_sha256"] = Value("string")
    columns["excerpt"] = Value("bool")
    columns.update(dict.fromkeys(FROM_ARTICLE, Value("string")))
    for target, names in labels.items():
        columns[target] = ClassLabel(names=list(published_labels(names)))
        columns[f"{target}_predicted_label"] = ClassLabel(names=list(names))
        columns.update({f"{target}_p_{name}": Value("float32") for name in names})
        columns[f"{target}_abstained"] = Value("bool")
        columns[f"{target}_evidence"] = build_table_features(QUOTES)["parts"]
    return Features(columns)


def build_article_features() -> Features:
    """Return the features of the config `articles`."""
    return Features({**build_table_features(ARTICLES), "license": Value("string"), "text_sha256": Value("string")})


def build_speaker_features() -> Features:
    """Return the features of the config `speakers`."""
    return Features(build_table_features(SPEAKERS))


def describe_columns(labels: Labels) -> dict[str, dict[str, str]]:
    """Return a sentence for each column of `quotes`, `articles` and `speakers`, by config."""
    quote, article, speaker = ({c.name: c.description for c in t.columns} for t in (QUOTES, ARTICLES, SPEAKERS))
    quote["speaker_kind"] = speaker["kind"]
    quote["context"] = CONTEXT
    quote["content_sha256"], quote["excerpt"] = CONTENT_SHA256, EXCERPT
    quote.update({name: f"`{column}` of the article." for name, column in FROM_ARTICLE.items()})
    for name in find_span_columns(quote):
        quote[name] += WITHHELD
    for target, names in labels.items():
        quote[target] = describe_stance_column(target, published_labels(names)) + ABSTAINED_LABEL
        quote[f"{target}_predicted_label"] = PREDICTED_LABEL
        quote.update({f"{target}_p_{name}": f"Calibrated probability of `{name}`." for name in names})
        quote[f"{target}_abstained"] = f"True if no label is probable enough to rely on: `{target}` is `{UNKNOWN}`."
        quote[f"{target}_evidence"] = EVIDENCE + EVIDENCE_OFFSETS
    article["text"] += WITHHELD
    article["license"] = LICENSE
    article["text_sha256"] = "SHA-256 of the text in UTF-8, in hex digits; `article_id` is its beginning."
    return {"quotes": quote, "articles": article, "speakers": speaker}


def describe_stance_column(target: str, labels: Sequence[str]) -> str:
    """Return the sentence for a column of stance labels."""
    return f"Stance toward the target `{target}`: {', '.join(labels)}."
