"""A parsed article as plain lists, made once: reading a spaCy token's attribute again and again is what costs time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

from spacy.tokens import Doc

from pipeline.extract.marks import Pair
from pipeline.language import Language
from pipeline.text import Span

TERMINAL = {".", "!", "?", "…", "...", ";", "?!", "!?"}
DASHES = {"-", "--", "—", "–", "―"}
# Longer "sentences" are lists and tables; a cut keeps the work per cue bounded.
LONGEST_SENTENCE = 400
CLOSERS = {".", ",", ";", ":", "!", "?", ")", "]"}


@dataclass(frozen=True)
class Quoted:
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


class View:
    """Lists over the tokens of a document; `left` and `right` are the ends of a token's subtree.

    Parameters
    ----------
    doc : Doc
        Tagged, parsed and lemmatised.
    pairs : list of Pair
        Outermost pairs of quotation marks of its text.
    language : Language
        Its function words, and the lemmas that its model gets wrong.
    """

    def __init__(self, doc: Doc, pairs: list[Pair], language: Language) -> None:
        self.text = doc.text
        self.n = len(doc)
        self.start = [t.idx for t in doc]
        self.word = [t.text for t in doc]
        self.end = [s + len(w) for s, w in zip(self.start, self.word, strict=True)]
        self.low = [w.lower() for w in self.word]
        self.lemma = [t.lemma_.lower() for t in doc]
        self.pos = [t.pos_ for t in doc]
        self.function_words = {kind: frozenset(words) for kind, words in language.function_words.items()}
        tagged = zip(self.lemma, self.pos, strict=True)
        self.lemma = [language.lemmas.get(lemma, lemma) if pos == "VERB" else lemma for lemma, pos in tagged]
        self.tag = [t.tag_ for t in doc]
        self.dep = [t.dep_ for t in doc]
        self.head = [t.head.i for t in doc]
        self.left = [t.left_edge.i for t in doc]
        self.right = [t.right_edge.i for t in doc]
        self.kids: list[list[int]] = [[] for _ in range(self.n)]
        for i, h in enumerate(self.head):
            if h != i:
                self.kids[h].append(i)
        self._cut_lines(doc)
        self._place_marks(pairs)
        self._mend_sentences()
        letters = [c.isalnum() for c in self.text]
        self._letters = [0, *accumulate(letters)]
        for pair in _gaps(pairs, len(self.text)):
            letters[pair[0] : pair[1]] = [False] * (pair[1] - pair[0])
        self._quoted_letters = [0, *accumulate(letters)]
        self.tag_kinds = {kind: frozenset(tags) for kind, tags in language.tags.items()}

    def _cut_lines(self, doc: Doc) -> None:
        """Sentences and paragraphs as token ranges, line breaks left out of paragraphs."""
        self.sentence = [0] * self.n
        self.sentences: list[Span] = []
        for number, sent in enumerate(doc.sents):
            self.sentences.append((sent.start, sent.end - 1))
            self.sentence[sent.start : sent.end] = [number] * (sent.end - sent.start)
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

    def _place_marks(self, pairs: list[Pair]) -> None:
        self.quoted: list[Quoted] = []
        self.mark = [-1] * self.n
        for pair in pairs:
            first, last = bisect_right(self.start, pair.start) - 1, bisect_left(self.end, pair.end)
            inner_first = bisect_left(self.start, pair.inner_start)
            inner_last = bisect_right(self.end, pair.inner_end) - 1
            if inner_last < inner_first or self.paragraph[first] < 0 or (self.quoted and self.quoted[-1].last >= first):
                continue
            while inner_last > inner_first and self.word[inner_last].isspace():
                inner_last -= 1
            self.mark[first : last + 1] = [len(self.quoted)] * (last + 1 - first)
            self.quoted.append(Quoted(first, last, self.paragraph[first], pair.closed, inner_first, inner_last))
        self.firsts, self.lasts = [q.first for q in self.quoted], [q.last for q in self.quoted]

    def _mend_sentences(self) -> None:
        """Sentences as readers see them: not broken inside marks, but broken where a pair starts after a full stop."""
        starts = {first for first, _ in self.paragraphs}
        latest = 0
        for i in range(1, self.n):
            if i in starts:
                latest = i
            if self.paragraph[i] < 0 or i in starts or (self.mark[i] >= 0 and self.quoted[self.mark[i]].first < i):
                continue
            if i - latest > LONGEST_SENTENCE:
                starts.add(i)
                latest = i
                continue
            parsed = self.sentence[i] != self.sentence[i - 1]
            if self.mark[i] < 0 and self.mark[i - 1] >= 0 and self._goes_on(i):
                continue
            if parsed and self.word[i] in CLOSERS:
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
        inner = self.word[self.quoted[self.mark[i - 1]].inner_last]
        return self.word[i][:1].islower() or inner == ","

    def _new_after_mark(self, i: int) -> bool:
        """A sentence that the parser missed: a pair behind a full stop, or a capital behind a pair that ends in one."""
        previous = i - 1
        while previous > 0 and self.word[previous].isspace():
            previous -= 1
        if self.mark[i] >= 0 and self.mark[previous] < 0:
            return self.word[previous] in (".", "!", "?")
        if self.mark[previous] >= 0 and self.quoted[self.mark[previous]].last == previous:
            stop = self.word[self.quoted[self.mark[previous]].inner_last] == "."
            return stop and (self.word[i][:1].isupper() or self.mark[i] >= 0)
        return False

    def span(self, first: int, last: int) -> Span:
        """Characters of the tokens first to last."""
        return self.start[first], self.end[last]

    def type_of(self, parts: list[Span]) -> str:
        """`direct`, `indirect` or `mixed`: all, none or some of the letters and digits stand in marks."""
        total = sum(self._letters[end] - self._letters[start] for start, end in parts)
        inside = sum(self._quoted_letters[end] - self._quoted_letters[start] for start, end in parts)
        return "indirect" if not inside else "direct" if inside == total else "mixed"

    def of(self, i: int, kind: str) -> bool:
        """True for a token that is one of the language's function words of a kind."""
        return self.low[i] in self.function_words.get(kind, ())

    def verb_of(self, i: int, kind: str) -> bool:
        """The same by lemma."""
        return self.lemma[i] in self.function_words.get(kind, ())

    def tagged(self, i: int, kind: str) -> bool:
        """True for a token whose tag is one of the language's of a kind (`finite`)."""
        return self.tag[i] in self.tag_kinds.get(kind, ())

    def child(self, i: int, *deps: str) -> int | None:
        """First child with one of these dependency labels."""
        return next((k for k in self.kids[i] if self.dep[k] in deps), None)

    def children(self, i: int, *deps: str) -> list[int]:
        """Children with one of these dependency labels."""
        return [k for k in self.kids[i] if self.dep[k] in deps]

    def is_word(self, i: int) -> bool:
        """True for a token with a letter or digit."""
        return self.pos[i] not in ("PUNCT", "SPACE") and any(map(str.isalnum, self.word[i]))

    def words(self, first: int, last: int) -> list[int]:
        """Tokens of a range that hold a letter or digit."""
        return [i for i in range(first, last + 1) if self.is_word(i)]

    def trim(self, first: int, last: int) -> tuple[int, int] | None:
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
        return self.mark[i] >= 0 and (q := self.quoted[self.mark[i]]).first == i and q.inner_first <= last

    def _closes(self, first: int, i: int) -> bool:
        if self.word[i] in ")%":
            return True
        return self.mark[i] >= 0 and (q := self.quoted[self.mark[i]]).last == i and q.closed and q.inner_last >= first


def _gaps(pairs: list[Pair], length: int) -> list[Span]:
    """What lies outside of the pairs."""
    edges = [0, *(x for pair in pairs for x in (pair.inner_start, pair.inner_end)), length]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
