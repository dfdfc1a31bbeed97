"""Train the linear stance model without some features, or on fewer labels, and compare with all of them.

Prints the mean F1 of favor and against with the encoder as it is shipped, in %, and the difference to the whole model
with its 95 % interval: out of fold on the project's own rows, and on the real quotes of FOLDER, which the linear model
was never trained on (the encoder gives them logits out of fold). Intervals draw whole scenarios, documents or wars.

\b
    python -m benchmarks.stance_ablation FOLDER --without cue --without sequence,frame
    python -m benchmarks.stance_ablation --share 0.1 --share 0.25 --share 0.5
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

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


def build_without(build: Callable[..., Any], names: Sequence[str], *arguments: Any) -> Any:
    """Call `build_vectorizer` and leave out the features of some names."""
    vectorizer = build(*arguments)
    if unknown := set(names) - {feature[0] for feature in vectorizer.transformers}:
        raise click.UsageError(f"no feature {', '.join(sorted(unknown))}")
    vectorizer.transformers = [feature for feature in vectorizer.transformers if feature[0] not in names]
    return vectorizer


def predict(training: TrainingSet, real: Sequence[Rows], features: Sequence[str], share: float) -> list[list[str]]:
    """Return the labels of the own rows out of fold, and of each set of real rows by a model of all own rows."""

    def labels_of(chosen: np.ndarray, rows: Sequence[Any]) -> list[str]:
        drawn = draw_groups(chosen, np.array(training.groups), share, training.config.seed)
        model = training.fit(drawn, calibration=None)  # the temperature of the calibration changes no label
        labels: list[str] = model.classes_[model.predict_proba(rows).argmax(axis=1)].tolist()
        return labels

    build = partial(build_without, classifier.build_vectorizer, features)
    with mock.patch.object(classifier, "build_vectorizer", build):
        own = [""] * len(training.rows)
        for train, test in training.folds():
            for i, label in zip(test, labels_of(train, [training.rows[i] for i in test]), strict=True):
                own[i] = label
        return [own, *(labels_of(np.arange(len(training.rows)), rows) for rows in real)]


def draw_groups(train: np.ndarray, groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return the row numbers in `train` of a random share of its groups; a larger share includes the smaller ones."""
    names = np.unique(groups[train])
    order = np.random.default_rng(seed).permutation(len(names))
    return train[np.isin(groups[train], names[order[: max(1, round(share * len(names)))]])]


@click.command(help=__doc__)
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--without", multiple=True, help="Features of `build_vectorizer`, with commas between.")
@click.option("--share", "shares", multiple=True, type=click.FloatRange(0, 1), help="Share of the groups to train on.")
def main(folder: Path | None, without: tuple[str, ...], shares: tuple[float, ...]) -> None:
    lines = [(folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in SETS] if folder else []
    real: list[Rows] = [[json.loads(line) for line in of_set if line.strip()] for of_set in lines]
    changes = [("nothing left out", [], 1.0)]
    changes += [(f"without {names}", names.split(","), 1.0) for names in without]
    changes += [(f"{100 * share:.0f} % of the groups", [], share) for share in shares]
    for name, target in load_targets().items():
        training = read_training_set(ROOT, name)
        own = [{"gold": gold, "group": group} for gold, group in zip(training.gold, training.groups, strict=True)]
        scored = [own, *([{"gold": r[name], "group": str(r.get("war") or r["doc"])} for r in rows] for rows in real)]
        for number, (what, features, share) in enumerate(changes):
            cells = []
            for rows, labels in zip(scored, predict(training, real, features, share), strict=True):
                for row, label in zip(rows, labels, strict=True):
                    row["label" if number else "all"] = label
                cells.append(f"{100 * score_labels(rows, 'label' if number else 'all', target)[F1]['value']:.1f}")
                if number:
                    change, low, high = (100 * value for value in score_difference(rows, "all", target)[F1].values())
                    cells[-1] += f" {change:+.1f} [{low:+.1f}, {high:+.1f}]"
            click.echo(f"{name} {what:32} " + " | ".join(cells))


if __name__ == "__main__":
    main()
