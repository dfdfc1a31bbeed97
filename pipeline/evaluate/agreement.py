"""How far two annotators of the same articles and quotes agree (`data/annotations/agreement`): a ceiling of scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.evaluate.intervals import percentile_interval, resample_sums, rounded_interval, score_with_interval
from pipeline.evaluate.span_scores import ComparableText, QuoteSpans, gold_by_article, match_contents, tally_quotes
from pipeline.gold.quote_annotations import GOLD_QUOTE_FIELDS, parse_gold_quote

SPAN_METRICS = ("content_exact", "content_match", "content_overlap", "attribution", "cue", "speaker")
Labels = Mapping[str, str]
# Group, and both annotators' labels by target.
LabelPair = tuple[str, Labels, Labels]


@dataclass(frozen=True)
class DoubleAnnotation:
    """What two annotators marked and labelled independently."""

    first: dict[str, list[QuoteSpans]]  # by article_id
    second: dict[str, list[QuoteSpans]]
    article_labels: list[LabelPair]  # of quotes that both marked, with the article_id as group
    row_labels: list[LabelPair]  # of rows of `stance.jsonl` that were labelled twice


def read_double_annotation(root: Path, texts: Mapping[str, str]) -> DoubleAnnotation:
    """Read the annotations of both annotators for articles of the run."""
    folder = root / paths.ANNOTATIONS / "agreement"
    spans: list[dict[str, list[QuoteSpans]]] = []
    labels: list[dict[str, list[Labels]]] = []
    for annotator in ("first", "second"):
        rows = [r for r in read_json_lines(folder / f"{annotator}.jsonl") if r["article_id"] in texts]
        spans.append(spans_by_article(rows, texts))
        labels.append({})
        for row in rows:
            labels[-1].setdefault(row["article_id"], []).append(row["labels"])
    (first, second), (first_labels, second_labels) = spans, labels
    article_labels = []
    for article_id in sorted(set(first) & set(second)):
        text = ComparableText(texts[article_id])
        contents = ([text.normalise(quote.content) for quote in side[article_id]] for side in spans)
        for i, j in match_contents(text, *contents):
            article_labels.append((article_id, first_labels[article_id][i], second_labels[article_id][j]))
    row_labels = [(row["group"], row["first"], row["second"]) for row in read_json_lines(folder / "stance.jsonl")]
    return DoubleAnnotation(first, second, article_labels, row_labels)


def spans_by_article(rows: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, list[QuoteSpans]]:
    """Return what rows of an annotator mark in each article of the run; they have more columns than gold."""
    quotes = (parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, "agreement") for row in rows)
    return gold_by_article(quotes, texts)


def measure_agreement(
    texts: Mapping[str, str], double: DoubleAnnotation, targets: Mapping[str, Target]
) -> dict[str, Any]:
    """Compute the agreement of the two annotators; `spans` is None without articles annotated twice."""
    return {
        "spans": span_agreement(texts, double.first, double.second) if double.first or double.second else None,
        "alpha": alphas(double.article_labels, targets),
        "alpha_stance_rows": alphas(double.row_labels, targets),
    }


def alphas(pairs: Sequence[LabelPair], targets: Mapping[str, Target]) -> dict[str, dict[str, Any]]:
    """Compute Krippendorff's alpha for each target that both annotators labelled."""
    labelled = {name: [(g, a[name], b[name]) for g, a, b in pairs if name in a and name in b] for name in targets}
    return {name: krippendorff_alpha(rows, targets[name].labels) for name, rows in labelled.items() if rows}


def span_agreement(
    texts: Mapping[str, str], first: Mapping[str, list[QuoteSpans]], second: Mapping[str, list[QuoteSpans]]
) -> dict[str, Any]:
    """Compute F1 of the second annotator's spans against the first's (F1 is the same the other way round)."""
    ids = sorted({*first, *second})
    tallies = [tally_quotes(texts[i], first.get(i, []), second.get(i, [])) for i in ids]
    first_quotes, second_quotes = (sum(len(side.get(i, [])) for i in ids) for side in (first, second))
    out: dict[str, Any] = {"on": {"articles": len(ids), "first": first_quotes, "second": second_quotes}}
    for metric in SPAN_METRICS:
        scores = score_with_interval([tally[metric] for tally in tallies])
        out[metric] = {name: scores[name] for name in ("f1", "low", "high")}
    return out


def krippendorff_alpha(labels: Sequence[tuple[str, str, str]], values: Sequence[str]) -> dict[str, Any]:
    """Compute Krippendorff's alpha (nominal) of two annotators with a 95 % interval over groups, and raw agreement.

    `labels` are of each quote its article or other group and both annotators' label, `values` all labels. The result
    has `quotes`, `alpha`, `low`, `high`, and `agree`, the share of quotes with the same label. Krippendorff (2011),
    "Computing Krippendorff's Alpha-Reliability".
    """
    # By group: how often both annotators gave each value, and in how many quotes they differ.
    rows = {group: number for number, group in enumerate(sorted({group for group, _, _ in labels}))}
    columns = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(rows), len(values) + 1))
    for group, first, second in labels:
        counts[rows[group], columns[first]] += 1
        counts[rows[group], columns[second]] += 1
        counts[rows[group], -1] += first != second
    whole = counts.sum(axis=0)
    # Of every draw at once: a thousand draws of rows take seconds.
    interval = rounded_interval(float(_alpha(whole)), *percentile_interval(_alpha(resample_sums(counts))))
    agree = round((len(labels) - float(whole[-1])) / len(labels), 4)
    return {"quotes": len(labels), "alpha": interval.pop("value"), **interval, "agree": agree}


def _alpha(counts: np.ndarray) -> np.ndarray:
    """Compute alpha from numbers of each value and of the quotes that differ, shape (..., n_values + 1)."""
    of_value, different = counts[..., :-1], counts[..., -1]
    size = of_value.sum(axis=-1)
    # Alpha is undefined if only one label occurs; the annotators agreed perfectly then.
    defined = (of_value > 0).sum(axis=-1) > 1
    pairs = np.where(defined, size * (size - 1), 1)
    expected = np.where(defined, 1 - (of_value * (of_value - 1)).sum(axis=-1) / pairs, 1)
    return np.where(defined, 1 - different / np.maximum(size / 2, 1) / expected, 1.0)
