"""Score stance predictions and baselines, with bootstrap intervals over groups, and what abstaining is worth.

How many labels can be kept at which error: selective classification (El-Yaniv and Wiener 2010).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.core.stance_headlines import BASELINE_NAMES
from pipeline.core.targets import Target
from pipeline.evaluate.intervals import (
    bootstrap_interval,
    percentile_interval,
    ranks,
    ratio_with_interval,
    resample_sums,
    rounded_interval,
    rows_by_group,
)

BINS, POINTS = 10, 100
# Of what a picture shows: the last digits of a sum depend on the processor.
DIGITS = 4


def score_target(rows: Sequence[dict[str, Any]], target: Target, error: float) -> dict[str, Any]:
    """Compute all scores of one target.

    `rows` are predictions with `gold`, `label`, `group`, `abstained`, `p_LABEL` for each label, and the labels of those
    `BASELINE_NAMES` that there are; `error` is the share of wrong labels among those not abstained that the config
    allows. `confusion` has rows of gold and columns of predicted labels.
    """
    labels = target.labels
    members = rows_by_group([row["group"] for row in rows])
    confidence, right = rate_rows(rows, target)
    ranked = ranks(confidence)
    confusions = _confusions_of(rows, "label", target)
    model = _measures(confusions, target)
    bins = bins_of_equal_mass(ranked, confidence, right)
    ends = bootstrap_interval(
        members, lambda i: calibration_error(*bins_of_equal_mass(ranked[i], confidence[i], right[i]))
    )
    model["calibration_error"] = rounded_interval(calibration_error(*bins), *ends)
    confusion = confusions.sum(axis=0)
    abstained = np.array([row["abstained"] for row in rows], dtype=bool)
    scores = {"on": {"quotes": len(rows), "groups": len(members)}, "model": model}
    baselines = [name for name in BASELINE_NAMES if rows and name in rows[0]]
    scores |= {name: score_labels(rows, name, target) for name in baselines}
    scores["difference"] = {name: score_difference(rows, name, target) for name in baselines}
    f1 = _f1(confusion)
    scores["per_label"] = {
        label: {
            "gold": int(confusion[k].sum()),
            "given": int(confusion[:, k].sum()),
            "right": int(confusion[k, k]),
            "f1": round(float(f1[k]), 4),
        }
        for k, label in enumerate(labels)
    }
    scores["confusion"] = confusion.tolist()
    # The labels that say something about the target; all if none does.
    stance = np.array([row["label"] != target.roles.unrelated for row in rows], dtype=bool)
    stance = stance if stance.any() else np.full(len(rows), True)
    chosen = rows_by_group([row["group"] for row, counts in zip(rows, stance, strict=True) if counts])
    scores["kept"] = summarise_coverage(right[stance], abstained[stance], chosen, error)
    scores["reliability"] = [[round(float(value), DIGITS) for value in part] for part in zip(*bins, strict=True)]
    return scores


def rate_rows(rows: Sequence[dict[str, Any]], target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of the most probable label of each row, and whether its label is right."""
    confidence = np.array([max(row[f"p_{label}"] for label in target.labels) for row in rows])
    return confidence, np.array([row["gold"] == row["label"] for row in rows], dtype=bool)


def score_labels(
    rows: Sequence[Mapping[str, Any]], column: str, target: Target, gold: str = "gold"
) -> dict[str, dict[str, float]]:
    """Compute each measure but the calibration error, with its interval, of the labels of a column against `gold`."""
    return _measures(_confusions_of(rows, column, target, gold), target)


def score_difference(rows: Sequence[Mapping[str, Any]], column: str, target: Target) -> dict[str, dict[str, float]]:
    """Compute by how much each measure of the model's labels (`label`) is above that of the labels of a column.

    Both are measured on the same draws of groups (a paired bootstrap; Koehn 2004, `Statistical Significance Tests for
    Machine Translation Evaluation`): their own intervals overlap too easily, because both vary with the quotes drawn.
    """
    model, other = (_confusions_of(rows, name, target) for name in ("label", column))
    drawn = resample_sums(model), resample_sums(other)
    differences = {}
    for name, f in _measure_functions(target).items():
        interval = percentile_interval(f(drawn[0]) - f(drawn[1]))
        differences[name] = rounded_interval(f(model.sum(axis=0)) - f(other.sum(axis=0)), *interval)
    return differences


