"""Speakers of the quotes of one article: the rules are tried in order, and the first that applies decides."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.core.quote import Quote
from pipeline.resolve import (  # noqa: F401 (each registers its rules)
    collective_mentions,
    definite_descriptions,
    document_mentions,
    joined_speakers,
    named_mentions,
    nominal_mentions,
    not_speakers,
    office_mentions,
    pronouns,
    repeated_nouns,
    running_speaker,
    source_spans,
    turn_labels,
)
from pipeline.resolve.affiliation import find_affiliation
from pipeline.resolve.antecedents import initial_candidates, resolve_narration_pronouns
from pipeline.resolve.article_context import ArticleContext, Publication
from pipeline.resolve.certainty import rule_certainty
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.provenance import resolution_steps
from pipeline.resolve.sides.speaker_sides import set_sides
from pipeline.resolve.source_mention import Resolution, SourceMention
from pipeline.resolve.source_spans import whole_source
from pipeline.resolve.speaker_kinds import kind_by_evidence
from pipeline.resolve.speaker_rules import QUESTION, RULES, UNRESOLVED, rules_for
from pipeline.resolve.speaking_phrase import find_speaking_phrase
from pipeline.resolve.turn_labels import labelled_speakers

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
    article.candidates = [*initial_candidates(article), *labelled_speakers(article)]
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
