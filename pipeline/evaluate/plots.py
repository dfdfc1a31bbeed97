"""Small CSV files that `dvc plots` draws, a folder per kind of plot and a file per target, out of fold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluate import selective, stance
from pipeline.tables import write_text

DIGITS = 4


def save(folder: Path, target: str, rows: Sequence[dict[str, Any]], figures: Mapping[str, Any], labels: Any) -> None:
    """Write the files of one target.

    Parameters
    ----------
    folder : path
        `reports/plots`.
    target : str
        Names the files.
    rows : sequence of dict
        Out-of-fold predictions.
    figures : mapping
        Of `stance.summary`, with `learning`.
    labels : sequence of str
        All labels.
    """
    top, right = stance.confidence(rows, labels), np.array([row["gold"] == row["label"] for row in rows])
    files: dict[str, tuple[list[str], Iterable[Sequence[Any]]]] = {
        "confusion": (["gold", "given", "quotes"], _cells(figures["confusion"], labels)),
        "reliability": (["mean_probability", "share_right", "share_of_quotes"], stance.reliability(top, right)),
        "risk_coverage": (["share_kept", "share_wrong"], selective.curve(top, right)),
        "learning": (
            ["training_quotes", "f1_favor_against", "low", "high"],
            [[v["trained_on"], *v["f1_favor_against"].values()] for v in figures["learning"].values()],
        ),
    }
    for kind, (head, lines) in files.items():
        write_text(folder / kind / f"{target}.csv", _csv(head, lines))


def drop_others(folder: Path, targets: Iterable[str]) -> None:
    """Delete the files of targets that are no longer in the config: DVC leaves what is in the folder."""
    kept = set(targets)
    for path in sorted(folder.glob("*/*.csv")):
        if path.stem not in kept:
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
