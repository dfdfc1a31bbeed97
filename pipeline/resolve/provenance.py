"""Provenance of a speaker: the steps from the source mention to the name, as data."""

from __future__ import annotations

from pipeline.core.quote import Quote, ResolutionStep
from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext


def resolution_steps(article: ArticleContext, quote: Quote, is_name: bool) -> list[ResolutionStep]:
    """Return the steps that lead from a quote's source mention to its speaker.

    They are the rule; unless the source mention itself is a form of the name (`is_name`), the earlier mention that it
    refers to (`named`); where the article has a fuller form of the name, that (`fullest`); the row of the gazetteer, if
    there is one (`gazetteer`). A quote without a speaker has the first step only.
    """
    steps = [ResolutionStep(quote.resolved_by, quote.source, quote.speaker)]
    if quote.speaker is None:
        return steps
    offset = quote.source[0] if quote.source else quote.content[0][0]
    if not is_name and (span := _last_mention(article, quote.speaker, offset)) is not None and span != quote.source:
        steps.append(ResolutionStep("named", span, quote.speaker))
    fullest = _exact_mention(article, quote.speaker)
    if fullest is not None and all(fullest != step.span for step in steps):
        steps.append(ResolutionStep("fullest", fullest, quote.speaker))
    if article.gazetteer.find(quote.speaker) is not None:
        steps.append(ResolutionStep("gazetteer", None, quote.speaker))
    return steps


def _last_mention(article: ArticleContext, speaker: str, offset: int) -> Span | None:
    """Return the last mention of a speaker before an offset: by name, or as the source of an earlier quote."""
    names = [(m.start, m.end) for e in article.entities if e.name == speaker for m in e.mentions if m.start < offset]
    sources = [
        earlier.source
        for earlier, candidate in article.resolved_quotes
        if candidate.speaker == speaker and earlier.source and earlier.source[0] < offset
    ]
    return max([*names, *sources], default=None)


def _exact_mention(article: ArticleContext, speaker: str) -> Span | None:
    """Return the first mention that is written exactly as the speaker's name."""
    return next(((m.start, m.end) for e in article.entities for m in e.mentions if m.name == speaker), None)
