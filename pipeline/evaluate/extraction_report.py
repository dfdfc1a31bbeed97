"""The extraction part of `evaluate`: `reports/extraction.md`, and what `metrics.json` says of extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.evaluate import causes, extraction, extraction_text, slices
from pipeline.evaluate.marks import between_marks
from pipeline.evaluate.outcomes import Quotes, outcomes
from pipeline.evaluate.quotes import World, by_article, found_spans
from pipeline.evaluate.spans import METRICS

# What a rival does not give cannot be scored: quotes between marks have neither cue nor source, rules no resolved name.
RIVALS = {"rules": METRICS[:-1], "marks": METRICS[:4]}


def run(
    root: Path, world: World, gold: Quotes, twice: Sequence[Quotes], ceiling: Mapping[str, Any] | None, n: int
) -> dict[str, Any]:
    """Write the report; returns its metrics.

    Parameters
    ----------
    root : path
        The project's folder.
    world, gold
        The articles with gold and their annotated quotes.
    twice : two mappings
        What each of two annotators marked, of the articles that both have read.
    ceiling : mapping or None
        Their agreement, of `agreement.spans`.
    n : int
        Worked errors of each cause.
    """
    found = by_article(found_spans(tables.iterate(root / paths.QUOTES), world))
    judged = outcomes(world.texts, gold, found)
    metrics = extraction.summary(world.texts, gold, found, judged)
    first, second = twice
    both = {article: quotes for article, quotes in gold.items() if article in first or article in second}
    metrics["annotated_twice"] = extraction.scores(world.texts, both, found, METRICS)
    metrics["slices_annotators"] = slices.ceilings(outcomes(world.texts, first, second))
    rivals = {
        "rules": by_article(found_spans(tables.iterate(root / paths.RULED), world)),
        "marks": {article: between_marks(text) for article, text in world.texts.items()},
    }
    metrics["baselines"] = {
        name: extraction.scores(world.texts, gold, rivals[name], scored) for name, scored in RIVALS.items()
    }
    metrics["causes"], rows = causes.worked(world.texts, judged, n)
    tables.write_text(root / paths.REPORTS / "extraction.md", extraction_text.page(metrics, ceiling, rows))
    return metrics
