"""Rules for source mentions without a name: roles, institutions and groups mentioned before, unnamed speakers."""

from __future__ import annotations

import re

from spacy.tokens import Token

from pipeline.resolve.antecedents import find_antecedent, find_person_antecedent
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.known_offices import asked_role
from pipeline.resolve.name_forms import normalise, tidy_phrase
from pipeline.resolve.name_titles import is_title, strip_name
from pipeline.resolve.paraphrased_offices import find_paraphrased_holder
from pipeline.resolve.role_holders import find_role_holder, first_state
from pipeline.resolve.source_mention import (
    Resolution,
    SourceMention,
    has_own_capital,
    is_indefinite,
    is_plural,
)
from pipeline.resolve.speaker_kinds import kind_of_noun
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import word_pattern


def _names_person(article: ArticleContext, noun: Token) -> bool:
    """Return True for a noun that is a title, a form of address or a word for a human being."""
    vocabulary = article.vocabulary
    is_title_word = noun.lower_ in vocabulary.titles or noun.lower_ in vocabulary.royal
    return is_title_word or vocabulary.is_person_noun(noun.lemma_.lower())


@speaker_rule("role", order=310, kind="description", example="Ilse Korvath, the mayor, came. The mayor said it rained.")
def resolve_role(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the foreign minister` to who is introduced so, else by the gazetteer to who held that office then."""
    if source.head is None or is_indefinite(source) or is_plural(source.head):
        return None
    if not _names_person(article, source.head):
        return None
    asked = asked_role(source)
    if asked is None:
        return None
    holder = find_role_holder(article, asked, source.start)
    if holder is not None:
        return Resolution(holder.name, "person")
    holder = find_paraphrased_holder(article, source, asked)
    return Resolution(holder.name, "person") if holder is not None else None


@speaker_rule("government", order=300, kind="description", example="The Kestrian government said it rained.")
def resolve_government(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the Kestrian government` or `the authorities in Tolvar` to the state."""
    vocabulary = article.vocabulary
    head = source.head
    if head is None or head.lower_ not in vocabulary.government or vocabulary.has_conjunction(source.text):
        return None
    if vocabulary.qualifiers_of(t.lower_ for t in source.core):
        return None
    words = {normalise(t.text) for t in source.tokens if t.is_alpha and t.text[0].isupper()}
    named = (article.gazetteer.find_state(mention.name) for mention in source.mentions)
    state = first_state(article, words) or next((entry.name for entry in named if entry), "")
    is_bare = len(source.tokens) == 2 and source.tokens[0].lower_ in vocabulary.definite_articles
    state = state or (article.only_state if is_bare else "")
    return Resolution(state, "country") if state else None


def describe_source(article: ArticleContext, source: SourceMention) -> str:
    """Return a mention as the name of an unnamed speaker.

    People lose their titles, possessive pronouns become the name they refer to, and the first letter becomes small.
    """
    edits: list[tuple[int, int, str]] = []
    the_words = word_pattern(article.vocabulary.definite_articles)
    for mention in source.mentions:
        entity = article.entity_of(mention)
        if mention.start >= source.start and entity is not None and entity.kind == "person":
            start = mention.start
            while (word := re.search(r"[\w.-]+\s$", article.text[source.start : start])) and _is_capitalised_title(
                article, word.group()
            ):
                start = source.start + word.start()
            if start < mention.start and (
                the := re.search(rf"\b(?:{the_words})\s$", article.text[source.start : start])
            ):
                start = source.start + the.start()
            edits.append((start, mention.end, mention.name))
    for token in source.tokens:
        if token.tag_ == "PRP$" and (possessor := find_possessor(article, token)):
            edits.append((token.idx, token.idx + len(token), article.vocabulary.possessive(possessor)))
    text = source.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[: start - source.start] + replacement + text[end - source.start :]
    first = source.tokens[0] if source.tokens else None
    keep_capital = first is not None and (has_own_capital(first) or (first.tag_ == "PRP$" and bool(edits)))
    # One spelling in an article: the small one if it has that, else the one with a capital within a sentence.
    small, capital = tidy_phrase(text), tidy_phrase(text, keep_capital=True)
    if f" {small}" in article.text:
        return small
    return capital if keep_capital or re.search(rf"[\w,] {re.escape(capital)}\b", article.text) else small


def _is_capitalised_title(article: ArticleContext, word: str) -> bool:
    return is_title(word, article.vocabulary.titles) and word[0].isupper()


def _names_state(article: ArticleContext, token: Token) -> bool:
    return token.text[0].isupper() and len(token) > 2 and article.gazetteer.find_state(token.text) is not None


def find_possessor(article: ArticleContext, pronoun: Token) -> str:
    """Return the name that a possessive pronoun refers to; an empty string for several people and for unnamed ones."""
    vocabulary = article.vocabulary
    if pronoun.lower_ in vocabulary.personal_pronouns:
        antecedent = find_person_antecedent(article, pronoun.idx, pronoun.lower_)
    elif pronoun.lower_ in vocabulary.thing_pronouns:
        antecedent = find_antecedent(article, pronoun.idx, lambda c: c.kind in ("organisation", "country"))
    else:
        return ""
    return antecedent.speaker if antecedent is not None and antecedent.speaker[:1].isupper() else ""


@speaker_rule("group", order=380, kind="phrase", example="Two bakers said it rained.")
def resolve_group(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve several people to their noun phrase; a mention without letters to nobody."""
    if not (is_plural(source.head) or source.joins_several):
        return None
    if not any(c.isalpha() for c in source.text):
        return Resolution(None)
    return Resolution(describe_source(article, source), _kind_of_several(article, source))


def _kind_of_several(article: ArticleContext, source: SourceMention) -> str:
    """Return `group` for people or bodies, `document` for papers and data, `unknown` for other things in the plural."""
    head = source.head
    if head is None or not is_plural(head):
        return "group"
    kind = kind_of_noun(head.lemma_.lower(), True, article.vocabulary)
    is_named = head.tag_ == "NNPS" or head.ent_type_ in ("NORP", "ORG")
    is_people = is_named or source.joins_several
    return "group" if kind == "unknown" and is_people else kind


@speaker_rule("noun_phrase", order=400, kind="phrase", example="The forecast said it would rain.")
def resolve_noun_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve anything else (an office, a firm, a document) to its noun phrase."""
    if source.head is None:
        return None
    text = describe_source(article, source)
    kind = kind_of_noun(source.head.lemma_.lower(), is_plural(source.head), article.vocabulary)
    return Resolution(text if strip_name(text, article.vocabulary, titles=()) else None, kind)
