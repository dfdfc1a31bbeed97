"""Words near a pronoun whose names it cannot refer to: what the same person says, and what stands before his verb."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS
from pipeline.resolve.vocabulary import word_pattern

_MAX_ADJUNCT = 40  # tokens


def spans_of_others(article: ArticleContext, offset: int) -> list[Span]:
    """Return the spans before a pronoun in which everybody named is somebody else.

    The source of a quote is nobody who is named in its content only ("I appeal to Korvath," he said), and the subject
    of a clause nobody who is named in an adjunct before it (speaking to Korvath, he said). He may be somebody whose
    name is a possessive there (after the death of Korvath's wife, he said).
    """
    pronoun = article.tokens.get(offset)
    if pronoun is None or pronoun.tag_ == "PRP$":
        return []
    spans = list(article.contents_by_source.get(offset, ()))
    if pronoun.dep_ in SUBJECT_RELATIONS:
        starts = [part.left_edge.idx for part in _adjuncts_before(article, pronoun)]
        if _opens_with_adjunct(article, pronoun):
            starts.append(pronoun.sent.start_char)
        for start in starts:
            spans += _without_possessives(article, (start, pronoun.idx))
    return spans


def _without_possessives(article: ArticleContext, span: Span) -> Iterator[Span]:
    """Yield the parts of a span between the names in it that are possessives (`Korvath's`)."""
    start, end = span
    endings = tuple(article.vocabulary.possessive_endings)
    for mention in article.mentions:
        if start <= mention.start < end and article.text.startswith(endings, mention.end):
            yield start, mention.start
            start = mention.end
    yield start, end


def _adjuncts_before(article: ArticleContext, subject: Token) -> Iterator[Token]:
    """Yield the heads of phrases and clauses without a subject that stand before the subject of their verb."""
    verb = subject.head
    for part in verb.lefts:
        if part.i >= subject.i:
            return
        has_subject = any(child.dep_ in SUBJECT_RELATIONS for child in part.children)
        is_adjunct = part.dep_ == "prep" or (part.dep_ == "advcl" and not has_subject and part.tag_ in ("VBG", "VBN"))
        if is_adjunct and not _opens_topic(article, part.left_edge.idx):
            yield part


def _opens_with_adjunct(article: ArticleContext, subject: Token) -> bool:
    """Return True where only such a phrase and a comma are before a subject, to whatever verb the parse adds it."""
    before = subject.doc[subject.sent.start : subject.i]
    if not 2 <= len(before) <= _MAX_ADJUNCT or before[-1].text != "," or before[0].tag_ not in ("VBG", "IN"):
        return False
    if _opens_topic(article, before[0].idx):
        return False
    return not any(token.dep_ in SUBJECT_RELATIONS for token in before)


def _opens_topic(article: ArticleContext, offset: int) -> bool:
    """Return True where a phrase such as `as for` begins, after which somebody may be named who is meant."""
    opener = re.compile(rf"(?:{word_pattern(article.vocabulary.topic_openers)})\b", re.IGNORECASE)
    return opener.match(article.text, offset) is not None
