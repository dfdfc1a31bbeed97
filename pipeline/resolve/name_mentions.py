"""Name mentions: capitalised words read off the text, so that names without an entity label are found too."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.attrs import IDX, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import given_names, name_key, normalise
from pipeline.resolve.vocabulary import Vocabulary, is_title


class TokenIndex:
    """Tokens of a document by the offsets where they start, and the offsets where sentences start."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        table: Any = doc.to_array([IDX, SENT_START])
        offsets, opens = table.reshape(len(doc), 2).astype(np.int64).T
        self.starts = dict(zip(offsets.tolist(), range(len(doc)), strict=True))
        self.sentence_starts = [*offsets[:1].tolist(), *offsets[1:][opens[1:] == 1].tolist()]

    def get(self, offset: int) -> Token | None:
        """Return the token that starts at an offset, None where none does."""
        return self.doc[self.starts[offset]] if offset in self.starts else None

    def label(self, offset: int) -> str | None:
        """Return the entity label of the token that starts at an offset, None where none does."""
        return self.doc[self.starts[offset]].ent_type_ if offset in self.starts else None

    def select(self, **values_by_attribute: Iterable[str]) -> list[Token]:
        """Return the tokens whose attributes (spaCy's `pos`, `dep`, `lower`, ...) have one of the values, in order."""
        selected = np.ones(len(self.doc), dtype=bool)
        for name, values in values_by_attribute.items():
            ids = np.array([get_string_id(value) for value in values], dtype=np.uint64)
            selected &= np.isin(self.doc.to_array(name.upper()), ids)
        return [self.doc[i] for i in np.flatnonzero(selected).tolist()]


Chunk = list[re.Match]
_MAX_PERSON_WORDS = 4


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
    titles = [i for i, m in enumerate(chunk) if is_title(m.group(), vocabulary.titles)]
    last_title = max((i for i in titles if normalise(chunk[i].group()) not in vocabulary.department), default=-1)
    if any(i > last_title for i in heads):
        return last_title + 1
    if len(chunk) == 2 and name_key(chunk[0].group()) in given_names():
        return 0
    last_title = max(titles, default=-1)
    follows = chunk[last_title + 1 : last_title + 2]
    # In "Directorate General of Ports" the title belongs to the name.
    return 0 if last_title > 0 and follows and follows[0].group() in vocabulary.joining else last_title + 1


def split_off_person(chunk: Chunk, tokens: TokenIndex, gazetteer: Gazetteer) -> list[Chunk]:
    """Split `Ministry of Foreign Affairs Anton Gavrel` into an institution or state and the person named after it.

    The person needs evidence: an entity label or a common given name. A place that no list has (`Quelden Anton Gavrel`)
    is recognised by `_follows_place`.
    """
    vocabulary = gazetteer.vocabulary
    for i in range(len(chunk) - 2, 0, -1):  # the longest first: "United States"
        front, name = chunk[:i], chunk[i:]
        last = front[-1].group()
        if len(name) > _MAX_PERSON_WORDS:
            continue
        if not (_ends_institution(last, gazetteer) or gazetteer.find_state(" ".join(m.group() for m in front))):
            if _follows_place(front, name, vocabulary):
                return [front, name]
            continue
        if any(tokens.label(m.start()) == "PERSON" for m in name) or name_key(name[0].group()) in given_names():
            return [front, name]
    return [chunk]


def _follows_place(front: Chunk, name: Chunk, vocabulary: Vocabulary) -> bool:
    """Return True for `Quelden` before a common given name, where the text shows that it is no name of the person.

    Somebody may have an uncommon given name and a common one after it, so words before a given name are no evidence.
    """
    if name_key(name[0].group()) not in given_names() or is_title(front[-1].group(), vocabulary.titles):
        return False
    small = vocabulary.particles | vocabulary.joining
    for word in (normalise(match.group()) for match in front):
        if len(word) < 2 or name_key(word) in given_names() or word in small:
            return False
    # The text has the name without the word before it, too.
    text, end = name[-1].string, name[-1].end()
    return text.count(text[name[0].start() : end]) > text.count(text[front[-1].start() : end])


