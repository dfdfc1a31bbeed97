"""Compute the agreement of two annotators of the same articles: the ceiling of every score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.intervals import bootstrap_interval, rounded_interval, rows_by_group, score_with_interval
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
    coded = np.array([[values.index(a), values.index(b)] for a, b in labels]).T.reshape(2, -1)
    low, high = bootstrap_interval(rows_by_group(groups), lambda rows: _alpha(coded[:, rows]))
    alpha = rounded_interval(_alpha(coded), low, high)
    return {
        "quotes": len(labels),
        "alpha": alpha["value"],
        "low": alpha["low"],
        "high": alpha["high"],
        "agree": round(float((coded[0] == coded[1]).mean()), 4) if len(labels) else 0.0,
    }


def _alpha(coded: np.ndarray) -> float:
    """Compute alpha from the numbers of the labels, shape (2, n)."""
    # Alpha is undefined if only one label occurs; the annotators agreed perfectly then.
    if coded.size == 0 or len(np.unique(coded)) < 2:
        return 1.0
    counts = np.unique(coded, return_counts=True)[1]
    expected = 1 - (counts * (counts - 1)).sum() / (coded.size * (coded.size - 1))
    return float(1 - (coded[0] != coded[1]).mean() / expected)
