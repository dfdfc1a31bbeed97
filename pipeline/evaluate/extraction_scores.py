"""What each annotated and each predicted quote turned out to be, and the causes of the errors."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.core import paths
from pipeline.core.quote import ANNOUNCED
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage import tables
from pipeline.core.storage.tables import Row
from pipeline.core.text import Span
from pipeline.evaluate.agreement import DoubleAnnotation
from pipeline.evaluate.intervals import score_with_interval
from pipeline.evaluate.span_scores import (
    METRICS,
    ComparableText,
    Parts,
    QuoteSpans,
    covers_head,
    match_contents,
    predicted_by_article,
    same_name,
    tally_quotes,
)

QuotesByArticle = Mapping[str, Sequence[QuoteSpans]]
# Kind of error and cause, with what it means; in the order of the report.
CAUSES = {
    ("missed", "in a longer quote"): "an extracted quote contains it and more",
    ("missed", "a piece alone"): "an extracted quote is less than half of it",
    ("missed", "cue found"): "no part of it was extracted, but its cue was, for another quote",
    ("missed", "cue not found"): "neither it nor its cue was extracted",
    ("missed", "no cue there"): "it has no reporting word",
    ("false", "wrong bounds"): "it shares words with an annotated quote, but too few",
    ("false", "in quotation marks"): "words in quotation marks that are not a quote",
    ("false", "no marks"): "words without quotation marks that are not a quote",
    ("bounds", "other parts"): "parts in between are missing or added",
    ("bounds", "begins early"): "the extracted quote has more words at its start",
    ("bounds", "begins late"): "the first words are missing",
    ("bounds", "ends early"): "the last words are missing",
    ("bounds", "ends late"): "the extracted quote has more words at its end",
    ("speaker", "source wrong"): "another mention was extracted as the source",
    ("speaker", "name wrong"): "the source is right, the name is not",
    ("speaker", "nobody"): "no speaker was predicted",
}
# Characters shown of the text around a quote, and of the quote itself.
CONTEXT_LENGTH, MAX_LENGTH = 45, 170
EXAMPLES = 10
# Line breaks become pilcrows, so that a text fits into a table cell.
_ON_ONE_LINE = partial(re.compile(r"\s*\n\s*").sub, " ¶ ")


@dataclass(frozen=True)
class QuoteOutcome:
    """An annotated quote and the predicted one that matches it (IoU of at least 0.5), or one of them alone."""

    article_id: str
    gold: QuoteSpans | None  # None for a false quote
    predicted: QuoteSpans | None  # None for a missed one
    gold_parts: Parts  # the normalised contents; empty for None
    predicted_parts: Parts

    @property
    def matched(self) -> bool:
        """True if the quote is both annotated and predicted."""
        return self.gold is not None and self.predicted is not None

    @property
    def exact(self) -> bool:
        """True if all parts of the contents are equal."""
        return self.matched and self.gold_parts == self.predicted_parts


def list_outcomes(texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle) -> list[QuoteOutcome]:
    """Pair the quotes of each annotated article, in order of article and text; those without letters are left out."""
    out = []
    for article_id in sorted(set(gold) & set(texts)):
        text = ComparableText(texts[article_id])
        wanted, candidates = (
            [(quote, parts) for quote in quotes if (parts := text.normalise(quote.content))]
            for quotes in (gold[article_id], predicted.get(article_id, []))
        )
        matched = dict(match_contents(text, [parts for _, parts in wanted], [parts for _, parts in candidates]))
        rows = []
        for k, (quote, parts) in enumerate(wanted):
            partner, partner_parts = candidates[matched[k]] if k in matched else (None, ())
            rows.append(QuoteOutcome(article_id, quote, partner, parts, partner_parts))
        false = (pair for k, pair in enumerate(candidates) if k not in set(matched.values()))
        rows += [QuoteOutcome(article_id, None, quote, (), parts) for quote, parts in false]
        out += sorted(rows, key=lambda row: row.gold_parts or row.predicted_parts)
    return out


class ErrorExample(NamedTuple):
    """One error, as the report shows it; a missed or false quote is marked by ⟦ ⟧ among the words around it."""

    kind: str
    cause: str
    article_id: str
    gold: str
    predicted: str


def classify_errors(
    texts: Mapping[str, str], outcomes: Sequence[QuoteOutcome]
) -> tuple[dict[str, dict[str, int]], list[ErrorExample]]:
    """Count the errors by kind and cause, for all `CAUSES`, with an example of each of the `EXAMPLES` most frequent."""
    examples: dict[tuple[str, str], list[ErrorExample]] = {cause: [] for cause in CAUSES}
    for article_id, group in groupby(outcomes, key=lambda row: row.article_id):
        text, same_article = ComparableText(texts[article_id]), list(group)
        for row in same_article:
            for kind, cause in _causes(text, row, same_article):
                examples[kind, cause].append(ErrorExample(kind, cause, article_id, *_show(text, row, kind)))
    counts: dict[str, dict[str, int]] = {}
    for (kind, cause), rows in examples.items():
        counts.setdefault(kind, {})[cause] = len(rows)
    frequent = sorted(examples.values(), key=len, reverse=True)[:EXAMPLES]
    return counts, [example for rows in frequent for example in rows[:1]]


def shorten_content(text: ComparableText, parts: Sequence[Span]) -> str:
    """Return a content on one line, cut in the middle if it is long, because errors are at its ends."""
    joined = _ON_ONE_LINE(" … ".join(text.text[start:end] for start, end in parts))
    return joined if len(joined) <= MAX_LENGTH else f"{joined[: MAX_LENGTH * 2 // 3]} […] {joined[-MAX_LENGTH // 3 :]}"


def _causes(text: ComparableText, row: QuoteOutcome, same_article: Sequence[QuoteOutcome]) -> list[tuple[str, str]]:
    """Return kind and cause of each error of a quote; a matched quote can err in its bounds and in its speaker."""
    if row.gold is None:
        if any(text.count_shared(row.predicted_parts, other.gold_parts) for other in same_article):
            return [("false", "wrong bounds")]
        return [("false", "no marks" if row.predicted and row.predicted.type == "indirect" else "in quotation marks")]
    if row.predicted is None:
        return [("missed", _cause_of_missed(text, row, row.gold, same_article))]
    causes = [] if row.exact else [("bounds", _cause_of_wrong_bounds(row))]
    (speaker, source), (found, where) = ((quote.speaker, quote.source) for quote in (row.gold, row.predicted))
    if speaker and not found:
        causes.append(("speaker", "nobody"))
    elif speaker and found and not same_name(speaker, found):
        has_source = source is not None and where is not None and covers_head(text, source, where)
        causes.append(("speaker", "name wrong" if has_source else "source wrong"))
    return causes


def _cause_of_missed(
    text: ComparableText, row: QuoteOutcome, gold: QuoteSpans, same_article: Sequence[QuoteOutcome]
) -> str:
    predicted: list[Parts] = [other.predicted_parts for other in same_article]
    nearest = max(predicted, key=lambda parts: text.count_shared(row.gold_parts, parts), default=())
    shared = text.count_shared(row.gold_parts, nearest)
    if shared:
        return "in a longer quote" if 2 * shared >= text.count_letters(row.gold_parts) else "a piece alone"
    if gold.cue is None:
        return "no cue there"
    cue = text.normalise([gold.cue])
    cues = [text.normalise([other.predicted.cue]) for other in same_article if other.predicted and other.predicted.cue]
    return "cue found" if any(text.count_shared(cue, other) for other in cues) else "cue not found"


def _cause_of_wrong_bounds(row: QuoteOutcome) -> str:
    gold, predicted = row.gold_parts, row.predicted_parts
    if predicted[0][0] != gold[0][0]:
        return "begins early" if predicted[0][0] < gold[0][0] else "begins late"
    if predicted[-1][1] != gold[-1][1]:
        return "ends early" if predicted[-1][1] < gold[-1][1] else "ends late"
    return "other parts"


def _show(text: ComparableText, row: QuoteOutcome, kind: str) -> tuple[str, str]:
    """Return what the report shows of the annotated and of the predicted quote."""
    if kind == "speaker" and row.gold and row.predicted:
        return row.gold.speaker or "–", row.predicted.speaker or "–"
    show = shorten_content if kind == "bounds" else _show_in_context
    gold, predicted = (show(text, parts) if parts else "" for parts in (row.gold_parts, row.predicted_parts))
    return gold, predicted


def _show_in_context(text: ComparableText, parts: Sequence[Span]) -> str:
    start, end = parts[0][0], parts[-1][1]
    before, after = text.text[max(0, start - CONTEXT_LENGTH) : start], text.text[end : end + CONTEXT_LENGTH]
    if start > CONTEXT_LENGTH:
        before = "…" + before.partition(" ")[2]
    if end + CONTEXT_LENGTH < len(text.text):
        after = after.rpartition(" ")[0] + "…"
    return f"{_ON_ONE_LINE(before)}⟦{shorten_content(text, parts)}⟧{_ON_ONE_LINE(after)}"


# A baseline is scored only on what it predicts: the rules alone have no resolved speaker, marks neither cue nor source.
BASELINE_METRICS = {"rules": METRICS[:-1], "marks": METRICS[:4]}
# Row of false quotes and column of missed ones in the table of confused types.
NO_GOLD, MISSED = "nothing", "missed"
# The baseline of quotation marks leaves out single ones, because an apostrophe looks like one, and short contents,
# which are mostly titles, and words that the writer distances himself from.
_PAIRS = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("„", "”"))
_BETWEEN = re.compile("|".join(f"{a}[^{a}{b}\n]+{b}" for a, b in _PAIRS))
MIN_WORDS = 3


def measure_extraction(
    root: Path, texts: Mapping[str, str], gold: QuotesByArticle, rows: Iterable[Row], double: DoubleAnnotation
) -> tuple[dict[str, Any], list[ErrorExample]]:
    """Compute all figures about extraction, and return an example of each cause of errors."""
    predicted = predicted_by_article(rows, texts)
    outcomes = list_outcomes(texts, gold, predicted)
    metrics = score_extraction(texts, gold, predicted, outcomes)
    annotated_twice = {i: quotes for i, quotes in gold.items() if i in double.first or i in double.second}
    metrics["annotated_twice"] = score_metrics(texts, annotated_twice, predicted, ["content_match"])
    by_rules = (row for row in tables.iterate_rows(root / paths.RULED) if row["rule"] != ANNOUNCED)
    baselines: dict[str, QuotesByArticle] = {
        "rules": predicted_by_article(by_rules, texts),
        "marks": {article_id: quotes_between_marks(text) for article_id, text in texts.items()},
    }
    metrics["baselines"] = {
        name: score_metrics(texts, gold, baselines[name], scored) for name, scored in BASELINE_METRICS.items()
    }
    metrics["causes"], examples = classify_errors(texts, outcomes)
    return metrics, examples


def score_extraction(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, outcomes: Sequence[QuoteOutcome]
) -> dict[str, Any]:
    """Compute all scores of extraction: those of `score_metrics`, recall by type, and confused types."""
    recalls = {}
    for quote_type in QUOTE_TYPES:
        of_type = [row for row in outcomes if row.gold and row.gold.type == quote_type]
        found = {"content_exact": sum(r.exact for r in of_type), "content_match": sum(r.matched for r in of_type)}
        shares = {name: round(number / max(len(of_type), 1), 4) for name, number in found.items()}
        recalls[quote_type] = {"quotes": len(of_type), **shares}
    scores = score_metrics(texts, gold, predicted, METRICS)
    return {**scores, "recall_by_type": recalls, "types": count_types(outcomes)}


def score_metrics(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, metrics: Collection[str]
) -> dict[str, Any]:
    """Compute some of `METRICS` over the articles of `gold` that have a text; `on` tells how many quotes these are."""
    ids = sorted(set(gold) & set(texts))
    tallies = [tally_quotes(texts[i], gold[i], predicted.get(i, [])) for i in ids]
    scores = {name: score_with_interval([tally[name] for tally in tallies]) for name in metrics}
    return {"on": {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}, **scores}


def count_types(outcomes: Sequence[QuoteOutcome]) -> dict[str, dict[str, int]]:
    """Count quotes by annotated type (`nothing` for false quotes) and predicted type (`missed` for missed ones)."""
    types = {gold: dict.fromkeys((*QUOTE_TYPES, MISSED), 0) for gold in (*QUOTE_TYPES, NO_GOLD)}
    del types[NO_GOLD][MISSED]
    for row in outcomes:
        types[row.gold.type if row.gold else NO_GOLD][row.predicted.type if row.predicted else MISSED] += 1
    return types


def quotes_between_marks(text: str) -> list[QuoteSpans]:
    """Return the contents between double quotation marks of one paragraph that have three words or more."""
    matches = [match for match in _BETWEEN.finditer(text) if len(match.group().split()) >= MIN_WORDS]
    return [QuoteSpans([match.span()], type="direct") for match in matches]
