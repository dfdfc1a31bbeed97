"""Measure the agreement of the annotators on what two of them annotated: `data/annotations/agreement`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.evaluate.agreement import krippendorff_alpha, match_annotations, span_agreement
from pipeline.evaluate.annotated_articles import AnnotatedArticles, gold_quote_spans, group_by_article
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.gold.quote_annotations import GOLD_QUOTE_FIELDS, parse_gold_quote

Labels = Mapping[str, str]
# Group, and both annotators' labels by target.
LabelPair = tuple[str, Labels, Labels]


@dataclass(frozen=True)
class DoubleAnnotation:
    """What two annotators marked and labelled independently.

    Attributes
    ----------
    first, second : dict of str to list of QuoteSpans
        Quotes of each annotator by article_id.
    article_labels : list of (str, dict, dict)
        Stance labels of quotes that both marked: article_id, and each annotator's labels by target.
    row_labels : list of (str, dict, dict)
        Stance labels of rows of `stance.jsonl` that were labelled twice: group, and labels by target.
    """

    first: dict[str, list[QuoteSpans]]
    second: dict[str, list[QuoteSpans]]
    article_labels: list[LabelPair]
    row_labels: list[LabelPair]


def read_double_annotation(root: Path, articles: AnnotatedArticles) -> DoubleAnnotation:
    """Read the annotations of both annotators for articles of the run."""
    folder = root / paths.ANNOTATIONS / "agreement"
    spans: list[dict[str, list[QuoteSpans]]] = []
    labels: list[dict[str, list[Labels]]] = []
    for annotator in ("first", "second"):
        rows = [r for r in read_json_lines(folder / f"{annotator}.jsonl") if r["article_id"] in articles.texts]
        quotes = (parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, "agreement") for row in rows)
        spans.append(group_by_article(gold_quote_spans(quotes, articles)))
        labels.append({})
        for row in rows:
            labels[-1].setdefault(row["article_id"], []).append(row["labels"])
    (first, second), (first_labels, second_labels) = spans, labels
    article_labels = [
        (article_id, first_labels[article_id][i], second_labels[article_id][j])
        for article_id in sorted(set(first) & set(second))
        for i, j in match_annotations(articles.texts[article_id], first[article_id], second[article_id])
    ]
    row_labels = [(row["group"], row["first"], row["second"]) for row in read_json_lines(folder / "stance.jsonl")]
    return DoubleAnnotation(first, second, article_labels, row_labels)


def measure_agreement(
    articles: AnnotatedArticles, double: DoubleAnnotation, targets: Mapping[str, Target]
) -> dict[str, Any]:
    """Compute the agreement of the two annotators.

    Returns
    -------
    dict
        `spans` (of `span_agreement`; None without articles annotated twice), `alpha` of the quotes that both marked
        in these articles, and `alpha_stance_rows` of the rows of `stance.jsonl`, both by target.
    """
    texts = {i: text for i, text in articles.texts.items() if i in double.first or i in double.second}
    return {
        "spans": span_agreement(texts, double.first, double.second) if texts else None,
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
