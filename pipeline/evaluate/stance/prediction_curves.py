"""The curves of stance predictions that charts and `dvc plots` show: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.core.targets import Target
from pipeline.evaluate.stance.selective_classification import risk_coverage_curve
from pipeline.evaluate.stance.stance_scores import reliability, top_probability

DIGITS = 4


@dataclass(frozen=True)
class PredictionCurves:
    """Curves of one target's predictions.

    Attributes
    ----------
    quotes : int
        Number of predictions.
    reliability : list of (float, float, float)
        Mean probability, share right and share of all quotes for each bin of equal mass.
    risk_coverage : list of (float, float)
        Share kept and share of these that is wrong, the most confident first.
    """

    quotes: int
    reliability: list[tuple[float, float, float]]
    risk_coverage: list[tuple[float, float]]


def prediction_curves(rows: Sequence[dict[str, Any]], target: Target) -> PredictionCurves:
    """Compute the curves of predictions with gold labels."""
    confidence = top_probability(rows, target.labels)
    right = np.array([row["gold"] == row["label"] for row in rows])
    reliable = [(_rounded(p), _rounded(share), _rounded(mass)) for p, share, mass in reliability(confidence, right)]
    risk = [(_rounded(kept), _rounded(wrong)) for kept, wrong in risk_coverage_curve(confidence, right)]
    return PredictionCurves(len(rows), reliable, risk)


def _rounded(value: float) -> float:
    """Round to what a picture can show: the last digits of a sum depend on the processor."""
    return round(value, DIGITS)
