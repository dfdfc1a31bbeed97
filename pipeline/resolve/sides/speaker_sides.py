"""For whom the speakers of one article speak: by the gazetteer, by their office, by what the article says of them."""

from __future__ import annotations

import re

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.named_mentions import find_person, has_initials
from pipeline.resolve.sides.introducing_phrases import bodies_behind, office_phrases
from pipeline.resolve.sides.known_sides import find_known_side
from pipeline.resolve.sides.named_bodies import (
    find_known_names,
    is_noun,
    side_of_body,
    without_possessives,
)
from pipeline.resolve.sides.phrase_sides import MEMBER, SUPERIOR, has_body_noun, named_behind, side_of_phrase
from pipeline.resolve.sides.side import Side, span_of
from pipeline.resolve.sides.side_certainty import LEAST_CERTAINTY, side_certainty
from pipeline.resolve.vocabulary import word_pattern

ORGANISATION, ORGAN = "organisation", "organ"


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
        self._people = {person.name: person for person in article.people}
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
        if (owner := self._owner_of(name)) and (side := self.side_of_name(owner)[0]):
            return Side(side, SUPERIOR, self._span_of_name(name), name)
        roles = (role.head for entity in self.article.entities if entity.name == name for role in entity.roles)
        if any(role in self.article.vocabulary.bodies_without_side for role in roles):
            return None
        full = self._full_name(name)
        side_name = side_of_body(full, self.gazetteer, min_words=2)
        rule = ORGANISATION if side_name == full else ORGAN
        return Side(side_name, rule, self._span_of_name(full), full) if side_name else None

    def _owner_of(self, name: str) -> str:
        """Return the person or body whose organ a name means: `Gavrel` of "Gavrel's press office"."""
        vocabulary = self.article.vocabulary
        name = re.sub(rf"^(?:{word_pattern(vocabulary.definite_articles)}) ", "", name)
        *front, organ = without_possessives(name, vocabulary).split()
        ending = next((e for e in vocabulary.possessive_endings if f"{e} " in name), "")
        owner, _, rest = name.partition(f"{ending} ") if ending else (" ".join(front), "", organ)
        if owner and is_noun(normalise(organ), vocabulary.state_organs | vocabulary.state_bodies):
            if (person := find_person(self.article, owner, 0)) is not None:
                return person.name
            is_body = bool(ending) and rest.islower() and not find_known_names(owner.split(), self.gazetteer)
            return owner if is_body else ""
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
        for preposition, phrase in bodies_behind(self.article, person):
            name = named_behind(self.article, phrase)
            if preposition in self.article.vocabulary.located and not has_body_noun(self.article, name or ""):
                continue
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
        return side_of_body(self._full_name(name), self.gazetteer), False

    def _full_name(self, name: str) -> str:
        """Return the name before an acronym in brackets: `Basin Power Company` for `BPC`."""
        if not name.isupper() or self.gazetteer.find(name) is not None:
            return name
        found = re.search(rf"((?:[\w'’&-]+ ){{1,9}})\({re.escape(name)}\)", self.article.text)
        words = found.group(1).split() if found else []
        for first in reversed(range(len(words) - 1)):
            if words[first][0].isupper() and has_initials(" ".join(words[first:]), normalise(name)):
                return " ".join(words[first:])
        return name

    def _span_of_name(self, name: str) -> Span | None:
        """Return the first mention of a name in the article."""
        start = self.article.text.find(name)
        return (start, start + len(name)) if start >= 0 else None
