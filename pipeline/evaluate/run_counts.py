"""Count what a run made: the table at the end of `make repro` and the top of the reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures
from pipeline.core.targets import UNKNOWN, published_label
from pipeline.evaluate.quoteless_articles import count_quoteless


def count_run(root: Path) -> dict[str, Any]:
    """Count articles, rejects by reason, failures by stage, quotes by type, speakers by kind, and stances by target.

    `stances` has the labels on which the model does not abstain, `unknown` the number of the other quotes; `dates` the
    articles with and without a date that was read, `without_quote` those without a quote.
    """
    quotes: Counter[str] = Counter()
    with_speaker = 0
    for types, speakers in _columns(root / paths.QUOTES, ["type", "speaker"]):
        quotes.update(types)
        with_speaker += len(speakers) - speakers.count(None)
    stances: dict[str, Counter] = {}
    for columns in _columns(root / paths.STANCES, ["target", "label", "abstained"]):
        for (target, label, is_abstained), number in Counter(zip(*columns, strict=True)).items():
            stances.setdefault(target, Counter())[published_label(label, is_abstained)] += number
    unknown = {target: labels.pop(UNKNOWN, 0) for target, labels in stances.items()}
    dates = _count_dates(root / paths.ARTICLES)
    return {
        "articles": sum(dates.values()),
        "dates": dates,
        "without_quote": count_quoteless(root),
        "rejects": _count_rejects(root / paths.REJECTS),
        "failures": dict(sorted(Counter(row["stage"] for row in read_failures(root)).items())),
        "quotes": dict(sorted(quotes.items())),
        "quotes_with_speaker": with_speaker,
        "speakers": _count_values(root / paths.SPEAKERS, "kind"),
        "stances": {target: dict(sorted(labels.items())) for target, labels in stances.items()},
        "unknown": unknown,
    }


def _columns(folder: Path, names: list[str]) -> Iterator[list[list[Any]]]:
    """Yield the columns of one batch after the other, because a dict per row takes twice as long."""
    for path in tables.shard_paths(folder):
        with tables.open_parquet(path, names) as file:
            for batch in file.iter_batches(columns=names, use_threads=False):
                yield [batch.column(name).to_pylist() for name in names]


def _count_dates(folder: Path) -> dict[str, int]:
    """Count articles by what is known of their date; a kind that does not occur is left out."""
    counts: Counter[str] = Counter()
    for days, given in _columns(folder, ["published_at", "date_given"]):
        for day, written in zip(days, given, strict=True):
            counts["dated" if day else "date not read" if written else "no date given"] += 1
    return {kind: counts[kind] for kind in ("dated", "date not read", "no date given") if counts[kind]}


def _count_rejects(folder: Path) -> dict[str, int]:
    """Count rejects by reason; a row may stand for many."""
    counts: Counter[str] = Counter()
    for reasons, numbers in _columns(folder, ["reason", "count"]):
        for reason, number in zip(reasons, numbers, strict=True):
            counts[reason] += number
    return dict(sorted(counts.items()))


def _count_values(folder: Path, column: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for (values,) in _columns(folder, [column]):
        counts.update(values)
    return dict(sorted(counts.items()))
