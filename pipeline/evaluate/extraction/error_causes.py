"""Why a quote was not found as it was annotated: worked errors of extraction, sorted by cause."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.core.text import Span
from pipeline.evaluate.extraction.outcomes import QuoteOutcome
from pipeline.evaluate.span_scores import ComparableText, QuoteSpans

# Kind of error and cause, with what it says; in the order of the report.
CAUSES = {
    ("missed", "in a longer quote"): "a found quote holds it, and more",
    ("missed", "a piece alone"): "a found quote is less than half of it",
    ("missed", "cue found"): "nothing of it, though its cue was found for another quote",
    ("missed", "cue not found"): "neither it nor its cue",
    ("missed", "no cue there"): "it stands without a reporting word",
    ("false", "wrong bounds"): "it shares words with an annotated quote, but too few",
    ("false", "in quotation marks"): "words in marks that are no quote",
    ("false", "no marks"): "words without marks that are no quote",
    ("bounds", "other parts"): "pieces in between are lost or added",
    ("bounds", "begins early"): "words before it",
    ("bounds", "begins late"): "its first words are missing",
    ("bounds", "ends early"): "its last words are missing",
    ("bounds", "ends late"): "words behind it",
    ("speaker", "source wrong"): "another mention was taken for the source",
    ("speaker", "name wrong"): "the source is right, the name is not",
    ("speaker", "nobody"): "no name was given",
}
AROUND, LONGEST = 45, 170
_BREAK = re.compile(r"\s*\n\s*")
ErrorExample = tuple[str, str, str, str, str]


def classify_errors(
    texts: Mapping[str, str], judged: Sequence[QuoteOutcome], n: int
) -> tuple[dict[str, dict[str, int]], list[ErrorExample]]:
    """Numbers of errors by kind and cause, and the first `n` of each cause.

    Returns
    -------
    counts : dict
        By kind and cause, those of `CAUSES` in its order, none left out.
    rows : list of (kind, cause, article, annotated, found)
        A missed or false quote with the words around it, itself in ⟦ ⟧.
    """
    docs = {article: ComparableText(texts[article]) for article in {row.article for row in judged}}
    by_article: dict[str, list[QuoteOutcome]] = {}
    for row in judged:
        by_article.setdefault(row.article, []).append(row)
    found: dict[tuple[str, str], list[ErrorExample]] = {cause: [] for cause in CAUSES}
    for row in judged:
        doc = docs[row.article]
        for kind, cause in _causes(doc, row, by_article[row.article]):
            found[kind, cause].append((kind, cause, row.article, *_shown(doc, row, kind)))
    counts: dict[str, dict[str, int]] = {}
    for (kind, cause), rows in found.items():
        counts.setdefault(kind, {})[cause] = len(rows)
    return counts, [row for rows in found.values() for row in rows[:n]]


def _causes(doc: ComparableText, row: QuoteOutcome, others: Sequence[QuoteOutcome]) -> list[tuple[str, str]]:
    """An error has one cause, but a matched quote may err in its bounds and in its speaker."""
    if row.gold is None:
        return [("false", _false(doc, row, others))]
    if row.found is None:
        return [("missed", _missed(doc, row, row.gold, others))]
    causes = [] if row.exact else [("bounds", _bounds(row))]
    if row.gold.speaker and not row.speaker_right:
        wrong = "nobody" if not row.found.speaker else "name wrong" if row.source_right(doc) else "source wrong"
        causes.append(("speaker", wrong))
    return causes


def _missed(doc: ComparableText, row: QuoteOutcome, gold: QuoteSpans, others: Sequence[QuoteOutcome]) -> str:
    best = max((other.found_parts for other in others), key=lambda p: doc.common(row.gold_parts, p), default=())
    common = doc.common(row.gold_parts, best)
    if common:
        return "in a longer quote" if 2 * common >= doc.size(row.gold_parts) else "a piece alone"
    if gold.cue is None:
        return "no cue there"
    cue = doc.normal([gold.cue])
    cues = [doc.normal([other.found.cue]) for other in others if other.found and other.found.cue]
    return "cue found" if any(doc.common(cue, other) for other in cues) else "cue not found"


def _false(doc: ComparableText, row: QuoteOutcome, others: Sequence[QuoteOutcome]) -> str:
    if any(doc.common(row.found_parts, other.gold_parts) for other in others):
        return "wrong bounds"
    return "no marks" if row.found and row.found.type == "indirect" else "in quotation marks"


def _bounds(row: QuoteOutcome) -> str:
    (start, end), (given_start, given_end) = _hull(row.gold_parts), _hull(row.found_parts)
    if given_start != start:
        return "begins early" if given_start < start else "begins late"
    if given_end != end:
        return "ends early" if given_end < end else "ends late"
    return "other parts"


def _hull(parts: Sequence[Span]) -> Span:
    return parts[0][0], parts[-1][1]


def _shown(doc: ComparableText, row: QuoteOutcome, kind: str) -> tuple[str, str]:
    if kind == "speaker":
        return tuple(str(quote.speaker or "–") for quote in (row.gold, row.found) if quote)  # type: ignore[return-value]
    if kind == "bounds":
        return shorten_content(doc, row.gold_parts), shorten_content(doc, row.found_parts)
    gold, found = (_within(doc, parts) if parts else "" for parts in (row.gold_parts, row.found_parts))
    return gold, found


def shorten_content(doc: ComparableText, parts: Sequence[Span]) -> str:
    """A content on one line, cut in its middle where it is long: both ends are where errors stand."""
    joined = join_lines(" … ".join(doc.text[start:end] for start, end in parts))
    return joined if len(joined) <= LONGEST else f"{joined[: LONGEST * 2 // 3]} […] {joined[-LONGEST // 3 :]}"


def _within(doc: ComparableText, parts: Sequence[Span]) -> str:
    start, end = _hull(parts)
    before, after = doc.text[max(0, start - AROUND) : start], doc.text[end : end + AROUND]
    if start > AROUND:
        before = "…" + before.partition(" ")[2]
    if end + AROUND < len(doc.text):
        after = after.rpartition(" ")[0] + "…"
    return f"{join_lines(before)}⟦{shorten_content(doc, parts)}⟧{join_lines(after)}"


def join_lines(text: str) -> str:
    """Line breaks as pilcrows, so that a table can hold the text."""
    return _BREAK.sub(" ¶ ", text)
