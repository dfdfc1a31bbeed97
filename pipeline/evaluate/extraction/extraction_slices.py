"""Score extraction by slice, and count the quote types that are confused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.extraction.outcomes import QuoteOutcome
from pipeline.evaluate.slices import OTHERS, share_true, share_with_interval, shown_values
from pipeline.evaluate.span_scores import QuoteSpans

# Row of false quotes and column of missed ones in the table of confused types.
NO_GOLD, MISSED = "nothing", "missed"
SliceScores = dict[str, dict[str, dict[str, Any]]]


def score_slices(outcomes: Sequence[QuoteOutcome]) -> SliceScores:
    """Compute recall, precision and speaker accuracy for each value of each slice.

    Parameters
    ----------
    outcomes : sequence of QuoteOutcome
        Their quotes have `slices`. Where predicted quotes lack a slice (`annotator`), it has no precision.

    Returns
    -------
    dict
        By slice and value: `quotes` (annotated), the shares of them that are `matched` (with its 95 % interval) and
        `exact`, the share of those with a speaker that have the right `speaker`, `found` (predicted quotes), and
        `precision`, the share of these that are matched. A share of no quotes is None.
    """
    names = dict.fromkeys(name for row in outcomes if row.gold for name in row.gold.slices)
    return {name: _score_values(name, outcomes) for name in names}


def annotator_slices(outcomes: Sequence[QuoteOutcome]) -> SliceScores:
    """Compute which share of one annotator's quotes (`gold`) the other annotator (`predicted`) marked too, by slice."""
    return {
        name: {value: {key: scores[key] for key in ("quotes", "matched")} for value, scores in values.items()}
        for name, values in score_slices(outcomes).items()
    }


def count_types(outcomes: Sequence[QuoteOutcome]) -> dict[str, dict[str, int]]:
    """Count quotes by annotated type (`nothing` for false quotes) and predicted type (`missed` for missed ones)."""
    pairs = Counter(
        (row.gold.type if row.gold else NO_GOLD, row.predicted.type if row.predicted else MISSED) for row in outcomes
    )
    return {
        gold: {
            predicted: pairs[gold, predicted]
            for predicted in (*QUOTE_TYPES, MISSED)
            if (gold, predicted) != (NO_GOLD, MISSED)
        }
        for gold in (*QUOTE_TYPES, NO_GOLD)
    }


def _score_values(name: str, outcomes: Sequence[QuoteOutcome]) -> dict[str, dict[str, Any]]:
    counts = Counter(value for row in outcomes if (value := _slice_value(row.gold, name)) is not None)
    values = shown_values(name, counts)
    shown = [*values, OTHERS] if set(counts) - set(values) else values

    def belongs(quote: QuoteSpans | None, shown_value: str) -> bool:
        value = _slice_value(quote, name)
        return value is not None and (value == shown_value or (shown_value == OTHERS and value not in values))

    return {
        value: _score_quotes(
            [row for row in outcomes if belongs(row.gold, value)],
            [row for row in outcomes if belongs(row.predicted, value)],
        )
        for value in shown
    }


def _slice_value(quote: QuoteSpans | None, name: str) -> str | None:
    return quote.slices.get(name) if quote is not None else None


def _score_quotes(gold: Sequence[QuoteOutcome], predicted: Sequence[QuoteOutcome]) -> dict[str, Any]:
    with_speaker = [row for row in gold if row.gold and row.gold.speaker]
    return {
        "quotes": len(gold),
        "matched": share_with_interval((row.article_id, row.matched) for row in gold),
        "exact": share_true(row.exact for row in gold),
        "speaker": share_true(row.speaker_right for row in with_speaker),
        "found": len(predicted),
        "precision": share_with_interval((row.article_id, row.matched) for row in predicted),
    }