def _confusions_of(rows: Sequence[Mapping[str, Any]], column: str, target: Target, gold: str = "gold") -> np.ndarray:
    """Return one confusion matrix per group, shape (groups, n, n): rows gold, columns predicted."""
    labels, n = list(target.labels), len(target.labels)
    cells = np.array([n * labels.index(row[gold]) + labels.index(row[column]) for row in rows])
    members = rows_by_group([row["group"] for row in rows])
    return np.array([np.bincount(cells[i], minlength=n * n).reshape(n, n) for i in members])


def calibration_error(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray) -> float:
    """Compute the expected calibration error from the three arrays of `bins_of_equal_mass`.

    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning".
    """
    return float((weight * abs(confidence - right)).sum())


def bins_of_equal_mass(
    ranked: np.ndarray, confidence: np.ndarray, right: np.ndarray, bins: int = BINS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean probability, share right and share of all quotes of each bin, the least confident first.

    `confidence`, shape (n,), is the probability of the predicted label, `right` whether it is right, and `ranked` has
    the `ranks` of `confidence`, which sort faster.
    """
    n = len(ranked)
    order = np.argsort(ranked, kind="stable")
    sizes = np.array([len(part) for part in np.array_split(order, bins) if len(part)], dtype=int)
    starts = np.cumsum(sizes) - sizes
    means = (np.add.reduceat(values[order].astype(float), starts) / sizes for values in (confidence, right))
    return (*means, sizes / n)


def _measures(confusions: np.ndarray, target: Target) -> dict[str, dict[str, float]]:
    """Compute each measure with its interval from one confusion matrix per group."""
    whole, drawn = confusions.sum(axis=0), resample_sums(confusions)
    measures = _measure_functions(target).items()
    return {name: rounded_interval(f(whole), *percentile_interval(f(drawn))) for name, f in measures}


def _measure_functions(target: Target) -> dict[str, Callable[[np.ndarray], Any]]:
    """Return the function of each measure, from confusion matrices, shape (..., n, n), to values, shape (...)."""
    labels, roles = target.labels, target.roles
    side_numbers = [labels.index(label) for label in (roles.favor, roles.against) if label is not None]
    related = [k for k, label in enumerate(labels) if label != roles.unrelated]

    def related_f1(c: np.ndarray) -> np.ndarray:
        """Return F1 of being about the target at all, whatever the label."""
        gold, predicted = c[..., related, :], c[..., related]
        both = gold.sum(axis=(-2, -1)) + predicted.sum(axis=(-2, -1))
        return 2 * gold[..., related].sum(axis=(-2, -1)) / np.maximum(both, 1)

    return {
        "f1_favor_against": lambda c: _f1(c)[..., side_numbers].sum(axis=-1) / max(len(side_numbers), 1),
        "macro_f1": _macro_f1,
        "accuracy": lambda c: np.trace(c, axis1=-2, axis2=-1) / c.sum(axis=(-2, -1)),
        "related_f1": related_f1,
    }


def _f1(confusion: np.ndarray) -> np.ndarray:
    """Return F1 of each label, shape (..., n); 0 for a label that is neither gold nor predicted."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return 2 * right / np.maximum(both, 1)


def _macro_f1(confusion: np.ndarray) -> np.ndarray:
    """Average F1 over the labels that occur as gold or predicted."""
    occurs = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
    return (_f1(confusion) * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1)


def risk_coverage_curve(confidence: np.ndarray, right: np.ndarray, points: int = POINTS) -> list[tuple[float, float]]:
    """Return pairs of the share kept and the share of these that is wrong, the most confident first."""
    n = len(confidence)
    wrong = np.cumsum(~right[np.argsort(-confidence, kind="stable")])
    kept = sorted({max(1, round(n * k / points)) for k in range(1, points + 1)}) if n else []
    return [(round(k / n, DIGITS), round(float(wrong[k - 1]) / k, DIGITS)) for k in kept]


def summarise_coverage(
    right: np.ndarray, abstained: np.ndarray, members: list[np.ndarray], error: float
) -> dict[str, Any]:
    """Compute the allowed error (`stated`), number `given`, `coverage` and `error` of these, from rows by group."""
    kept = ~abstained
    counts = np.array([[len(i), kept[i].sum(), (kept & ~right)[i].sum()] for i in members], dtype=float)
    given, wrong = int(kept.sum()), ratio_with_interval(counts[:, [2, 1]])
    coverage = ratio_with_interval(counts[:, [1, 0]])
    return {"stated": error, "given": given, "coverage": coverage, "error": wrong if given else None}
