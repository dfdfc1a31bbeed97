"""For whom speakers speak by what an article says of them: `Velmoran foreign minister`, `of the union`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, pairwise, takewhile

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.gazetteer import KnownName
from pipeline.resolve.name_forms import abbreviates, initials, normalise
from pipeline.resolve.name_rules import find_person, is_shown_organisation
from pipeline.resolve.office_rules import resolve_name
from pipeline.resolve.phrase_rules import resolve_government
from pipeline.resolve.sides import (
    LEAST_CERTAINTY,
    Side,
    find_known_names,
    find_known_side,
    has_noun,
    is_noun,
    is_of_town,
    side_certainty,
    side_of_body,
    side_of_entry,
    span_of,
    without_possessives,
)
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

NOUNS = ("NOUN", "PROPN")
_COMMAS = (",", ";", ":", "(", "—", "–")
_CLAUSES = ("SCONJ", "VERB", "AUX")


@dataclass
class OfficePhrase:
    """A noun phrase for a person, without its determiner: the `core` up to the first preposition, and what follows."""

    tokens: list[Token]
    vocabulary: Vocabulary

    @cached_property
    def core(self) -> list[Token]:
        """Words before the first preposition, comma or clause; the `in` of `commander-in-chief` is none."""
        for i, (before, token) in enumerate(pairwise(self.tokens), 1):
            ends = token.pos_ in ("ADP", *_CLAUSES) or token.text in _COMMAS
            if (ends or token.lower_ in self.vocabulary.relative_pronouns) and before.text != "-":
                return self.tokens[:i]
        return self.tokens

    @cached_property
    def head(self) -> str:
        """Last noun of the core, normalised; an empty string without one."""
        nouns = [normalise(token.lemma_).split() for token in self.core if token.pos_ in NOUNS]
        return nouns[-1][-1] if nouns and nouns[-1] else ""

    @cached_property
    def behind(self) -> list[tuple[str, list[Token]]]:
        """Each preposition behind the core, with the words up to the next one; a comma or clause ends the phrase."""
        parts: list[tuple[str, list[Token]]] = []
        for token in self.tokens[len(self.core) :]:
            if token.pos_ == "ADP" or token.lower_ in self.vocabulary.affiliation_prepositions:
                parts.append((token.lower_, []))
            elif token.text in _COMMAS or token.pos_ in _CLAUSES or token.lower_ in self.vocabulary.relative_pronouns:
                break
            elif parts:
                parts[-1][1].append(token)
        return [(preposition, words) for preposition, words in parts if words]

    @cached_property
    def is_excluded(self) -> bool:
        """Whether the phrase is of somebody who is out of office, or who speaks for no state or body."""
        vocabulary, text = self.vocabulary, " ".join(token.text for token in self.core)
        words = normalise(text).split()
        limits = vocabulary.qualifiers_of(words) - vocabulary.still_in_office
        is_out = bool(limits) or bool(vocabulary.out_of_office & set(words))
        return is_out or has_noun(text, vocabulary.without_side) or is_of_town(text, vocabulary)

    @property
    def speaks_for_state(self) -> bool:
        """Whether the head noun is of somebody who may speak for a state."""
        return is_noun(self.head, self.vocabulary.state_speakers)

    @property
    def speaks_for_body(self) -> bool:
        """Whether the head noun is of somebody who may speak for a body."""
        return self.speaks_for_state or is_noun(self.head, self.vocabulary.body_speakers)


_MAX_TOKENS = 14
# Parts of speech and marks at which the phrase behind a name ends.
_ENDS, _MARKS = ("VERB", "AUX", "SCONJ", "ADV", "PRON"), (",", "(", ".", ";", ":")


def office_phrases(article: ArticleContext, person: Entity) -> Iterator[list[Token]]:
    """Yield the noun phrases that introduce a person: titles and appositions, and what stands before it in a source."""
    for role in person.roles:
        if role.phrase:
            yield list(role.phrase)
    for quote in article.quotes:
        if quote.source is not None and quote.speaker == person.name:
            source = article.source_mention(quote.source)
            start = next((m.start for m in person.mentions if source.start < m.start < source.end), source.start)
            if before := [token for token in source.tokens if token.idx < start]:
                yield before


def bodies_behind(article: ArticleContext, person: Entity) -> Iterator[list[Token]]:
    """Yield the noun phrase after a preposition behind a name: "Norling of the Farmers' Party"."""
    vocabulary = article.vocabulary
    prepositions = vocabulary.affiliation_prepositions - vocabulary.serving - vocabulary.located
    for mention in person.mentions:
        if mention.start not in article.tokens.starts:
            continue
        doc, at = article.doc, article.tokens.starts[mention.start]
        while at < len(doc) and doc[at].idx < mention.end:
            at += 1
        at += at < len(doc) and doc[at].text == ","
        tokens = list(doc[at : at + _MAX_TOKENS])
        if tokens and tokens[0].lower_ in prepositions:
            inside = takewhile(lambda token: token.pos_ not in _ENDS and token.text not in _MARKS, tokens[1:])
            phrase = list(dropwhile(lambda token: token.pos_ == "DET", inside))
            if phrase and phrase[0].text[0].isupper():
                yield phrase


OFFICE, MEMBER, SUPERIOR = "office", "member", "superior"
_PEOPLE = "NORP"  # the label of a people's name: a Chechen leader speaks for no body of that name
# Returns the side of a person or body of the article by name, and whether it is a person.
SideOfName = Callable[[str], tuple[str | None, bool]]


def side_of_phrase(article: ArticleContext, tokens: Sequence[Token], side_of_name: SideOfName) -> Side | None:
    """Return for whom somebody speaks whom a noun phrase describes; None where the phrase does not say so."""
    # Without the determiners and marks in front; a possessive pronoun stays.
    core = list(dropwhile(lambda token: token.tag_ in ("DT", "_SP") or token.is_punct, tokens))
    phrase = OfficePhrase(core, article.vocabulary)
    if not phrase.head or phrase.is_excluded:
        return None
    found = _side_in_core(article, phrase, side_of_name)
    return found or (_side_behind(article, phrase, side_of_name) if phrase.speaks_for_body else None)


def _side_in_core(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side that the words before the preposition name."""
    vocabulary, core = article.vocabulary, phrase.core
    known = find_known_names([token.text for token in core], article.gazetteer)
    owners = [(name, owner) for name in known if (owner := side_of_entry(name.entry, vocabulary))]
    is_joined = any(token.lower_ in vocabulary.conjunctions for token in core)
    nouns = [token.tag_ for token in core if token.pos_ in NOUNS]
    is_plural = nouns[-1:] in (["NNS"], ["NNPS"])  # of several people or bodies
    if is_joined and (is_plural or len({owner for _, owner in owners}) > 1):
        return None
    if owners:
        name, owner = owners[0]
        if name.entry.kind == "country" and _is_state_office(phrase, name):
            return Side(owner, OFFICE, span_of(core))
        # States are members of an alliance, and speak for themselves.
        if name.entry.kind != "country" and phrase.speaks_for_body and phrase.head not in vocabulary.members:
            return Side(owner, MEMBER, span_of(core))
    if not phrase.speaks_for_body:
        return None
    return _owned_core(article, phrase, side_of_name)


