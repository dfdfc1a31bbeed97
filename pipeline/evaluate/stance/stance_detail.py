"""What the report adds to a target's scores: the ceiling, slices and the learning curve."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.evaluate.cached_values import Memory
from pipeline.evaluate.span_scores import fold_name
from pipeline.evaluate.stance import learning_scores, ngram_baseline, stance_scores, stance_slices
from pipeline.gold.stance_annotations import StanceRow

Rows = list[dict[str, Any]]


def enriched(
    oof: Mapping[str, Rows], labelled: Sequence[StanceRow], kinds: Mapping[str, str], remember: Memory
) -> dict[str, Rows]:
    """The out-of-fold rows of each target with the n-gram baseline's label (`ngrams`) and their slices (`about`).

    `kinds` are those of the run's speakers by folded name.
    """
    about = {row.id: stance_slices.stance_slice_values(row, kinds) for row in labelled}
    texts = {row.id: row.text for row in labelled}
    out = {}
    for target, rows in oof.items():
        columns = [[texts[row["id"]] for row in rows], *([row[name] for row in rows] for name in ("gold", "fold"))]
        given = remember(f"ngrams_{target}", partial(_ngrams, columns), columns)
        out[target] = [
            row | {"ngrams": label, "about": about[row["id"]]} for row, label in zip(rows, given, strict=True)
        ]
    return out


def names_of(row: StanceRow) -> list[str]:
    """The folded name by which the kind of a labelled quote's speaker is looked up, where it has one."""
    return [fold_name(row.speaker)] if row.speaker else []


def _ngrams(columns: Sequence[Any]) -> list[str]:
    return list(ngram_baseline.predict_out_of_fold(*columns))


def detail(root: Path, target: str, rows: Rows, labels: Sequence[str], remember: Memory) -> dict[str, Any]:
    """`twice` (of `ceiling`), `slices` and `learning` of a target, from rows of `enriched`."""
    smaller = root / paths.MODELS / f"{target}.learning.parquet"
    both = root / paths.ANNOTATIONS / "agreement" / "stance.jsonl"
    files = [hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "" for path in (smaller, both)]

    def make() -> dict[str, Any]:
        return {
            "twice": measure_ceiling(both, target, rows, labels),
            "slices": stance_slices.score_stance_slices(rows, labels),
            "learning": learning_scores.score_learning_curve(rows, tables.iterate_rows(smaller), labels),
        }

    return remember(f"stance_detail_{target}", make, rows, files, labels)


def measure_ceiling(path: Path, target: str, rows: Rows, labels: Sequence[str]) -> dict[str, Any] | None:
    """On the quotes that two annotators labelled: the model by the gold label, one annotator by the other's.

    Parameters
    ----------
    path : path
        Rows of `id`, `first` and `second`, labels by target; None is returned where there is no such file or row.
    target : str
        The target.
    rows : list of dict
        Out of fold.
    labels : sequence of str
        All labels.
    """
    both = {values["id"]: values for _, _, values in iterate_json_lines(path)} if path.exists() else {}
    twice = [
        {**row, **{name: both[row["id"]][name][target] for name in ("first", "second")}}
        for row in rows
        if row["id"] in both and all(target in both[row["id"]][name] for name in ("first", "second"))
    ]
    if not twice:
        return None
    return {
        "quotes": len(twice),
        "model": stance_scores.score_labels(twice, "label", labels),
        "annotators": stance_scores.score_labels(twice, "second", labels, "first"),
    }