def _ends_institution(word: str, gazetteer: Gazetteer) -> bool:
    """Return True for a word that may be the last of an institution's or a state's name."""
    vocabulary, form = gazetteer.vocabulary, normalise(word)
    is_acronym = word.isalpha() and word.isupper() and 1 < len(word) < 6
    if is_acronym or form in vocabulary.closing or form in vocabulary.organisation:
        return True
    state = gazetteer.find_state(word)
    if state is None or not word.endswith(tuple(vocabulary.name_like_endings)):
        return state is not None
    # Iran and London end like adjectives, but are a state's name and a seat.
    is_seat = gazetteer.find(word) is state and name_key(word)[:3] != name_key(state.name)[:3]
    return is_seat or name_key(word) == name_key(state.name)


_WORD = r"(?:[^\W\d_]['’](?=[^\W\d_]))?[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]{2}))*(?:-[^\W\d_]+)*"
# A dotted abbreviation (U.S.) is one word.
_TOKEN = re.compile(rf"(?:[A-Z]\.){{2,}}|{_WORD}\.?")
SUBJECT_RELATIONS = {"nsubj", "nsubjpass"}
_TITLE_CASE_SHARE = 0.6
_MAX_NAME_WORDS = 6
# Behind a comma: "Anton Gavrel, Jr."; after `Sr`, also the title of a nun, with the letter behind it.
_SUFFIX = re.compile(r", (?P<suffix>[JS]r)\b(?:(?<=Sr)\.? (?P<initial>\w))?")
# Between two words of one name.
_GLUE = (" ", " “", ' "', " ''", "” ", '" ', " & ", "&")


@dataclass
class NameMention:
    """One mention of a name; `start` and `end` are the characters of the name as written, without its titles."""

    start: int
    end: int
    name: str
    titles_before: tuple[str, ...] = ()  # normalised (`foreign`, `minister`)
    label: str = ""  # spaCy's entity label; empty where the parse has none
    after_place_preposition: bool = False
    is_subject: bool = False
    sentence: int = 0  # number of its sentence, from 1; 0 where the parse has no token there
    rivals: tuple[Any, ...] = ()  # entities named before, besides its own, that a surname may mean

    @property
    def rival_names(self) -> tuple[str, ...]:
        return tuple(rival.name for rival in self.rivals)


def find_name_mentions(text: str, tokens: TokenIndex, gazetteer: Gazetteer) -> list[NameMention]:
    """Return all names outside title-case lines, titles taken off, in order."""
    mentions: list[NameMention] = []
    words_of_text = frozenset(re.findall(r"\w+", text))
    # The parse takes a rare surname that opens a sentence for a noun: "Wilma Thrane sat. Thrane licks the pencil."
    pairs = re.findall(r"\b(?=([A-Z][\w-]+) ([A-Z][\w-]+))", text)
    behind_given_name = {word for given, word in pairs if name_key(given) in given_names()}
    for line in re.finditer(r"[^\n]+", text):
        words = list(_TOKEN.finditer(text, line.start(), line.end()))
        if _is_title_case(line.group(), words):
            continue
        for chain in _capitalised_chains(text, words, tokens, gazetteer.vocabulary):
            is_surname = chain[0].group() in behind_given_name and chain[0].group().lower() not in words_of_text
            if is_surname or not _is_no_name(text, words_of_text, chain, tokens, gazetteer.vocabulary):
                mentions.extend(_mentions_in_chain(text, chain, tokens, gazetteer))
    return mentions


def _is_title_case(line: str, words: list[re.Match]) -> bool:
    """Return True for a headline Written Like This, where capitals say nothing about names."""
    if line.rstrip(" \"'”’»“").endswith((".", "!", "?")):
        return False
    long = [m for m in words if len(m.group()) > 3]
    return len(long) > 3 and sum(m.group()[0].isupper() for m in long) > _TITLE_CASE_SHARE * len(long)


