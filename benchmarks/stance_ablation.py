"""Switch off feature families of the linear stance model, one group at a time, and compare with all of them.

Prints the mean F1 of favor and against with the encoder as it is shipped, in %, and the difference to all features with
its 95 % interval: out of fold on the project's own rows, and on the real quotes of FOLDER, which the linear model was
never trained on (the encoder gives them logits out of fold). Intervals draw whole scenarios, documents or wars.

    python -m benchmarks.stance_ablation FOLDER --without cue --without sequence,frame
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from pipeline.core.config import ROOT
from pipeline.core.targets import load_targets
from pipeline.evaluate.stance_scores import score_difference, score_labels
from pipeline.stance import classifier
from pipeline.stance.stage_train import TrainingSet, read_training_set

SETS = ("real_dev", "wars_dev")
F1 = "f1_favor_against"
Rows = list[dict[str, Any]]


def without_features(names: Sequence[str]) -> Callable[..., Any]:
    """Return `build_vectorizer` without the features of some names."""
    build = classifier.build_vectorizer

    def build_fewer(*arguments: Any) -> Any:
        vectorizer = build(*arguments)
        if unknown := set(names) - {feature[0] for feature in vectorizer.transformers}:
            raise click.UsageError(f"no feature {', '.join(sorted(unknown))}")
        vectorizer.transformers = [feature for feature in vectorizer.transformers if feature[0] not in names]
        return vectorizer

    return build_fewer


def predict(training: TrainingSet, real: Sequence[Rows]) -> list[list[str]]:
    """Return the labels of the own rows out of fold, and those of each set of real rows by a model of all own rows."""
    own = [""] * len(training.rows)
    for train, test in training.folds():
        model = training.fit(train, calibration=None)
        for i, label in zip(test, labels_of(model, [training.rows[i] for i in test]), strict=True):
            own[i] = label
    model = training.fit(np.arange(len(training.rows)), calibration=None)
    return [own, *(labels_of(model, rows) for rows in real)]


def labels_of(model: Any, rows: Sequence[Any]) -> list[str]:
    """Return the most probable label of each row."""
    labels: list[str] = model.classes_[model.predict_proba(rows).argmax(axis=1)].tolist()
    return labels


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--without", multiple=True, help="Features of `build_vectorizer`, with commas between.")
@click.option("--seed", type=int, help="Another seed of the folds.")
def main(folder: Path, without: tuple[str, ...], seed: int | None) -> None:
    lines = [(folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in SETS]
    real: list[Rows] = [[json.loads(line) for line in of_set if line.strip()] for of_set in lines]
    build = classifier.build_vectorizer
    for name, target in load_targets().items():
        training = read_training_set(ROOT, name)
        if seed is not None:
            object.__setattr__(training.config, "seed", seed)
        own = [{"gold": gold, "group": group} for gold, group in zip(training.gold, training.groups, strict=True)]
        scored = [own, *([{"gold": r[name], "group": str(r.get("war") or r["doc"])} for r in rows] for rows in real)]
        for number, features in enumerate(("", *without)):
            classifier.build_vectorizer = without_features([part for part in features.split(",") if part])
            predicted = predict(training, real)
            classifier.build_vectorizer = build
            cells = []
            for rows, labels in zip(scored, predicted, strict=True):
                for row, label in zip(rows, labels, strict=True):
                    row["label" if number else "all"] = label
                value = score_labels(rows, "label" if number else "all", target)[F1]["value"]
                difference = score_difference(rows, "all", target)[F1] if number else dict.fromkeys("vlh", 0.0)
                low, high = list(difference.values())[1:]
                change = 100 * next(iter(difference.values()))
                cells.append(f"{100 * value:.1f} {change:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]")
            click.echo(f"{name} without {features or 'nothing':30} " + " | ".join(cells))


if __name__ == "__main__":
    main()
