"""Small CSV files that `dvc plots` draws, a folder per kind of plot and a file per target, out of fold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.storage.tables import write_text
from pipeline.evaluate.stance import selective_classification, stance_scores

DIGITS = 4


def files(rows: Sequence[dict[str, Any]], figures: Mapping[str, Any], labels: Any) -> dict[str, str]:
    """The file of one target for each kind of plot.

    Parameters
    ----------
    rows : sequence of dict
        Out-of-fold predictions.
    figures : mapping
        Of `stance.summary`, with `learning`.
    labels : sequence of str
        All labels.
    """
    top, right = stance_scores.top_probability(rows, labels), np.array([row["gold"] == row["label"] for row in rows])
    found: dict[str, tuple[list[str], Iterable[Sequence[Any]]]] = {
        "confusion": (["gold", "given", "quotes"], _cells(figures["confusion"], labels)),
        "reliability": (["mean_probability", "share_right", "share_of_quotes"], stance_scores.reliability(top, right)),
        "risk_coverage": (["share_kept", "share_wrong"], selective_classification.risk_coverage_curve(top, right)),
        "learning": (
            ["training_quotes", "f1_favor_against", "low", "high"],
            [[v["trained_on"], *v["f1_favor_against"].values()] for v in figures["learning"].values()],
        ),
    }
    return {kind: _csv(head, lines) for kind, (head, lines) in found.items()}


def save(folder: Path, files_of: Mapping[str, Mapping[str, str]]) -> None:
    """Write the files (of `files`) of each target to `reports/plots`.

    Those of targets that are no longer in the config are deleted: DVC leaves what is in the folder.
    """
    for target, texts in files_of.items():
        for kind, text in texts.items():
            write_text(folder / kind / f"{target}.csv", text)
    for path in sorted(folder.glob("*/*.csv")):
        if path.stem not in files_of:
            path.unlink()


def _cells(confusion: Sequence[Sequence[int]], labels: Sequence[str]) -> Iterable[tuple[str, str, int]]:
    for gold, counts in zip(labels, confusion, strict=True):
        for given, quotes in zip(labels, counts, strict=True):
            yield gold, given, quotes


def _csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([round(v, DIGITS) if isinstance(v, float) else v for v in line] for line in lines)
    return out.getvalue()
