"""Load the trained models of the targets, and write their predictions as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.targets import Target
from pipeline.stance import model_file
from pipeline.stance.classifier import StanceClassifier


@dataclass(frozen=True)
class TrainedModel:
    """The fitted model of one target."""

    classifier: StanceClassifier
    version: str  # first 16 hex digits of the SHA-256 of its file


def model_path(root: Path, target: str) -> Path:
    """Return where the model of a target lies below the project's root."""
    return root / paths.MODELS / f"{target}.skops"


def load_models(root: Path, targets: Mapping[str, Target]) -> dict[str, TrainedModel]:
    """Load the model of every target.

    Raises
    ------
    DataError
        When there is none, or it predicts labels that the config does not have.
    """
    return {name: _load_model(model_path(root, name), target) for name, target in targets.items()}


def prediction_columns(prediction: Mapping[str, Any], labels: Iterable[str]) -> dict[str, Any]:
    """Return the columns of one row for a prediction: `label`, `p_LABEL` for each label, and `abstained`."""
    probabilities = {f"p_{label}": prediction["probabilities"].get(label, 0.0) for label in labels}
    return {"label": prediction["label"], **probabilities, "abstained": prediction["abstained"]}


def _load_model(path: Path, target: Target) -> TrainedModel:
    classifier = StanceClassifier.load(path)
    if unknown := sorted(set(classifier.classes_.tolist()) - set(target.labels)):
        fix = "train it again: `dvc repro train`"
        raise DataError(f"the model gives unknown labels {', '.join(map(str, unknown))}", where=str(path), fix=fix)
    return TrainedModel(classifier, model_file.file_digest(path)[:16])
