"""Train and score the stance classifier with changed settings: cross-validated, by author, and on other quotes.

Prints for each target mean F of favor and against, macro-F1, accuracy, related F1 and calibration error, in %:
cross-validated with folds of whole scenarios (cv) and of authors (author), and on the given quotes (quotes).

    python -m benchmarks.stance_ablation --quotes QUOTES.jsonl --set stance_cue_weight=0 --set embedding_weight=0
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
import numpy as np
import yaml
from sklearn.metrics import accuracy_score, f1_score

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.targets import Target, load_targets
from pipeline.evaluate.stance.stance_scores import calibration_error
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.config import load_stance_config
from pipeline.stance.grouped_folds import Split, split_by_group

SIDES = ["favor", "against"]
UNRELATED = "unrelated"
ADJUDICATED = "adjudicated"


def author_of_rows(rows: list[StanceRow]) -> np.ndarray:
    """Return the author of each row: the most frequent annotator of its group, adjudicated rows aside."""
    annotators: dict[str, Counter[str]] = {}
    for row in rows:
        annotators.setdefault(row.group, Counter())[row.annotator] += row.annotator != ADJUDICATED
    return np.array([annotators[row.group].most_common(1)[0][0] for row in rows])


def predict_splits(model: StanceClassifier, rows: list[StanceRow], gold: np.ndarray, splits: list[Split]) -> Any:
    """Predict the label and its probability for each row by a model trained on the other side of its split."""
    label, confidence = gold.copy(), np.zeros(len(rows))
    for train, test in splits:
        model.fit([rows[i] for i in train], gold[train], groups=[rows[i].group for i in train])
        probabilities = model.predict_proba([rows[i] for i in test])
        label[test], confidence[test] = model.classes_[probabilities.argmax(1)], probabilities.max(1)
    return label, confidence


def format_scores(gold: np.ndarray, label: np.ndarray, confidence: np.ndarray) -> str:
    """Return the five scores, in %."""
    values = (
        f1_score(gold, label, labels=SIDES, average="macro", zero_division=0.0),
        f1_score(gold, label, average="macro", zero_division=0.0),
        accuracy_score(gold, label),
        f1_score(gold != UNRELATED, label != UNRELATED, zero_division=0.0),
        calibration_error(confidence, gold == label),
    )
    return " ".join(f"{100 * value:5.1f}" for value in values)


def score(name: str, target: Target, changes: dict[str, Any], quotes: list[dict[str, Any]]) -> None:
    """Train the classifier for one target with changed parameters and print its scores."""
    config = load_stance_config(ROOT)
    rows = [row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl") if name in row.labels]
    gold = np.array([row.labels[name] for row in rows])
    model = StanceClassifier(
        relevance_terms=target.relevance_terms, meanings=target.meanings, **config.classifier_parameters()
    )
    model.set_params(**changes)
    groups, authors = np.array([row.group for row in rows]), author_of_rows(rows)
    by_author = [
        (np.flatnonzero(authors != author), np.flatnonzero(authors == author)) for author in np.unique(authors)
    ]
    for kind, splits in (("cv", split_by_group(gold, groups, config.folds, config.seed)), ("author", by_author)):
        click.echo(f"{name} {kind:7} {format_scores(gold, *predict_splits(model, rows, gold, splits))}")
    if quotes:
        model.fit(rows, gold, groups=groups)
        probabilities = model.predict_proba(quotes)
        quote_labels = np.array([quote[name] for quote in quotes])
        predicted = model.classes_[probabilities.argmax(1)]
        click.echo(f"{name} quotes  {format_scores(quote_labels, predicted, probabilities.max(1))}")


@click.command(help=__doc__)
@click.option("--quotes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Labelled, JSON lines.")
@click.option("--set", "changes", multiple=True, help="NAME=VALUE of a parameter of StanceClassifier; may be repeated.")
def main(quotes: Path | None, changes: tuple[str, ...]) -> None:
    rows = [json.loads(text) for text in quotes.read_text(encoding="utf-8").splitlines()] if quotes else []
    values = {name: yaml.safe_load(value) for name, _, value in (change.partition("=") for change in changes)}
    for name, target in load_targets().items():
        score(name, target, values, rows)


if __name__ == "__main__":
    main()