def name_in_span(text: str, start: int, end: int, vocabulary: Vocabulary) -> NameMention | None:
    """Return the capitalised words of a span as a name, titles taken off, for a line where no names are looked for."""
    words = [m for m in _TOKEN.finditer(text, start, end) if m.group()[0].isupper()]
    last_title = max((i for i, m in enumerate(words) if is_title(m.group(), vocabulary.titles)), default=-1)
    words = [m for m in words[last_title + 1 :] if len(m.group()) > 1]
    if not words or not text[words[0].start() : end].startswith(" ".join(m.group() for m in words)):
        return None
    return NameMention(words[0].start(), words[-1].end(), text[words[0].start() : words[-1].end()])


def _capitalised_chains(
    text: str, words: list[re.Match], tokens: TokenIndex, vocabulary: Vocabulary
) -> Iterator[list[re.Match]]:
    """Yield chains of capitalised words, with the small words (`of`, `von`) inside and at the end of them."""
    chain: list[re.Match] = []
    for match in words:
        between = text[chain[-1].end() : match.start()] if chain else ""
        # "Growers' Union" is one name, "the bakers' Benno Rask" is not.
        is_possessive = between in ("' ", "’ ") and normalise(match.group()) in vocabulary.institution
        ended = bool(chain) and chain[-1].group().endswith(".") and not _is_abbreviation(chain[-1].group(), vocabulary)
        if chain and (ended or not (is_possessive or between in _GLUE)):
            yield chain
            chain = []
        if _is_capitalised(match, tokens, bool(chain), vocabulary) or (chain and _is_small_word(match, vocabulary)):
            chain.append(match)
        elif chain:
            yield chain
            chain = []
    if chain:
        yield chain


def _is_small_word(match: re.Match, vocabulary: Vocabulary) -> bool:
    word = match.group().lower()
    return word in vocabulary.particles or word in vocabulary.joining


def _is_abbreviation(word: str, vocabulary: Vocabulary) -> bool:
    return len(word) == 2 or word.count(".") > 1 or normalise(word) in vocabulary.titles


def _is_capitalised(match: re.Match, tokens: TokenIndex, in_chain: bool, vocabulary: Vocabulary) -> bool:
    """Return True for a capital that a name may have, not just the start of a sentence."""
    if not match.group()[0].isupper() or match.group().endswith(tuple(vocabulary.named_after)):
        return False
    token = tokens.get(match.start())
    if token is None:
        return True
    is_acronym = match.group().isupper() and len(match.group()) > 1
    if token.is_stop and not is_acronym and (token.is_sent_start or not in_chain or token.pos_ != "PROPN"):
        return False
    return not token.is_sent_start or token.pos_ in ("PROPN", "ADJ", "NOUN") or bool(token.ent_type_)


def _is_no_name(
    text: str, words_of_text: frozenset[str], chain: list[re.Match], tokens: TokenIndex, vocabulary: Vocabulary
) -> bool:
    """Return True for a single letter, a label of a page, and a word that has a capital because a sentence starts."""
    words, small = [normalise(match.group()) for match in chain], chain[0].group().lower()
    is_body = any(word in vocabulary.organisation or word in vocabulary.company_forms for word in words)
    # `Newsletters` and `Video Anton Gavrel`: what a page says above or beside an article.
    if words[0] in vocabulary.furniture and not is_body:
        return True
    if len(chain) > 1:
        return False
    if len(chain[0].group()) < 2:
        return True
    token = tokens.get(chain[0].start())
    if token is None or not token.is_sent_start:
        return False
    if token.pos_ in ("NOUN", "ADJ") or small in words_of_text:
        return True
    return not small.isalnum() and re.search(rf"\b{re.escape(small)}\b", text) is not None


