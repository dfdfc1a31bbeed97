"""Named people, organisations and states of one article: their mentions grouped, their kinds, roles and genders."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import dropwhile, takewhile

from spacy.tokens import Doc, Token

from pipeline.core.text import Span
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import (
    gender_of_full_name,
    may_be_same_person,
    name_suffix,
    name_words,
    normalise,
    starts_with_given_name,
)
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS, NameMention, TokenIndex
from pipeline.resolve.vocabulary import Vocabulary, word_pattern


@dataclass
class Role:
    """What somebody is introduced as: the head noun, the words around it, and what limits it (`former`, `deputy`)."""

    head: str
    words: frozenset[str]  # normalised
    qualifiers: frozenset[str] = frozenset()  # values of `role_qualifiers` in the language file
    phrase: tuple[Token, ...] = field(default=(), compare=False)  # where the article says so; empty for the gazetteer


@dataclass
class Entity:
    """One person, organisation or state of an article."""

    name: str  # the fullest form
    kind: str  # `person`, `organisation` or `country`; empty for anything else
    mentions: list[NameMention] = field(default_factory=list)  # in order
    roles: list[Role] = field(default_factory=list)
    gender_votes: Counter[str] = field(default_factory=Counter)  # for `male` and `female`

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of the name in the form for comparison."""
        return name_words(self.name)

    @property
    def gender(self) -> str:
        """`male` or `female` by majority of the votes; empty without votes and on a tie."""
        lead = self.gender_votes["male"] - self.gender_votes["female"]
        return "male" if lead > 0 else "female" if lead < 0 else ""


def group_mentions(mentions: list[NameMention]) -> list[Entity]:
    """Group mentions by name into entities, in the order of the text.

    The fullest names come first, so that shorter ones find them; a name of one word is grouped with the same word only.
    """
    entities: list[Entity] = []
    for mention in sorted(mentions, key=lambda m: (-min(len(name_words(m.name)), 4), not name_suffix(m.name), m.start)):
        entity = _matching_entity(entities, mention.name)
        if entity is None:
            entity = Entity(mention.name, "")
            entities.append(entity)
        entity.mentions.append(mention)
    for entity in entities:
        entity.mentions.sort(key=lambda mention: mention.start)
    return sorted(entities, key=lambda entity: entity.mentions[0].start)


def _matching_entity(entities: list[Entity], name: str) -> Entity | None:
    """Return the one entity that a name may be a form of; None where two may be meant, or `Jr.` sets it apart."""
    words, suffix = name_words(name), name_suffix(name)
    others = [e for e in entities if name_suffix(e.name) in ("", suffix)] if suffix else entities
    for entity in others:
        if entity.words == words and (name_suffix(entity.name) == suffix or len(words) == 1):
            return entity
    if len(words) < 2:
        return None
    matching = [e for e in others if len(e.words) > 1 and may_be_same_person(e.words, words)]
    return matching[0] if len(matching) == 1 else None


def classify_entity(entity: Entity, gazetteer: Gazetteer, sources: list[Span]) -> str:
    """Return the kind of an entity by gazetteer, words of its name, introductions, labels and use; empty when unclear.

    A name of several words in a source mention (`sources`) is a person's unless something speaks against it.
    """
    vocabulary = gazetteer.vocabulary
    entry = gazetteer.find(entity.name)
    if entry is not None:
        return entry.kind
    if is_organisation_name(entity.name, vocabulary):
        return "organisation"
    is_crowned = normalise(entity.name).split()[0] in vocabulary.crowned and len(entity.words) > 1
    if is_crowned or any(set(mention.titles_before) - vocabulary.department for mention in entity.mentions):
        return "person"
    labels = {mention.label for mention in entity.mentions}
    several_words = len(entity.words) > 1 and not entity.name.isupper()
    first = entity.name.split()[0]
    starts_with_acronym = first.isalpha() and first.isupper() and len(first) > 2
    if several_words and starts_with_acronym and "PERSON" not in labels:
        return "organisation"
    is_place = "LOC" in labels and "PERSON" not in labels
    # A firm is introduced too, as a `retailer`.
    of_firms = vocabulary.outlets | vocabulary.generic
    has_role = any(vocabulary.is_person_noun(role.head) and role.head not in of_firms for role in entity.roles)
    if several_words and not is_place and has_role:
        return "person"
    return _kind_by_labels(entity, several_words, sources, vocabulary)


