"""One article as the rules see it: who is named where, who spoke so far, what the source mentions are."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span, paragraphs
from pipeline.resolve.entities import Entity, group_runs, is_organisation_name, kind_of
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.given_names import starts_like_a_person
from pipeline.resolve.institutions import Body, find_bodies
from pipeline.resolve.interviewers import interviewer_of
from pipeline.resolve.introductions import introduce, introduce_by_gazetteer, vote_by_pronouns
from pipeline.resolve.name_forms import key_words
from pipeline.resolve.name_mentions import SUBJECTS, Run, bare_run, find_runs
from pipeline.resolve.source_mention import INDEFINITE, Mention, Trace, noun_phrase
from pipeline.resolve.token_index import Tokens
from pipeline.resolve.word_sets import Words

_LONGEST_PHRASE = 60


@dataclass(frozen=True)
class About:
    """What is known of an article beside its text: who published it (a name) and when (ISO 8601); empty where not."""

    source: str = ""
    date: str = ""


@dataclass
class Article:
    """All that rules may ask."""

    doc: Doc
    quotes: list[Quote]
    words: Words
    gazetteer: Gazetteer
    about: About = About()
    entities: list[Entity] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    spoken: list[tuple[Quote, Trace]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.quotes[0].text if self.quotes else self.doc.text  # `doc.text` is made anew each time
        self.tokens = Tokens(self.doc)
        self.starts = self.tokens.starts
        self.paragraphs = paragraphs(self.text)
        self._paragraph_starts = [start for start, _ in self.paragraphs]
        self._sentence_starts = self.tokens.sentence_starts
        self._told: dict[int, tuple[bool, bool]] = {}
        self.direct = [part for q in self.quotes if q.type == "direct" for part in q.content]
        self.indirect = [part for q in self.quotes if q.type != "direct" for part in q.content]
        self.runs = find_runs(self.text, self.tokens, self.words, lambda word: self.gazetteer.country(word) is not None)
        sources = [q.source for q in self.quotes if q.source]
        self.entities = group_runs(self.runs)
        for entity in self.entities:
            for run in entity.runs:
                introduce(entity, run, self.doc, self.starts, self.words)
        self._attach_surnames()
        for entity in self.entities:
            entity.kind = kind_of(entity, self.gazetteer, sources, self.words)
        self.entities = [entity for entity in self.entities if entity.kind]
        for entity in self.entities:
            self._call_by_gazetteer(entity)
            introduce_by_gazetteer(entity, self.gazetteer, self.about.date)
        self.pending = self._pronouns()
        vote_by_pronouns(self.entities, self.doc, self.starts, self.words, self.pending)
        self.traces = self._first_traces()

    @cached_property
    def people(self) -> list[Entity]:
        """Persons of the article."""
        return [e for e in self.entities if e.kind == "person"]

    @cached_property
    def _by_name(self) -> dict[str, Entity]:
        return {person.name: person for person in reversed(self.people)}

    @cached_property
    def people_starts(self) -> frozenset[int]:
        """Offsets where a person is named."""
        return frozenset(run.start for person in self.people for run in person.runs)

    @cached_property
    def home(self) -> str:
        """The one state that the article names; nothing where it names none or several."""
        found = {entry.name for run in self.runs if (entry := self.gazetteer.country(run.name)) is not None}
        return next(iter(found)) if len(found) == 1 else ""

    @cached_property
    def interviewer(self) -> str | None:
        """Who asks the questions of an interview, where the article names somebody."""
        return interviewer_of(self.doc, self.people, self.words)

    @cached_property
    def bodies(self) -> list[Body]:
        """Ministries, armies, councils: every mention, in order."""
        return find_bodies(self.tokens, self.gazetteer, self.words, self.people_starts)

    def paragraph(self, offset: int) -> int:
        """Number of the paragraph at an offset."""
        return bisect_right(self._paragraph_starts, offset) - 1

    def sentence(self, offset: int) -> int:
        """Number of the sentence at an offset."""
        return bisect_right(self._sentence_starts, offset) - 1

    def mention(self, span: Span) -> Mention:
        """A source span with its tokens and runs."""
        start, end = span
        if self.text[start:end].endswith(("'s", "’s")):
            # Whose statement: a cue that is a noun.
            end -= 2
        found = self.doc.char_span(start, end, alignment_mode="expand") if start < end else None
        runs = [run for run in self.runs if run.start < end and run.end > start]
        if (
            not runs
            and (bare := bare_run(self.text, start, end, self.words))
            and (choose_person(self, bare, self.people) or self._full_name(bare.name))
        ):
            runs = [bare]
        return Mention(start, end, self.text[start:end], list(found) if found is not None else [], runs)

    def _full_name(self, name: str) -> bool:
        entry = self.gazetteer.find(name)
        return starts_like_a_person(name) or (entry is not None and entry.kind == "person" and " " in name)

    def entity_at(self, run: Run) -> Entity | None:
        """Entity a run was grouped into."""
        return next((entity for entity in self.entities if any(r is run for r in entity.runs)), None)

    def inside(self, offset: int, spans: list[Span]) -> bool:
        """True when an offset lies in one of the spans."""
        return any(start <= offset < end for start, end in spans)

    def told(self, offset: int) -> tuple[bool, bool]:
        """Whether an offset lies in direct, and whether it lies in other quotes."""
        if offset not in self._told:
            self._told[offset] = self.inside(offset, self.direct), self.inside(offset, self.indirect)
        return self._told[offset]

    def remember(self, quote: Quote, mention: Mention | None) -> None:
        """Note who spoke, for the pronouns and floating quotes that follow."""
        if quote.speaker is None:
            return
        offset = mention.start if mention else quote.content[0][0]
        gender = self.gender_of(quote.speaker)
        if mention is not None and not gender:
            gender = next((g for w in mention.plain.split() if (g := self.words.gender(w))), "")
        trace = Trace(offset, quote.speaker, quote.kind, gender, True, True, quote.kind == "group")
        self.spoken.append((quote, trace))
        self.traces.append(trace)

    def gender_of(self, speaker: str) -> str:
        """Gender of a person by name."""
        person = self._by_name.get(speaker)
        return person.gender if person is not None else ""

    def vote(self, speaker: str, gender: str) -> None:
        """Count a pronoun for the gender of a person."""
        for person in self.people:
            if person.name == speaker:
                person.genders[gender] += 1

    def _attach_surnames(self) -> None:
        """Give runs of one word to the fuller person they name; drop the one-word entities left empty."""
        full = [e for e in self.entities if len(e.words) > 1 and " " in e.name and self._may_be_a_person(e)]
        kept = []
        taken = {id(run) for e in self.entities if len(e.words) > 1 for run in e.runs}
        given = {
            id(run)
            for run in self.runs
            if id(run) not in taken and len(run.name.split()) == 1 and self._give(run, full)
        }
        for entity in self.entities:
            if len(entity.words) == 1:
                entity.runs = [run for run in entity.runs if id(run) not in given]
            entity.runs.sort(key=lambda run: run.start)
            if entity.runs:
                kept.append(entity)
        self.entities = kept

    def _call_by_gazetteer(self, entity: Entity) -> None:
        """Give a known person the gazetteer's name, as verdicts do; the words to compare stay the article's."""
        entry = self.gazetteer.find(entity.name) if entity.kind == "person" else None
        if entry is not None and entity.words:
            entity.name = entry.name

    def _may_be_a_person(self, entity: Entity) -> bool:
        entry = self.gazetteer.find(entity.name)
        return entry.kind == "person" if entry is not None else not is_organisation_name(entity.name, self.words)

    def _give(self, run: Run, full: list[Entity]) -> bool:
        found = choose_person(self, run, full)
        if found is None or (found.words[-1:] != key_words(run.name)[-1:] and not _known_by_first_name(found, run)):
            return False
        found.runs.append(run)
        introduce(found, run, self.doc, self.starts, self.words)
        return True

    def _first_traces(self) -> list[Trace]:
        traces = []
        for entity in self.entities:
            for run in entity.runs:
                if entity.kind == "person" or not self._modifies(run):
                    traces.append(Trace(run.start, entity.name, entity.kind, entity.gender, run.subject))
        traces += self._phrase_traces()
        return traces

    def _phrase_traces(self) -> list[Trace]:
        """Unnamed people (`a woman with a bucket`) who are the subject of something."""
        traces = []
        for token in self.tokens.where(pos=["NOUN"], dep=SUBJECTS):
            noun = token.lemma_.lower()
            if not self.is_person_noun(noun):
                continue
            if self.inside(token.idx, self.direct):
                continue
            if self._is_named(token):
                continue
            if token.tag_ == "NN" and any(t.lower_ in INDEFINITE for t in token.lefts):
                gender = self.words.gender(noun)
                traces.append(Trace(token.idx, noun_phrase(token), "anonymous", gender, True))
        return traces

    def _is_named(self, noun: Token) -> bool:
        """True for a phrase that goes on with a person's name: `a dairyman in the next bunk, Harl Ebbing`."""
        end = noun.idx + len(noun)
        starts = [run.start for person in self.people for run in person.runs if run.start > end]
        start = min(starts, default=0)
        if not start or self.sentence(start) != self.sentence(noun.idx) or start - end > _LONGEST_PHRASE:
            return False
        between = self.text[end:start]
        called = any(re.search(rf"\b{word}\s+$", between) for word in sorted(self.words.lists.called))
        named = self.doc[self.starts[start]] if start in self.starts else None
        apposed = between.rstrip().endswith(",") and between.count(",") == 1
        return called or (apposed and named is not None and not any(t.dep_ == "nsubj" for t in _upward(named)))

    def _modifies(self, run: Run) -> bool:
        """True for a name in front of a noun: `Kestrian` in "Kestrian guns"."""
        span = self.doc.char_span(run.start, run.end, alignment_mode="expand")
        return span is not None and span.root.dep_ in ("amod", "compound", "nmod", "poss")

    def _pronouns(self) -> list[Token]:
        """He and she outside direct speech, last first: `pop` gives the next."""
        found = [t for t in self.tokens.where(lower=self.words.personal) if not self.inside(t.idx, self.direct)]
        return found[::-1]

    def is_person_noun(self, noun: str) -> bool:
        """True for a noun that names a human being."""
        words = self.words
        known = noun in words.roles or noun in words.anonymous
        return known or bool(words.gender(noun)) or noun in words.lists.people or words.ends_like_a_person(noun)


