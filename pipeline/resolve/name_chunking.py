"""Chunking of capitalised words: where a title ends, an institution's name goes on, and a person's name begins."""

from __future__ import annotations

import re

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import name_key, normalise
from pipeline.resolve.name_titles import is_title
from pipeline.resolve.token_index import TokenIndex
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

Chunk = list[re.Match]
_MAX_TOKENS_BACK = 8
_MAX_NAME_WORDS = 4


def split_at_joining_words(words: Chunk, vocabulary: Vocabulary) -> list[Chunk]:
    """Split capitalised words at `of`, `and` and `for`, except within institutions (`Institute for Border Studies`)."""
    chunks: list[Chunk] = [[]]
    for i, match in enumerate(words):
        is_joining = match.group().lower() in vocabulary.joining
        if is_joining and not (chunks[-1] and _is_inside_institution(words, i, chunks[-1], vocabulary)):
            chunks.append([])
        else:
            chunks[-1].append(match)
    return chunks


def _is_inside_institution(words: Chunk, i: int, chunk: Chunk, vocabulary: Vocabulary) -> bool:
    """Return True when the joining word at `i` is part of the institution's name that the chunk before it begins."""
    if not any(normalise(m.group()) in vocabulary.institution for m in chunk):
        return False
    word = words[i].group().lower()
    after = words[i + 1].group() if i + 1 < len(words) else ""
    if word in vocabulary.conjunctions:
        last = normalise(chunk[-1].group())
        if last in vocabulary.organisation or last in vocabulary.institution:
            return False
        return not (is_title(after, vocabulary.titles) and normalise(after) not in vocabulary.department)
    if word in vocabulary.office_prepositions:
        return True
    return word in vocabulary.definite_articles and chunk[-1].group().lower() in vocabulary.office_prepositions


def skip_titles(chunk: Chunk, vocabulary: Vocabulary) -> int:
    """Return the index of a chunk's first word that is no title; titles inside an institution's name are kept."""
    heads = [i for i, m in enumerate(chunk) if normalise(m.group()) in vocabulary.body]
    last_title = max(
        (
            i
            for i, m in enumerate(chunk)
            if is_title(m.group(), vocabulary.titles)
            and normalise(m.group()) not in vocabulary.department
            and not _is_staff_title(chunk, i, vocabulary)
        ),
        default=-1,
    )
    if any(i > last_title for i in heads):
        return last_title + 1
    if len(chunk) == 2 and name_key(chunk[0].group()) in vocabulary.given_names:
        return 0
    last_title = max((i for i, m in enumerate(chunk) if is_title(m.group(), vocabulary.titles)), default=-1)
    follows = chunk[last_title + 1 : last_title + 2]
    # In "Directorate General of Ports" the title belongs to the name.
    return 0 if last_title > 0 and follows and follows[0].group() in vocabulary.joining else last_title + 1


def _is_staff_title(chunk: Chunk, i: int, vocabulary: Vocabulary) -> bool:
    """Return True for the `General` of "General Staff"."""
    is_staff = normalise(chunk[i].group()) in vocabulary.staff_titles
    return is_staff and i + 1 < len(chunk) and normalise(chunk[i + 1].group()) in vocabulary.body


def split_off_person(chunk: Chunk, tokens: TokenIndex, gazetteer: Gazetteer) -> list[Chunk]:
    """Split `Ministry of Foreign Affairs Anton Gavrel` into an institution or state and the person named after it.

    The person needs evidence: an entity label, a common given name, or a role noun before the institution that a name
    must follow (`the head of`). A place that no list has (`Quelden Anton Gavrel`) is recognised by `_follows_place`.
    """
    vocabulary = gazetteer.vocabulary
    for i in range(1, len(chunk) - 1):
        front, name = chunk[:i], chunk[i:]
        last = front[-1].group()
        if len(name) > _MAX_NAME_WORDS or not all(_may_be_of_person(match.group(), gazetteer) for match in name):
            continue
        if _names_state(chunk[: i + 1], gazetteer):  # "United" of "United States"
            continue
        if not (_ends_institution(last, gazetteer) or _names_state(front, gazetteer)):
            if _follows_place(front, name, tokens, vocabulary):
                return [front, name]
            continue
        if (
            any(m.start() in tokens and tokens[m.start()].ent_type_ == "PERSON" for m in name)
            or name_key(name[0].group()) in vocabulary.given_names
            or (not _is_acronym(last) and _follows_role_noun(front[0], tokens, vocabulary.roles | vocabulary.people))
        ):
            return [front, name]
    return [chunk]


