"""Rules for a definite noun that was used before: `the official` after `a senior official`, `the union`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.antecedents import find_antecedent
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import name_key, normalise
from pipeline.resolve.source_mention import (
    AntecedentCandidate,
    Resolution,
    SourceMention,
    is_indefinite,
    is_plural,
    noun_phrase_text,
    resolution_to,
)
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

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


@speaker_rule("same_noun", order=360, kind="description", example="The Bakers' Union met. The union said it rained.")
def resolve_repeated_noun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the union` or `that person` to a speaker or organisation mentioned before with the same head noun."""
    vocabulary = article.vocabulary
    if source.head is None or not _repeats_noun(source):
        return None
    noun = vocabulary.base_role(source.head.lemma_.lower())
    if _earlier_quote(article, source) is not None:
        return resolution_to(_earlier_speaker(article, source))
    words = {normalise(t.text) for t in source.core if t.is_alpha and not t.is_stop} - {normalise(source.head.text)}
    if (organisation := _organisation_with_noun(article, source.head, noun, words)) is not None:
        return organisation
    for candidate in reversed(article.candidates):
        is_unnamed = candidate.kind == "anonymous" and candidate.offset < source.start
        if is_unnamed and _is_same_role(_head_of_phrase(candidate.speaker, vocabulary), source.head, vocabulary):
            return resolution_to(candidate)
    if noun in vocabulary.generic and not source.normalised.startswith(tuple(vocabulary.definite_plural)):
        return _organisation_before(article, source, noun, has_words=bool(words))
    return _first_mention(article, source)


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
        is_same = has_head(article, earlier, noun, is_plural(source.head)) and _same_gender(article, earlier, source)
        if is_same and _has_names(source, earlier, speaker.speaker):
            return earlier, speaker
    return None


def _same_gender(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return False where the heads of two mentions differ in gender: `the chairman`, `the chairwoman`."""
    earlier = article.source_mention(quote.source) if quote.source else source
    heads = [mention.head.lower_ for mention in (earlier, source) if mention.head is not None]
    return _agree_in_gender(heads, article.vocabulary)


def _agree_in_gender(words: Iterable[str], vocabulary: Vocabulary) -> bool:
    return len({vocabulary.gender_of_word(word) for word in words} - {""}) < 2


def _is_same_role(word: str, head: Token, vocabulary: Vocabulary) -> bool:
    """Return True for one role noun in two numbers or genders, unless both tell the gender and differ."""
    is_same = vocabulary.base_role(word) == vocabulary.base_role(head.lemma_.lower())
    return is_same and _agree_in_gender((word, head.lower_), vocabulary)


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


def _has_names(source: SourceMention, earlier: Quote, speaker: str) -> bool:
    """Return True when an earlier mention or its speaker has the names of a mention: no other campaign's for Renn's."""
    names = {normalise(t.text) for t in source.core[1:] if t.text[0].isupper()}
    words = {*normalise(earlier.words(earlier.source) or "").split(), *normalise(speaker).split()}
    return names <= words


def same_qualifiers(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return True unless just one of two mentions is of a former, deputy or later office holder."""
    earlier = article.source_mention(quote.source) if quote.source else source
    one, other = (article.vocabulary.qualifiers_of(t.lower_ for t in mention.core) for mention in (earlier, source))
    return one == other


def _organisation_with_noun(article: ArticleContext, head: Token, noun: str, words: set[str]) -> Resolution | None:
    """Return the organisation whose name ends with a noun, or that is introduced with it and the words beside it."""
    vocabulary = article.vocabulary
    if head.lemma_.lower() in vocabulary.roles:
        return None
    last_word, word_keys = name_key(head.text), {name_key(word) for word in words}
    for entity in article.entities:
        if normalise(head.text) in vocabulary.body and not word_keys <= set(entity.words):
            continue
        if entity.kind != "organisation":
            continue
        is_introduced = any(role.head == noun and words <= role.words for role in entity.roles)
        if entity.words[-1:] == (last_word,) or is_introduced:
            return Resolution(entity.name, entity.kind)
    return None


def _organisation_before(
    article: ArticleContext, source: SourceMention, noun: str, has_words: bool
) -> Resolution | None:
    """Return the organisation that a generic noun (`the company`) refers to.

    A noun with words of its own (`the rights group`) refers to who spoke last, or to nobody known.
    """
    candidates = article.candidates
    if has_words:
        candidates = [c for c in candidates if c.is_source and c.offset < source.start][-1:]
    fitting = [c for c in candidates if c.kind == "organisation" and _may_be_called(article, c.speaker, noun)]
    return resolution_to(find_antecedent(article, source.start, lambda c: c in fitting))


def _may_be_called(article: ArticleContext, name: str, noun: str) -> bool:
    """Return True for a name that a generic noun may mean: no university is `the paper`, no ministry `the company`."""
    vocabulary, words = article.vocabulary, normalise(name).split()
    has_of = any(word in vocabulary.of for word in words)
    head = words[0] if has_of else words[-1] if words else ""
    is_other_kind = head in vocabulary.institution or head in vocabulary.body
    return name[:1].isupper() and (noun in words or not is_other_kind)


def _first_mention(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Return `a person familiar with the talks` for "that person", who has not spoken yet."""
    head, vocabulary = source.head, article.vocabulary
    if head is None or len(source.tokens) > 2 or head.tag_ != "NN":
        return None
    is_definite = source.normalised.startswith(tuple(f"{word} " for word in vocabulary.definite))
    if not is_definite or not vocabulary.is_person_noun(head.lemma_.lower()):
        return None
    for token in reversed(article.doc[: source.tokens[0].i]):
        is_same = token.lower_ == head.lower_ and token.tag_ == "NN"
        if is_same and any(t.lower_ in vocabulary.indefinite for t in token.lefts):
            return Resolution(noun_phrase_text(token, vocabulary), "anonymous")
    return None


def _head_of_phrase(phrase: str, vocabulary: Vocabulary) -> str:
    """Return the head of an unnamed speaker's phrase: the word before the first preposition or comma."""
    behind = word_pattern(vocabulary.after_unnamed)
    words = normalise(re.split(rf",|\b(?:{behind})\b", phrase, maxsplit=1)[0]).split()
    return words[-1] if words else ""
