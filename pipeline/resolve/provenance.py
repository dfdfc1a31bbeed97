"""How a speaker was found, as data: the rule on the mention, the name it led to, the row of the gazetteer."""

from __future__ import annotations

from pipeline.core.quote import Quote, ResolutionStep
from pipeline.core.text import Span
from pipeline.resolve.article_context import Article


def steps_of(article: Article, quote: Quote, naming: bool) -> list[ResolutionStep]:
    """The chain from a quote's mention to its speaker.

    Parameters
    ----------
    article : Article
        With the quotes resolved so far.
    quote : Quote
        Its `speaker`, `resolved_by` and `source` are read.
    naming : bool
        True where the mention is itself a form of the name.

    Returns
    -------
    list of Step
        The rule; unless the mention is the name, the mention it goes back to (`named`); where the article has a fuller
        form of the name, that (`fullest`); the gazetteer's row, if it has one (`gazetteer`). One step for nobody.
    """
    found = [ResolutionStep(quote.resolved_by, quote.source, quote.speaker)]
    if quote.speaker is None:
        return found
    at = quote.source[0] if quote.source else quote.content[0][0]
    if not naming and (span := _named(article, quote.speaker, at)) is not None and span != quote.source:
        found.append(ResolutionStep("named", span, quote.speaker))
    fullest = _fullest(article, quote.speaker)
    if fullest is not None and all(fullest != step.span for step in found):
        found.append(ResolutionStep("fullest", fullest, quote.speaker))
    if article.gazetteer.find(quote.speaker) is not None:
        found.append(ResolutionStep("gazetteer", None, quote.speaker))
    return found


def _named(article: Article, speaker: str, offset: int) -> Span | None:
    """The last mention by name before an offset, or the source of the last quote of the same speaker."""
    runs = [(r.start, r.end) for e in article.entities if e.name == speaker for r in e.runs if r.start < offset]
    said = [q.source for q, trace in article.spoken if trace.speaker == speaker and q.source and q.source[0] < offset]
    return max([*runs, *said], default=None)


def _fullest(article: Article, speaker: str) -> Span | None:
    """Where the article gives the name that was taken for the speaker's."""
    return next(((r.start, r.end) for e in article.entities for r in e.runs if r.name == speaker), None)