def _is_state_office(phrase: OfficePhrase, state: KnownName) -> bool:
    """Return True for an office or organ of a state, which no noun in the phrase makes another body's."""
    vocabulary, core = phrase.vocabulary, phrase.core
    organs = vocabulary.state_organs | vocabulary.state_bodies
    if not (phrase.speaks_for_state or is_noun(phrase.head, vocabulary.state_organs)):
        return False
    allowed = organs | vocabulary.office_words | vocabulary.state_speakers | vocabulary.current
    is_sure = is_noun(phrase.head, vocabulary.sure_offices)
    others = [t for i, t in enumerate(core) if t.pos_ in NOUNS and not state.first <= i < state.end]
    return all(
        is_noun(word, allowed) or word in vocabulary.role_qualifiers or (is_sure and token.text[0].islower())
        for token in others
        for word in normalise(token.lemma_).split()
        if len(word) > 1
    )


def _owned_core(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side of the owner or body before the head: "Orbis spokesman", "Gavrel's aide"."""
    start, end = span_of(phrase.core)
    adjectives = {token.idx for token in phrase.core if token.pos_ == "ADJ" or token.ent_type_ == _PEOPLE}
    inside = (m for m in article.mentions if start <= m.start and m.end < end and m.start not in adjectives)
    mentions = [m for m in inside if article.gazetteer.find_state(m.name) is None]
    named = [(m, entity) for m in mentions if (entity := article.entity_of(m)) is not None]
    owner = next(((m, e) for m, e in named if e.kind in ("organisation", "person")), None)
    if owner is None:
        return None
    mention, entity = owner
    is_person = entity.kind == "person"
    organs = [t for t in phrase.core[:-1] if is_noun(normalise(t.lemma_), article.vocabulary.state_organs)]
    if not is_person and any(token.idx >= mention.end for token in organs):
        return None  # "Ostry police official": the words do not say whose police
    side, _ = side_of_name(entity.name)
    return Side(side, SUPERIOR if is_person else MEMBER, (start, end)) if side else None


def _side_behind(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side that stands behind a preposition: `Velmora` of "president of Velmora"."""
    vocabulary = article.vocabulary
    for preposition, tokens in phrase.behind:
        serves = is_noun(phrase.head, vocabulary.advisers)
        if preposition not in vocabulary.affiliation_prepositions or (preposition in vocabulary.serving and not serves):
            continue
        text, span = " ".join(token.text for token in tokens), (span_of(phrase.core)[0], span_of(tokens)[1])
        if any(is_noun(token.text, vocabulary.without_side) for token in tokens):
            return None
        if not phrase.speaks_for_state and has_noun(text, vocabulary.legislatures):
            return None
        known = find_known_names([token.text for token in tokens], article.gazetteer)
        states = {name.entry.name for name in known if name.entry.kind == "country"}
        if len(states) > 1:
            return None
        if states and _is_of_state(phrase, preposition, tokens, known[0]):
            return Side(known[0].entry.name, OFFICE, span)
        if known and not states and (side := side_of_entry(known[0].entry, vocabulary)):
            return Side(side, MEMBER, span)
        name = named_behind(article, tokens)
        side, is_person = side_of_name(name) if name else (None, False)
        if side and side not in states and preposition not in vocabulary.located:
            return Side(side, SUPERIOR if is_person else MEMBER, span)
    return None


def _is_of_state(phrase: OfficePhrase, preposition: str, tokens: list[Token], state: KnownName) -> bool:
    """Return True where a preposition links an office to its state: not to an envoy's host or where somebody lives."""
    vocabulary = phrase.vocabulary
    if state.entry.kind != "country":
        return False
    others = [t for i, t in enumerate(tokens) if not state.first <= i < state.end and t.ent_type_ != "PERSON"]
    nouns = [t for t in others if t.pos_ in NOUNS]
    words = [word for token in nouns for word in normalise(token.lemma_).split() if len(word) > 1]
    organs = vocabulary.state_organs | vocabulary.state_bodies
    if not all(is_noun(word, organs | vocabulary.state_speakers | vocabulary.office_words) for word in words):
        return False
    if any(is_noun(word, organs) for word in words):
        return True
    is_host = preposition not in vocabulary.of and is_noun(phrase.head, vocabulary.hosted)
    is_place = preposition in vocabulary.place_before - vocabulary.of and not is_noun(phrase.head, vocabulary.in_seat)
    return phrase.speaks_for_state and not is_host and not is_place


def named_behind(article: ArticleContext, tokens: list[Token]) -> str | None:
    """Return the person or body that a noun phrase behind a preposition refers to."""
    source = article.source_mention(span_of(tokens))
    if not source.tokens or tokens[-1].text == "-":  # a UK-based group
        return None
    resolution = resolve_government(article, source) or resolve_name(article, source)
    name = resolution.speaker if resolution is not None else None
    whole = _capitalised_part(tokens, article)
    return whole if name is not None and name in whole and len(name.split()) < len(whole.split()) else name


def _capitalised_part(tokens: list[Token], article: ArticleContext) -> str:
    """Return the words from the first capital to the last if only `and` and possessives stand between: a whole name."""
    capitals = [i for i, token in enumerate(tokens) if token.text[0].isupper()]
    if not capitals:
        return ""
    part = tokens[capitals[0] : capitals[-1] + 1]
    joins = all(t.text[0].isupper() or t.tag_ == "POS" or t.lower_ in article.vocabulary.conjunctions for t in part)
    start, end = span_of(part)
    return article.text[start:end] if joins else ""


def set_sides(article: ArticleContext, quotes: list[Quote]) -> None:
    """Set the side of each quote with a speaker; all quotes of one speaker in the article have the same."""
    finder = _SideFinder(article)
    sides = {_key(quote): side for quote in quotes if quote.speaker and (side := finder.side_of_speaker(quote))}
    for quote in quotes:
        side = sides.get(_key(quote))
        if side is not None and (certainty := side_certainty(side.rule)) >= LEAST_CERTAINTY:
            quote.side, quote.side_by, quote.side_certainty = side.name, side.rule, certainty
            quote.side_span, quote.side_evidence = side.span, quote.words(side.span) or side.evidence


def _key(quote: Quote) -> tuple[str | None, str]:
    return quote.speaker, quote.kind


class _SideFinder:
    """The sides of the speakers of one article, each found once."""

    def __init__(self, article: ArticleContext) -> None:
        self.article, self.gazetteer = article, article.gazetteer
        self._people = article.person_by_name
        self._by_person: dict[str, Side | None] = {}

    def side_of_speaker(self, quote: Quote) -> Side | None:
        """Return the side of a quote's speaker."""
        name = quote.speaker or ""
        entry = self.gazetteer.find(name)
        if entry is not None and entry.kind in ("country", "organisation"):
            return find_known_side(name, self.article.publication.date, self.gazetteer)
        if quote.kind == "person" or name in self._people:
            return self._side_of_person(name)
        if quote.kind == "organisation":
            return self._side_of_organisation(name)
        if quote.source is None or quote.kind == "document" or quote.members:
            return None
        source = self.article.source_mention(quote.source)
        return side_of_phrase(self.article, source.tokens, self.side_of_name)

    def _side_of_organisation(self, name: str) -> Side | None:
        """Return the side of a body; `Gavrel's office` speaks for whom Gavrel does."""
        if owner := self._owner_of(name):
            side = self._side_of_person(owner)
            return Side(side.name, SUPERIOR, self._span_of_name(name), name) if side is not None else None
        roles = (role.head for entity in self.article.entities if entity.name == name for role in entity.roles)
        if not self.article.vocabulary.bodies_without_side.isdisjoint(roles):
            return None
        full = self._full_name(name)
        side_name = side_of_body(full, self.gazetteer, min_words=2)
        rule = "organisation" if side_name == full else "organ"
        return Side(side_name, rule, self._span_of_name(full), full) if side_name else None

    def _owner_of(self, name: str) -> str:
        """Return the person or unknown name whose organ a name means: `Gavrel` of "Gavrel's press office"."""
        vocabulary = self.article.vocabulary
        name = re.sub(rf"^(?:{word_pattern(vocabulary.definite_articles)}) ", "", name)
        *front, organ = without_possessives(name, vocabulary).split()
        ending = next((e for e in vocabulary.possessive_endings if f"{e} " in name), "")
        owner, _, rest = name.partition(f"{ending} ") if ending else (" ".join(front), "", organ)
        if owner and is_noun(normalise(organ), vocabulary.state_organs | vocabulary.state_bodies):
            if (person := find_person(self.article, owner, 0)) is not None:
                return person.name
            is_unknown = bool(ending) and rest.islower() and not find_known_names(owner.split(), self.gazetteer)
            return owner if is_unknown else ""
        return ""

    def _side_of_person(self, name: str) -> Side | None:
        if name not in self._by_person:
            self._by_person[name] = None  # two who are each other's superiors
            side = find_known_side(name, self.article.publication.date, self.gazetteer)
            person = self._people.get(name)
            self._by_person[name] = side or (self._side_by_introduction(person) if person is not None else None)
        return self._by_person[name]

    def _side_by_introduction(self, person: Entity) -> Side | None:
        for phrase in office_phrases(self.article, person):
            if side := side_of_phrase(self.article, phrase, self.side_of_name):
                return side
        for phrase in bodies_behind(self.article, person):
            name = named_behind(self.article, phrase)
            side_name, is_person = self.side_of_name(name) if name else (None, False)
            entry = self.gazetteer.find(side_name or "")
            if side_name and not is_person and (entry is None or entry.kind != "country"):
                return Side(side_name, MEMBER, span_of(phrase))
        return None

    def side_of_name(self, name: str) -> tuple[str | None, bool]:
        """Return the side of a person or body of the article by name, and whether it is a person."""
        entry = self.gazetteer.find(name)
        if name in self._people or (entry is not None and entry.kind == "person"):
            side = self._side_of_person(name)
            return (side.name if side is not None else None), True
        is_body = entry is not None or is_shown_organisation(self.article, name)
        return side_of_body(self._full_name(name), self.gazetteer) if is_body else None, False

    def _full_name(self, name: str) -> str:
        """Return the name before an acronym in brackets: `Basin Power Company` for `BPC`."""
        if not name.isupper() or self.gazetteer.find(name) is not None:
            return name
        found = re.search(rf"((?:[\w'’&-]+ ){{1,9}})\({re.escape(name)}\)", self.article.text)
        words = found.group(1).split() if found else []
        for first in reversed(range(len(words) - 1)):
            if words[first][0].isupper() and abbreviates(normalise(name), initials(" ".join(words[first:]))):
                return " ".join(words[first:])
        return name

    def _span_of_name(self, name: str) -> Span | None:
        """Return the first mention of a name in the article."""
        start = self.article.text.find(name)
        return (start, start + len(name)) if start >= 0 else None
