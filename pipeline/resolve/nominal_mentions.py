"""Rules for source mentions without a name: roles, institutions and groups mentioned before, unnamed speakers."""

from __future__ import annotations

import re

from spacy.tokens import Token

from pipeline.resolve.antecedents import find_antecedent, find_person_antecedent
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.introductions import role_of_phrase
from pipeline.resolve.known_offices import asked_role, find_known_holder
from pipeline.resolve.name_forms import normalise, tidy_phrase
from pipeline.resolve.name_titles import is_title, strip_name
from pipeline.resolve.named_mentions import resolve_by_first, resolve_full_name, resolve_known_name, resolve_surname
from pipeline.resolve.paraphrased_offices import find_paraphrased_holder
from pipeline.resolve.repeated_nouns import has_head, same_qualifiers
from pipeline.resolve.role_holders import find_role_holder, first_state, mention_offsets, qualifiers_agree
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
        nearest = max((o for o in mention_offsets(article, holder) if o < source.start), default=0)
        return None if _unnamed_between(article, source, nearest) else Resolution(holder.name, "person")
    entry = find_known_holder(article, source, asked)
    if entry is not None:
        return Resolution(entry.name, entry.kind)
    holder = find_paraphrased_holder(article, source, asked)
    return Resolution(holder.name, "person") if holder is not None else None


def _unnamed_between(article: ArticleContext, source: SourceMention, offset: int) -> bool:
    """Return True when somebody unnamed with the same noun spoke between an offset and a source mention."""
    noun = article.vocabulary.base_role(source.head.lemma_.lower()) if source.head is not None else ""
    return any(
        candidate.kind == "anonymous"
        and candidate.offset > offset
        and has_head(article, quote, noun, plural=False)
        and same_qualifiers(article, quote, source)
        for quote, candidate in article.resolved_quotes
    )


@speaker_rule(
    "announced_role",
    order=330,
    kind="description",
    example="A hockey coach said it rained. [...] Ilka Moro, the hockey coach, left.",
)
def resolve_announced_role(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `a hockey coach` in the first two paragraphs to who is introduced with the same words later."""
    if source.head is None or not is_indefinite(source) or is_plural(source.head):
        return None
    if article.paragraph_number(source.start) > 1:
        return None
    asked = role_of_phrase(source.core, article.vocabulary)
    if asked is None or not asked.words:
        return None
    for person in article.people:
        same_head = [role for role in person.roles if role.head == asked.head]
        if any(role.words & asked.words and qualifiers_agree(asked, role, article.vocabulary) for role in same_head):
            return Resolution(person.name, "person")
    return None


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


@speaker_rule("made_by", order=340, kind="phrase", example="Figures compiled by Orbis said it rained.")
def resolve_maker(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `figures compiled by X` to X."""
    by, the = (word_pattern(w) for w in (article.vocabulary.agent_prepositions, article.vocabulary.definite_articles))
    found = re.search(rf"\b(?:{by})\s+(?:(?:{the})\s+)?", source.text)
    if found is None or not _is_made(source, source.start + found.start()):
        return None
    maker = article.source_mention((source.start + found.end(), source.end))
    return resolve_by_first((resolve_known_name, resolve_full_name, resolve_surname), article, maker)


def _is_made(source: SourceMention, by: int) -> bool:
    """Return True for figures compiled by somebody; not for people quoted, nor for a letter seen by somebody."""
    before = [token for token in source.tokens if token.idx < by]
    if not before or source.head is None or source.vocabulary.is_person_noun(source.head.lemma_.lower()):
        return False
    last = before[-1]
    return last.pos_ in ("NOUN", "PROPN") or last.lemma_.lower() in source.vocabulary.making


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
    keep_capital = first is not None and (
        _names_state(article, first) or has_own_capital(first) or (first.tag_ == "PRP$" and bool(edits))
    )
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


@speaker_rule("anonymous", order=390, kind="phrase", example="A baker said it rained.")
def resolve_anonymous(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve one unnamed person to the noun phrase."""
    if source.head is None or not article.vocabulary.is_person_noun(source.head.lemma_.lower()):
        return None
    return Resolution(describe_source(article, source), "anonymous")


@speaker_rule("noun_phrase", order=400, kind="phrase", example="The forecast said it would rain.")
def resolve_noun_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve anything else (an office, a firm, a document) to its noun phrase."""
    if source.head is None:
        return None
    text = describe_source(article, source)
    kind = kind_of_noun(source.head.lemma_.lower(), is_plural(source.head), article.vocabulary)
    return Resolution(text if strip_name(text, article.vocabulary, titles=()) else None, kind)
