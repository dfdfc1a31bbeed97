"""Fast versions of spaCy's attribute ruler and rule lemmatizer: the same labels and lemmas in a fifth of the time.

spaCy's ruler tests every rule on every token. But a rule tests no more than four attributes of a token (tag, lower-case
form, dependency, white space), and a lemma depends on the word, its part of speech and its morphology. So each distinct
value is tested once and looked up from then on. Pipelines with rules of another form keep spaCy's components.
"""

import re
from collections.abc import Callable
from functools import cache, partial, reduce
from operator import or_
from typing import Any, NamedTuple

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, ORTH, POS, TAG
from spacy.language import Language as SpacyPipeline
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.strings import StringStore, get_string_id
from spacy.tokens import Doc, MorphAnalysis

# Attributes that the rules may test, and those that they may set beside the morphology.
TESTED_ATTRIBUTES = {"TAG": TAG, "LOWER": LOWER, "DEP": DEP, "IS_SPACE": IS_SPACE}
SET_ATTRIBUTES = [POS, TAG, DEP, LEMMA]
MAX_CACHED_WORDS = 1 << 18  # tens of megabytes
Test = Callable[[int], bool]


class UnsupportedRuleError(Exception):
    """Raised for a rule that tests or sets something else, so that spaCy's own ruler has to be used."""


class TokenRule(NamedTuple):
    """A rule: the bits that consecutive tokens must have, and which of the tokens gets its attributes set."""

    number: int
    bits: tuple[int, ...]
    place: int


class FastAttributeRuler:
    """Sets the attributes that an `AttributeRuler` sets, by looking up what each token passes.

    Every distinct test (an attribute and what it is compared with) has a bit. A token has the bits of the tests that
    its attributes pass, and a rule matches where tokens have all its bits. The ruler's patterns and attributes are read
    once; a rule of a form that is not supported (operators, other attributes) is an UnsupportedRuleError.
    """

    def __init__(self, ruler: AttributeRuler) -> None:
        self.vocab = ruler.vocab
        self._tests: dict[str, list[tuple[Test, int]]] = {name: [] for name in TESTED_ATTRIBUTES}
        # Of each attribute, the bits of the tests that a value passes; each value is tested once.
        self._passed = {name: cache(partial(_bits_passed, tests)) for name, tests in self._tests.items()}
        self.attributes: list[dict[int, int]] = ruler.attrs  # by number of the rule
        one: list[TokenRule] = []
        longer: list[TokenRule] = []
        self._bits: dict[tuple[str, str], int] = {}
        entries: list[Any] = ruler.patterns
        for number, entry in enumerate(entries):
            for pattern in entry["patterns"]:
                if set(self.attributes[number]) - {*SET_ATTRIBUTES, MORPH} or entry["index"] not in range(len(pattern)):
                    raise UnsupportedRuleError
                rule = TokenRule(number, tuple(self._bits_of(token) for token in pattern), int(entry["index"]))
                (one if len(pattern) == 1 else longer).append(rule)
        # Rules of one token that a token with some bits matches, rules that may start there, what rules set together.
        self._matching = cache(
            lambda bits: tuple(sorted({rule.number for rule in one if bits & rule.bits[0] == rule.bits[0]}))
        )
        self._starting = cache(lambda bits: tuple(rule for rule in longer if bits & rule.bits[0] == rule.bits[0]))
        self._merged: Callable[[tuple[int, ...]], dict[int, int]] = cache(
            lambda numbers: reduce(or_, (self.attributes[number] for number in numbers), {})
        )
        strings: Any = self.vocab.strings
        self._morph = cache(lambda key: MorphAnalysis(self.vocab, strings[key]))

    def __call__(self, doc: Doc) -> None:
        """Set the attributes that the rules say; later rules overrule earlier ones, as in spaCy."""
        if self._passed["LOWER"].cache_info().currsize > MAX_CACHED_WORDS:
            self._passed["LOWER"].cache_clear()
        changes = [self._merged(numbers) for numbers in self._matches(doc)]
        columns: Any = doc.to_array(SET_ATTRIBUTES).reshape(len(doc), len(SET_ATTRIBUTES))
        for k, name in enumerate(SET_ATTRIBUTES):
            old = columns[:, k].tolist()
            columns[:, k] = [change.get(name, value) for change, value in zip(changes, old, strict=True)]
        if len(doc):
            doc.from_array(SET_ATTRIBUTES, columns)
        for token, change in zip(doc, changes, strict=True):
            if MORPH in change:
                token.morph = self._morph(change[MORPH])

    def _matches(self, doc: Doc) -> list[tuple[int, ...]]:
        """Return for each token the numbers of the rules that set its attributes, in their order."""
        table: Any = doc.to_array(list(TESTED_ATTRIBUTES.values()))
        columns = table.reshape(len(doc), len(TESTED_ATTRIBUTES)).T.tolist()
        passed = [map(bits_of, values) for bits_of, values in zip(self._passed.values(), columns, strict=True)]
        bits = [a | b | c | d for a, b, c, d in zip(*passed, strict=True)]
        numbers = [self._matching(token_bits) for token_bits in bits]
        for i, token_bits in enumerate(bits):
            for rule in self._starting(token_bits):
                row = bits[i : i + len(rule.bits)]
                if len(row) == len(rule.bits) and all(m & b == b for m, b in zip(row, rule.bits, strict=True)):
                    target = i + rule.place
                    numbers[target] = tuple(sorted({*numbers[target], rule.number}))
        return numbers

    def _bits_of(self, token: dict[str, Any]) -> int:
        """Return the bits of all tests that a pattern makes of one token."""
        if set(token) - set(TESTED_ATTRIBUTES):
            raise UnsupportedRuleError
        keys = {(name, repr(condition)): condition for name, condition in token.items()}
        for (name, text), condition in keys.items():
            if (name, text) not in self._bits:  # a new test gets the next bit
                self._bits[name, text] = 1 << len(self._bits)
                test = _compile_test(condition, self.vocab.strings)
                self._tests[name].append((test, self._bits[name, text]))
        return sum(self._bits[key] for key in keys)


