"""How people are introduced in an article (title, apposition, relative clause), and what tells their gender."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from pipeline.resolve.entities import Entity, Role
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.given_names import gender_of_given
from pipeline.resolve.name_forms import plain
from pipeline.resolve.name_mentions import Run
from pipeline.resolve.word_sets import Words, base_role

_PHRASE = {"NOUN", "PROPN", "ADJ", "NUM"}
_LEADS = {"head": "head", "lead": "leader", "command": "commander", "chair": "chair", "run": "head", "own": "owner"}
GAZETTEER_VOTES = 100
GIVEN_NAME_VOTES = 5
_LONGEST_APPOSITION = 14
_CLOSING = re.compile(r"[,;.:()\n\"“”]")


def phrase_role(tokens: list[Token]) -> Role | None:
    """Role told by a noun phrase: its head noun and its other words; None for a phrase without a noun."""
    core: list[Token] = []
    for token in tokens:
        if token.pos_ in ("ADP", "PRON", "VERB", "SCONJ") and core and token.text.lower() not in ("-", "'s"):
            break
        core.append(token)
    nouns = [t for t in core if t.pos_ in ("NOUN", "PROPN")]
    if not nouns:
        return None
    words = frozenset(
        w for t in tokens if t.is_alpha and (not t.is_stop or _own_capital(t)) for w in plain(t.text).split()
    )
    head = base_role(nouns[-1].lemma_.lower())
    return Role(head, words - {nouns[-1].lower_, plain(nouns[-1].text)})


def _own_capital(token: Token) -> bool:
    """True for `US`, a small word but for its capitals; not for `The` at the head of a sentence."""
    return token.text[0].isupper() and token.pos_ not in ("DET", "PRON")


def introduce(entity: Entity, run: Run, doc: Doc, starts: dict[int, int], words: Words) -> None:
    """Add the roles and gender votes that the words around one mention give."""
    if run.start not in starts:
        return
    first = last = starts[run.start]
    while last + 1 < len(doc) and doc[last + 1].idx < run.end:
        last += 1
    for tokens in (
        _in_front(doc, first) + _of_somewhere(doc, last),
        _phrase_before(doc, first, last),
        _phrase_after(doc, last),
        _is_a(doc, last),
    ):
        _add(entity, tokens, words)
    _add_relative(entity, doc, last)
    crown = plain(run.name).split()[:1]
    if len(run.name.split()) > 1 and crown[0] in words.lists.crowned:
        entity.roles.append(Role(crown[0], frozenset()))
        _vote(entity, crown, words)
    _vote(entity, run.before, words)


def _vote(entity: Entity, found: tuple[str, ...] | list[str], words: Words) -> None:
    for word in found:
        if gender := words.gender(word):
            entity.genders[gender] += 2


def _add(entity: Entity, tokens: list[Token], words: Words) -> None:
    if not tokens:
        return
    role = phrase_role(tokens)
    if role is not None:
        entity.roles.append(role)
        nouns = [plain(t.text) for t in tokens if t.pos_ in ("NOUN", "PROPN")]
        _vote(entity, nouns[-1:], words)


def _in_front(doc: Doc, first: int) -> list[Token]:
    """`Velmoran Foreign Minister` or `union president` right before the name."""
    start = first
    while start and not doc[start].is_sent_start:
        if not _part_of_phrase(doc[start - 1]) and (start == first or not _in_an_office(doc, start - 1)):
            break
        start -= 1
    tokens = list(doc[start:first])
    return tokens if tokens and tokens[-1].pos_ in _PHRASE else tokens[:-1] if len(tokens) > 1 else []


def _of_somewhere(doc: Doc, last: int) -> list[Token]:
    """`of Velmora` right after a name that has its office in front: "President Anton Gavrel of Velmora"."""
    after = list(doc[last + 1 : last + 3])
    return after if len(after) == 2 and after[0].lower_ == "of" and after[1].pos_ == "PROPN" else []


def _in_an_office(doc: Doc, i: int) -> bool:
    """True for the `of` and the article after it in "Minister of Foreign Affairs" and "head of the committee"."""
    word = doc[i]
    if word.lower_ == "the":
        return i > 1 and _in_an_office(doc, i - 1)
    return word.lower_ in ("of", "for") and i > 0 and doc[i - 1].pos_ in ("NOUN", "PROPN") and not doc[i - 1].ent_type_


def _part_of_phrase(token: Token) -> bool:
    if token.text in (".", "-", "–") or token.tag_ == "POS":
        return True
    return token.pos_ in _PHRASE and not token.is_space


def _phrase_before(doc: Doc, first: int, last: int) -> list[Token]:
    """`the mayor of Ostry` in "the mayor of Ostry, X": from its determiner up to the comma."""
    if first < 2 or doc[first - 1].text != ",":
        return []
    if doc[last].dep_ == "nsubj" and last + 1 < len(doc) and doc[last + 1].pos_ in ("VERB", "AUX"):
        # According to the mayor, X left: a clause of its own.
        return []
    start = first - 2
    while start > 0 and first - start < _LONGEST_APPOSITION:
        token = doc[start]
        if token.pos_ == "DET" or token.tag_ == "PRP$":
            if (
                start
                and doc[start - 1].tag_ in ("IN",)
                and doc[start - 1].dep_ == "prep"
                and doc[start - 1].head.pos_ == "NOUN"
            ):
                start -= 1
                continue
            return list(doc[start + 1 : first - 1])
        if token.pos_ in ("VERB", "AUX", "PUNCT", "CCONJ", "SCONJ", "SPACE") and token.text != "-":
            return []
        start -= 1
    return []


def _phrase_after(doc: Doc, last: int) -> list[Token]:
    """`the mayor of Ostry` in "X, the mayor of Ostry, said"."""
    if last + 2 >= len(doc) or doc[last + 1].text not in (",", "(", "-", "–", "—"):
        return []
    tokens: list[Token] = []
    for token in doc[last + 2 : last + 2 + _LONGEST_APPOSITION]:
        if (
            _CLOSING.match(token.text)
            or token.pos_ in ("AUX", "SCONJ")
            or (token.pos_ == "VERB" and token.tag_ in ("VBD", "VBZ", "VBP"))
        ):
            break
        if not tokens and token.lower_ in ("which", "who", "that", "where", "it", "he", "she", "they"):
            return []
        if not tokens and token.pos_ not in ("DET", "NOUN", "ADJ", "PROPN", "PRON", "NUM"):
            return []
        tokens.append(token)
    while tokens and (tokens[0].pos_ in ("DET", "PRON") or tokens[0].is_punct):
        tokens = tokens[1:]
    nouns = [t for t in tokens if t.pos_ == "NOUN" or (t.pos_ == "PROPN" and plain(t.text) not in ("",))]
    return tokens if nouns else []


def _is_a(doc: Doc, last: int) -> list[Token]:
    """`the mayor` in "X is the mayor"."""
    verb = doc[last].head
    if doc[last].dep_ != "nsubj" or verb.lemma_ not in ("be", "become"):
        return []
    for child in verb.children:
        if child.dep_ == "attr" and child.pos_ == "NOUN":
            return [t for t in child.subtree if t.pos_ != "DET"][:_LONGEST_APPOSITION]
    return []


def _add_relative(entity: Entity, doc: Doc, last: int) -> None:
    """`who heads the mission`: the verb gives the noun."""
    after = doc[last + 1 : last + 4]
    who = next((t for t in after if t.lower_ == "who"), None)
    if who is None:
        return
    verb = who.head
    if verb.lemma_ in _LEADS:
        rest = [t for t in verb.subtree if t.i > verb.i][:_LONGEST_APPOSITION]
        words = frozenset(w for t in rest if t.is_alpha and not t.is_stop for w in plain(t.text).split())
        entity.roles.append(Role(_LEADS[verb.lemma_], words))


def introduce_by_gazetteer(entity: Entity, gazetteer: Gazetteer, date: str = "") -> None:
    """Add the office (held on the article's date) and gender that the gazetteer knows; the gender of the given name."""
    entry = gazetteer.find(entity.name) if entity.kind == "person" else None
    if entry is not None and entry.gender:
        entity.genders[entry.gender] += GAZETTEER_VOTES
    if entity.kind == "person" and (gender := gender_of_given(entity.name)):
        entity.genders[gender] += GIVEN_NAME_VOTES
    if entry is not None and entry.role and (not date or entry.held(date)):
        *rest, head = re.split(r" (?:of|in|for|to) ", plain(entry.role), maxsplit=1)[0].split()
        entity.roles.append(Role(base_role(head), frozenset([*rest, *plain(entry.country).split()])))


def vote_by_pronouns(
    entities: list[Entity], doc: Doc, starts: dict[int, int], words: Words, pronouns: list[Token]
) -> None:
    """Count pronouns (those of the narration) that follow the only person named in their sentence so far."""
    people: dict[int, list[tuple[Run, Entity]]] = {}
    for entity in entities:
        if entity.kind == "person":
            for run in entity.runs:
                if run.start in starts:
                    token = doc[starts[run.start]]
                    people.setdefault(token.sent.start, []).append((run, entity))
    for token in pronouns:
        word = token.lower_
        found = [(run, e) for run, e in people.get(token.sent.start, ()) if run.start < token.idx]
        named = [e for _, e in found]
        if named and all(e is named[0] for e in named) and any(run.subject for run, _ in found):
            named[0].genders[words.gender(word)] += 1
