"""Stage `learning`: the learning curve of one target, which reports need and labels do not."""

from __future__ import annotations

from pathlib import Path

from pipeline.core import paths
from pipeline.core.schema.stance_tables import learning_curve
from pipeline.core.storage import tables
from pipeline.stance.fold_memory import shared_by_folds
from pipeline.stance.learning_curve import predict_with_fewer_groups
from pipeline.stance.training_set import read_training_set


def run(root: Path, target: str) -> dict[str, int]:
    """Write `data/interim/probes/learning/TARGET`: predictions by models that were trained on fewer quotes."""
    training = read_training_set(root, target)
    with shared_by_folds():
        rows = predict_with_fewer_groups(training)
        number = tables.write(learning_curve(tuple(training.target.labels)), rows, root / paths.LEARNING / target)
    return {"rows": len(training.rows), "predictions": number}
