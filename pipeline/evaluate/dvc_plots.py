"""Write the small CSV files that `dvc plots` draws: a folder per plot, a file per target, predictions out of fold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.storage.tables import write_text
from pipeline.evaluate.stance.prediction_curves import PredictionCurves

DIGITS = 4


def save_plots(
    folder: Path, scores: Mapping[str, Any], curves: Mapping[str, PredictionCurves], labels: Sequence[str]
) -> None:
    """Write one file per plot and target, and delete those of targets that are no longer in the config."""
    for target in scores:
        for plot, text in plot_files(scores[target], curves[target], labels).items():
            write_text(folder / plot / f"{target}.csv", text)
    # DVC does not empty the folder, because it is kept between runs.
    for path in sorted(folder.glob("*/*.csv")):
        if path.stem not in scores:
            path.unlink()


def plot_files(scores: Mapping[str, Any], curves: PredictionCurves, labels: Sequence[str]) -> dict[str, str]:
    """Return the CSV file of each plot of one target."""
    confusion = [
        (gold, given, quotes)
        for gold, counts in zip(labels, scores["confusion"], strict=True)
        for given, quotes in zip(labels, counts, strict=True)
    ]
    learning = [[s["trained_on"], *s["f1_favor_against"].values()] for s in scores["learning"].values()]
    return {
        "confusion": _csv(["gold", "given", "quotes"], confusion),
        "reliability": _csv(["mean_probability", "share_right", "share_of_quotes"], curves.reliability),
        "risk_coverage": _csv(["share_kept", "share_wrong"], curves.risk_coverage),
        "learning": _csv(["training_quotes", "f1_favor_against", "low", "high"], learning),
    }


def _csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([round(v, DIGITS) if isinstance(v, float) else v for v in line] for line in lines)
    return out.getvalue()