def _upward(token: Token) -> list[Token]:
    """A token and the tokens that it is a name or apposition with."""
    found = [token]
    while token.dep_ in ("compound", "flat") and token.head is not token:
        token = token.head
        found.append(token)
    return found


def _known_by_first_name(person: Entity, run: Run) -> bool:
    """True where a word that is not the last of a name may be its owner: not for `Orbis` of "Orbis Research"."""
    labelled = any(r.label == "PERSON" or r.before for r in person.runs)
    return run.label != "ORG" and (labelled or starts_like_a_person(person.name))


def choose_person(article: Article, run: Run, people: list[Entity]) -> Entity | None:
    """Person whose name has the one word of a run: by place in the name, gender, introduction, then nearness before."""
    words = key_words(run.name)
    if not words:
        return None
    word = words[-1]
    genders = [g for w in run.before if (g := article.words.gender(w))]
    best: tuple[float, ...] | None = None
    chosen = None
    for person in people:
        names = person.words
        if word not in names:
            continue
        if genders and person.gender and person.gender != genders[0]:
            continue
        place = 2 if names[-1] == word else 0 if names[0] == word else 1
        titles = set(run.before)
        role = any(titles & (role.words | {role.head}) for role in person.roles) or any(
            titles & set(r.before) for r in person.runs
        )
        before = [r.start for r in person.runs if r.start < run.start]
        usual = any(r.start < run.start and len(key_words(r.name)) == 1 for r in person.runs)
        near = (1, before[-1]) if before else (0, -person.runs[0].start)
        score = (place, float(role), float(usual), *near)
        if best is None or score > best:
            best, chosen = score, person
    return chosen
