"""Schemas of the tables that the stance classifiers write; some columns depend on the labels."""

import pyarrow as pa

from pipeline.core.schema.columns import Column, Table, spans, text


def _probabilities(labels: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(f"p_{label}", pa.float32(), f"Calibrated probability of `{label}`.") for label in labels)


def stances(labels: tuple[str, ...]) -> Table:
    """Return the schema of the stance table, with a probability column for each label."""
    return Table(
        "stances",
        "One row per quote and target.",
        text("quote_id", "The quote."),
        text("target", "The stance target, a key of `configs/targets.yaml`."),
        text("label", "A person's label, or the most probable one, also where the model abstains.", choices=labels),
        *_probabilities(labels),
        Column("abstained", pa.bool_(), "True if no label is probable enough to rely on, and none is corrected."),
        text("corrected_by", "Who says which label is right, by `configs/corrections.csv`; else null.", True),
        # Terms of the target and stance cues near them, in the sentence of the quote, or, if it has no term, in its
        # paragraph. Empty if the most probable label is that of unrelated quotes, or if no term is there.
        spans("evidence", "Start and end of each run of words that shows the stance."),
        text("model", "First 16 hex digits of the SHA-256 of the model file."),
        key=2,
    )


def out_of_fold(labels: tuple[str, ...]) -> Table:
    """Return the schema of the out-of-fold predictions of one target."""
    return Table(
        "out_of_fold",
        "One row per labelled quote: the prediction of a model that was trained without the quote's group.",
        text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
        text("group", "Scenario or article; rows of one group share a fold."),
        text("gold", "The label that the annotator gave.", choices=labels),
        text("label", "The most probable label.", choices=labels),
        *_probabilities(labels),
        text("majority", "The most frequent label of the rows that the fold was trained on.", choices=labels),
        text("keywords", "The label by keyword rules on the target's relevance terms.", choices=labels),
        text("ngrams", "The label by a linear model of word n-grams, trained on the other folds.", choices=labels),
        Column("fold", pa.int32(), "Fold in which the row was tested, from 0."),
        Column("abstained", pa.bool_(), "True if no label is probable enough, by a threshold of other folds."),
    )


def behaviour_predictions(labels: tuple[str, ...]) -> Table:
    """Return the schema of the predictions for the behaviour suite."""
    return Table(
        "behaviours",
        "One row per text of the behaviour suite.",
        text("id", "The item, a row of `data/annotations/behaviours.jsonl`."),
        Column("number", pa.int32(), "Number of the text in its item, from 0."),
        text("label", "The most probable label for the target of the item.", choices=labels),
        Column("p", pa.float32(), "Its calibrated probability."),
        key=2,
    )
