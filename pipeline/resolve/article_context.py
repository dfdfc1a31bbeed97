"""One article as the rules see it: its names and entities, and who has spoken so far."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span, paragraphs
from pipeline.resolve.entities import (
    Entity,
    classify_entity,
    group_mentions,
    is_object_name,
    is_organisation_name,
)
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.institutions import Institution, find_institutions
from pipeline.resolve.interviewers import find_interviewer
from pipeline.resolve.introductions import add_gazetteer_facts, add_introduction, add_pronoun_votes
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import NameMention, asks_somebody, find_name_mentions, name_in_span
from pipeline.resolve.single_word_names import attach_single_words, choose_person
from pipeline.resolve.source_mention import AntecedentCandidate, Resolution, SourceMention
from pipeline.resolve.token_index import TokenIndex
from pipeline.resolve.unquoted_speeches import find_speeches
from pipeline.resolve.vocabulary import Vocabulary

_MAX_PERSON_WORDS = 5
_MAX_PREFIX = 20  # letters
_MIN_CAPITALS = 3  # words of a line in capitals


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
    # Whom a pronoun may refer to; grows as quotes and pronouns are resolved.
    candidates: list[AntecedentCandidate] = field(default_factory=list)
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
        # Pronouns outside direct speech that are not resolved yet, last first, so that `pop` gives the next.
        self.pending_pronouns = self._narration_pronouns()
        add_pronoun_votes(self.entities, self.tokens, self.vocabulary, self.pending_pronouns)

    def _build_entities(self) -> list[Entity]:
        """Return the entities that the names belong to, with kind, roles and gender votes."""
        entities = group_mentions(self.mentions)
        for entity in entities:
            for mention in entity.mentions:
                add_introduction(entity, mention, self.tokens, self.vocabulary)
        entities = attach_single_words(entities, self.mentions, self.tokens, self.gazetteer)
        sources = [q.source for q in self.quotes if q.source]
        for entity in entities:
            entity.kind = classify_entity(entity, self.gazetteer, sources)
        _share_surnames(entities, self.vocabulary)
        entities = [entity for entity in entities if entity.kind]
        for entity in entities:
            # The words for comparison stay those of the article: reading `words` caches them.
            if entity.kind == "person" and entity.words:
                entity.name = self.gazetteer.known_name(entity.name)
            add_gazetteer_facts(entity, self.gazetteer, self.publication.date)
        return entities

    def _narration_pronouns(self) -> list[Token]:
        """Return the personal pronouns outside direct speech, last first."""
        pronouns = self.tokens.select(lower=self.vocabulary.personal_pronouns)
        return [t for t in pronouns if not self.is_inside(t.idx, self.direct_spans)][::-1]

    @cached_property
    def people(self) -> list[Entity]:
        """Persons of the article."""
        return [e for e in self.entities if e.kind == "person"]

    @cached_property
    def _person_by_name(self) -> dict[str, Entity]:
        return {person.name: person for person in reversed(self.people)}

    @cached_property
    def names_labelled_person(self) -> frozenset[str]:
        """Names of which the parse labels a mention as a person; no word and no gazetteer says that they are not."""
        labelled = [e.name for e in self.entities if any(mention.label == "PERSON" for mention in e.mentions)]
        return frozenset(
            name
            for name in labelled
            if not is_organisation_name(name, self.vocabulary)
            and self.gazetteer.find(name) is None
            and normalise(name) not in self.vocabulary.bodies_without_side
        )

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
    def interviewer(self) -> str | None:
        """Who asks the questions of an interview, None where the article does not name anybody."""
        return find_interviewer(self.doc, self.people, self.vocabulary)

    @cached_property
    def institutions(self) -> list[Institution]:
        """Ministries, armies, councils: every mention, in order."""
        return find_institutions(self.tokens, self.gazetteer, self.person_starts)

    @cached_property
    def contents_by_source(self) -> dict[int, list[Span]]:
        """Contents of the quotes by the offset at which their source starts."""
        contents: dict[int, list[Span]] = {}
        for quote in self.quotes:
            if quote.source is not None:
                contents.setdefault(quote.source[0], []).extend(quote.content)
        return contents

    def in_speech(self, offset: int) -> bool:
        """Return whether an offset lies in a speech in the first person, which may be no quote."""
        before = bisect_right(self._speeches, (offset, len(self.text)))
        return before > 0 and offset < self._speeches[before - 1][1]

    @cached_property
    def _speeches(self) -> list[Span]:
        """Speeches in the first person, behind a dash or between marks, in order."""
        return find_speeches(self.text, self.vocabulary)

    def is_in_capitals(self, offset: int) -> bool:
        """Return True for a line in capitals, such as the link to another article."""
        return self.paragraph_number(offset) in self._lines_in_capitals

    @cached_property
    def _lines_in_capitals(self) -> frozenset[int]:
        lines = [self.text[start:end] for start, end in self.paragraphs]
        capitals = [i for i, line in enumerate(lines) if line.isupper() and len(line.split()) >= _MIN_CAPITALS]
        return frozenset(capitals) if len(capitals) < len(lines) else frozenset()

    def paragraph_number(self, offset: int) -> int:
        """Return the number of the paragraph at an offset."""
        return bisect_right(self._paragraph_starts, offset) - 1

    def sentence_number(self, offset: int) -> int:
        """Return the number of the sentence at an offset."""
        return bisect_right(self.tokens.sentence_starts, offset) - 1

    def source_mention(self, span: Span) -> SourceMention:
        """Return the source mention at a span, with its tokens and names."""
        start, end = self._with_prefix(span[0]), span[1]
        # A possessive comes before a cue that is a noun: "Renn's statement".
        ending = next((e for e in self.vocabulary.possessive_endings if self.text[start:end].endswith(e)), "")
        end = self._before_occasion(start, self._before_function_words(start, end - len(ending)))
        end = self._before_date(start, end)
        tokens = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        mentions = [mention for mention in self.mentions if mention.start < end and mention.end > start]
        if (
            not mentions
            and (name := name_in_span(self.text, start, end, self.vocabulary))
            and (choose_person(name, self.people, self.vocabulary) or self._is_known_full_name(name.name))
        ):
            mentions = [name]
        words = list(tokens) if tokens is not None else []
        return SourceMention(start, end, self.text[start:end], words, mentions, self.vocabulary)

    def _with_prefix(self, start: int) -> int:
        """Return where a source mention starts that was cut at a hyphen: at `ex` of "ex-president"."""
        prefix = re.search(r"[^\W\d_]+-$", self.text[max(start - _MAX_PREFIX, 0) : start])
        return start - len(prefix.group()) if prefix is not None else start

    def _before_function_words(self, start: int, end: int) -> int:
        """Return where a source mention ends that was cut in the middle: "the envoys who have", "a letter which"."""
        tokens = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        last = len(tokens) if tokens is not None else 0
        while tokens is not None and last > 1 and _cannot_end_phrase(tokens[last - 1]):
            last -= 1
        return end if tokens is None or last == len(tokens) else tokens[last - 1].idx + len(tokens[last - 1])

    def _before_occasion(self, start: int, end: int) -> int:
        """Return where a source mention ends that goes on with an occasion: "the mayor during a visit to Lorne"."""
        tokens = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        for token in list(tokens or ())[1:]:
            if token.lower_ in self.vocabulary.occasion_prepositions and token.pos_ in ("ADP", "SCONJ"):
                before = token.nbor(-1)
                is_person = self.vocabulary.is_person_noun(before.lemma_.lower()) or before.pos_ == "PROPN"
                return before.idx + len(before) if is_person else end
        return end

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

    def _is_known_full_name(self, name: str) -> bool:
        entry = self.gazetteer.find(name)
        is_known = entry is not None and entry.kind == "person" and " " in name
        return is_known or self.vocabulary.starts_with_given_name(name)

    def entity_of(self, mention: NameMention) -> Entity | None:
        """Return the entity that a name was grouped into."""
        return next((entity for entity in self.entities if any(m is mention for m in entity.mentions)), None)

    def is_inside(self, offset: int, spans: list[Span]) -> bool:
        """Return True when an offset lies in one of the spans."""
        return any(start <= offset < end for start, end in spans)

    def in_quotes(self, offset: int) -> tuple[bool, bool]:
        """Return whether an offset lies in a direct quote, and whether it lies in another quote."""
        if offset not in self._in_quotes:
            direct, indirect = self.is_inside(offset, self.direct_spans), self.is_inside(offset, self.indirect_spans)
            self._in_quotes[offset] = direct, indirect
        return self._in_quotes[offset]

    def record_speaker(self, quote: Quote, source: SourceMention | None, resolution: Resolution) -> None:
        """Add the speaker of a quote, of the kind that its rule takes it for, to the candidates for what follows."""
        offset = source.start if source else quote.content[0][0]
        if quote.speaker is None or self.is_in_capitals(offset) or self._is_relayed(quote, source):
            return
        gender = self.gender_of(quote.speaker)
        if source is not None and not gender:
            gender = next((g for w in source.normalised.split() if (g := self.vocabulary.gender_of_word(w))), "")
        cue = self.tokens.get(quote.cue[0]) if quote.cue else None
        is_question = cue is not None and asks_somebody(cue, self.vocabulary)
        candidate = AntecedentCandidate(
            offset,
            quote.speaker,
            resolution.kind,
            gender,
            is_subject=not is_question,
            is_source=not is_question,
            is_plural=quote.kind == "group",
            is_unsure=resolution.is_unsure,
        )
        self.resolved_quotes.append((quote, candidate))
        self.candidates.append(candidate)

    def _is_relayed(self, quote: Quote, source: SourceMention | None) -> bool:
        """Return True for the words of a correspondent or an agency, who tell what others say."""
        if source is None or source.head is None:
            return False
        noun = source.head.lemma_.lower()
        is_reporter = noun in self.vocabulary.newsroom and self.vocabulary.is_person_noun(noun)
        return is_reporter or normalise(quote.speaker or "") in self.vocabulary.bodies_without_side

    def gender_of(self, speaker: str) -> str:
        """Return the gender of a person by name; an empty string where nothing tells it."""
        person = self._person_by_name.get(speaker)
        return person.gender if person is not None else ""

    def add_gender_vote(self, speaker: str, gender: str) -> None:
        """Count a pronoun for the gender of a person."""
        for person in self.people:
            if person.name == speaker:
                person.gender_votes[gender] += 1


def _cannot_end_phrase(token: Token) -> bool:
    """Return True for a word that only begins or joins something: `who`, `have`, `and`."""
    return token.tag_ in ("WDT", "WP") or token.pos_ in ("CCONJ", "AUX")


def _share_surnames(entities: list[Entity], vocabulary: Vocabulary) -> None:
    """Make a full name of unclear kind a person's where a person of the article has the same surname."""
    surnames = {e.words[-1] for e in entities if e.kind == "person" and len(e.words) > 1}
    for entity in entities:
        is_name = 1 < len(entity.words) < _MAX_PERSON_WORDS and not is_object_name(entity.name, vocabulary)
        if not entity.kind and is_name and entity.words[-1] in surnames:
            entity.kind = "person"
