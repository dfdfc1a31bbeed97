"""Extracted sources that are no whole noun phrase: who speaks is a part of them, or the subject of a verb nearby."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from spacy.tokens import Span as TokenSpan
from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS
from pipeline.resolve.source_mention import noun_phrase_end, noun_phrase_start

_CLAUSES_OF_NOUNS = ("acl", "relcl")
_SHARED_SUBJECT = ("conj", "xcomp", "advcl")
_MAX_VERBS_UP = 3
_FINITE_TAGS = ("VBD", "VBZ", "VBP", "MD")
_NAMING = ("NOUN", "PROPN")
_IN_NOUN_PHRASE = (*_NAMING, "DET", "ADJ", "NUM", "PART")
_MAX_GAP = 15  # characters between a source and its verb
_BOUNDARIES = (",", "-", "–", "—", "”", '"', "''", "’")


def find_speaking_phrase(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return who speaks by the parse where a source is no whole noun phrase, otherwise the source itself."""
    words = article.doc.char_span(*source, alignment_mode="expand")
    verb = article.doc.char_span(*cue, alignment_mode="expand") if cue is not None else None
    if words is None or verb is None or verb.root.pos_ != "VERB":
        return source
    phrase = (
        _issuer(article, words, verb.root)
        or _nearer_subject(article, words, verb.root)
        or _second_subject(article, words, verb.root)
        or _behind_preposition(article, source, verb.root)
        or _name_behind_clause(article, words)
        or _without_clause_before(words, verb.root)
    )
    return phrase or source


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


def _nearer_subject(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return the subject beside the verb where the source is a phrase before it: `he` of "tanks and guns, he said"."""
    if words.end > verb.i or _has_name(article, words):
        return None
    relative = article.vocabulary.relative_pronouns
    subjects = [s for s in verb.children if s.dep_ == "nsubj" and s not in words and s.lower_ not in relative]
    for subject in subjects:
        first = noun_phrase_start(subject).i
        is_before = words.end < first <= subject.i == verb.i - 1
        is_inverted = first == verb.i + 1 and words.doc[words.end].text in _BOUNDARIES
        if is_inverted or (is_before and words.doc[first - 1].text in _BOUNDARIES):
            return _phrase(article, subject)
    return None


def _second_subject(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return the phrase beside the verb, not the name before it: "with his host, Anton Gavrel, the court said".

    A word for a person there says who the name is, unless the parse tells that the name belongs to what is before it.
    """
    doc, last = words.doc, verb.i
    while last > words.end and doc[last - 1].pos_ in ("AUX", "ADV"):
        last -= 1
    phrase = doc[words.end + 1 : last]
    if len(phrase) < 2 or doc[words.end].text != "," or phrase[0].lower_ not in article.vocabulary.definite_articles:
        return None
    of = article.vocabulary.of
    is_noun_phrase = all(token.pos_ in _IN_NOUN_PHRASE or token.lower_ in of for token in phrase)
    if phrase[-1].pos_ not in _NAMING or not is_noun_phrase:
        return None
    is_of_another = words.root.dep_ == "appos" and words.root.head.dep_ == "pobj"
    is_person = article.vocabulary.is_person_noun(phrase[-1].lemma_.lower())
    return (phrase.start_char, phrase.end_char) if is_of_another or not is_person else None


def _behind_preposition(article: ArticleContext, source: Span, verb: Token) -> Span | None:
    """Return the whole phrase whose last name alone is the source: `the envoy of Gavrel` for Gavrel."""
    name = next((m for m in article.mentions if m.start < source[1] and m.end > source[0]), None)
    first = article.tokens.get(min(source[0], name.start)) if name is not None else None
    if first is None or not source[1] < verb.idx <= source[1] + _MAX_GAP:
        return None
    start = first
    while (noun := _noun_before(article, start)) is not None:
        start = noun_phrase_start(noun)
    return (start.idx, source[1]) if start is not first else None


def _noun_before(article: ArticleContext, token: Token) -> Token | None:
    """Return the noun for a person or body before `of` or `for`, and an article, in front of a token."""
    before = token.doc[max(token.i - 3, 0) : token.i]
    while before and before[-1].pos_ == "DET":
        before = before[:-1]
    if len(before) < 2 or before[-1].lower_ not in article.vocabulary.office_prepositions:
        return None
    noun, vocabulary = before[-2], article.vocabulary
    is_speaker = vocabulary.is_person_noun(noun.lemma_.lower()) or normalise(noun.text) in vocabulary.body
    return noun if noun.pos_ in _NAMING and is_speaker else None


def _name_behind_clause(article: ArticleContext, words: TokenSpan) -> Span | None:
    """Return the name that a clause stands before: `Reyk` of "Speaking in Lorne - the old seat - Mr Reyk"."""
    if words.root.pos_ != "VERB":
        return None
    end = words.end_char
    name = next((m for m in article.mentions if m.end == end and m.start > words.start_char), None)
    first = article.tokens.get(name.start) if name is not None else None
    if name is None or first is None:
        return None
    before = first.nbor(-1 - len(name.titles_before))
    return (name.start, name.end) if before.text in _BOUNDARIES else None


def _without_clause_before(words: TokenSpan, verb: Token) -> Span | None:
    """Return the subject alone where a whole clause stands before it: `the police` of "all left and the police"."""
    subject = next((s for s in verb.children if s.dep_ in SUBJECT_RELATIONS and words.start <= s.i < words.end), None)
    if subject is None or subject.left_edge.i <= words.start:
        return None
    before = words.doc[words.start : subject.left_edge.i]
    if before[-1].pos_ != "CCONJ" and before[-1].text not in _BOUNDARIES:
        return None
    return (subject.left_edge.idx, words.end_char) if any(t.tag_ in _FINITE_TAGS for t in before) else None


def _has_name(article: ArticleContext, words: TokenSpan) -> bool:
    return any(m.start < words.end_char and m.end > words.start_char for m in article.mentions)


def _phrase(article: ArticleContext, noun: Token) -> Span:
    """Return the name that a token belongs to, else the noun phrase around it."""
    name = next((m for m in article.mentions if m.start <= noun.idx < m.end), None)
    if name is not None:
        return (name.start, name.end)
    last = noun.doc[noun_phrase_end(noun, article.vocabulary) - 1]
    return (noun_phrase_start(noun).idx, last.idx + len(last))