def _follows_place(front: Chunk, name: Chunk, tokens: TokenIndex, vocabulary: Vocabulary) -> bool:
    """Return True for `Quelden` before a common given name, where the text shows that it is no name of the person.

    Somebody may have an uncommon given name and a common one after it, so words before a given name are no evidence.
    """
    if name_key(name[0].group()) not in vocabulary.given_names or is_title(front[-1].group(), vocabulary.titles):
        return False
    small = vocabulary.particles | vocabulary.joining
    for word in (normalise(match.group()) for match in front):
        if len(word) < 2 or name_key(word) in vocabulary.given_names or word in small:
            return False
    if _follows_role_noun(front[0], tokens, vocabulary.of_a_place):
        return True
    if _stands_alone(front[-1], name) or _is_place_elsewhere(front[-1], name, vocabulary):
        return True
    token = tokens.get(front[0].start())
    follows_article = token is not None and token.i > 0 and token.nbor(-1).lower_ in vocabulary.definite_articles
    return follows_article and _is_labelled_person(name, tokens)


def _is_labelled_person(name: Chunk, tokens: TokenIndex) -> bool:
    return all(m.start() in tokens and tokens[m.start()].ent_type_ == "PERSON" for m in name)


def _stands_alone(before: re.Match, name: Chunk) -> bool:
    """Return True for a name that the text has without the word before it, too."""
    text, end = before.string, name[-1].end()
    return text.count(text[name[0].start() : end]) > text.count(text[before.start() : end])


def _is_place_elsewhere(before: re.Match, name: Chunk, vocabulary: Vocabulary) -> bool:
    """Return True for a word that the text has after a preposition of place (`in Quelden`), without the name behind."""
    places = word_pattern(vocabulary.place_before)
    found = re.finditer(
        rf"\b(?:{places}) {re.escape(before.group())}\b(?! {re.escape(name[0].group())})", before.string
    )
    return next(found, None) is not None


def _names_state(words: Chunk, gazetteer: Gazetteer) -> bool:
    """Return True for several words that are a state's name as a whole (`United States`)."""
    return len(words) > 1 and gazetteer.find_state(" ".join(match.group() for match in words)) is not None


def _ends_institution(word: str, gazetteer: Gazetteer) -> bool:
    """Return True for a word that may be the last of an institution's or a state's name."""
    if _is_acronym(word) or _is_of_institution(normalise(word), gazetteer.vocabulary):
        return True
    state = gazetteer.find_state(word)
    if state is None or not word.endswith(tuple(gazetteer.vocabulary.name_like_endings)):
        return state is not None
    # Iran and London end like adjectives, but are a state's name and a seat.
    is_seat = gazetteer.find(word) is state and name_key(word)[:3] != name_key(state.name)[:3]
    return is_seat or name_key(word) == name_key(state.name)


def _is_of_institution(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary.closing or word in vocabulary.organisation


def _is_acronym(word: str) -> bool:
    return word.isalpha() and word.isupper() and 1 < len(word) < 6


def _may_be_of_person(word: str, gazetteer: Gazetteer) -> bool:
    """Return False for a word that is no part of a person's name: a title, a state, an acronym, a joining word."""
    vocabulary = gazetteer.vocabulary
    if _is_of_institution(normalise(word), vocabulary) or is_title(word, vocabulary.titles):
        return False
    if (word.isupper() and len(word) > 2) or word.lower() in vocabulary.joining:
        return False
    return gazetteer.find_state(word) is None


def _follows_role_noun(first: re.Match, tokens: TokenIndex, nouns: frozenset[str]) -> bool:
    """Return True after `the head of the`: one of the nouns, a preposition and what belongs to them."""
    token = tokens.get(first.start())
    if token is None:
        return False
    preposition = False
    for before in reversed(token.doc[max(token.i - _MAX_TOKENS_BACK, token.sent.start) : token.i]):
        word = normalise(before.text)
        if preposition and word in nouns:
            return True
        if before.pos_ not in ("ADP", "DET", "ADJ", "NOUN", "PROPN", "PART"):
            return False
        preposition = preposition or before.pos_ == "ADP"
    return False
