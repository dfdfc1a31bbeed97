"""How far two annotators of the same articles and quotes agree (`data/annotations/agreement`): a ceiling of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.evaluate.intervals import percentile_interval, resample_sums, rounded_interval, score_with_interval
from pipeline.evaluate.span_scores import (
    ComparableText,
    QuoteSpans,
    gold_quote_spans,
    group_by_article,
    match_contents,
    tally_quotes,
)
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
        quotes = (parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, "agreement") for row in rows)
        spans.append(group_by_article(gold_quote_spans(quotes, texts)))
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


def measure_agreement(
    texts: Mapping[str, str], double: DoubleAnnotation, targets: Mapping[str, Target]
) -> dict[str, Any]:
    """Compute the agreement of the two annotators.

    It is `spans` (of `span_agreement`; None without articles annotated twice), `alpha` of the quotes that both marked
    in these articles, and `alpha_stance_rows` of the rows of `stance.jsonl`, both by target.
    """
    twice = {i: text for i, text in texts.items() if i in double.first or i in double.second}
    return {
        "spans": span_agreement(twice, double.first, double.second) if twice else None,
        "alpha": _alphas(double.article_labels, targets),
        "alpha_stance_rows": _alphas(double.row_labels, targets),
    }


def _alphas(pairs: Sequence[LabelPair], targets: Mapping[str, Target]) -> dict[str, dict[str, Any]]:
    """Compute Krippendorff's alpha for each target that both annotators labelled."""
    alphas = {}
    for name, target in targets.items():
        labelled = [(group, a[name], b[name]) for group, a, b in pairs if name in a and name in b]
        if labelled:
            labels = [(first, second) for _, first, second in labelled]
            alphas[name] = krippendorff_alpha(labels, [group for group, _, _ in labelled], target.labels)
    return alphas


def span_agreement(
    texts: Mapping[str, str], first: Mapping[str, list[QuoteSpans]], second: Mapping[str, list[QuoteSpans]]
) -> dict[str, Any]:
    """Compute F1 of the second annotator's spans against the first's (F1 is the same the other way round)."""
    ids = sorted(set(texts) & (set(first) | set(second)))
    tallies = [tally_quotes(texts[i], first.get(i, []), second.get(i, [])) for i in ids]
    first_quotes, second_quotes = (sum(len(side.get(i, [])) for i in ids) for side in (first, second))
    out: dict[str, Any] = {"on": {"articles": len(ids), "first": first_quotes, "second": second_quotes}}
    for metric in SPAN_METRICS:
        scores = score_with_interval([tally[metric] for tally in tallies])
        out[metric] = {name: scores[name] for name in ("f1", "low", "high")}
    return out


def krippendorff_alpha(
    labels: Sequence[tuple[str, str]], groups: Sequence[str], values: Sequence[str]
) -> dict[str, Any]:
    """Compute Krippendorff's alpha (nominal) of two annotators with a 95 % interval over groups, and raw agreement.

    `labels` are both annotators' label of each quote, `groups` its article or other group, `values` all labels. The
    result has `quotes`, `alpha`, `low`, `high`, and `agree`, the share of quotes with the same label. Krippendorff
    (2011), "Computing Krippendorff's Alpha-Reliability".
    """
    # By group: how often both annotators gave each value, and in how many quotes they differ.
    rows = {group: number for number, group in enumerate(sorted(set(groups)))}
    columns = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(rows), len(values) + 1))
    for pair, group in zip(labels, groups, strict=True):
        for value in pair:
            counts[rows[group], columns[value]] += 1
        counts[rows[group], -1] += pair[0] != pair[1]
    # Of every draw at once: a thousand draws of rows take seconds.
    low, high = percentile_interval(_alpha(resample_sums(counts))) if labels else (0.0, 0.0)
    whole = counts.sum(axis=0)
    interval = rounded_interval(float(_alpha(whole)), low, high)
    agree = round((len(labels) - float(whole[-1])) / len(labels), 4) if labels else 0.0
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
