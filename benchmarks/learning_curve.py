"""Would more labels help? Score stance models that were trained on a tenth, a quarter, half and all of the groups.

Prints the mean F1 of favor and against, macro-F1 and accuracy out of fold, in %, with 95 % intervals over groups.

    python -m benchmarks.learning_curve
"""

from __future__ import annotations

import click
import numpy as np

from pipeline.core.config import ROOT
from pipeline.core.targets import load_targets
from pipeline.evaluate.stance_scores import score_labels
from pipeline.stance.stage_train import TrainingSet, read_training_set

SHARES = (0.1, 0.25, 0.5, 1.0)
MEASURES = ("f1_favor_against", "macro_f1", "accuracy")


def predict_with_share(training: TrainingSet, share: float) -> tuple[list[str], float]:
    """Return labels out of fold by models of a share of the groups, and the mean number of quotes they had."""
    groups, labels, sizes = np.array(training.groups), [""] * len(training.rows), []
    for train, test in training.folds():
        drawn = draw_groups(train, groups, share, training.config.seed)
        # The temperature of the calibration changes no label.
        model = training.fit(drawn, calibration=None)
        predicted = model.classes_[model.predict_proba([training.rows[i] for i in test]).argmax(axis=1)]
        for i, label in zip(test, predicted.tolist(), strict=True):
            labels[i] = label
        sizes.append(len(drawn))
    return labels, float(np.mean(sizes))


def draw_groups(train: np.ndarray, groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return the row numbers in `train` of a random share of its groups; a larger share includes the smaller ones."""
    names = np.unique(groups[train])
    order = np.random.default_rng(seed).permutation(len(names))
    drawn = names[order[: max(1, round(share * len(names)))]]
    return train[np.isin(groups[train], drawn)]


@click.command(help=__doc__)
def main() -> None:
    for name, target in load_targets().items():
        training = read_training_set(ROOT, name)
        for share in SHARES:
            labels, size = predict_with_share(training, share)
            rows = [
                {"gold": gold, "label": label, "group": group}
                for gold, label, group in zip(training.gold, labels, training.groups, strict=True)
            ]
            scores = score_labels(rows, "label", target)
            cells = (
                f"{100 * of['value']:.1f} [{100 * of['low']:.1f}, {100 * of['high']:.1f}]"
                for of in (scores[measure] for measure in MEASURES)
            )
            click.echo(f"{name} {100 * share:3.0f} % of the groups, {size:6.0f} quotes: {'  '.join(cells)}")


if __name__ == "__main__":
    main()
