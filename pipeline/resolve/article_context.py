"""One article as the rules see it: its names and entities, the mentions of speakers, and who has spoken so far."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span, paragraphs
from pipeline.reader.speaker_pointer import Content, Pointing
from pipeline.resolve.entities import (
    Entity,
    add_gazetteer_facts,
    add_introduction,
    attach_single_words,
    classify_entity,
    fitting_people,
    group_mentions,
)
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.institutions import Institution, institution_at
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import NameMention, TokenIndex, find_name_mentions, name_in_span
from pipeline.resolve.reader_choice import Voices
from pipeline.resolve.vocabulary import Vocabulary

# Entity labels of words that have a capital wherever they are.
CAPITALISED_LABELS = frozenset(("NORP", "GPE", "LOC", "ORG", "FAC", "PERSON"))
# Kinds of speakers without a name of their own, although their phrase may begin with one (`Kestrian officials`).
UNNAMED_KINDS = ("anonymous", "group")
_PHRASE_RELATIONS = ("det", "amod", "compound", "nmod", "nummod", "poss")


@dataclass(frozen=True)
class Resolution:
    """What a rule decides: the speaker's name (None where the text does not tell), its kind, and a group's members."""

    speaker: str | None
    kind: str = "unknown"
    members: tuple[str, ...] = ()
    is_unsure: bool = False  # a pronoun's person was named long before, or nothing tells the gender
    rivals: tuple[str, ...] = ()  # others whom a surname or pronoun fits


@dataclass(frozen=True)
class AntecedentCandidate:
    """Somebody mentioned at an offset, who a later pronoun may refer to."""

    offset: int
    speaker: str
    kind: str
    gender: str = ""  # empty when nothing tells it
    is_subject: bool = False
    is_source: bool = False  # speaker of an earlier quote
    is_plural: bool = False
    is_unsure: bool = False  # as in `Resolution`, of this pronoun or of one that led to it
    rivals: tuple[str, ...] = ()  # the same


def resolution_to(candidate: AntecedentCandidate | None) -> Resolution | None:
    """Return the resolution to a candidate as the speaker, None for no candidate."""
    if candidate is None:
        return None
    return Resolution(candidate.speaker, candidate.kind, (), candidate.is_unsure, candidate.rivals)


@dataclass
class SourceMention:
    """The words that name or describe the speaker of a quote, with the names (`mentions`) inside them."""

    start: int
    end: int  # a possessive ending left out
    text: str
    tokens: list[Token]
    mentions: list[NameMention]
    vocabulary: Vocabulary

    @property
    def normalised(self) -> str:
        """Text in small letters, without accents and punctuation."""
        return normalise(self.text)

    @cached_property
    def core(self) -> list[Token]:
        """Tokens before the first preposition, comma or relative clause."""
        relative = self.vocabulary.relative_person_pronouns
        for i, token in enumerate(self.tokens[1:], 1):
            ends = token.pos_ in ("ADP", "SCONJ") or token.text in (",", "(") or token.lower_ in relative
            is_clause = token.tag_ in ("VBN", "VBG") and token.dep_ in ("acl", "relcl")
            if is_clause or (ends and not any(m.start <= token.idx < m.end for m in self.mentions)):
                return self.tokens[:i]
        return self.tokens

    @cached_property
    def head(self) -> Token | None:
        """Last noun of the core."""
        nouns = [t for t in self.core if t.pos_ in ("NOUN", "PROPN")] or [t for t in self.tokens if t.pos_ == "NOUN"]
        return nouns[-1] if nouns else next((t for t in reversed(self.core) if t.is_alpha), None)

    @property
    def noun(self) -> str:
        """Lemma of the head in small letters; empty without a head."""
        return self.head.lemma_.lower() if self.head is not None else ""

    @cached_property
    def joins_several(self) -> bool:
        """Whether `and` joins the head with another noun: not in `the talks between Kestria and Velmora`."""
        if not self.vocabulary.has_conjunction(self.text) or self.head is None:
            return self.vocabulary.has_conjunction(self.text)
        inside = {token.i for token in self.tokens}
        joined = [self.head, *(child for child in self.head.children if child.i in inside)]
        return any(token.dep_ == "conj" and token.head.i in inside for token in joined)


def noun_phrase_start(head: Token) -> Token:
    """Return the first token of the noun phrase around a noun."""
    return min((t for t in head.lefts if t.dep_ in _PHRASE_RELATIONS), key=lambda t: t.i, default=head)


def noun_phrase_end(head: Token, vocabulary: Vocabulary) -> int:
    """Return the number of the token after the noun phrase around a noun: at a comma or relative clause."""
    for token in head.doc[head.i + 1 : head.right_edge.i + 1]:
        if token.is_punct or token.dep_ == "relcl" or token.lower_ in vocabulary.relative_pronouns:
            return token.i
    return head.right_edge.i + 1


def has_own_capital(token: Token) -> bool:
    """Return True where a capital belongs to the word (`Tamrahi officials`), not to the start of a sentence."""
    in_sentence = not token.is_sent_start and token.pos_ not in ("DET", "PRON", "NUM")
    return token.pos_ == "PROPN" or in_sentence or (token.ent_type_ in CAPITALISED_LABELS and token.pos_ != "DET")


def is_indefinite(source: SourceMention) -> bool:
    """Return True for a mention that opens with `a`, `some`, a number."""
    return any(t.lower_ in source.vocabulary.indefinite_any or t.like_num for t in source.tokens[:1])


def is_inside(offset: int, spans: list[Span]) -> bool:
    return any(start <= offset < end for start, end in spans)


def is_plural(token: Token | None) -> bool:
    return token is not None and token.tag_ in ("NNS", "NNPS")


_MAX_PREFIX = 20  # letters


@dataclass(frozen=True)
class Publication:
    """Publisher (a name) and date (ISO 8601) of an article; empty where they are not known."""

    publisher: str = ""
    date: str = ""


@dataclass
class ArticleContext:
    """What the rules can ask about one article: its names (`mentions`), who they refer to (`entities`), and more."""

    doc: Doc
    quotes: list[Quote]
    gazetteer: Gazetteer
    publication: Publication = Publication()
    # Whom the reader points to, by content.
    pointings: Mapping[Content, Pointing] = field(default_factory=dict)
    # Whom a pronoun may refer to; grows as quotes and pronouns are resolved.
    candidates: list[AntecedentCandidate] = field(default_factory=list)
    # What rules and reader say of each quote that was read, by its content.
    voices: dict[Content, Voices] = field(default_factory=dict)
    # Quotes whose speaker is resolved so far, with the speaker.
    resolved_quotes: list[tuple[Quote, AntecedentCandidate]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vocabulary = self.gazetteer.vocabulary
        self.text = self.quotes[0].text if self.quotes else self.doc.text  # `doc.text` is built again at each access
        self.tokens = TokenIndex(self.doc)
        self.paragraphs = paragraphs(self.text)
        self._paragraph_starts = [start for start, _ in self.paragraphs]
        self._in_quotes: dict[int, tuple[bool, bool]] = {}
        self.direct_spans = [part for q in self.quotes if q.type == "direct" for part in q.content]
        self.indirect_spans = [part for q in self.quotes if q.type != "direct" for part in q.content]
        self.mentions = find_name_mentions(self.text, self.tokens, self.gazetteer)
        self.entities = self._build_entities()

    def _build_entities(self) -> list[Entity]:
        """Return the entities that the names belong to, with kind, roles and gender votes."""
        entities = group_mentions(self.mentions)
        for entity in entities:
            for mention in entity.mentions:
                add_introduction(entity, mention, self.tokens, self.vocabulary)
        entities = attach_single_words(entities, self.mentions, self.tokens, self.gazetteer)
        pointed = [pointing.best_span() for pointing in self.pointings.values()]
        sources = [span for span in (*(quote.source for quote in self.quotes), *pointed) if span]
        for entity in entities:
            entity.kind = classify_entity(entity, self.gazetteer, sources)
        entities = [entity for entity in entities if entity.kind]
        for entity in entities:
            # The words for comparison stay those of the article: reading `words` caches them.
            if entity.kind == "person" and entity.words:
                entity.name = self.gazetteer.known_name(entity.name)
            add_gazetteer_facts(entity, self.gazetteer, self.publication.date)
        return entities

    @cached_property
    def people(self) -> list[Entity]:
        """Persons of the article."""
        return [e for e in self.entities if e.kind == "person"]

    @cached_property
    def person_by_name(self) -> dict[str, Entity]:
        """Persons by name, the first of each."""
        return {person.name: person for person in reversed(self.people)}

    @cached_property
    def person_starts(self) -> frozenset[int]:
        """Offsets where the name of a person starts."""
        return frozenset(mention.start for person in self.people for mention in person.mentions)

    @cached_property
    def only_state(self) -> str:
        """Name of the one state that the article names; empty where it names none or several."""
        states = {state.name for m in self.mentions if (state := self.gazetteer.find_state(m.name)) is not None}
        return next(iter(states)) if len(states) == 1 else ""

    @cached_property
    def institutions(self) -> list[Institution]:
        """Ministries, armies, councils: every mention, in order."""
        nouns = self.tokens.select(pos=("NOUN", "PROPN"))
        found = (institution_at(token, self.gazetteer, self.person_starts) for token in nouns)
        return [institution for institution in found if institution is not None]

    @cached_property
    def contents_by_source(self) -> dict[int, list[Span]]:
        """Contents of the quotes by the offset at which their source starts."""
        contents: dict[int, list[Span]] = {}
        for quote in self.quotes:
            if quote.source is not None:
                contents.setdefault(quote.source[0], []).extend(quote.content)
        return contents

    def paragraph_number(self, offset: int) -> int:
        """Return the number of the paragraph at an offset."""
        return bisect_right(self._paragraph_starts, offset) - 1

    def sentence_number(self, offset: int) -> int:
        """Return the number of the sentence at an offset."""
        return bisect_right(self.tokens.sentence_starts, offset) - 1

    def source_mention(self, span: Span) -> SourceMention:
        """Return the source mention at a span, with its tokens and names."""
        start, end = span
        # A mention that was cut at a hyphen starts at `ex` of "ex-president".
        if (prefix := re.search(r"[^\W\d_]+-$", self.text[max(start - _MAX_PREFIX, 0) : start])) is not None:
            start -= len(prefix.group())
        # A possessive comes before a cue that is a noun: "Renn's statement".
        ending = next((e for e in self.vocabulary.possessive_endings if self.text[start:end].endswith(e)), "")
        end = self._before_date(start, end - len(ending))
        tokens = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        mentions = [mention for mention in self.mentions if mention.start < end and mention.end > start]
        if not mentions and (name := name_in_span(self.text, start, end, self.vocabulary)):
            mentions = [name] if fitting_people(name, self.people, self.vocabulary) else []
        words = list(tokens) if tokens is not None else []
        return SourceMention(start, end, self.text[start:end], words, mentions, self.vocabulary)

    def _before_date(self, start: int, end: int) -> int:
        """Return where a source mention ends that goes on with a day: "the envoy on Sunday", "the envoy Sunday"."""
        tokens = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        if tokens is None or len(tokens) < 2 or tokens[-1].lower_ not in self.vocabulary.dates:
            return end
        has_preposition = len(tokens) > 2 and tokens[-2].pos_ == "ADP"
        if not (has_preposition or tokens[-1].ent_type_ == "DATE"):
            return end
        last = tokens[-3 if has_preposition else -2]
        # The day belongs to the words before it in "reports as of Sunday", "the ban imposed on Sunday", "next Sunday".
        is_whole = last.pos_ in ("ADP", "SCONJ") or last.tag_ in ("VBN", "VBG") or last.ent_type_ == "DATE"
        return end if is_whole else last.idx + len(last)

    def entity_of(self, mention: NameMention) -> Entity | None:
        """Return the entity that a name was grouped into."""
        return next((entity for entity in self.entities if any(m is mention for m in entity.mentions)), None)

    def person_of(self, mention: NameMention) -> Entity | None:
        """Return the person that a name was grouped into."""
        entity = self.entity_of(mention)
        return entity if entity is not None and entity.kind == "person" else None

    def entity_named(self, name: str) -> Entity | None:
        """Return the first entity with exactly this name."""
        return next((entity for entity in self.entities if entity.name == name), None)

    def in_quotes(self, offset: int) -> tuple[bool, bool]:
        """Return whether an offset lies in a direct quote, and whether it lies in another quote."""
        if offset not in self._in_quotes:
            self._in_quotes[offset] = is_inside(offset, self.direct_spans), is_inside(offset, self.indirect_spans)
        return self._in_quotes[offset]

    def record_speaker(self, quote: Quote, source: SourceMention | None, resolution: Resolution) -> None:
        """Add the speaker of a quote, of the kind that its rule takes it for, to the candidates for what follows."""
        offset = source.start if source else quote.content[0][0]
        if quote.speaker is None:
            return
        gender = self.gender_of(quote.speaker)
        if source is not None and not gender:
            gender = next((g for w in source.normalised.split() if (g := self.vocabulary.gender_of_word(w))), "")
        candidate = AntecedentCandidate(
            offset,
            quote.speaker,
            resolution.kind,
            gender,
            is_subject=True,
            is_source=True,
            is_plural=quote.kind == "group",
            is_unsure=resolution.is_unsure,
            rivals=resolution.rivals,
        )
        self.resolved_quotes.append((quote, candidate))
        self.candidates.append(candidate)

    def gender_of(self, speaker: str) -> str:
        """Return the gender of a person by name; an empty string where nothing tells it."""
        person = self.person_by_name.get(speaker)
        return person.gender if person is not None else ""
