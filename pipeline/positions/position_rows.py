"""Rows of the table of positions: a holder, a target and a month."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.core.schema.position_tables import HOLDER_KINDS
from pipeline.positions.readings import Holder, Reading
from pipeline.positions.share_draws import ShareDraws, article_counts, shortest_interval

Row = dict[str, Any]


def make_id(*parts: str | None) -> str:
    """Return the first 16 hex digits of the SHA-256 of some values."""
    return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:16]


def by_holder(readings: Iterable[Reading], targets: Iterable[str]) -> Iterator[tuple[Holder, str, list[Reading]]]:
    """Yield each holder and target with the readings, in their order; speakers first, then by id."""
    numbers = {target: number for number, target in enumerate(targets)}
    found: dict[tuple[int, str, int], tuple[Holder, str, list[Reading]]] = {}
    for reading in readings:
        for holder in reading.holders:
            key = HOLDER_KINDS.index(holder.kind), holder.holder_id, numbers[reading.target]
            found.setdefault(key, (holder, reading.target, []))[2].append(reading)
    for key in sorted(found):
        yield found[key]


def position_rows(
    readings: Sequence[Reading], draws: Mapping[str, ShareDraws], stances: Sequence[str]
) -> Iterator[Row]:
    """Yield the row of each holder, target and month; the quotes without a date have a row of their own.

    Parameters
    ----------
    readings : sequence of Reading
        In order of time.
    draws : mapping of str to ShareDraws
        By target, in order.
    stances : sequence of str
        Labels other than that of unrelated quotes.
    """
    for holder, target, of_holder in by_holder(readings, draws):
        for month, group in groupby(of_holder, key=lambda reading: reading.month):
            yield _row(holder, target, month, list(group), draws[target], stances)


def _row(
    holder: Holder, target: str, month: str | None, group: list[Reading], draws: ShareDraws, stances: Sequence[str]
) -> Row:
    kept = [reading for reading in group if reading.kept]
    labels = [(reading.article_id, reading.label) for reading in kept]
    row: Row = {
        "position_id": make_id(holder.kind, holder.holder_id, target, month),
        "holder_kind": holder.kind,
        "holder_id": holder.holder_id,
        "holder": holder.name,
        "target": target,
        "month": month,
        **{f"n_{name}": sum(label == name for _, label in labels) for name in stances},
        "kept": len(kept),
        "unknown": len(group) - len(kept),
        "articles": len({reading.article_id for reading in kept}),
        "quote_ids": [reading.quote_id for reading in kept],
    }
    if kept:
        drawn = draws.draw(article_counts(labels, stances))
        for number, name in enumerate(stances):
            row[f"share_{name}"] = round(float(drawn[:, number].mean()), 3)
            row[f"share_{name}_low"], row[f"share_{name}_high"] = shortest_interval(drawn[:, number])
    return row
