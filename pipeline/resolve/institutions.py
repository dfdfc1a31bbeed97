"""Institutions that many states and towns have (ministries, armies, councils), told apart by state and department."""

from collections.abc import Collection
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.vocabulary import Vocabulary

_NOUNS = ("NOUN", "PROPN")
_NAME_TAGS = ("NOUN", "PROPN", "ADJ")
_MAX_TOKENS = 7
_MAX_STATE_WORDS = 3


@dataclass(frozen=True)
class Institution:
    """One mention of an institution; its characters and `name` are without article and possessive ending."""

    start: int
    end: int
    name: str
    head: str  # normalised head noun (`ministry`)
    words: frozenset[str]  # the other words that tell it apart, synonyms replaced by one of them
    state: str  # name of the state that it belongs to; empty when its name has none


def institution_at(token: Token, gazetteer: Gazetteer, person_starts: Collection[int] = ()) -> Institution | None:
    """Return the institution whose head noun a token is.

    None for any other noun, for a plural, and for a noun that another noun or a person's name follows; `person_starts`
    are the offsets of people's names.
    """
    vocabulary, head = gazetteer.vocabulary, normalise(token.text)
    if head not in vocabulary.body or token.pos_ not in _NOUNS:
        return None
    doc = token.doc
    start, end = _start(token), _end(token, vocabulary, person_starts)
    after = doc[end] if end < len(doc) else None
    if after is not None and not after.is_sent_start and after.idx not in person_starts and after.pos_ in _NOUNS:
        return None
    if any(doc[i].idx in person_starts for i in range(start, token.i)):
        return None
    name = " ".join(doc[start:end].text.split())
    words, state = distinguishing_parts(name, head, gazetteer)
    return Institution(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), name, head, words, state)


def _start(token: Token) -> int:
    """Return the first token of the name whose head noun a token is."""
    doc, start = token.doc, token.i
    while start and token.i - start < _MAX_TOKENS and not doc[start].is_sent_start:
        before = doc[start - 1]
        if before.is_space or not (before.pos_ in _NAME_TAGS or before.tag_ == "POS" or before.text == "-"):
            break
        start -= 1
    while start < token.i and (doc[start].tag_ == "POS" or doc[start].text == "-"):
        start += 1
    return start


def _end(token: Token, vocabulary: Vocabulary, person_starts: Collection[int]) -> int:
    """Return one past the last token of a name: `of` and `for` with the words after them belong to it."""
    doc, end = token.doc, token.i + 1
    for _ in range(3):
        if end >= len(doc) or doc[end].lower_ not in vocabulary.office_prepositions:
            break
        first = end + 1
        while first < len(doc) and doc[first].pos_ == "DET":
            first += 1
        at = first
        while (
            at < len(doc)
            and at - first < _MAX_TOKENS
            and doc[at].idx not in person_starts
            and _is_part(doc, at, vocabulary)
        ):
            at += 1
        if at == first or not (doc[first].text[0].isupper() or normalise(doc[first].text) in vocabulary.department):
            break
        end = at
    return end


def _is_part(doc: Doc, at: int, vocabulary: Vocabulary) -> bool:
    """Return True for a token after `of` that belongs to the name: a capitalised word, a department, `and`."""
    token = doc[at]
    if token.is_space or token.is_sent_start:
        return False
    joins = (
        token.lower_ in vocabulary.conjunctions
        and at + 1 < len(doc)
        and doc[at + 1].text[0].isupper()
        and doc[at - 1].text[0].isupper()
    )
    word = normalise(token.text)
    is_known = token.text[0].isupper() or word in vocabulary.department or word in vocabulary.body
    return (token.pos_ in _NAME_TAGS and is_known) or joins


def distinguishing_parts(name: str, head: str, gazetteer: Gazetteer) -> tuple[frozenset[str], str]:
    """Return the words that tell an institution apart from others with the same head noun, and its state."""
    vocabulary = gazetteer.vocabulary
    words, state = [], ""
    for ending in vocabulary.possessive_endings:
        name = name.replace(ending, "")
    parts = normalise(name).split()
    at = 0
    while at < len(parts):
        known = gazetteer.name_at(parts, at, ("country",), _MAX_STATE_WORDS)
        if known is not None:
            state = state or known.entry.name
        elif parts[at] != head and parts[at] not in vocabulary.uninformative:
            words.append(vocabulary.department_synonyms.get(parts[at], parts[at]))
        at = known.end if known is not None else at + 1
    return frozenset(words), state


def institution_key(name: str, gazetteer: Gazetteer) -> str:
    """Return what all names of one institution share (`Kestria defense ministry`); empty for a name without a state."""
    head = _last_head(name, gazetteer)
    words, state = distinguishing_parts(name, head, gazetteer)
    return " ".join([state, *sorted(words), head]) if head and state else ""


def is_shared_name(name: str, gazetteer: Gazetteer) -> bool:
    """Return True for a name that institutions of many places have (`Foreign Ministry`, `Regional Council`)."""
    head = _last_head(name, gazetteer)
    words, state = distinguishing_parts(name, head, gazetteer)
    return bool(head) and not state and words <= gazetteer.vocabulary.common


def _last_head(name: str, gazetteer: Gazetteer) -> str:
    """Return the last head noun of an institution in a name, or an empty string."""
    return next((word for word in reversed(normalise(name).split()) if word in gazetteer.vocabulary.body), "")


def find_fullest(mention: Institution, others: list[Institution]) -> Institution | None:
    """Return the mention of the same institution with the fullest name, None where nothing tells which it is.

    The institutions of the article with the same head noun are narrowed down by department and state; where several
    fit, the one named last before the mention counts.
    """
    fitting = [
        other
        for other in others
        if other.head == mention.head
        and mention.words <= other.words
        and other.state in ("", mention.state or other.state)
    ]
    before = [other for other in fitting if other.start < mention.start and (other.words or other.state)]
    if not mention.words and not mention.state:
        mention = before[-1] if before else mention
        fitting = [o for o in fitting if o.words == mention.words and o.state in (mention.state, "")]
    elif len({other.words for other in fitting}) > 1:
        last = next((o for o in reversed(before) if o.state == mention.state or not mention.state), mention)
        fitting = [o for o in fitting if o.words == last.words and o.state == last.state]
    states = {other.state for other in fitting if other.state}
    if len(states) > 1 and not mention.state:
        nearest_state = next((other.state for other in reversed(before) if other.state), "")
        fitting = [other for other in fitting if other.state in ("", nearest_state)]
    if mention.words or mention.state:
        fitting = [*fitting, mention]
    return max(fitting, key=lambda o: (bool(o.state), o.name[0].isupper(), len(o.words), -o.start), default=None)
