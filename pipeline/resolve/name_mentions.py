"""Runs of capitalised words: the mentions of names, read off the text so that lines without entity labels count too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.resolve.name_chunking import name_start, parts_of, split_person
from pipeline.resolve.name_forms import is_title, plain
from pipeline.resolve.token_index import Tokens
from pipeline.resolve.word_sets import Words

_WORD = r"(?:[^\W\d_]['’](?=[^\W\d_]))?[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]{2}))*(?:-[^\W\d_]+)*"
# A dotted abbreviation (U.S.) is one word.
_TOKEN = re.compile(rf"(?:[A-Z]\.){{2,}}|{_WORD}\.?")
SUBJECTS = {"nsubj", "nsubjpass"}
_HEADLINE = 0.6
_LONGEST = 6


@dataclass
class Run:
    """A run of capitalised words: one mention of somebody or something.

    Attributes
    ----------
    start, end : int
        Characters of the name, titles left out.
    name : str
        The name as written.
    before : tuple of str
        Plain title words in front (`foreign`, `minister`).
    label : str
        spaCy's entity label where names were looked for, else nothing.
    place : bool
        True after a preposition of place.
    subject : bool
        True for the subject of a clause.
    """

    start: int
    end: int
    name: str
    before: tuple[str, ...] = ()
    label: str = ""
    place: bool = False
    subject: bool = False


def find_runs(text: str, tokens: Tokens, words: Words, state: Callable[[str], bool] = lambda word: False) -> list[Run]:
    """All runs of capitalised words outside title-case lines, titles taken off, in order.

    `state` tells whether a word names a state.
    """
    runs: list[Run] = []
    seen = frozenset(re.findall(r"\w+", text))
    for line in re.finditer(r"[^\n]+", text):
        found = list(_TOKEN.finditer(text, line.start(), line.end()))
        if _title_case(line.group(), found):
            continue
        for chain in _chains(text, found, tokens, words):
            if not _only_a_first_word(text, seen, chain, tokens):
                runs.extend(_run(text, chain, tokens, words, state))
    return runs


def _title_case(line: str, found: list[re.Match]) -> bool:
    """True for a headline Written Like This, where capitals tell nothing."""
    if line.rstrip(" \"'”’»“").endswith((".", "!", "?")):
        return False
    long = [m for m in found if len(m.group()) > 3]
    return len(long) > 3 and sum(m.group()[0].isupper() for m in long) > _HEADLINE * len(long)


def bare_run(text: str, start: int, end: int, words: Words) -> Run | None:
    """The capitalised words of a mention where the line around it tells nothing, titles taken off."""
    found = [m for m in _TOKEN.finditer(text, start, end) if m.group()[0].isupper()]
    title = max((i for i, m in enumerate(found) if is_title(m.group(), words.titles)), default=-1)
    found = [m for m in found[title + 1 :] if len(m.group()) > 1]
    if not found or not text[found[0].start() : end].startswith(" ".join(m.group() for m in found)):
        return None
    return Run(found[0].start(), found[-1].end(), text[found[0].start() : found[-1].end()])


def _chains(text: str, found: list[re.Match], tokens: Tokens, words: Words) -> Iterator[list[re.Match]]:
    chain: list[re.Match] = []
    for match in found:
        if not chain and not match.group()[0].isupper():
            continue
        between = text[chain[-1].end() : match.start()] if chain else ""
        # Growers' Union, but not the bakers' Benno Rask.
        whose = between in ("' ", "’ ") and plain(match.group()) in words.lists.institution
        glued = whose or between in (" ", " “", ' "', " ''", "” ", '" ', " & ", "&")
        ended = bool(chain) and chain[-1].group().endswith(".") and not _abbreviation(chain[-1].group(), words)
        if chain and (not glued or ended):
            yield chain
            chain = []
        if _capital(match, tokens, bool(chain), words) or (chain and _small(match, words)):
            chain.append(match)
        elif chain:
            yield chain
            chain = []
    if chain:
        yield chain


def _small(match: re.Match, words: Words) -> bool:
    word = match.group().lower()
    return word in words.lists.particles or word in words.lists.joining


def _abbreviation(word: str, words: Words) -> bool:
    return len(word) == 2 or word.count(".") > 1 or plain(word) in words.titles


def _capital(match: re.Match, tokens: Tokens, inside: bool, words: Words) -> bool:
    if not match.group()[0].isupper() or match.group().endswith(tuple(words.lists.named_after)):
        return False
    token = tokens.get(match.start())
    if token is None:
        return True
    acronym = match.group().isupper() and len(match.group()) > 1
    if token.is_stop and not acronym and (token.is_sent_start or not inside or token.pos_ != "PROPN"):
        return False
    return not token.is_sent_start or token.pos_ in ("PROPN", "ADJ", "NOUN") or bool(token.ent_type_)


def _only_a_first_word(text: str, seen: frozenset[str], chain: list[re.Match], tokens: Tokens) -> bool:
    """True for one word that is capital because a sentence begins, or no name at all; `seen` has the text's words."""
    word = chain[0].group()
    if len(chain) > 1:
        return False
    if len(word) < 2:
        return True
    token = tokens.get(chain[0].start())
    if token is None or not token.is_sent_start:
        return False
    small = word.lower()
    if token.pos_ in ("NOUN", "ADJ") or small in seen:
        return True
    return not small.isalnum() and re.search(rf"\b{re.escape(small)}\b", text) is not None


