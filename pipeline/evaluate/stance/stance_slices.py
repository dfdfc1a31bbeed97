"""Score stance by slice: type, length, annotator, kind of speaker, topic, author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.core.targets import Target
from pipeline.evaluate.slices import (
    MAX_VALUES,
    NOBODY,
    OTHERS,
    UNKNOWN,
    length_slice,
    share_with_interval,
    shown_values,
)
from pipeline.evaluate.span_scores import fold_name
from pipeline.evaluate.stance.stance_scores import score_labels, sides
from pipeline.gold.stance_annotations import StanceRow

# Slices with more values than this show only their most frequent ones.
MAX_SHOWN_IN_FULL = 30
MARKS = "\"“”„«»‘’'`"
OPENING_MARKS = ('"', "“", "„", "«", "‘", "''", "``")
Rows = Sequence[Mapping[str, Any]]


def slice_values(row: StanceRow, speaker_kinds: Mapping[str, str]) -> dict[str, str]:
    """Return the slices of a labelled quote: a new key is a new table in the report."""
    return {
        "type": type_by_marks(row.text),
        "length": length_slice(row.text),
        "annotator": "unsure" if row.unsure else "sure",
        "speaker": speaker_kinds.get(fold_name(row.speaker), UNKNOWN) if row.speaker else NOBODY,
        "topic": row.topic,
        "author": row.annotator,
    }


def type_by_marks(text: str) -> str:
    """Return the quote type of a content by its quotation marks: `direct` (all in them), `mixed` or `indirect`."""
    words = text.strip().strip(".,;:!?")
    if len(words) > 1 and words[0] in MARKS and words[-1] in MARKS:
        return "direct"
    return "mixed" if any(mark in text for mark in OPENING_MARKS) else "indirect"


def score_stance_slices(rows: Rows, target: Target) -> dict[str, dict[str, dict[str, Any]]]:
    """Compute the scores of each value of each slice.

    Returns
    -------
    dict
        By slice and value: number of `quotes`, number of `directed` ones (gold label favor or against),
        `f1_favor_against` and `accuracy` with 95 % intervals over groups, `kept` (share not abstained), and `wrong`,
        the share of these that are wrong.
    """
    names = list(rows[0]["slices"]) if rows else []
    return {name: _score_values(name, rows, target) for name in names}


def _score_values(name: str, rows: Rows, target: Target) -> dict[str, dict[str, Any]]:
    counts = Counter(row["slices"][name] for row in rows)
    values = shown_values(name, counts, len(counts) if len(counts) <= MAX_SHOWN_IN_FULL else MAX_VALUES)
    by_value: dict[str, list[Mapping[str, Any]]] = {value: [] for value in values}
    for row in rows:
        value = row["slices"][name]
        by_value.setdefault(value if value in values else OTHERS, []).append(row)
    return {value: _score_rows(part, target) for value, part in by_value.items()}


def _score_rows(rows: Rows, target: Target) -> dict[str, Any]:
    scores = score_labels(rows, "label", target)
    kept = [row for row in rows if not row["abstained"]]
    return {
        "quotes": len(rows),
        "directed": sum(row["gold"] in sides(target) for row in rows),
        "f1_favor_against": scores["f1_favor_against"],
        "accuracy": scores["accuracy"],
        "kept": round(float(np.mean([not row["abstained"] for row in rows])), 4),
        "wrong": share_with_interval((row["group"], row["gold"] != row["label"]) for row in kept),
    }
