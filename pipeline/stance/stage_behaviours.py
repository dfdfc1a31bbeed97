"""Stage `behaviours`: predictions for the behaviour suite."""

from pathlib import Path

from pipeline.core import paths
from pipeline.core.schema.stance_tables import behaviour_predictions
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.stance.trained_models import load_models


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/behaviours`."""
    targets = load_targets(root / paths.CONFIGS)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    # All texts of a target at once: a call for each item takes longer than the texts.
    predictions = {
        target: iter(model.classifier.predict([text for item in suite if item.target == target for text in item.texts]))
        for target, model in load_models(root, targets).items()
    }
    rows = []
    for item in suite:
        for number in range(len(item.texts)):
            prediction = next(predictions[item.target])
            label = prediction["label"]
            rows.append({"id": item.id, "number": number, "label": label, "p": prediction["probabilities"][label]})
    tables.write(behaviour_predictions(shared_labels(targets)), rows, root / paths.BEHAVIOURS)
    return {"behaviours": len(suite)}
