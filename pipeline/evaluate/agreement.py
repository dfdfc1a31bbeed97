"""Compute the agreement of two annotators of the same articles: the ceiling of every score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.intervals import percentile_interval, resample_sums, rounded_interval, score_with_interval
from pipeline.evaluate.span_scores import ComparableText, QuoteSpans, match_contents, tally_quotes

SPAN_METRICS = ("content_exact", "content_match", "content_overlap", "attribution", "cue", "speaker")


def span_agreement(
    texts: Mapping[str, str], first: Mapping[str, list[QuoteSpans]], second: Mapping[str, list[QuoteSpans]]
) -> dict[str, Any]:
    """Compute F1 of the second annotator's spans against the first's (F1 is the same the other way round)."""
    ids = sorted(set(texts) & (set(first) | set(second)))
    tallies = [tally_quotes(texts[i], first.get(i, []), second.get(i, [])) for i in ids]
    out: dict[str, Any] = {
        "on": {
            "articles": len(ids),
            "first": sum(len(first.get(i, [])) for i in ids),
            "second": sum(len(second.get(i, [])) for i in ids),
        }
    }
    for metric in SPAN_METRICS:
        scores = score_with_interval([tally[metric].as_array() for tally in tallies])
        out[metric] = {name: scores[name] for name in ("f1", "low", "high")}
    return out


def match_annotations(text: str, first: Sequence[QuoteSpans], second: Sequence[QuoteSpans]) -> list[tuple[int, int]]:
    """Pair the quotes that both annotators marked: contents with an IoU of at least 0.5."""
    comparable = ComparableText(text)
    contents = ([comparable.normalise(quote.content) for quote in quotes] for quotes in (first, second))
    return match_contents(comparable, *contents)


def krippendorff_alpha(
    labels: Sequence[tuple[str, str]], groups: Sequence[str], values: Sequence[str]
) -> dict[str, Any]:
    """Compute Krippendorff's alpha (nominal) of two annotators with a 95 % interval over groups, and raw agreement.

    Parameters
    ----------
    labels : sequence of (str, str)
        Both annotators' label of each quote.
    groups : sequence of str
        The article or other group of each quote.
    values : sequence of str
        All possible labels.

    Returns
    -------
    dict
        `quotes`, `alpha`, `low`, `high`, and `agree`, the share of quotes with the same label.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
    """
    counts = _counts_by_group(labels, groups, values)
    # Of every draw at once: a thousand draws of rows take seconds.
    low, high = percentile_interval(_alpha(resample_sums(counts))) if labels else (0.0, 0.0)
    whole = counts.sum(axis=0)
    alpha = rounded_interval(float(_alpha(whole)), low, high)
    return {
        "quotes": len(labels),
        "alpha": alpha["value"],
        "low": alpha["low"],
        "high": alpha["high"],
        "agree": round((len(labels) - float(whole[-1])) / len(labels), 4) if labels else 0.0,
    }


def _counts_by_group(labels: Sequence[tuple[str, str]], groups: Sequence[str], values: Sequence[str]) -> np.ndarray:
    """Count for each group how often both annotators gave each value, and in how many quotes they differ.

    Returns an array of shape (n_groups, n_values + 1).
    """
    rows = {group: number for number, group in enumerate(sorted(set(groups)))}
    columns = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(rows), len(values) + 1))
    for (first, second), group in zip(labels, groups, strict=True):
        for value in (first, second):
            counts[rows[group], columns[value]] += 1
        counts[rows[group], -1] += first != second
    return counts


def _alpha(counts: np.ndarray) -> np.ndarray:
    """Compute alpha from sums of `_counts_by_group`, shape (..., n_values + 1)."""
    of_value, different = counts[..., :-1], counts[..., -1]
    size = of_value.sum(axis=-1)
    # Alpha is undefined if only one label occurs; the annotators agreed perfectly then.
    defined = (of_value > 0).sum(axis=-1) > 1
    pairs = np.where(defined, size * (size - 1), 1)
    expected = np.where(defined, 1 - (of_value * (of_value - 1)).sum(axis=-1) / pairs, 1)
    return np.where(defined, 1 - different / np.maximum(size / 2, 1) / expected, 1.0)
