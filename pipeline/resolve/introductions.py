"""How people are introduced in an article (title, apposition, relative clause), and what tells their gender."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Doc, Token

from pipeline.resolve.entities import Entity, Role
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS, NameMention
from pipeline.resolve.token_index import TokenIndex
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

# Votes for a gender: of the gazetteer, the given name, and a title or role noun; a pronoun has one.
GAZETTEER_VOTES = 100
GIVEN_NAME_VOTES = 5
TITLE_VOTES = 2
_PHRASE_TAGS = {"NOUN", "PROPN", "ADJ", "NUM"}
_MAX_APPOSITION = 14
_MAX_IN_BRACKETS = 6
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
    for phrase in (
        _phrase_in_front(doc, first, vocabulary) + _place_after(doc, last, vocabulary),
        _apposition_before(doc, first, last),
        _apposition_after(doc, last, vocabulary),
        _predicate(doc, last, vocabulary),
    ):
        _add_phrase(entity, phrase, vocabulary)
    _add_relative_clause(entity, doc, last, vocabulary)
    first_word = normalise(mention.name).split()[:1]
    if len(mention.name.split()) > 1 and first_word[0] in vocabulary.crowned:
        entity.roles.append(Role(first_word[0], frozenset()))
        _add_title_votes(entity, first_word, vocabulary)
    _add_title_votes(entity, mention.titles_before, vocabulary)


def _add_title_votes(entity: Entity, words: Iterable[str], vocabulary: Vocabulary) -> None:
    """Count the titles and role nouns that tell a gender."""
    for word in words:
        if gender := vocabulary.gender_of_word(word):
            entity.gender_votes[gender] += TITLE_VOTES


def _add_phrase(entity: Entity, phrase: list[Token], vocabulary: Vocabulary) -> None:
    """Add the role of a noun phrase, and the gender of its last noun."""
    role = role_of_phrase(phrase, vocabulary)
    if role is not None:
        entity.roles.append(role)
        nouns = [normalise(t.text) for t in phrase if t.pos_ in ("NOUN", "PROPN")]
        _add_title_votes(entity, nouns[-1:], vocabulary)


def _phrase_in_front(doc: Doc, first: int, vocabulary: Vocabulary) -> list[Token]:
    """Return `Velmoran Foreign Minister` or `union president` right before the name."""
    start = first = _before_brackets(doc, first)
    while start and not doc[start].is_sent_start:
        in_office = start != first and _continues_office(doc, start - 1, vocabulary)
        if not _is_phrase_token(doc[start - 1]) and not in_office:
            break
        start -= 1
    phrase = list(doc[start:first])
    return phrase if phrase and phrase[-1].pos_ in _PHRASE_TAGS else phrase[:-1] if len(phrase) > 1 else []


def _before_brackets(doc: Doc, first: int) -> int:
    """Return the token where brackets before a name open: "the mayor of Ostry (1995-2005) Anton Gavrel"."""
    if first < 2 or doc[first - 1].text != ")":
        return first
    inside = range(first - 2, max(first - 2 - _MAX_IN_BRACKETS, -1), -1)
    return next((i for i in inside if doc[i].text == "("), first)


def _place_after(doc: Doc, last: int, vocabulary: Vocabulary) -> list[Token]:
    """Return `of Velmora` after a name that has its office in front: "President Anton Gavrel of Velmora"."""
    after = list(doc[last + 1 : last + 3])
    return after if len(after) == 2 and after[0].lower_ in vocabulary.of and after[1].pos_ == "PROPN" else []


def _continues_office(doc: Doc, i: int, vocabulary: Vocabulary) -> bool:
    """Return True for the `of` and the article after it in "Minister of Foreign Affairs", "head of the committee"."""
    word = doc[i]
    if word.lower_ in vocabulary.definite_articles:
        return i > 1 and _continues_office(doc, i - 1, vocabulary)
    if word.lower_ not in vocabulary.office_prepositions or i == 0:
        return False
    return doc[i - 1].pos_ in ("NOUN", "PROPN") and not doc[i - 1].ent_type_


def _is_phrase_token(token: Token) -> bool:
    if token.text in (".", "-", "–") or token.tag_ == "POS":
        return True
    return token.pos_ in _PHRASE_TAGS and not token.is_space


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
    while phrase and (phrase[0].pos_ in ("DET", "PRON") or phrase[0].is_punct):
        phrase = phrase[1:]
    has_noun = any(t.pos_ == "NOUN" or (t.pos_ == "PROPN" and normalise(t.text)) for t in phrase)
    return phrase if has_noun else []


def _predicate(doc: Doc, last: int, vocabulary: Vocabulary) -> list[Token]:
    """Return `mayor` in "X is the mayor"."""
    verb = doc[last].head
    if doc[last].dep_ != "nsubj" or verb.lemma_ not in vocabulary.copulas:
        return []
    for child in verb.children:
        if child.dep_ == "attr" and child.pos_ == "NOUN":
            return [t for t in child.subtree if t.pos_ != "DET"][:_MAX_APPOSITION]
    return []


def _add_relative_clause(entity: Entity, doc: Doc, last: int, vocabulary: Vocabulary) -> None:
    """Add the role that the verb of a relative clause tells: `head` for "who heads the mission"."""
    pronoun = next((t for t in doc[last + 1 : last + 4] if t.lower_ in vocabulary.who), None)
    if pronoun is None:
        return
    verb = pronoun.head
    if verb.lemma_ in vocabulary.leading_verbs:
        rest = [t for t in verb.subtree if t.i > verb.i][:_MAX_APPOSITION]
        words = frozenset(w for t in rest if t.is_alpha and not t.is_stop for w in normalise(t.text).split())
        entity.roles.append(Role(vocabulary.leading_verbs[verb.lemma_], words, phrase=(verb, *rest)))


def add_gazetteer_facts(entity: Entity, gazetteer: Gazetteer, date: str = "") -> None:
    """Add a person's office (on the article's date) and gender by the gazetteer, and votes of the given name."""
    if entity.kind != "person":
        return
    vocabulary = gazetteer.vocabulary
    entry = gazetteer.find(entity.name)
    if entry is not None and entry.gender:
        entity.gender_votes[entry.gender] += GAZETTEER_VOTES
    if gender := vocabulary.gender_of_full_name(entity.name):
        entity.gender_votes[gender] += GIVEN_NAME_VOTES
    has_left = entry is not None and entry.has_left_by(date)
    if entry is not None and entry.role and (not date or has_left or entry.held_on(date)):
        prepositions = word_pattern(vocabulary.role_prepositions)
        front, *behind = re.split(rf" ({prepositions}) ", normalise(entry.role), maxsplit=1)
        *rest, head = front.split()
        # A state's name of several words is one word here, as that of any other state.
        country = [normalise(entry.country)] if entry.country else []
        words = frozenset([*rest, *_words_of_body(behind, vocabulary), *country])
        limits = [*rest, *(vocabulary.former if has_left else ())]
        entity.roles.append(Role(vocabulary.base_role(head), words, vocabulary.qualifiers_of(limits)))


def _words_of_body(behind: list[str], vocabulary: Vocabulary) -> list[str]:
    """Return `joint chiefs staff` of a role behind `of`; nothing for the place of an ambassador."""
    if not behind or behind[0] not in vocabulary.office_prepositions:
        return []
    return [word for word in behind[1].split() if word not in vocabulary.joining]


def add_pronoun_votes(
    entities: list[Entity], tokens: TokenIndex, vocabulary: Vocabulary, pronouns: list[Token]
) -> None:
    """Count the pronouns that follow the only person named in their sentence so far, where that is a subject."""
    people: dict[int, list[tuple[NameMention, Entity]]] = {}
    for entity in entities:
        if entity.kind == "person":
            for mention in entity.mentions:
                if (token := tokens.get(mention.start)) is not None:
                    people.setdefault(token.sent.start, []).append((mention, entity))
    for pronoun in pronouns:
        before = [(m, e) for m, e in people.get(pronoun.sent.start, ()) if m.start < pronoun.idx]
        named = [entity for _, entity in before]
        if named and all(e is named[0] for e in named) and any(mention.is_subject for mention, _ in before):
            named[0].gender_votes[vocabulary.gender_of_word(pronoun.lower_)] += 1