def _kind_by_labels(entity: Entity, several_words: bool, sources: list[Span], vocabulary: Vocabulary) -> str:
    """Return the kind that entity labels, prepositions of place, subjects and source mentions speak for."""
    labels = Counter(mention.label for mention in entity.mentions if mention.label)
    if len(entity.words) > 1 and starts_with_given_name(entity.name):
        return "person"
    places = sum(mention.after_place_preposition for mention in entity.mentions)
    speaks = any(start <= m.start and m.end <= end for m in entity.mentions for start, end in sources)
    if places * 2 >= len(entity.mentions) and not speaks:
        return ""
    acts = speaks or any(mention.is_subject for mention in entity.mentions)
    if labels["PERSON"] and labels["PERSON"] * 2 >= labels.total():
        return "person" if acts or (len(entity.words) > 1 and not places) else ""
    acts = acts and (speaks or not places)
    if several_words and len(entity.words) < 5 and acts:
        others = labels.total() - labels["PERSON"]
        return "person" if others <= len(entity.mentions) / 2 else "organisation"
    return "organisation" if labels["ORG"] or labels["NORP"] else ""


def is_organisation_name(name: str, vocabulary: Vocabulary) -> bool:
    """Return True when a word of a name says that it is an organisation's."""
    return any(word in vocabulary.organisation for word in normalise(name).split())


# Votes for a gender: of the gazetteer, the given name, and a title or role noun; a pronoun has one.
GAZETTEER_VOTES = 100
GIVEN_NAME_VOTES = 5
TITLE_VOTES = 2
_PHRASE_TAGS = {"NOUN", "PROPN", "ADJ", "NUM"}
_MAX_APPOSITION = 14
_CLOSING_PUNCTUATION = re.compile(r"[,;.:()\n\"“”]")


def role_of_phrase(tokens: list[Token], vocabulary: Vocabulary) -> Role | None:
    """Return the role that a noun phrase tells: its head noun and its other words; None without a noun."""
    core: list[Token] = []
    for token in tokens:
        ends_core = token.pos_ in ("ADP", "PRON", "VERB", "SCONJ") and token.text != "-"
        if ends_core and core and token.lower_ not in vocabulary.possessive_endings:
            break
        core.append(token)
    nouns = [t for t in core if t.pos_ in ("NOUN", "PROPN")]
    if not nouns:
        return None
    words = frozenset(
        w for t in tokens if t.is_alpha and (not t.is_stop or _is_capitalised(t)) for w in normalise(t.text).split()
    )
    # In `ex-president` the qualifier is part of the noun.
    *front, head = vocabulary.split_qualifiers(nouns[-1].lemma_.lower())
    *more, head = vocabulary.short_offices.get(head, head).split()
    others = [word for t in core if t is not nouns[-1] for word in normalise(t.text).split()]
    qualifiers = vocabulary.qualifiers_of([*front, *more, *others])
    words = words - {nouns[-1].lower_, normalise(nouns[-1].text)} | frozenset(more)
    return Role(vocabulary.base_role(head), words, qualifiers, tuple(tokens))


def _is_capitalised(token: Token) -> bool:
    """Return True for `US`, which in small letters is a stop word; not for `The` at the start of a sentence."""
    return token.text[0].isupper() and token.pos_ not in ("DET", "PRON")