def _mentions_in_chain(
    text: str, chain: list[re.Match], tokens: TokenIndex, gazetteer: Gazetteer
) -> Iterator[NameMention]:
    """Yield the names of a chain: people split at `of`, `and` and `for`, institutions whole, titles taken off."""
    vocabulary = gazetteer.vocabulary
    for part in split_at_joining_words(chain, vocabulary):
        words = [m for m in part if not _is_date_or_royal(m, tokens, vocabulary)]
        for chunk in split_off_person(words, tokens, gazetteer):
            while chunk and _is_small_word(chunk[-1], vocabulary):
                chunk = chunk[:-1]
            first = skip_titles(chunk, vocabulary)
            is_institution = any(normalise(m.group()) in vocabulary.institution for m in chunk)
            if first == len(chunk) or (len(chunk) - first > _MAX_NAME_WORDS and not is_institution):
                continue
            is_single = len(chunk) - first == 1
            if first and is_single and normalise(chunk[first - 1].group()) in vocabulary.crowned:
                # The title of King Oskar is part of his name.
                first -= 1
            if normalise(chunk[first].group()) in vocabulary.not_names:
                continue
            yield _mention_of_chunk(text, chunk, first, tokens, vocabulary)


def _mention_of_chunk(text: str, chunk: Chunk, first: int, tokens: TokenIndex, vocabulary: Vocabulary) -> NameMention:
    """Return the mention of the name that starts at the word `first` of a chunk; the words before it are titles."""
    name, more_titles = _labelled_person(chunk[first:], tokens)
    start, end = name[0].start(), name[-1].end()
    if text[start:end].endswith(".") and not _is_abbreviation(name[-1].group(), vocabulary):
        end -= 1
    full_name, suffix = text[start:end], _SUFFIX.match(text, end)
    # With a capital behind it, it is the title of another name: `, Sr Maria Oss`.
    if suffix is not None and not (suffix["initial"] or "").isupper():
        full_name, end = f"{full_name} {suffix['suffix']}", suffix.end("suffix")
    titles = tuple(word for m in [*chunk[:first], *more_titles] for word in normalise(m.group()).split())
    labels = Counter(label for m in name if (label := tokens.label(m.start())))
    mention = NameMention(start, end, full_name, titles, max(labels, key=labels.__getitem__, default=""))
    token = tokens.get(start)
    if token is not None:
        is_behind_place = token.i > 0 and token.nbor(-1).lower_ in vocabulary.place_before
        mention.after_place_preposition = is_behind_place and not titles
        # A name that opens a sentence is taken for its subject, whatever the parser makes of the words after it.
        mention.is_subject = heads_subject(token, end) or bool(token.is_sent_start)
        mention.sentence = bisect_right(tokens.sentence_starts, start)
    return mention


def _is_date_or_royal(match: re.Match, tokens: TokenIndex, vocabulary: Vocabulary) -> bool:
    """Return True for a royal title, a day or a month; not for the given name of Jan Tirol and April Moss."""
    word, token = normalise(match.group()), tokens.get(match.start())
    is_given_name = token is not None and token.ent_type_ == "PERSON" and name_key(word) in given_names()
    return word in vocabulary.royal or (word in vocabulary.dates and not is_given_name)


def heads_subject(token: Token, end: int) -> bool:
    """Return True when the name from a token to the character `end` heads the subject of its clause."""
    while token.i + 1 < len(token.doc) and token.nbor().idx < end:
        token = token.nbor()
    for _ in range(3):
        if token.dep_ in SUBJECT_RELATIONS:
            return True
        if token.dep_ not in ("appos", "compound", "flat"):
            return False
        token = token.head
    return False


def _labelled_person(name: Chunk, tokens: TokenIndex) -> tuple[Chunk, Chunk]:
    """Return the part of a name that the parse labels a person, and the words in front of it (`Referee`)."""
    if len(name) < 3:
        return name, []
    of_person = [tokens.label(m.start()) in ("PERSON", None) for m in name]
    first = of_person.index(True) if any(of_person) else 0
    return (name[first:], name[:first]) if len(name) - first > 1 and all(of_person[first:]) else (name, [])
