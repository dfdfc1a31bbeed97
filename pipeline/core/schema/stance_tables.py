"""Schemas of the tables that the stance classifiers write; some columns depend on the labels."""

from __future__ import annotations

import pyarrow as pa

from pipeline.core.schema.columns import Column, Table, spans, text

EVIDENCE = (
    "Start and end of each run of words that shows the stance: terms of the target and stance cues near them, in the "
    "sentence of the quote, or, if it has no term, in its paragraph. Empty if the most probable label is that of "
    "unrelated quotes, or if no term is there."
)


def _probabilities(labels: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(f"p_{label}", pa.float32(), f"Calibrated probability of `{label}`.") for label in labels)


def stances(labels: tuple[str, ...]) -> Table:
    """Return the schema of the stance table, with a probability column for each label."""
    return Table(
        "stances",
        "One row per quote and target.",
        (
            text("quote_id", "The quote."),
            text("target", "The stance target, a key of `configs/targets.yaml`."),
            text("label", "The most probable label, also where the model abstains; published as `predicted_label`."),
            *_probabilities(labels),
            Column("abstained", pa.bool_(), "True if no label is probable enough to rely on."),
            spans("evidence", EVIDENCE),
            text("model", "First 16 hex digits of the SHA-256 of the model file."),
        ),
        key=("quote_id", "target"),
        choices={"label": labels},
    )


def out_of_fold(labels: tuple[str, ...]) -> Table:
    """Return the schema of the out-of-fold predictions of one target."""
    return Table(
        "out_of_fold",
        "One row per labelled quote: the prediction of a model that was trained without the quote's group.",
        (
            text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            text("group", "Scenario or article; rows of one group share a fold."),
            text("gold", "The label that the annotator gave."),
            text("label", "The most probable label."),
            *_probabilities(labels),
            text("majority", "The most frequent label of the rows that the fold was trained on."),
            Column("fold", pa.int32(), "Fold in which the row was tested, from 0."),
            Column("abstained", pa.bool_(), "True if no label is probable enough, by a threshold of other folds."),
        ),
        key=("id",),
        choices={"gold": labels, "label": labels, "majority": labels},
    )


_SIMILARITY = Column("similarity", pa.float32(), "Cosine similarity to the most similar training quote, 0 to 1.")
_WORDS = (
    Column("words", pa.int64(), "Number of its words, without names and numbers."),
    Column("unseen", pa.int64(), "Number of these words that are in no training quote."),
)


def error_examples(labels: tuple[str, ...]) -> Table:
    """Return the schema of the error examples of one target: why the model of the quote's fold predicted its label."""
    effects = pa.list_(pa.struct([pa.field("word", pa.string(), False), pa.field("effect", pa.float32(), False)]))
    near = [pa.field("id", pa.string(), False), pa.field("label", pa.string(), False)]
    near += [pa.field("similarity", pa.float32(), False)]
    return Table(
        "error_examples",
        "One row per labelled quote with one of the most confident wrong out-of-fold labels.",
        (
            text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            text("label", "The out-of-fold label."),
            Column("words_for", effects, "Words without which the label is less probable; effects in log-odds."),
            Column("words_against", effects, "Words without which the label is more probable."),
            Column("nearest", pa.list_(pa.struct(near)), "The most similar labelled quotes of other groups."),
        ),
        key=("id",),
        choices={"label": labels},
    )


def learning_curve(labels: tuple[str, ...]) -> Table:
    """Return the schema of the predictions of one target by models that were trained on fewer quotes."""
    return Table(
        "learning_curve",
        "One row per labelled quote and share of the training groups, except the share of all (see out-of-fold).",
        (
            text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            Column("share", pa.float64(), "Share of the groups of the other folds that the model was trained on."),
            Column("trained_on", pa.int64(), "Number of quotes of these groups."),
            text("label", "The most probable label."),
        ),
        key=("id", "share"),
        choices={"label": labels},
    )


def behaviour_predictions(labels: tuple[str, ...]) -> Table:
    """Return the schema of the predictions for the behaviour suite."""
    return Table(
        "behaviours",
        "One row per text of the behaviour suite.",
        (
            text("id", "The item, a row of `data/annotations/behaviours.jsonl`."),
            Column("number", pa.int32(), "Number of the text in its item, from 0."),
            text("label", "The most probable label for the target of the item."),
            Column("p", pa.float32(), "Its calibrated probability."),
        ),
        key=("id", "number"),
        choices={"label": labels},
    )


def external_predictions(labels: tuple[str, ...]) -> Table:
    """Return the schema of the predictions for one external set."""
    return Table(
        "external",
        "One row per labelled quote and target of a set named in `configs/evaluate.yaml`.",
        (
            text("id", "The row of the set."),
            text("target", "The stance target."),
            text("group", "Rows that belong together."),
            text("gold", "The label in the set."),
            text("label", "The most probable label."),
            *_probabilities(labels),
            Column("abstained", pa.bool_(), "True if no label is probable enough to rely on."),
            text("majority", "The most frequent label of the training quotes."),
            text("keywords", "The label by keyword rules on the target's relevance terms."),
            text("first", "The first annotator's label.", True),
            text("second", "The second annotator's label.", True),
            _SIMILARITY,
            *_WORDS,
        ),
        key=("id", "target"),
        choices=dict.fromkeys(("gold", "label", "majority", "keywords"), labels),
    )


def drift_sample() -> Table:
    """Return the schema of the similarity of the run's quotes to the training quotes."""
    return Table(
        "drift_sample",
        "One row per target and sampled quote of the run, from articles that are not annotated.",
        (
            text("id", "The `quote_id`."),
            text("target", "The stance target."),
            text("part", "The article."),
            _SIMILARITY,
            *_WORDS,
        ),
        key=("id", "target"),
    )


def training_quotes(labels: tuple[str, ...]) -> Table:
    """Return the schema of the similarity of training quotes to those of other parts, with the baselines' labels."""
    return Table(
        "training_quotes",
        "One row per target and training quote.",
        (
            text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            text("target", "The stance target."),
            text("part", "Author of the quote, or its group if there are few authors."),
            _SIMILARITY,
            *_WORDS,
            text("keywords", "The label by keyword rules on the target's relevance terms."),
            text("ngrams", "The label by a linear model of word n-grams, out of fold."),
        ),
        key=("id", "target"),
        choices={"keywords": labels, "ngrams": labels},
    )
