"""What a run made, counted: the short table at the end of `make repro` and the top of the reports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from pipeline import paths, tables


def counts(root: Path) -> dict[str, Any]:
    """Articles, rejects by reason, quotes by type, speakers by kind, stances by target and label."""
    quotes: Counter[str] = Counter()
    named = 0
    for row in tables.iterate(root / paths.QUOTES, ["type", "speaker"]):
        quotes[row["type"]] += 1
        named += row["speaker"] is not None
    stances: dict[str, Counter] = {}
    abstained: Counter = Counter()
    for row in tables.iterate(root / paths.STANCES, ["target", "label", "abstained"]):
        stances.setdefault(row["target"], Counter())[row["label"]] += 1
        abstained[row["target"]] += row["abstained"]
    return {
        "articles": sum(1 for _ in tables.iterate(root / paths.ARTICLES, ["article_id"])),
        "rejects": _count(root / paths.REJECTS, "reason"),
        "quotes": dict(sorted(quotes.items())),
        "quotes_with_speaker": named,
        "speakers": _count(root / paths.SPEAKERS, "kind"),
        "stances": {target: dict(sorted(labels.items())) for target, labels in stances.items()},
        "abstained": dict(abstained),
    }


def _count(folder: Path, column: str) -> dict[str, int]:
    return dict(sorted(Counter(row[column] for row in tables.iterate(folder, [column])).items()))