def _bits_passed(tests: list[tuple[Test, int]], value: int) -> int:
    return sum(bit for test, bit in tests if test(value))


def _compile_test(condition: Any, strings: StringStore) -> Test:
    """Return a function that tests a value as spaCy's matcher would."""
    if isinstance(condition, (str, bool)):
        condition = {"IN": [condition]}
    if not isinstance(condition, dict) or len(condition) != 1:
        raise UnsupportedRuleError
    (operator, operand), *_ = condition.items()
    if operator == "REGEX":
        pattern = re.compile(operand)
        return lambda value: bool(pattern.search(strings[value]))
    if operator not in ("IN", "NOT_IN"):
        raise UnsupportedRuleError
    members = {int(item) if isinstance(item, bool) else get_string_id(item) for item in operand}
    return lambda value: (value in members) == (operator == "IN")


class CachedLemmatizer:
    """Sets the lemmas that a rule lemmatizer sets, each computed once for a word, part of speech and morphology.

    The lists of known base forms in its tables become sets: it searches them for each form that its rules make.
    """

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self.lemmatizer = lemmatizer
        if lemmatizer.lookups.has_table("lemma_index"):
            known = lemmatizer.lookups.get_table("lemma_index")
            known.update({part_of_speech: frozenset(forms) for part_of_speech, forms in known.items()})
        self._lemmas: dict[tuple[int, int, int], int] = {}

    def __call__(self, doc: Doc) -> None:
        """Set the lemmas that are not set."""
        if not len(doc):
            return
        if len(self._lemmas) > MAX_CACHED_WORDS:
            self._lemmas.clear()
            self.lemmatizer.cache.clear()
        table: Any = doc.to_array([ORTH, POS, MORPH, LEMMA])
        orth, pos, morph, lemma = table.reshape(len(doc), 4).T.tolist()
        for i, key in enumerate(zip(orth, pos, morph, strict=True)):
            if lemma[i] and not self.lemmatizer.overwrite:
                continue
            if key not in self._lemmas:
                self._lemmas[key] = doc.vocab.strings.add(self.lemmatizer.lemmatize(doc[i])[0])
            lemma[i] = self._lemmas[key]
        column: Any = np.array(lemma, dtype=np.uint64)
        doc.from_array([LEMMA], column)


def fast_components(nlp: SpacyPipeline) -> dict[str, Callable[[Doc], None]]:
    """Return replacements for the last components of a pipeline by their names, in order; none where unsupported."""
    last = [name for name in nlp.pipe_names if name != "ner"][-2:]
    if last != ["attribute_ruler", "lemmatizer"]:
        return {}
    ruler, lemmatizer = (nlp.get_pipe(name) for name in last)
    if not isinstance(ruler, AttributeRuler) or not isinstance(lemmatizer, Lemmatizer) or lemmatizer.mode != "rule":
        return {}
    if type(lemmatizer).rule_lemmatize is not Lemmatizer.rule_lemmatize:  # a language whose rules may read more
        return {}
    try:
        return dict(zip(last, (FastAttributeRuler(ruler), CachedLemmatizer(lemmatizer)), strict=True))
    except UnsupportedRuleError:
        return {}
