"""Chains of capitalised words taken apart: a body's name, and the person named right after it."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.resolve.given_names import GIVEN
from pipeline.resolve.name_forms import is_title, key, plain
from pipeline.resolve.token_index import Tokens
from pipeline.resolve.word_sets import Words

Part = list[re.Match]
_FARTHEST = 8


def parts_of(chain: Part, words: Words) -> list[Part]:
    """Parts between `of`, `and` and `for`; institutions whole (`Institute for Border Studies`)."""
    parts: list[Part] = [[]]
    for i, match in enumerate(chain):
        word = match.group().lower()
        if word in words.lists.joining and not (parts[-1] and _goes_on(chain, i, parts[-1], words)):
            parts.append([])
        else:
            parts[-1].append(match)
    return parts


def _goes_on(chain: Part, i: int, part: Part, words: Words) -> bool:
    """True when a joining word is inside the name of an institution."""
    if not any(plain(m.group()) in words.lists.institution for m in part):
        return False
    word = chain[i].group().lower()
    after = chain[i + 1].group() if i + 1 < len(chain) else ""
    if word == "and":
        last = plain(part[-1].group())
        if last in words.lists.organisation or last in words.lists.institution:
            return False
        return not (is_title(after, words.titles) and plain(after) not in words.lists.department)
    return word in ("of", "for") or (word == "the" and part[-1].group().lower() in ("of", "for"))


def name_start(part: Part, words: Words) -> int:
    """Index of the first word of the name in a part: titles in front are left out, not those inside a body's name."""
    titles = [i for i, m in enumerate(part) if is_title(m.group(), words.titles)]
    bodies = [i for i, m in enumerate(part) if plain(m.group()) in words.lists.body]
    if bodies:
        department = words.lists.department
        titles = [i for i in titles if plain(part[i].group()) not in department and not _general_staff(part, i, words)]
        last = max(titles, default=-1)
        return last + 1 if any(i > last for i in bodies) else _after_titles(part, words)
    return _after_titles(part, words)


def _after_titles(part: Part, words: Words) -> int:
    if len(part) == 2 and key(part[0].group()) in GIVEN:
        return 0
    return max((i for i, m in enumerate(part) if is_title(m.group(), words.titles)), default=-1) + 1


def _general_staff(part: Part, i: int, words: Words) -> bool:
    before = plain(part[i].group()) in ("general", "chief")
    return before and i + 1 < len(part) and plain(part[i + 1].group()) in words.lists.body


def split_person(part: Part, tokens: Tokens, words: Words, state: Callable[[str], bool]) -> list[Part]:
    """`Ministry of Foreign Affairs Anton Gavrel` as two: a body or state, and the person named right after it.

    The person needs evidence: a label of the parse, a common given name, or a role noun that waits for a name
    (`the head of`).
    """
    for i in range(1, len(part) - 1):
        front, name = part[:i], part[i:]
        if (
            len(name) > 4
            or not _closes(front[-1].group(), words, state)
            or not all(_of_a_person(m, words, state) for m in name)
        ):
            continue
        if any(m.group().lower() in words.lists.joining for m in name):
            continue
        labelled = any(m.start() in tokens and tokens[m.start()].ent_type_ == "PERSON" for m in name)
        if (
            labelled
            or key(name[0].group()) in GIVEN
            or (not _acronym(front[-1].group()) and _waits_for_a_name(front[0], tokens, words))
        ):
            return [front, name]
    return [part]


def _closes(word: str, words: Words, state: Callable[[str], bool]) -> bool:
    return _acronym(word) or _of_a_body(plain(word), words) or (state(word) and not word.endswith(("n", "i")))


def _of_a_body(word: str, words: Words) -> bool:
    return word in words.lists.closing or word in words.lists.organisation


def _acronym(word: str) -> bool:
    return word.isalpha() and word.isupper() and 1 < len(word) < 6


def _of_a_person(match: re.Match, words: Words, state: Callable[[str], bool]) -> bool:
    word = match.group()
    known = _of_a_body(plain(word), words) or is_title(word, words.titles)
    return not known and not (word.isupper() and len(word) > 2) and not state(word)


def _waits_for_a_name(first: re.Match, tokens: Tokens, words: Words) -> bool:
    """True after `the head of the`: a role noun, prepositions and what belongs to them."""
    token = tokens.get(first.start())
    if token is None:
        return False
    preposition = False
    for before in reversed(token.doc[max(token.i - _FARTHEST, token.sent.start) : token.i]):
        if preposition and ((word := plain(before.text)) in words.roles or word in words.lists.people):
            return True
        if before.pos_ not in ("ADP", "DET", "ADJ", "NOUN", "PROPN", "PART"):
            return False
        preposition = preposition or before.pos_ == "ADP"
    return False
