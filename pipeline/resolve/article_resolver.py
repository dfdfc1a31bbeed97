"""Who said it, within one article: rules in order, the first opinion wins."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.resolve.affiliation import affiliation
from pipeline.resolve.article_context import About, Article
from pipeline.resolve.certainty import certainty
from pipeline.resolve.collective_mentions import RULES as COLLECTIVES
from pipeline.resolve.definite_descriptions import RULES as DESCRIBED
from pipeline.resolve.document_mentions import RULES as DOCUMENTS
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.named_mentions import RULES as NAMED
from pipeline.resolve.nominal_mentions import RULES as PHRASES
from pipeline.resolve.office_mentions import RULES as OFFICIAL
from pipeline.resolve.pronouns import RULES as PRONOUNS
from pipeline.resolve.pronouns import follow
from pipeline.resolve.provenance import steps_of
from pipeline.resolve.running_speaker import RULES as RUNNING
from pipeline.resolve.running_speaker import headline_speaker
from pipeline.resolve.source_mention import Mention, Verdict
from pipeline.resolve.turn_labels import RULES as TURNS
from pipeline.resolve.word_sets import Words, words_of

UNRESOLVED = "unresolved"
RULES = (*TURNS, *RUNNING, *PRONOUNS, *DESCRIBED, *COLLECTIVES, *DOCUMENTS, *OFFICIAL, *NAMED, *PHRASES)
# Rules after which the source mention is a form of the speaker's name.
NAMING_RULES = frozenset(
    {"turn", "full_name", "surname", "known_name", "short_form", "single_name", "body", "title_as_surname"}
)
# Kinds of speakers without a name of their own.
UNNAMED = ("anonymous", "group")


def resolve(
    doc: Doc, quotes: list[Quote], language: Language, gazetteer: Gazetteer, about: About | None = None
) -> list[Quote]:
    """Set all about the speaker of the quotes of one article: name, kind, rule, certainty, steps, members, affiliation.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        Its parse; names are used where the parse has them.
    quotes : list of Quote
        Sorted by first offset; changed in place.
    language : Language
        Titles, pronouns, role nouns.
    gazetteer : Gazetteer
        Names known beforehand.
    about : About, optional
        Publisher and date, where they are known.

    Returns
    -------
    list of Quote
        The same quotes. `speaker` is None where the text does not tell.
    """
    if not quotes:
        return quotes
    article = Article(doc, quotes, _words(language), gazetteer, about or About())
    for quote in sorted(quotes, key=_anchor):
        follow(article, _anchor(quote))
        _apply(article, quote)
    for quote in quotes:
        if quote.speaker is None and quote.floating and (found := headline_speaker(article, quote)):
            _set(article, quote, found, "headline_speaker", None)
    return quotes


_last: list[tuple[Language, Words]] = []


def _words(language: Language) -> Words:
    """Word sets of a language, made once for the articles that come one after another."""
    if not _last or _last[0][0] is not language:
        _last[:] = [(language, words_of(language))]
    return _last[0][1]


def _anchor(quote: Quote) -> int:
    """Where the speaker is named, or the quote begins: rules look back from here."""
    return quote.source[0] if quote.source else quote.content[0][0]


def _apply(article: Article, quote: Quote) -> None:
    mention = article.mention(quote.source) if quote.source else None
    verdict, name = Verdict(None), UNRESOLVED
    for rule in RULES:
        found = rule(article, quote, mention)
        if found is not None:
            verdict, name = found, rule.__name__
            break
    _set(article, quote, verdict, name, mention)
    article.remember(quote, mention)


def _set(article: Article, quote: Quote, verdict: Verdict, rule: str, mention: Mention | None) -> None:
    quote.speaker, quote.kind = verdict.speaker, verdict.kind if verdict.speaker else "unknown"
    quote.resolved_by = rule if verdict.speaker or rule == "question" else UNRESOLVED
    quote.members = list(verdict.members)
    if quote.kind in UNNAMED and mention is not None and not quote.members:
        quote.affiliation = affiliation(article, quote, mention)
    quote.certainty = certainty(rule) if verdict.speaker else 0.0
    quote.steps = steps_of(article, quote, rule in NAMING_RULES)
