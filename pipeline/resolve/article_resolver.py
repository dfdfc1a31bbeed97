"""Speakers of the quotes of one article: the rules are tried in order, and the first that applies decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from pipeline.core.quote import Quote, ResolutionStep
from pipeline.core.text import Span
from pipeline.resolve import name_rules, office_rules, phrase_rules, pronoun_rules, turn_rules  # noqa: F401 (they register)
from pipeline.resolve.article_context import (
    ArticleContext,
    Publication,
    Resolution,
    SourceMention,
    noun_phrase_end,
    noun_phrase_start,
)
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_rules import kind_by_evidence
from pipeline.resolve.phrase_rules import find_affiliation
from pipeline.resolve.pronoun_rules import initial_candidates, resolve_narration_pronouns
from pipeline.resolve.side_phrases import set_sides
from pipeline.resolve.speaker_rules import QUESTION, RULES, UNRESOLVED, rule_certainty, rules_for
from pipeline.resolve.vocabulary import is_title

# Years of an office, before the name: "the mayor (1995-2005) Anton Gavrel".
_IN_BRACKETS = re.compile(r"^ \([^()\n]{1,20}\)(?= )")
_NOUNS = ("NOUN", "PROPN")


def whole_source(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return a source with what follows directly and belongs to it: a name after titles, or the rest of a list."""
    following = next((m for m in article.mentions if m.start > source[1]), None)
    tokens = article.source_mention(source).tokens
    if following is None or not tokens or tokens[-1].pos_ not in _NOUNS or _is_quoted(article, following):
        return source
    between = _IN_BRACKETS.sub("", article.text[source[1] : following.start])
    if between == ", " and cue is not None:
        return (source[0], following.end)
    only_titles = all(is_title(word, article.vocabulary.titles) for word in between.split())
    is_apart = cue is not None and source[1] <= cue[0] < following.end
    if not between.startswith(" ") or "\n" in between or not only_titles or is_apart:
        return source
    return (source[0], following.end)


def _is_quoted(article: ArticleContext, mention: NameMention) -> bool:
    return any(article.in_quotes(mention.start))


_CLAUSES_OF_NOUNS = ("acl", "relcl")
_SHARED_SUBJECT = ("conj", "xcomp", "advcl")
_MAX_VERBS_UP = 3


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


# Kinds of speakers without a name of their own.
UNNAMED_KINDS = ("anonymous", "group")


def resolve(
    doc: Doc,
    quotes: list[Quote],
    gazetteer: Gazetteer,
    publication: Publication | None = None,
    least_certainty: float = 0.0,
) -> list[Quote]:
    """Set the fields of the quotes of one article that concern the speaker: name, kind, rule, ..., affiliation, side.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        The parsed article; entity labels are used where the parse has them.
    quotes : list of Quote
        Sorted by first offset; changed in place.
    gazetteer : Gazetteer
        Names known beforehand, and the vocabulary of the article's language.
    publication : Publication, optional
        Publisher and date, where they are known.
    least_certainty : float
        From 0 to 1; a speaker that is less certain is left open.

    Returns
    -------
    list of Quote
        The same quotes. `speaker` is None where the text does not tell.
    """
    if not quotes:
        return quotes
    article = ArticleContext(doc, quotes, gazetteer, publication or Publication())
    article.candidates = initial_candidates(article)
    for quote in sorted(quotes, key=_anchor):
        resolve_narration_pronouns(article, _anchor(quote))
        _resolve_quote(article, quote, least_certainty)
    for quote in quotes:
        if quote.speaker is None and quote.floating:
            name, resolution = _first_resolution("headline", article, quote)
            if name != UNRESOLVED:
                _set_speaker(article, quote, resolution, _rule_if_certain(name, least_certainty), None)
    set_sides(article, quotes)
    return quotes


def _anchor(quote: Quote) -> int:
    """Return the offset that rules look back from: where the source mention or, without one, the quote starts."""
    return quote.source[0] if quote.source else quote.content[0][0]


def _rule_if_certain(rule: str, least_certainty: float) -> str:
    """Return a rule's name, or that of no rule where its decisions are too rarely right."""
    return rule if rule == QUESTION or rule_certainty(rule) >= least_certainty else UNRESOLVED


def _resolve_quote(article: ArticleContext, quote: Quote, least_certainty: float) -> None:
    """Set the speaker by the first rule that applies, and record it as an antecedent for later quotes."""
    source = _find_source(article, quote)
    name, resolution = _first_resolution("quote" if source is None else "source", article, source or quote)
    _set_speaker(article, quote, resolution, _rule_if_certain(name, least_certainty), source)
    article.record_speaker(quote, source, resolution)


def _first_resolution(takes: str, article: ArticleContext, what: Quote | SourceMention) -> tuple[str, Resolution]:
    """Return the name and the resolution of the first rule that applies."""
    resolutions = ((rule.name, rule.apply(article, what)) for rule in rules_for(takes))
    return next(((name, found) for name, found in resolutions if found is not None), (UNRESOLVED, Resolution(None)))


def _find_source(article: ArticleContext, quote: Quote) -> SourceMention | None:
    """Return the source mention of a quote: of its source, the noun phrase that speaks with the name behind it."""
    if quote.source is None:
        return None
    phrase = find_speaking_phrase(article, quote.source, quote.cue)
    return article.source_mention(whole_source(article, phrase, quote.cue))


def _set_speaker(
    article: ArticleContext, quote: Quote, resolution: Resolution, rule: str, source: SourceMention | None
) -> None:
    if rule == UNRESOLVED:
        resolution = Resolution(None)
    quote.speaker, quote.kind = resolution.speaker, kind_by_evidence(article, resolution)
    quote.resolved_by = rule if resolution.speaker or rule == QUESTION else UNRESOLVED
    quote.members = list(resolution.members)
    if quote.kind in UNNAMED_KINDS and source is not None and not quote.members:
        quote.affiliation = find_affiliation(article, source)
    quote.certainty = rule_certainty(rule) if resolution.speaker else 0.0
    quote.steps = resolution_steps(article, quote, rule in RULES and RULES[rule].is_form)
