"""Bodies that many states and towns have (ministries, armies, councils): told apart by their state and department."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import plain
from pipeline.resolve.token_index import Tokens
from pipeline.resolve.word_sets import Words

_PHRASE = ("NOUN", "PROPN", "ADJ")
_LONGEST = 7
# Words of one meaning in the names of departments; words that tell nothing.
_SAME = {"defence": "defense", "internal": "interior", "defensive": "defense"}
_EMPTY = frozenset(("affairs", "of", "for", "the", "and", "s", "new", "a", "its", "own", "state", "federation"))


@dataclass(frozen=True)
class Body:
    """One mention of a body.

    Attributes
    ----------
    start, end : int
        Its characters, article and possessive left out.
    name : str
        As written.
    head : str
        Plain head noun (`ministry`).
    words : frozenset of str
        The other words that tell it apart, spellings of one word made one.
    state : str
        Name of the state it belongs to; empty when its name has none.
    """

    start: int
    end: int
    name: str
    head: str
    words: frozenset[str]
    state: str


def find_bodies(tokens: Tokens, gazetteer: Gazetteer, words: Words, people: Collection[int]) -> list[Body]:
    """All bodies named in a text, in order; names of people, which start at the characters `people`, left out."""
    nouns = tokens.where(pos=["NOUN", "PROPN"])
    return [body for token in nouns if (body := body_at(token, gazetteer, words, people)) is not None]


def body_at(token: Token, gazetteer: Gazetteer, words: Words, people: Collection[int] = ()) -> Body | None:
    """The body whose head noun a token is; None for another noun, several bodies, or a noun that goes on in another."""
    head = plain(token.text)
    if head not in words.lists.body or token.pos_ not in ("NOUN", "PROPN"):
        return None
    doc = token.doc
    start, end = _start(token, words), _end(token, words, people)
    after = doc[end] if end < len(doc) else None
    if after is not None and not after.is_sent_start and after.idx not in people and after.pos_ in ("NOUN", "PROPN"):
        return None
    if any(doc[i].idx in people for i in range(start, token.i)):
        return None
    name = " ".join(doc[start:end].text.split())
    return Body(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), name, head, *describe(name, head, gazetteer))


def _start(token: Token, words: Words) -> int:
    doc, start = token.doc, token.i
    while start and token.i - start < _LONGEST and not doc[start].is_sent_start:
        before = doc[start - 1]
        if before.is_space or not (
            before.pos_ in _PHRASE or before.tag_ == "POS" or before.text == "-" or _joins(before, words)
        ):
            break
        start -= 1
    while start < token.i and (doc[start].tag_ == "POS" or doc[start].text == "-" or _lesser(doc[start], token)):
        start += 1
    return start


def _joins(word: Token, words: Words) -> bool:
    """True for the `and` of "Securities and Exchange Commission"."""
    doc, i = word.doc, word.i
    if word.lower_ != "and" or not i or i + 1 >= len(doc):
        return False
    return (
        all(t.text[0].isupper() and t.pos_ in _PHRASE for t in (doc[i - 1], doc[i + 1]))
        and plain(doc[i - 1].text) not in words.lists.body
    )


def _lesser(word: Token, head: Token) -> bool:
    """True for a small word in front of a name with capitals: `exasperated` in "exasperated European Parliament"."""
    return word.text[0].islower() and any(t.text[0].isupper() for t in word.doc[word.i + 1 : head.i])


def _end(token: Token, words: Words, people: Collection[int]) -> int:
    """One past the last token: `of` and `for` with the words after them belong to the name."""
    doc, end = token.doc, token.i + 1
    for _ in range(3):
        if end >= len(doc) or doc[end].lower_ not in ("of", "for"):
            break
        at = end + 1
        while at < len(doc) and doc[at].pos_ == "DET":
            at += 1
        first = at
        while at < len(doc) and at - first < _LONGEST and doc[at].idx not in people and _inside(doc, at, words):
            at += 1
        if at == first or not (doc[first].text[0].isupper() or plain(doc[first].text) in words.lists.department):
            break
        end = at
    return end


def _inside(doc: Doc, at: int, words: Words) -> bool:
    word = doc[at]
    if word.is_space or word.is_sent_start:
        return False
    joined = (
        word.lower_ == "and" and at + 1 < len(doc) and doc[at + 1].text[0].isupper() and doc[at - 1].text[0].isupper()
    )
    small = plain(word.text)
    known = word.text[0].isupper() or small in words.lists.department or small in words.lists.body
    return (word.pos_ in _PHRASE and known) or joined


def describe(name: str, head: str, gazetteer: Gazetteer) -> tuple[frozenset[str], str]:
    """Words that tell a body apart, and its state."""
    words, state = [], ""
    parts = plain(name.replace("’s", "").replace("'s", "")).split()
    at = 0
    while at < len(parts):
        size = next((n for n in (3, 2, 1) if at + n <= len(parts) and _state(gazetteer, parts[at : at + n])), 0)
        if size:
            state = state or _state(gazetteer, parts[at : at + size])
        elif parts[at] != head and parts[at] not in _EMPTY:
            words.append(_SAME.get(parts[at], parts[at]))
        at += size or 1
    return frozenset(words), state


def _state(gazetteer: Gazetteer, parts: list[str]) -> str:
    text = " ".join(parts)
    entry = gazetteer.country(text) if len(parts) == 1 else gazetteer.find(text)
    return entry.name if entry is not None and entry.kind == "country" else ""


def signature(name: str, gazetteer: Gazetteer, words: Words) -> str:
    """What a body's names have in common (`Kestria defense ministry`); empty where it takes its article to tell."""
    heads = [word for word in plain(name).split() if word in words.lists.body]
    if not heads:
        return ""
    others, state = describe(name, heads[-1], gazetteer)
    return " ".join([state, *sorted(others), heads[-1]]) if state else ""


def is_common(name: str, gazetteer: Gazetteer, words: Words) -> bool:
    """True for a name that many states or towns have a body of (`Foreign Ministry`, `Regional Council`)."""
    heads = [word for word in plain(name).split() if word in words.lists.body]
    if not heads:
        return False
    others, state = describe(name, heads[-1], gazetteer)
    return not state and others <= words.lists.common


def fullest(asked: Body, known: list[Body]) -> Body | None:
    """The body an article means: by department and state, else the one named last; its fullest name."""
    fitting = [
        b for b in known if b.head == asked.head and asked.words <= b.words and b.state in ("", asked.state or b.state)
    ]
    before = [b for b in fitting if b.start < asked.start and (b.words or b.state)]
    if not asked.words and not asked.state:
        asked = before[-1] if before else asked
        fitting = [b for b in fitting if b.words == asked.words and b.state in (asked.state, "")]
    elif len(_kinds(fitting)) > 1:
        last = next((b for b in reversed(before) if b.state == asked.state or not asked.state), asked)
        fitting = [b for b in fitting if b.words == last.words and b.state == last.state]
    states = {b.state for b in fitting if b.state}
    if len(states) > 1 and not asked.state:
        near = next((b.state for b in reversed(before) if b.state), "")
        fitting = [b for b in fitting if b.state in ("", near)]
    if not fitting:
        return asked if asked.words or asked.state else None
    return max(_options(fitting, asked), key=lambda b: (bool(b.state), b.name[0].isupper(), len(b.words), -b.start))


def _options(fitting: list[Body], asked: Body) -> Iterator[Body]:
    yield from fitting
    if asked.words or asked.state:
        yield asked


def _kinds(bodies: list[Body]) -> set[frozenset[str]]:
    return {b.words for b in bodies}
