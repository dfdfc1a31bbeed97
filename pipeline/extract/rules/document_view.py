"""A parsed article as plain lists, made once: reading a spaCy token's attribute again and again is what costs time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, IDX, LEMMA, ORTH, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from pipeline.core.language import Language
from pipeline.core.text import Span
from pipeline.extract.rules.quotation_marks import MarkPair, pair_marks

HashColumns = NDArray[np.uint64]
SENTENCE_ENDS = {".", "!", "?", "…", "...", ";", "?!", "!?"}
DASHES = {"-", "--", "—", "–", "―"}
# Longer "sentences" are lists and tables; a cut keeps the work per cue bounded.
MAX_SENTENCE_TOKENS = 400
CLOSING_PUNCTUATION = {".", ",", ";", ":", "!", "?", ")", "]"}


@dataclass(frozen=True)
class QuotedSpan:
    """A pair of marks in tokens: first and last token, marks included, its paragraph, and whether it is closed."""

    first: int
    last: int
    paragraph: int
    closed: bool
    inner_first: int
    inner_last: int

    @property
    def size(self) -> int:
        """Number of tokens between the marks."""
        return self.inner_last - self.inner_first + 1


class DocumentView:
    """Lists over the tokens of a document; `left` and `right` are the ends of a token's subtree.

    Parameters
    ----------
    doc : Doc
        Tagged, parsed and lemmatised.
    language : Language
        Its quotation marks, its function words, and the lemmas that its model gets wrong.
    """

    def __init__(self, doc: Doc, language: Language) -> None:
        self.n = len(doc)
        self._read(doc, language)
        pairs = pair_marks(self.text, language.marks)
        self.function_words = {kind: frozenset(words) for kind, words in language.function_words.items()}
        self.dependents: list[list[int]] = [[] for _ in range(self.n)]
        for i, h in enumerate(self.head):
            if h != i:
                self.dependents[h].append(i)
        self._cut_lines()
        self._place_marks(pairs)
        self._mend_sentences()
        letters = _is_alphanumeric(self.text)
        self._letters = np.concatenate([[0], np.cumsum(letters)])
        for start, end in _ranges_outside(pairs, len(self.text)):
            letters[start:end] = False
        self._quoted_letters = np.concatenate([[0], np.cumsum(letters)])
        self.tag_kinds = {kind: frozenset(tags) for kind, tags in language.tags.items()}

    def _read(self, doc: Doc, language: Language) -> None:
        """Words and parse, taken out of the document by columns: a token at a time is ten times slower."""
        names = [ORTH, SPACY, IDX, LEMMA, POS, TAG, DEP, HEAD, SENT_START]
        columns: HashColumns = doc.to_array(names).reshape(self.n, len(names)).astype(np.uint64)
        orth, space, start, lemma, pos, tag, dep, up, begins = columns.T
        self.word = _decode(doc, orth)
        self.lower = [word.lower() for word in self.word]
        self.text = "".join(word + " " if gap else word for word, gap in zip(self.word, space.tolist(), strict=True))
        self.pos, self.tag, self.dep = _decode(doc, pos), _decode(doc, tag), _decode(doc, dep)
        tagged = zip(map(str.lower, _decode(doc, lemma)), self.pos, strict=True)
        self.lemma = [language.lemmas.get(lemma, lemma) if pos == "VERB" else lemma for lemma, pos in tagged]
        self.start = start.astype(np.int64).tolist()
        self.end = [s + len(w) for s, w in zip(self.start, self.word, strict=True)]
        self.head = (np.arange(self.n) + up.astype(np.int64)).tolist()  # `up`: distance, negative to the left
        self.left_edge, self.right_edge = _subtree_edges(self.head)
        opens = begins.astype(np.int64) == 1
        opens[:1] = True
        self.sentence = (np.cumsum(opens) - 1).tolist()
        firsts = np.flatnonzero(opens).tolist()
        self.sentences: list[Span] = [(a, b - 1) for a, b in pairwise([*firsts, self.n])]

    def _cut_lines(self) -> None:
        """Paragraphs as token ranges, line breaks left out of them."""
        self.paragraph = [-1] * self.n
        self.paragraphs: list[Span] = []
        first = 0
        for i in range(self.n + 1):
            if i == self.n or "\n" in self.word[i]:
                if any(not self.word[k].isspace() for k in range(first, min(first + 3, i))):
                    self.paragraph[first:i] = [len(self.paragraphs)] * (i - first)
                    self.paragraphs.append((first, i - 1))
                first = i + 1

    @property
    def longest_paragraph(self) -> int:
        """Tokens of the longest paragraph, 0 without any."""
        return max((last - first + 1 for first, last in self.paragraphs), default=0)

    def _place_marks(self, pairs: list[MarkPair]) -> None:
        self.quoted_spans: list[QuotedSpan] = []
        self.quoted_at = [-1] * self.n
        for pair in pairs:
            first, last = bisect_right(self.start, pair.start) - 1, bisect_left(self.end, pair.end)
            inner_first = bisect_left(self.start, pair.inner_start)
            inner_last = bisect_right(self.end, pair.inner_end) - 1
            if (
                inner_last < inner_first
                or self.paragraph[first] < 0
                or (self.quoted_spans and self.quoted_spans[-1].last >= first)
            ):
                continue
            while inner_last > inner_first and self.word[inner_last].isspace():
                inner_last -= 1
            self.quoted_at[first : last + 1] = [len(self.quoted_spans)] * (last + 1 - first)
            self.quoted_spans.append(
                QuotedSpan(first, last, self.paragraph[first], pair.closed, inner_first, inner_last)
            )
        self.quoted_firsts, self.quoted_lasts = (
            [q.first for q in self.quoted_spans],
            [q.last for q in self.quoted_spans],
        )

    def _mend_sentences(self) -> None:
        """Sentences as readers see them: not broken inside marks, but broken where a pair starts after a full stop."""
        starts = {first for first, _ in self.paragraphs}
        latest = 0
        for i in range(1, self.n):
            if i in starts:
                latest = i
            if (
                self.paragraph[i] < 0
                or i in starts
                or (self.quoted_at[i] >= 0 and self.quoted_spans[self.quoted_at[i]].first < i)
            ):
                continue
            if i - latest > MAX_SENTENCE_TOKENS:
                starts.add(i)
                latest = i
                continue
            parsed = self.sentence[i] != self.sentence[i - 1]
            if self.quoted_at[i] < 0 and self.quoted_at[i - 1] >= 0 and self._goes_on(i):
                continue
            if parsed and self.word[i] in CLOSING_PUNCTUATION:
                continue
            if parsed or self._new_after_mark(i):
                starts.add(i)
                latest = i
        self.sentences, self.sentence = [], [-1] * self.n
        for first, last in self.paragraphs:
            begin = first
            for i in range(first + 1, last + 2):
                if i > last or i in starts:
                    self.sentence[begin:i] = [len(self.sentences)] * (i - begin)
                    self.sentences.append((begin, i - 1))
                    begin = i

    def _goes_on(self, i: int) -> bool:
        """True where a sentence runs on behind a pair: `“No,” she said`, `“Why?” asked X`, `“No.” said X`."""
        inner = self.word[self.quoted_spans[self.quoted_at[i - 1]].inner_last]
        return self.word[i][:1].islower() or inner == ","

    def _new_after_mark(self, i: int) -> bool:
        """A sentence that the parser missed: a pair behind a full stop, or a capital behind a pair that ends in one."""
        previous = i - 1
        while previous > 0 and self.word[previous].isspace():
            previous -= 1
        if self.quoted_at[i] >= 0 and self.quoted_at[previous] < 0:
            return self.word[previous] in (".", "!", "?")
        if self.quoted_at[previous] >= 0 and self.quoted_spans[self.quoted_at[previous]].last == previous:
            stop = self.word[self.quoted_spans[self.quoted_at[previous]].inner_last] == "."
            return stop and (self.word[i][:1].isupper() or self.quoted_at[i] >= 0)
        return False

    def char_span(self, first: int, last: int) -> Span:
        """Characters of the tokens first to last."""
        return self.start[first], self.end[last]

    def quote_type(self, parts: list[Span]) -> str:
        """`direct`, `indirect` or `mixed`: all, none or some of the letters and digits stand in marks."""
        total = sum(self._letters[end] - self._letters[start] for start, end in parts)
        inside = sum(self._quoted_letters[end] - self._quoted_letters[start] for start, end in parts)
        return "indirect" if not inside else "direct" if inside == total else "mixed"

    def word_in(self, i: int, kind: str) -> bool:
        """True for a token that is one of the language's function words of a kind."""
        return self.lower[i] in self.function_words.get(kind, ())

    def lemma_in(self, i: int, kind: str) -> bool:
        """The same by lemma."""
        return self.lemma[i] in self.function_words.get(kind, ())

    def tag_in(self, i: int, kind: str) -> bool:
        """True for a token whose tag is one of the language's of a kind (`finite`)."""
        return self.tag[i] in self.tag_kinds.get(kind, ())

    def child(self, i: int, *deps: str) -> int | None:
        """First child with one of these dependency labels."""
        return next((k for k in self.dependents[i] if self.dep[k] in deps), None)

    def children(self, i: int, *deps: str) -> list[int]:
        """Children with one of these dependency labels."""
        return [k for k in self.dependents[i] if self.dep[k] in deps]

    def is_word(self, i: int) -> bool:
        """True for a token with a letter or digit."""
        return self.pos[i] not in ("PUNCT", "SPACE") and any(map(str.isalnum, self.word[i]))

    def words_in(self, first: int, last: int) -> list[int]:
        """Tokens of a range that hold a letter or digit."""
        return [i for i in range(first, last + 1) if self.is_word(i)]

    def trim_punctuation(self, first: int, last: int) -> tuple[int, int] | None:
        """The range without punctuation and spaces at its ends, quotation marks of its own kept."""
        while first <= last and not self.is_word(first) and not self._opens(first, last):
            first += 1
        while last >= first and not self.is_word(last) and not self._closes(first, last):
            last -= 1
        return (first, last) if first <= last else None

    def trim_spaces(self, first: int, last: int) -> tuple[int, int] | None:
        """The range without spaces at its ends."""
        while first <= last and self.word[first].isspace():
            first += 1
        while last >= first and self.word[last].isspace():
            last -= 1
        return (first, last) if first <= last else None

    def _opens(self, i: int, last: int) -> bool:
        if self.word[i] in "$£€#@(":
            return i < last
        return (
            self.quoted_at[i] >= 0 and (q := self.quoted_spans[self.quoted_at[i]]).first == i and q.inner_first <= last
        )

    def _closes(self, first: int, i: int) -> bool:
        if self.word[i] in ")%":
            return True
        return (
            self.quoted_at[i] >= 0
            and (q := self.quoted_spans[self.quoted_at[i]]).last == i
            and q.closed
            and q.inner_last >= first
        )