def add_introduction(entity: Entity, mention: NameMention, tokens: TokenIndex, vocabulary: Vocabulary) -> None:
    """Add the roles and gender votes that the words around one mention give."""
    if mention.start not in tokens.starts:
        return
    doc = tokens.doc
    first = last = tokens.starts[mention.start]
    while last + 1 < len(doc) and doc[last + 1].idx < mention.end:
        last += 1
    title_words = list(mention.titles_before)
    for phrase in (
        _phrase_in_front(doc, first, vocabulary),
        _apposition_before(doc, first - len(mention.titles_before), last),
        _apposition_after(doc, last, vocabulary),
    ):
        if (role := role_of_phrase(phrase, vocabulary)) is not None:
            entity.roles.append(role)
            title_words += [normalise(t.text) for t in phrase if t.pos_ in ("NOUN", "PROPN")][-1:]
    first_word = normalise(mention.name).split()[:1]
    if len(mention.name.split()) > 1 and first_word[0] in vocabulary.crowned:
        entity.roles.append(Role(first_word[0], frozenset()))
        title_words += first_word
    for gender in filter(None, map(vocabulary.gender_of_word, title_words)):
        entity.gender_votes[gender] += TITLE_VOTES
    if mention.is_subject and (gender := _gender_of_possessive(doc, first, last, vocabulary)):
        entity.gender_votes[gender] += 1


def _gender_of_possessive(doc: Doc, first: int, last: int, vocabulary: Vocabulary) -> str:
    """Return the gender of `her` in "Korvath and her son": behind a subject that nobody else is named beside."""
    sentence = doc[first].sent
    if any(token.ent_type_ == "PERSON" for token in doc[sentence.start : first]):
        return ""
    for token in doc[last + 1 : sentence.end]:
        # A colon stands behind the label of a turn; another pronoun may be the owner.
        if token.is_quote or token.pos_ == "PROPN" or token.tag_ in ("PRP$", "PRP", ":"):
            return vocabulary.gender_of_word(token.lower_) if token.tag_ == "PRP$" else ""
    return ""


def _phrase_in_front(doc: Doc, first: int, vocabulary: Vocabulary) -> list[Token]:
    """Return `Velmoran Foreign Minister` or `union president` right before the name."""
    start = first
    while start and not doc[start].is_sent_start:
        before = doc[start - 1]
        has_tag = before.pos_ in _PHRASE_TAGS and not before.is_space
        in_phrase = has_tag or before.tag_ == "POS" or before.text in (".", "-", "–")
        if not in_phrase and not (start != first and _continues_office(doc, start - 1, vocabulary)):
            break
        start -= 1
    phrase = list(doc[start:first])
    return phrase if phrase and phrase[-1].pos_ in _PHRASE_TAGS else phrase[:-1] if len(phrase) > 1 else []


def _continues_office(doc: Doc, i: int, vocabulary: Vocabulary) -> bool:
    """Return True for the `of` and the article after it in "Minister of Foreign Affairs", "head of the committee"."""
    word = doc[i]
    if word.lower_ in vocabulary.definite_articles:
        return i > 1 and _continues_office(doc, i - 1, vocabulary)
    if word.lower_ not in vocabulary.office_prepositions or i == 0:
        return False
    return doc[i - 1].pos_ in ("NOUN", "PROPN") and not doc[i - 1].ent_type_


def _apposition_before(doc: Doc, first: int, last: int) -> list[Token]:
    """Return `mayor of Ostry` in "the mayor of Ostry, X": from after the determiner up to the comma."""
    if first < 2 or doc[first - 1].text != ",":
        return []
    if doc[last].dep_ in SUBJECT_RELATIONS and last + 1 < len(doc) and doc[last + 1].pos_ in ("VERB", "AUX"):
        # "According to the mayor, X left": the name starts a clause of its own.
        return []
    start = first - 2
    while start >= 0 and first - start < _MAX_APPOSITION:
        token = doc[start]
        if token.pos_ == "DET" or token.tag_ == "PRP$":
            before = doc[max(start - 1, 0)]
            if not (before.tag_ == "IN" and before.dep_ == "prep" and before.head.pos_ == "NOUN"):
                return list(doc[start + 1 : first - 1])
        elif token.pos_ in ("VERB", "AUX", "PUNCT", "CCONJ", "SCONJ", "SPACE") and token.text != "-":
            return []
        elif token.is_sent_start:
            # "Chancellor of Kestria, X, said": no article at the start of a sentence.
            return list(doc[start : first - 1]) if token.pos_ in ("ADJ", "NOUN", "PROPN") else []
        start -= 1
    return []


