"""Score the recognition of the same quote in several articles on labelled pairs of quotes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.core.quote_similarity import ComparableQuote, SimilaritySettings, similarity_kind
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.evaluate.intervals import percentile_interval, resample_sums, rounded_interval

FIELDS = {"id", "kind", "same", "use", "a", "b"}
KINDS = ("copy", "translation", "shortened", "different")
USES = ("choose", "judge")


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """Read `data/annotations/pairs.jsonl`; a missing file has no rows."""
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


def score_pairs(rows: Sequence[dict[str, Any]], settings: SimilaritySettings) -> dict[str, Any]:
    """Compute how well similar quotes are recognised, for each half of the labelled pairs.

    Returns
    -------
    dict
        For `choose` (the half that the thresholds were chosen on) and `judge`: number of `pairs`, `precision` and
        `recall` with their 95 % intervals over pairs, and by kind `taken`: how many pairs count as the same quote, of
        how many. A half without pairs is left out.
    """
    halves = {use: [row for row in rows if row["use"] == use] for use in USES}
    return {use: _score_half(half, settings) for use, half in halves.items() if half}


def _score_half(rows: Sequence[dict[str, Any]], settings: SimilaritySettings) -> dict[str, Any]:
    quotes = ([ComparableQuote(row[side], settings) for row in rows] for side in ("a", "b"))
    taken = np.array([bool(similarity_kind(a, b)) for a, b in zip(*quotes, strict=True)])
    same = np.array([row["same"] for row in rows])
    kinds = np.array([row["kind"] for row in rows])
    counts = np.stack([taken & same, taken, same], axis=1).astype(float)
    sums, drawn = counts.sum(axis=0), resample_sums(counts)
    scores: dict[str, Any] = {"pairs": len(rows)}
    for name, column in (("precision", 1), ("recall", 2)):
        interval = percentile_interval(drawn[:, 0] / np.maximum(drawn[:, column], 1))
        scores[name] = rounded_interval(sums[0] / max(sums[column], 1), *interval)
    scores["taken"] = {kind: [int(taken[kinds == kind].sum()), int((kinds == kind).sum())] for kind in KINDS}
    return scores
