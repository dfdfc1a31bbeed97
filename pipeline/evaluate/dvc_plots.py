"""Write what `dvc plots` draws: a small CSV file per plot, with a column `target`, and the library that draws them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from pipeline.core.stance_headlines import target_words
from pipeline.core.storage.tables import write_text
from pipeline.evaluate.stance.prediction_curves import PredictionCurves

DIGITS = 4
VEGA_LITE = "6.1"
COLUMNS = {
    "calibration": ("mean_probability", "share_right", "share_of_quotes"),
    "risk_coverage": ("share_kept", "share_wrong"),
    "confusion": ("gold", "given", "quotes"),
    "learning": ("training_quotes", "f1_favor_against", "low", "high"),
}


def save_plots(
    folder: Path, scores: Mapping[str, Any], curves: Mapping[str, PredictionCurves], labels: Sequence[str]
) -> None:
    """Write one file per plot with the rows of all targets, of predictions out of fold."""
    for plot, columns in COLUMNS.items():
        rows = [
            (target_words(target), *row)
            for target in scores
            for row in _plot_rows(plot, scores[target], curves[target], labels)
        ]
        write_text(folder / f"{plot}.csv", _format_csv(("target", *columns), rows))


def save_library(path: Path) -> None:
    """Write the library by which `.dvc/plots/page.html` draws plots without a network; once, as it takes seconds."""
    if not path.exists():
        # The stub asks for a snippet, which is optional.
        write_text(path, vl_convert.javascript_bundle(vl_version=VEGA_LITE))  # type: ignore[call-arg]


def _plot_rows(
    plot: str, scores: Mapping[str, Any], curves: PredictionCurves, labels: Sequence[str]
) -> Iterator[Sequence[Any]]:
    if plot == "calibration":
        yield from curves.reliability
    elif plot == "risk_coverage":
        yield from curves.risk_coverage
    elif plot == "confusion":
        for gold, counts in zip(labels, scores["confusion"], strict=True):
            yield from ((gold, given, quotes) for given, quotes in zip(labels, counts, strict=True))
    else:
        yield from ((part["trained_on"], *part["f1_favor_against"].values()) for part in scores["learning"].values())


def _format_csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([round(value, DIGITS) if isinstance(value, float) else value for value in row] for row in rows)
    return out.getvalue()
