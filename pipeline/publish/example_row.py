"""Choose and format the row of `quotes` that the dataset card shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core.targets import UNKNOWN, LabelRoles, Target, shared_roles
from pipeline.publish.parquet_shards import WrittenConfig, read_split

SHOWN = [
    *("quote_id", "type", "content", "parts", "cue", "source", "speaker", "speaker_kind", "resolved_by"),
    *("certainty", "speech_score", "confidence", "article_title", "article_source", "published_at"),
]
# Rows that are looked through; the best of so many is good enough.
MAX_ROWS = 5_000
DIGITS = 2
Row = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """The text of the row, as JSON, and whether it is of the invented sample."""

    text: str
    invented: bool


def choose_example(
    folder: Path, quotes: WrittenConfig, targets: Mapping[str, Target], invented: Iterable[str]
) -> Example | None:
    """Return the row that shows most: a stance, of a person, in mixed words, and sure; None without rows.

    Parameters
    ----------
    folder : path
        The folder with the written config `quotes`.
    quotes : WrittenConfig
        What was written.
    targets : mapping
        The targets, in the order in which their stances count.
    invented : iterable of str
        article_id of each article of the sample.
    """
    roles = shared_roles(targets)
    rows = (row for split in quotes.splits for row in read_split(folder / quotes.name, split, quotes.features))
    best = max(islice(rows, MAX_ROWS), key=lambda row: _rank(row, list(targets), roles), default=None)
    if best is None:
        return None
    return Example(json.dumps(_shown(best, targets), indent=1, ensure_ascii=False), best["article_id"] in set(invented))


def _rank(row: Row, targets: Sequence[str], roles: LabelRoles) -> tuple[bool | float, ...]:
    """Return what speaks for a row, the most important first; of equal ones `max` takes the first."""
    stances = [target for target in targets if row[target] not in (UNKNOWN, roles.unrelated)]
    kinds = (bool(stances), row["speaker_kind"] == "person", row["type"] == "mixed", not row["excerpt"])
    scores = [row["certainty"], row["confidence"], *(row[f"{target}_p_{row[target]}"] for target in stances)]
    return (*kinds, min(scores))


def _shown(row: Row, targets: Iterable[str]) -> Row:
    names = [*SHOWN, *(column for target in targets for column in (target, f"{target}_p_{row[target]}"))]
    values = {name: row[name] for name in names if name in row}
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in values.items()}