def _run(text: str, chain: list[re.Match], tokens: Tokens, words: Words, state: Callable[[str], bool]) -> Iterator[Run]:
    """Runs of a chain: people cut at `of`, `and` and `for`, organisations whole, titles in front taken off."""
    for whole in parts_of(chain, words):
        whole = [m for m in whole if not _date_or_royal(plain(m.group()), words)]
        for part in split_person(whole, tokens, words, state):
            while part and _small(part[-1], words):
                part = part[:-1]
            first = name_start(part, words)
            if first == len(part) or (len(part) - first > _LONGEST and not _institution(part, words)):
                continue
            if first and len(part) - first == 1 and plain(part[first - 1].group()) in words.lists.crowned:
                # King Oskar is called so wherever he is named.
                first -= 1
            if plain(part[first].group()) == "affairs":
                continue
            if len(part) - first == 1 and _several_states(part[first].group(), state):
                continue
            name, cut = _labelled_part(part[first:], tokens)
            start, end = name[0].start(), name[-1].end()
            shown = text[start:end]
            if shown.endswith(".") and not _abbreviation(name[-1].group(), words):
                end, shown = end - 1, shown[:-1]
            if number := _number_after(text, end, name[-1].group(), words):
                end, shown = end + len(number), shown + number
            before = tuple(w for m in [*part[:first], *cut] for w in plain(m.group()).split())
            run = Run(start, end, shown, before, _label(name, tokens))
            _place_and_subject(run, tokens, words)
            yield run


def _date_or_royal(word: str, words: Words) -> bool:
    return word in words.lists.dates or word in words.lists.royal


def _number_after(text: str, end: int, word: str, words: Words) -> str:
    """The number that belongs to a name (`Local 832`), with the space before it."""
    number = re.match(r" \d+\b", text[end:]) if plain(word) in words.lists.numbered else None
    return number.group() if number else ""


def _several_states(word: str, state: Callable[[str], bool]) -> bool:
    """True for `Kestria-Velmora`, in front of a war or a border."""
    return "-" in word and all(state(part) for part in word.split("-"))


def _institution(part: list[re.Match], words: Words) -> bool:
    return any(plain(m.group()) in words.lists.institution for m in part)


def _place_and_subject(run: Run, tokens: Tokens, words: Words) -> None:
    token = tokens.get(run.start)
    if token is None:
        return
    front = token.nbor(-1) if token.i else None
    run.place = not run.before and front is not None and front.lower_ in words.lists.place_before
    # A name that opens a sentence is its subject, whatever the parser makes of the words after it.
    run.subject = is_subject(token, run.end) or bool(token.is_sent_start) or _is_asked(token, run.end, words)


def _is_asked(token: Token, end: int, words: Words) -> bool:
    """True for the object of a verb that somebody answers to: "asked Korvath about the truce"."""
    while token.i + 1 < len(token.doc) and token.nbor().idx < end:
        token = token.nbor()
    return token.dep_ == "dobj" and token.head.lemma_.lower() in words.lists.asked


def is_subject(token: Token, end: int) -> bool:
    """True when the name that starts at a token and ends at a character heads the subject of its clause."""
    doc = token.doc
    while token.i + 1 < len(doc) and doc[token.i + 1].idx < end:
        token = doc[token.i + 1]
    for _ in range(3):
        if token.dep_ in SUBJECTS:
            return True
        if token.dep_ not in ("appos", "compound", "flat"):
            return False
        token = token.head
    return False


def _labelled_part(name: list[re.Match], tokens: Tokens) -> tuple[list[re.Match], list[re.Match]]:
    """Part of a run that the parse labels a person, and the words in front of it (`Referee`)."""
    if len(name) < 3:
        return name, []
    labels = [tokens[m.start()].ent_type_ if m.start() in tokens else "PERSON" for m in name]
    first = next((i for i, label in enumerate(labels) if label == "PERSON"), 0)
    if first and len(name) - first > 1 and all(label == "PERSON" for label in labels[first:]):
        return name[first:], name[:first]
    return name, []


def _label(name: list[re.Match], tokens: Tokens) -> str:
    labels = [label for m in name if m.start() in tokens and (label := tokens[m.start()].ent_type_)]
    return Counter(labels).most_common(1)[0][0] if labels else ""
