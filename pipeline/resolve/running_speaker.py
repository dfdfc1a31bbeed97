"""Rules for quotes without a source mention: the subject of the reporting verb, or the running speaker."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.source_mention import Resolution, resolution_to
from pipeline.resolve.speaker_rules import speaker_rule

# A floating quote continues a speaker at most this many paragraphs back.
_MAX_PARAGRAPHS_BACK = 2
_MIN_SHARED_WORDS = 0.5


@speaker_rule("own_subject", order=10, kind="nobody", example="It was reported that it rained.", takes="quote")
def reject_cue_without_subject(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a reporting verb whose subject was not found to nobody."""
    return Resolution(None) if quote.cue is not None else None


@speaker_rule(
    "running_speaker",
    order=20,
    kind="no source",
    example="Korvath said it rained. “It has been wet all week.”",
    takes="quote",
)
def resolve_running_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote without a reporting verb to who spoke last, in its paragraph or the two before."""
    start = quote.content[0][0]
    before = (pair for pair in reversed(article.resolved_quotes) if pair[0].content[0][0] < start)
    if (last := next(before, None)) is None:
        return None
    back = article.paragraph_number(start) - article.paragraph_number(last[0].content[-1][1] - 1)
    return resolution_to(last[1]) if back <= _MAX_PARAGRAPHS_BACK else None


@speaker_rule(
    "headline_speaker",
    order=10,
    kind="no source",
    example="“Never again” The mayor said it should “never again” rain.",
    takes="headline",
)
def resolve_headline_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote of the headline to the speaker of a quote of the text that has half of its words or more."""
    words = set(normalise(quote.quoted).split())
    if article.paragraph_number(quote.content[0][0]) > 0 or not words:
        return None

    def share(other: Quote) -> float:
        return len(words & set(normalise(other.quoted).split())) / len(words)

    resolved = [other for other in article.quotes if other is not quote and other.speaker is not None]
    best = max(resolved, key=share, default=None)
    return Resolution(best.speaker, best.kind) if best is not None and share(best) >= _MIN_SHARED_WORDS else None