def _apposition_after(doc: Doc, last: int, vocabulary: Vocabulary) -> list[Token]:
    """Return `mayor of Ostry` in "X, the mayor of Ostry, said"."""
    if last + 2 >= len(doc) or doc[last + 1].text not in (",", "(", "-", "–", "—"):
        return []
    phrase: list[Token] = []
    for token in doc[last + 2 : last + 2 + _MAX_APPOSITION]:
        is_finite = token.pos_ == "VERB" and token.tag_ in ("VBD", "VBZ", "VBP")
        if is_finite and token.dep_ not in ("acl", "relcl") and doc[last].dep_ not in SUBJECT_RELATIONS:
            # "After the talks with X, the mayor said": the phrase starts a clause of its own.
            return []
        if _CLOSING_PUNCTUATION.match(token.text) or token.pos_ in ("AUX", "SCONJ") or is_finite:
            break
        if not phrase and token.lower_ in vocabulary.clause_openers:
            return []
        if not phrase and token.pos_ not in ("DET", "NOUN", "ADJ", "PROPN", "PRON", "NUM"):
            return []
        phrase.append(token)
    phrase = list(dropwhile(lambda token: token.pos_ in ("DET", "PRON") or token.is_punct, phrase))
    has_noun = any(t.pos_ == "NOUN" or (t.pos_ == "PROPN" and normalise(t.text)) for t in phrase)
    return phrase if has_noun else []


def add_gazetteer_facts(entity: Entity, gazetteer: Gazetteer, date: str = "") -> None:
    """Add a person's office (on the article's date) and gender by the gazetteer, and votes of the given name."""
    if entity.kind != "person":
        return
    vocabulary = gazetteer.vocabulary
    entry = gazetteer.find(entity.name)
    if entry is not None and entry.gender:
        entity.gender_votes[entry.gender] += GAZETTEER_VOTES
    if gender := gender_of_full_name(entity.name):
        entity.gender_votes[gender] += GIVEN_NAME_VOTES
    has_left = entry is not None and entry.has_left_by(date)
    if entry is not None and entry.role and (not date or has_left or entry.held_on(date)):
        prepositions = word_pattern(vocabulary.role_prepositions)
        front, *behind = re.split(rf" ({prepositions}) ", normalise(entry.role), maxsplit=1)
        *rest, head = front.split()
        # A state's name of several words is one word here, as that of any other state.
        country = [normalise(entry.country)] if entry.country else []
        # `Joint chiefs staff` of a role behind `of`, but not the place of an ambassador.
        of_body = behind[1].split() if behind and behind[0] in vocabulary.office_prepositions else []
        words = frozenset([*rest, *(word for word in of_body if word not in vocabulary.joining), *country])
        limits = [*rest, *(vocabulary.former if has_left else ())]
        entity.roles.append(Role(vocabulary.base_role(head), words, vocabulary.qualifiers_of(limits)))


