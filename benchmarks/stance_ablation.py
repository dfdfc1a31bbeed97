"""Train and score the stance classifier with changed settings: cross-validated, by author, and on other quotes.

Prints, for each target, mean F of favor and against, macro-F1, accuracy, related F1 and calibration error, in %: with
scenarios kept whole (cv), for each author by models of the others (author), and on the quotes given (quotes).

    python benchmarks/stance_ablation.py --quotes QUOTES.jsonl --set sign_weight=0 --set meaning_weight=0
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
    """Return the author of each row: the annotator of most rows of its group that were not adjudicated."""
    named: dict[str, Counter[str]] = {}
    for row in rows:
        named.setdefault(row.group, Counter())[row.annotator] += row.annotator != ADJUDICATED
    return np.array([named[row.group].most_common(1)[0][0] for row in rows])


def predict_splits(model: StanceClassifier, rows: list[StanceRow], gold: np.ndarray, splits: list[Split]) -> Any:
    """Predict labels and their probabilities for each split by a model of the other rows."""
    label, chance = gold.copy(), np.zeros(len(rows))
    for train, test in splits:
        model.fit([rows[i] for i in train], gold[train], groups=[rows[i].group for i in train])
        chances = model.predict_proba([rows[i] for i in test])
        label[test], chance[test] = model.classes_[chances.argmax(1)], chances.max(1)
    return label, chance


def format_scores(gold: np.ndarray, label: np.ndarray, chance: np.ndarray) -> str:
    """Return the five scores, in %."""
    values = (
        f1_score(gold, label, labels=SIDES, average="macro", zero_division=0.0),
        f1_score(gold, label, average="macro", zero_division=0.0),
        accuracy_score(gold, label),
        f1_score(gold != UNRELATED, label != UNRELATED, zero_division=0.0),
        calibration_error(chance, gold == label),
    )
    return " ".join(f"{100 * value:5.1f}" for value in values)


def score(name: str, target: Target, changes: dict[str, Any], quotes: list[dict[str, Any]]) -> None:
    """Print the scores of one target."""
    config = load_stance_config(ROOT)
    rows = [row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl") if name in row.labels]
    gold = np.array([row.labels[name] for row in rows])
    model = StanceClassifier(
        relevance_terms=target.relevance_terms, meanings=target.meanings, **config.classifier_parameters()
    )
    model.set_params(**changes)
    groups, who = np.array([row.group for row in rows]), author_of_rows(rows)
    by_author = [(np.flatnonzero(who != one), np.flatnonzero(who == one)) for one in np.unique(who)]
    for kind, splits in (("cv", split_by_group(gold, groups, config.folds, config.seed)), ("author", by_author)):
        click.echo(f"{name} {kind:7} {format_scores(gold, *predict_splits(model, rows, gold, splits))}")
    if quotes:
        model.fit(rows, gold, groups=groups)
        chances = model.predict_proba(quotes)
        wanted = np.array([one[name] for one in quotes])
        click.echo(f"{name} quotes  {format_scores(wanted, model.classes_[chances.argmax(1)], chances.max(1))}")


@click.command(help=__doc__)
@click.option("--quotes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Labelled, JSON lines.")
@click.option("--set", "changes", multiple=True, help="NAME=VALUE of a parameter of StanceClassifier; may be repeated.")
def main(quotes: Path | None, changes: tuple[str, ...]) -> None:
    given = [json.loads(text) for text in quotes.read_text(encoding="utf-8").splitlines()] if quotes else []
    values = {name: yaml.safe_load(value) for name, _, value in (change.partition("=") for change in changes)}
    for name, target in load_targets().items():
        score(name, target, values, given)


if __name__ == "__main__":
    main()
