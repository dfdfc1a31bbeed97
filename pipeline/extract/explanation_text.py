"""Explanations as lines of text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.quote import Quote
from pipeline.extract.explanation import ArticleExplanation, FeatureContribution, QuoteExplanation, ScoredCandidate

_MAX_LENGTH = 90
_MAX_CONTRIBUTIONS = 4


def explanation_lines(text: str, quotes: list[Quote], explanation: ArticleExplanation) -> Iterator[str]:
    """Yield lines for each quote, then two for each sentence without any."""
    for quote, of_quote in zip(quotes, explanation.quotes, strict=True):
        yield from _quote_lines(text, quote, of_quote)
        yield ""
    if explanation.unquoted:
        yield "Sentences without a quote:"
    for unquoted in explanation.unquoted:
        start, end = unquoted.sentence
        yield f"  {start:>6}  {shorten(text[start:end])}"
        yield f"          {unquoted.reason}: {unquoted.why}"


def shorten(text: str, length: int = _MAX_LENGTH) -> str:
    """Return a text as one line, cut where it is longer."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def _quote_lines(text: str, quote: Quote, explanation: QuoteExplanation) -> Iterator[str]:
    yield f"{quote.content[0][0]:>6}  {shorten(quote.quoted)}"
    rule = f"the rule {explanation.rule}"
    if explanation.extractor == "learned":
        yield f"  found by   learned{f', and {rule}' if explanation.rule else ''}"
    else:
        yield f"  found by   {rule}"
    if explanation.scores:
        yield f"  scores     {_scores(explanation.scores)}"
    for note in explanation.notes:
        yield f"             {note}"
    yield from _contribution_lines("  cue        ", explanation.cue_contributions)
    yield from _contribution_lines("  decided    ", explanation.score_contributions)
    yield from _rejected_lines(text, explanation.rejected)
    yield f"  speaker    {_speaker(quote)}"


def _scores(scores: dict) -> str:
    values = {name: value if isinstance(value, list) else [value] for name, value in scores.items()}
    known = ", ".join(
        f"{name} {' and '.join(f'{value:.2f}' for value in of_name)}"
        for name, of_name in values.items()
        if name not in ("score", "least") and None not in of_name
    )
    return f"{known}; chosen by {scores['score']:.2f}, least {scores['least']:.2f}"


def _contribution_lines(head: str, contributions: list[FeatureContribution]) -> Iterator[str]:
    for one in contributions[:_MAX_CONTRIBUTIONS]:
        yield f"{head}{one.contribution:+.2f}  {one.feature}: {one.value}"
        head = " " * len(head)


def _rejected_lines(text: str, rejected: list[ScoredCandidate]) -> Iterator[str]:
    head = "  lost       "
    for candidate in rejected:
        score = "" if candidate.score is None else f"{candidate.score:.2f}  "
        words = " … ".join(text[start:end] for start, end in candidate.content)
        yield f"{head}{score}{shorten(words)} ({candidate.rule}: {candidate.rejected_because})"
        head = " " * len(head)


def _speaker(quote: Quote) -> str:
    steps = [f"{step.rule}{f' “{words}”' if (words := quote.words(step.span)) else ''}" for step in quote.steps]
    how = " → ".join(steps) or quote.resolved_by
    return f"{quote.speaker or 'nobody'} ({how}; certainty {quote.certainty:.2f})"