def attach_single_words(
    entities: list[Entity], mentions: list[NameMention], tokens: TokenIndex, gazetteer: Gazetteer
) -> list[Entity]:
    """Move mentions of one word to the person with a fuller name that they refer to; return the entities left.

    Entities of one word that lose all their mentions are left out.
    """
    full_names = [entity for entity in entities if len(entity.words) > 1]
    people = []
    for entity in full_names:
        entry = gazetteer.find(entity.name)
        is_body = entry.kind != "person" if entry else is_organisation_name(entity.name, gazetteer.vocabulary)
        if " " in entity.name and not is_body:
            people.append(entity)
    grouped = {id(mention) for entity in full_names for mention in entity.mentions}
    single = [m for m in mentions if id(m) not in grouped and len(m.name.split()) == 1]
    relatives = {id(m): _named_as_own(m, people, tokens, gazetteer.vocabulary) for m in single}
    # "Mr Selim's cousin, the poet Dunja Selim": any other "Mr Selim" is not she either.
    apart = [(m.titles_before, person) for m in single for person in relatives[id(m)] if m.titles_before]
    moved = set()
    for mention in single:
        others = [*relatives[id(mention)], *(person for titles, person in apart if titles == mention.titles_before)]
        eligible = [person for person in people if not any(person is other for other in others)]
        if not (fitting := fitting_people(mention, eligible, gazetteer.vocabulary)):
            continue
        person, *others = fitting
        # "Ms. Dorn" may be one who is named in full later, unless the first Dorn is known to be a woman.
        is_open = bool(mention.titles_before) and not person.gender
        mention.rivals = tuple(other for other in others if is_open or other.mentions[0].start < mention.start)
        person.mentions.append(mention)
        if not mention.rivals:
            add_introduction(person, mention, tokens, gazetteer.vocabulary)
        moved.add(id(mention))
    for entity in entities:
        if len(entity.words) == 1:
            entity.mentions = [mention for mention in entity.mentions if id(mention) not in moved]
        entity.mentions.sort(key=lambda mention: mention.start)
    return [entity for entity in entities if entity.mentions]


def _named_as_own(
    mention: NameMention, people: list[Entity], tokens: TokenIndex, vocabulary: Vocabulary
) -> list[Entity]:
    """Return who is named as somebody's own, so is somebody else: "Selim's cousin, the poet Dunja Selim"."""
    i = tokens.starts.get(mention.start, len(tokens.doc))
    behind = tokens.doc[i + 1 : i + _MAX_APPOSITION]
    if len(behind) < 3 or behind[0].lower_ not in vocabulary.possessive_endings:
        return []
    own = takewhile(lambda token: token.pos_ in (*_PHRASE_TAGS, "DET") or token.text == ",", behind[1:])
    starts = {token.idx for token in own}
    return [person for person in people if any(m.start in starts for m in person.mentions)]


def fitting_people(mention: NameMention, people: list[Entity], vocabulary: Vocabulary) -> list[Entity]:
    """Return the person whose name contains the last word of a mention, and behind it those who fit nearly as well.

    Of several, a surname wins over a first name, then the person whose introduction has the mention's titles; those
    behind it are equal so far. The first is called by this word alone before, else was named last before the mention.
    """
    if not (words := name_words(mention.name)):
        return []
    gender = next((g for title in mention.titles_before if (g := vocabulary.gender_of_word(title))), "")
    named = [(p, gender_of_full_name(p.name) or p.gender) for p in people if words[-1] in p.words]
    # "Ms Hallow" is she who is known to be a woman, before somebody of whom nothing tells it.
    fitting = [p for p, known in named if gender and known == gender]
    fitting = fitting or [p for p, known in named if not (gender and known)]
    scored = [(_match_score(mention, words[-1], person), person) for person in fitting]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [person for score, person in scored if score[:2] == scored[0][0][:2]]


def _match_score(mention: NameMention, word: str, person: Entity) -> tuple[float, ...]:
    """Return how well a word of a mention matches a person: its place in the name, titles, usage and nearness."""
    place = 2 if person.words[-1] == word else 0 if person.words[0] == word else 1
    titles = set(mention.titles_before)
    has_title = any(titles & (role.words | {role.head}) for role in person.roles) or any(
        titles & set(m.titles_before) for m in person.mentions if not m.rivals
    )
    # Where the word was used: a first name since then does not make the surname mean somebody else.
    earlier = [m for m in person.mentions if m.start < mention.start]
    before = [m for m in earlier if word in name_words(m.name)] or earlier
    called_by_one_word = any(name_words(m.name) == (word,) for m in before)
    if not before:
        return (place, float(has_title), 0.0, 0.0, 0.0, -person.mentions[0].start)
    # In one sentence the first subject is spoken of: "Zinta Roth, whose son Belto Roth died, wept."
    last = before[-1]
    nearness = (last.sentence, float(last.is_subject), -last.start)
    return (place, float(has_title), float(called_by_one_word), *nearness)
