"""Rules for a definite noun that was used before: `the official` after `a senior official`, `the union`."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.source_mention import (
    AntecedentCandidate,
    Resolution,
    SourceMention,
    is_indefinite,
    is_plural,
    resolution_to,
)
from pipeline.resolve.speaker_rules import speaker_rule

_MAX_CORE_TOKENS = 3
# Kinds of speakers that have no name, although their phrase may begin with one (`Kestrian officials`).
_UNNAMED_KINDS = ("anonymous", "group")


@speaker_rule(
    "same_phrase", order=350, kind="description", example="A senior official left. The official said it rained."
)
def resolve_repeated_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the official` to `a senior official`, who spoke before: an unnamed speaker with the same head noun."""
    speaker = _earlier_speaker(article, source)
    if speaker is None or (speaker.speaker[:1].isupper() and speaker.kind not in _UNNAMED_KINDS):
        return None
    return resolution_to(speaker)


def _repeats_noun(source: SourceMention) -> bool:
    """Return True for a short definite phrase: `the union`, `that person`."""
    if source.head is None or is_indefinite(source) or len(source.core) > _MAX_CORE_TOKENS:
        return False
    return source.tokens[0].lower_ in source.vocabulary.definite_repeated


def _earlier_quote(article: ArticleContext, source: SourceMention) -> tuple[Quote, AntecedentCandidate] | None:
    """Return the last quote before, and its speaker, whose source mention has the same head noun and these names."""
    if source.head is None:
        return None
    noun = article.vocabulary.base_role(source.head.lemma_.lower())
    for earlier, speaker in reversed(article.resolved_quotes):
        is_same = has_head(article, earlier, noun, is_plural(source.head))
        if is_same and _has_names(source, earlier, speaker.speaker):
            return earlier, speaker
    return None


def _earlier_speaker(article: ArticleContext, source: SourceMention) -> AntecedentCandidate | None:
    """Return the speaker of the last quote with the same head noun; None if just one is former, deputy or the like."""
    found = _earlier_quote(article, source) if _repeats_noun(source) else None
    return found[1] if found is not None and same_qualifiers(article, found[0], source) else None


def has_head(article: ArticleContext, quote: Quote, noun: str, plural: bool) -> bool:
    """Return True when the source mention of an earlier quote has a noun as its head, in the same number."""
    if quote.source is None:
        return False
    head = article.source_mention(quote.source).head
    is_same = head is not None and article.vocabulary.base_role(head.lemma_.lower()) == noun
    return is_same and is_plural(head) == plural


def same_qualifiers(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return True unless just one of two mentions is of a former, deputy or later office holder."""
    earlier = article.source_mention(quote.source) if quote.source else source
    one, other = (article.vocabulary.qualifiers_of(t.lower_ for t in mention.core) for mention in (earlier, source))
    return one == other


def _has_names(source: SourceMention, earlier: Quote, speaker: str) -> bool:
    """Return True when an earlier mention or its speaker has the names of a mention: no other campaign's for Renn's."""
    names = {normalise(t.text) for t in source.core[1:] if t.text[0].isupper()}
    words = {*normalise(earlier.words(earlier.source) or "").split(), *normalise(speaker).split()}
    return names <= words
