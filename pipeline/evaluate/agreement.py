"""How far two annotators of the same articles agree: the ceiling of every score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.intervals import bootstrap_interval, rows_by_group, score_with_interval
from pipeline.evaluate.span_scores import ComparableText, QuoteSpans, match_contents, tally_quotes

SPAN_METRICS = ("content_exact", "content_match", "content_overlap", "attribution", "cue", "speaker")


def span_agreement(
    texts: Mapping[str, str], first: Mapping[str, list[QuoteSpans]], second: Mapping[str, list[QuoteSpans]]
) -> dict[str, Any]:
    """F1 of the second annotator's spans against the first's (the order does not change F1)."""
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
        figures = score_with_interval([t[metric].array() for t in tallies])
        out[metric] = {name: figures[name] for name in ("f1", "low", "high")}
    return out


def match_annotations(text: str, first: Sequence[QuoteSpans], second: Sequence[QuoteSpans]) -> list[tuple[int, int]]:
    """Pairs of quotes that both marked: contents with an IoU of at least a half."""
    doc = ComparableText(text)
    return match_contents(doc, [doc.normal(q.content) for q in first], [doc.normal(q.content) for q in second])


def krippendorff_alpha(
    labels: Sequence[tuple[str, str]], groups: Sequence[str], values: Sequence[str]
) -> dict[str, Any]:
    """Krippendorff's alpha (nominal) of two annotators, with a 95 % interval over groups, and their plain agreement.

    Parameters
    ----------
    labels : sequence of (str, str)
        What each said of one quote.
    groups : sequence of str
        The article of each quote.
    values : sequence of str
        All labels there are.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
    """
    coded = np.array([[values.index(a), values.index(b)] for a, b in labels]).T.reshape(2, -1)
    low, high = bootstrap_interval(rows_by_group(groups), lambda rows: _alpha(coded[:, rows]))
    return {
        "quotes": len(labels),
        "alpha": round(_alpha(coded), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "agree": round(float((coded[0] == coded[1]).mean()), 4) if len(labels) else 0.0,
    }


def _alpha(coded: np.ndarray) -> float:
    # One value alone leaves nothing to disagree about: alpha is undefined, perfect agreement is what was seen.
    if coded.size == 0 or len(np.unique(coded)) < 2:
        return 1.0
    counts = np.unique(coded, return_counts=True)[1]
    expected = 1 - (counts * (counts - 1)).sum() / (coded.size * (coded.size - 1))
    return float(1 - (coded[0] != coded[1]).mean() / expected)
