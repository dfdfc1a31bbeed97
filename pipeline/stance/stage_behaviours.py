"""Stage `behaviours`: predictions for the behaviour suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.stance_tables import behaviour_predictions
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.behaviour_suite import BehaviourItem, read_behaviours
from pipeline.stance.trained_models import TrainedModel, load_models


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/behaviours`."""
    targets = load_targets(root / paths.CONFIGS)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    rows = _behaviour_rows(suite, load_models(root, targets))
    tables.write(behaviour_predictions(shared_labels(targets)), rows, root / paths.BEHAVIOURS)
    return {"behaviours": len(suite)}


def _behaviour_rows(suite: list[BehaviourItem], models: Mapping[str, TrainedModel]) -> Iterator[dict[str, Any]]:
    # All texts of a target at once: a call for each item takes longer than the texts.
    texts = {target: [text for item in suite if item.target == target for text in item.texts] for target in models}
    predictions = {target: iter(models[target].classifier.predict(of_target)) for target, of_target in texts.items()}
    for item in suite:
        for number, prediction in enumerate(islice(predictions[item.target], len(item.texts))):
            label = prediction["label"]
            yield {"id": item.id, "number": number, "label": label, "p": prediction["probabilities"][label]}
