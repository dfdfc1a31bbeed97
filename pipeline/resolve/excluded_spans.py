"""Words near a pronoun whose names it cannot refer to: what the same person says, and what stands before his verb."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS

_MAX_ADJUNCT = 40  # tokens


def spans_of_others(article: ArticleContext, offset: int) -> list[Span]:
    """Return the spans before a pronoun in which everybody named is somebody else.

    The source of a quote is nobody who is named in its content only ("I appeal to Korvath," he said), and the subject
    of a clause nobody who is named in an adjunct before it (speaking to Korvath, he said).
    """
    pronoun = article.tokens.get(offset)
    if pronoun is None or pronoun.tag_ == "PRP$":
        return []
    spans = list(article.contents_by_source.get(offset, ()))
    if pronoun.dep_ in SUBJECT_RELATIONS:
        spans += [(part.left_edge.idx, pronoun.idx) for part in _adjuncts_before(article, pronoun)]
        if _opens_with_adjunct(article, pronoun):
            spans.append((pronoun.sent.start_char, pronoun.idx))
    return spans


def _adjuncts_before(article: ArticleContext, subject: Token) -> Iterator[Token]:
    """Yield the heads of phrases and clauses without a subject that stand before the subject of their verb."""
    verb = subject.head
    for part in verb.lefts:
        if part.i >= subject.i:
            return
        has_subject = any(child.dep_ in SUBJECT_RELATIONS for child in part.children)
        is_adjunct = part.dep_ == "prep" or (part.dep_ == "advcl" and not has_subject and part.tag_ in ("VBG", "VBN"))
        if is_adjunct and part.lower_ not in article.vocabulary.source_prepositions:
            yield part


def _opens_with_adjunct(article: ArticleContext, subject: Token) -> bool:
    """Return True where only such a phrase and a comma are before a subject, to whatever verb the parse adds it."""
    before = subject.doc[subject.sent.start : subject.i]
    if not 2 <= len(before) <= _MAX_ADJUNCT or before[-1].text != "," or before[0].tag_ not in ("VBG", "IN"):
        return False
    if before[0].lower_ in article.vocabulary.source_prepositions:
        return False
    return not any(token.dep_ in SUBJECT_RELATIONS for token in before)
