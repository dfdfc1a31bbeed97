"""Extracted sources that are no whole noun phrase: who speaks is a part of them, or the subject of a verb nearby."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from spacy.tokens import Span as TokenSpan
from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.source_mention import noun_phrase_end, noun_phrase_start

_CLAUSES_OF_NOUNS = ("acl", "relcl")
_SHARED_SUBJECT = ("conj", "xcomp", "advcl")
_MAX_VERBS_UP = 3
_FINITE_TAGS = ("VBD", "VBZ", "VBP", "MD")


def find_speaking_phrase(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return who speaks by the parse where a source is no whole noun phrase, otherwise the source itself."""
    words = article.doc.char_span(*source, alignment_mode="expand")
    verb = article.doc.char_span(*cue, alignment_mode="expand") if cue is not None else None
    if words is None or verb is None or verb.root.pos_ != "VERB":
        return source
    return _issuer(article, words, verb.root) or source


def _issuer(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return who issued what says something: `the union` of "the union released a letter which said"."""
    noun = words.root
    if verb.head != noun or verb.dep_ not in _CLAUSES_OF_NOUNS or noun.pos_ != "NOUN" or _has_name(article, words):
        return None
    if article.vocabulary.is_person_noun(noun.lemma_.lower()):
        return None
    is_object = noun.dep_ == "dobj" or (noun.dep_ == "pobj" and verb.tag_ == "VBG")
    governor = noun.head.head if noun.dep_ == "pobj" else noun.head
    subject = next((s for up in _verbs_up(governor) for s in up.children if s.dep_ == "nsubj"), None)
    return _phrase(article, subject) if is_object and subject is not None else None


def _verbs_up(verb: Token) -> Iterator[Token]:
    """Yield a verb and those above it whose subject it may share."""
    chain = [verb]
    while verb.dep_ in _SHARED_SUBJECT and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head
        chain.append(verb)
    return islice((v for v in chain if v.pos_ in ("VERB", "AUX")), _MAX_VERBS_UP)


def _has_name(article: ArticleContext, words: TokenSpan) -> bool:
    return any(m.start < words.end_char and m.end > words.start_char for m in article.mentions)


def _phrase(article: ArticleContext, noun: Token) -> Span:
    """Return the name that a token belongs to, else the noun phrase around it."""
    name = next((m for m in article.mentions if m.start <= noun.idx < m.end), None)
    if name is not None:
        return (name.start, name.end)
    last = noun.doc[noun_phrase_end(noun, article.vocabulary) - 1]
    return (noun_phrase_start(noun).idx, last.idx + len(last))