# What spaCy's keys stand for: the same in all its vocabularies, for a key is a hash of its word.
_decoded: dict[int, str] = {0: ""}
_MAX_DECODED = 1 << 18


def _decode(doc: Doc, keys: HashColumns) -> list[str]:
    """What spaCy's keys stand for, each looked up once."""
    if len(_decoded) > _MAX_DECODED:
        _decoded.clear()
        _decoded[0] = ""
    asked = keys.tolist()
    for key in set(asked):
        if key not in _decoded:
            _decoded[key] = doc.vocab.strings[key]
    return [_decoded[key] for key in asked]


def _is_alphanumeric(text: str) -> NDArray[np.bool_]:
    """Which characters are letters or digits."""
    return np.strings.isalnum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<U1"))


def _subtree_edges(head: list[int]) -> tuple[list[int], list[int]]:
    """First and last token below each token, itself included; once through suffices where no arcs cross."""
    left, right = list(range(len(head))), list(range(len(head)))
    order = [i for i, h in enumerate(head) if i < h] + [i for i, h in enumerate(head) if i > h][::-1]
    changed = True
    while changed:
        changed = False
        for i in order:
            h = head[i]
            if left[i] < left[h]:
                left[h], changed = left[i], True
            if right[i] > right[h]:
                right[h], changed = right[i], True
    return left, right


def _ranges_outside(pairs: list[MarkPair], length: int) -> list[Span]:
    """What lies outside of the pairs."""
    edges = [0, *(x for pair in pairs for x in (pair.inner_start, pair.inner_end)), length]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
