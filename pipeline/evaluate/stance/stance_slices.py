"""Stance by slice: type, length, annotator, author, topic, kind of speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.extraction.extraction_slices import (
    MAX_VALUES,
    OTHERS,
    SLICE_VALUES,
    UNKNOWN,
    length_slice,
    share_with_interval,
)
from pipeline.evaluate.span_scores import fold_name
from pipeline.evaluate.stance import stance_scores
from pipeline.gold.stance_annotations import StanceRow

# Slices with more values than these are cut to their largest; authors are few.
ALL_SHOWN = 30
MARKS = "\"“”„«»‘’'`"
OPENING = ('"', "“", "„", "«", "‘", "''", "``")
ROWS = Sequence[Mapping[str, Any]]


def stance_slice_values(row: StanceRow, kinds: Mapping[str, str]) -> dict[str, str]:
    """Value of each slice for a labelled quote; `kinds` are those of the run's speakers by folded name."""
    return {
        "type": type_by_marks(row.text),
        "length": length_slice(row.text),
        "annotator": "unsure" if row.unsure else "sure",
        "speaker": kinds.get(fold_name(row.speaker), UNKNOWN) if row.speaker else "nobody",
        "topic": row.topic,
        "author": row.annotator,
    }


def type_by_marks(text: str) -> str:
    """Type of a content by its quotation marks: all in them, some of it, none of it."""
    words = text.strip().strip(".,;:!?")
    if len(words) > 1 and words[0] in MARKS and words[-1] in MARKS:
        return "direct"
    return "mixed" if any(mark in text for mark in OPENING) else "indirect"


def score_stance_slices(rows: ROWS, labels: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of each slice and value.

    Parameters
    ----------
    rows : sequence of mapping
        `gold`, `label`, `group`, `abstained`, and `about`, of `slices_of`.
    labels : sequence of str
        All labels.

    Returns
    -------
    dict
        By slice and value: `quotes`, `directed` (those of favor or against), `f1_favor_against` and `accuracy` with
        95 % intervals over groups, `kept` (share not abstained) and `wrong`, the share wrong of the kept.
    """
    names = list(rows[0]["about"]) if rows else []
    return {name: _values(name, rows, labels) for name in names}


def _values(name: str, rows: ROWS, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    counts = Counter(row["about"][name] for row in rows)
    kept = [value for value in SLICE_VALUES[name] if counts[value]] if name in SLICE_VALUES else _largest(counts)
    parts: dict[str, list[Mapping[str, Any]]] = {value: [] for value in kept}
    for row in rows:
        value = row["about"][name]
        parts.setdefault(value if value in kept else OTHERS, []).append(row)
    return {value: _figures(part, labels) for value, part in parts.items()}


def _largest(counts: Counter[str]) -> list[str]:
    most = len(counts) if len(counts) <= ALL_SHOWN else MAX_VALUES
    return sorted(sorted(counts, key=lambda value: (-counts[value], value))[:most])


def _figures(rows: ROWS, labels: Sequence[str]) -> dict[str, Any]:
    measures = stance_scores.score_labels(rows, "label", labels)
    kept = [row for row in rows if not row["abstained"]]
    return {
        "quotes": len(rows),
        "directed": sum(row["gold"] in stance_scores.DIRECTED for row in rows),
        "f1_favor_against": measures["f1_favor_against"],
        "accuracy": measures["accuracy"],
        "kept": round(float(np.mean([not row["abstained"] for row in rows])), 4),
        "wrong": share_with_interval((row["group"], row["gold"] != row["label"]) for row in kept),
    }
