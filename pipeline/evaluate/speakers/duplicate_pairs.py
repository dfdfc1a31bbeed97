"""Quotes in many papers: precision and recall of `alike` on labelled pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.core.quote_similarity import ComparableQuote, SimilaritySettings, similarity_kind
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.evaluate.intervals import percentile_interval, resample_sums

FIELDS = {"id", "kind", "same", "use", "a", "b"}
KINDS = ("copy", "translation", "shortened", "different")
USES = ("choose", "judge")


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """Rows of `data/annotations/pairs.jsonl`; none where it is not there.

    Raises
    ------
    DataError
        Naming file, line and field, on the first row that is not sound.
    """
    rows, seen = [], set()
    for _, where, row in iterate_json_lines(path) if path.exists() else ():
        if set(row) != FIELDS:
            raise DataError(f"the fields are not {', '.join(sorted(FIELDS))}", where=where)
        if row["kind"] not in KINDS or row["use"] not in USES or row["same"] is not (row["kind"] != "different"):
            raise DataError("`kind`, `use` and `same` do not fit", where=where, fix="see GUIDELINES.md")
        if row["id"] in seen:
            raise DataError(f"id {row['id']} appears twice", where=where, fix="give each row its own")
        seen.add(row["id"])
        rows.append(row)
    return rows


def score_pairs(rows: Sequence[dict[str, Any]], rules: SimilaritySettings) -> dict[str, Any]:
    """Precision, recall (95 % intervals over pairs) and the share taken for the same by kind, on each half.

    Returns
    -------
    dict
        For `choose` (thresholds were chosen on it) and `judge`: `pairs`, `precision`, `recall`, each with `low` and
        `high`, and `taken` by kind. A half without pairs is left out.
    """
    halves = {use: [row for row in rows if row["use"] == use] for use in USES}
    return {use: _half(half, rules) for use, half in halves.items() if half}


def _half(rows: Sequence[dict[str, Any]], rules: SimilaritySettings) -> dict[str, Any]:
    taken = np.array(
        [bool(similarity_kind(ComparableQuote(row["a"], rules), ComparableQuote(row["b"], rules))) for row in rows]
    )
    same = np.array([row["same"] for row in rows])
    kinds = np.array([row["kind"] for row in rows])
    counts = np.stack([taken & same, taken, same], axis=1).astype(float)
    found: dict[str, Any] = {"pairs": len(rows)}
    sums, drawn = counts.sum(axis=0), resample_sums(counts)
    for name, column in (("precision", 1), ("recall", 2)):
        low, high = percentile_interval(drawn[:, 0] / np.maximum(drawn[:, column], 1))
        values = (sums[0] / max(sums[column], 1), low, high)
        found[name] = dict(zip(("value", "low", "high"), (round(float(v), 4) for v in values), strict=True))
    found["taken"] = {kind: [int(taken[kinds == kind].sum()), int((kinds == kind).sum())] for kind in KINDS}
    return found
