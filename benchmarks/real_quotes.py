"""Measure the stance models on real labelled quotes, and write the figures that reports, README and card show.

FOLDER contains `real_dev.jsonl` (one war: news, releases of two presidents) and `wars_dev.jsonl` (many wars); their
texts are not part of the project. The models are those of the last `dvc repro`. A quote that the encoder was trained on
gets the logits of an encoder that was trained on other documents and wars, so all figures are cross-validated;
intervals draw whole documents or wars.

\b
    python -m benchmarks.real_quotes FOLDER
    python -m benchmarks.real_quotes FOLDER --encoder-share 0
    python -m benchmarks.real_quotes QUOTES.jsonl

With `--encoder-share` the models are measured with another weight of the encoder (0: the linear model alone, 1: the
encoder alone). Then, and for another file of quotes (`text`, `context`, `cue`, `doc` or `war`, and a label for each
target under its name), nothing is written.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.stance import label_by_ngrams
from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets
from pipeline.evaluate.intervals import bootstrap_interval, rows_by_group
from pipeline.evaluate.stance_scores import score_difference, score_labels, score_target
from pipeline.stance.classifier import StanceClassifier

# Files of the sets of `real_quotes.json`, which describes them, in its order.
SETS = ("real_dev.jsonl", "wars_dev.jsonl")
ERROR = 0.10
F1 = "f1_favor_against"
STANCES = ("favor", "against", "conditional")


def interval(value: dict[str, float]) -> list[float]:
    """Return value, low and high, rounded."""
    return [round(value[key], 4) for key in ("value", "low", "high")]


def share_right(right: np.ndarray, chosen: np.ndarray, groups: Sequence[str]) -> list[float] | None:
    """Return the share of the chosen rows that is right, with its interval; None for no rows."""
    numbers = np.flatnonzero(chosen)
    if not len(numbers):
        return None
    members = rows_by_group([groups[i] for i in numbers])
    low, high = bootstrap_interval(members, lambda drawn: float(right[numbers][drawn].mean()))
    return [round(float(x), 4) for x in (right[numbers].mean(), low, high)]


def count_pairs(
    gold: np.ndarray, label: np.ndarray, chosen: np.ndarray, labels: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return the number of the chosen rows by gold label and predicted label, without pairs that do not occur."""
    pairs = Counter(zip(gold[chosen], label[chosen], strict=True))
    table = {first: {second: pairs[first, second] for second in labels if pairs[first, second]} for first in labels}
    return {first: counts for first, counts in table.items() if counts}


def measure(rows: Sequence[dict[str, Any]], name: str, target: Target, encoder_share: float | None) -> dict[str, Any]:
    """Return the figures of one target on one set."""
    groups = [str(row.get("war") or row["doc"]) for row in rows]
    classifier = StanceClassifier.load(ROOT / paths.MODELS / f"{name}.skops")
    if encoder_share is not None and classifier.combination_ is not None:
        classifier.combination_.calibrated_classifiers_[0].estimator.encoder_share = encoder_share
    predictions, ngrams = classifier.predict(list(rows)), label_by_ngrams(rows, name)
    label = np.array([prediction["label"] for prediction in predictions])
    scored = [
        {"gold": row[name], "label": label[i], "ngrams": ngrams[i], "group": groups[i], "abstained": False}
        | {f"p_{each}": float(predictions[i]["probabilities"].get(each, 0.0)) for each in target.labels}
        for i, row in enumerate(rows)
    ]
    model = score_target(scored, target, ERROR)["model"]
    kept = np.array([not prediction["abstained"] for prediction in predictions])
    gold = np.array([row[name] for row in rows])
    right = label == gold
    return {
        "quotes": len(rows),
        F1: interval(model[F1]),
        "calibration_error": interval(model["calibration_error"]),
        "kept": round(float(kept.mean()), 4),
        "kept_right": share_right(right, kept, groups),
        "stances_kept_right": share_right(right, kept & (label != target.roles.unrelated), groups),
        "stances_found": share_right(right & kept, np.isin(gold, STANCES), groups),
        "kept_stances": count_pairs(gold, label, kept & (label != target.roles.unrelated), target.labels),
        "baseline_name": "word and character n-grams, SVM",
        "baseline_f1_favor_against": interval(score_labels(scored, "ngrams", target)[F1]),
        "difference": interval(score_difference(scored, "ngrams", target)[F1]),
    }


@click.command(help=__doc__)
@click.argument("quotes", type=click.Path(exists=True, path_type=Path))
@click.option("--encoder-share", type=click.FloatRange(0, 1), help="Another weight of the encoder.")
def main(quotes: Path, encoder_share: float | None) -> None:
    results = tables.read_json(ROOT / paths.REAL_QUOTES)
    files = [quotes / name for name in SETS] if quotes.is_dir() else [quotes]
    if missing := [str(file) for file in files if not file.exists()]:
        sys.exit(f"missing: {', '.join(missing)}. Name the folder that contains the labelled quotes.")
    for of, file in zip(results["sets"], files, strict=False):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        of["targets"] = {name: measure(rows, name, target, encoder_share) for name, target in load_targets().items()}
        click.echo(json.dumps(of["targets"], indent=1))
    if quotes.is_dir() and encoder_share is None:
        tables.write_text(ROOT / paths.REAL_QUOTES, json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
