"""The tokens of a document as lists: words, parse, paragraphs, sentences and quotation marks."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, IDX, LEMMA, ORTH, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from pipeline.core.language import Language, TagKind, WordKind
from pipeline.core.text import Span
from pipeline.extract.rules.quotation_marks import MarkPair, pair_marks

Hashes = NDArray[np.uint64]

# A hash stands for the same string in every vocabulary of spaCy, so decoded strings are shared by all documents.
_decoded: dict[int, str] = {0: ""}
_MAX_DECODED = 1 << 18


def read_columns(doc: Doc, attributes: list[int | str]) -> Hashes:
    """Return one row per attribute with its value for each token."""
    columns: Hashes = doc.to_array(attributes).reshape(len(doc), len(attributes)).astype(np.uint64)
    return columns.T


def decode(doc: Doc, hashes: Hashes) -> list[str]:
    """Return the strings that spaCy's hashes stand for; each distinct hash is looked up once."""
    if len(_decoded) > _MAX_DECODED:
        _decoded.clear()
        _decoded[0] = ""
    keys = hashes.tolist()
    for key in set(keys):
        if key not in _decoded:
            _decoded[key] = doc.vocab.strings[key]
    return [_decoded[key] for key in keys]


def subtree_edges(head: list[int]) -> tuple[list[int], list[int]]:
    """Return the first and the last token of each token's subtree; one pass suffices where no arcs cross."""
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


TokenRange = tuple[int, int]  # first and last token
SENTENCE_ENDS = {".", "!", "?", "…", "...", ";", "?!", "!?"}
DASHES = {"-", "--", "—", "–", "―"}
CLOSING_PUNCTUATION = {".", ",", ";", ":", "!", "?", ")", "]"}
# Longer "sentences" are lists and tables; a cut keeps the work per cue bounded.
MAX_SENTENCE_TOKENS = 400


@dataclass(frozen=True)
class QuotedSpan:
    """A pair of quotation marks, `first` to `last`, and the tokens between them, `inner_first` to `inner_last`."""

    first: int
    last: int
    paragraph: int  # its number
    closed: bool  # False where the closing mark is missing: the span then ends with its paragraph
    inner_first: int
    inner_last: int

    @property
    def size(self) -> int:
        """Return the number of tokens between the marks."""
        return self.inner_last - self.inner_first + 1


class DocumentView:
    """The tokens of a document as lists, with its paragraphs, sentences and quoted spans.

    The document is tagged, parsed and lemmatised; the language has its quotation marks, word lists and tags, and the
    lemmas that its model gets wrong. Each token has its `word`, this and its `lemma` in lower case, `pos`, `tag` and
    `dep`; offsets of characters, `start` and `end`; its `head`, itself for a root, and its `dependents`; first and last
    token of its subtree, `left_edge` and `right_edge`; and the numbers of its `paragraph`, `sentence` and quoted span
    (`quoted_at`), -1 for none. `paragraphs` and `sentences` are their first and last tokens, `quoted_spans` the
    outermost pairs of quotation marks, in order.
    """

    def __init__(self, doc: Doc, language: Language) -> None:
        self.n, self.language = len(doc), language
        self._words, self._tags = language.word_sets, language.tag_sets
        parsed_starts = self._read_tokens(doc, language)
        pairs = pair_marks(self.text, language.marks, language.apostrophe_after, language.clipped)
        self._find_paragraphs()
        self._find_quoted_spans(pairs)
        self._find_sentences(parsed_starts)
        letters = np.strings.isalnum(np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<U1"))
        in_pairs = np.zeros_like(letters)
        for pair in pairs:
            in_pairs[pair.inner_start : pair.inner_end] = True
        self._letters_before = np.concatenate([[0], np.cumsum(letters)])
        self._quoted_letters_before = np.concatenate([[0], np.cumsum(letters & in_pairs)])

    def _read_tokens(self, doc: Doc, language: Language) -> list[bool]:
        """Read words and parse of a document; return for each token whether the parser starts a sentence there."""
        orth, space, start, lemma, pos, tag, dep, head_offset, sentence_start = read_columns(
            doc, [ORTH, SPACY, IDX, LEMMA, POS, TAG, DEP, HEAD, SENT_START]
        )
        self.word = decode(doc, orth)
        self.lower = [word.lower() for word in self.word]
        self.text = "".join(word + " " if gap else word for word, gap in zip(self.word, space.tolist(), strict=True))
        self.pos, self.tag, self.dep = decode(doc, pos), decode(doc, tag), decode(doc, dep)
        tagged = zip(map(str.lower, decode(doc, lemma)), self.pos, strict=True)
        self.lemma = [language.lemmas.get(lemma, lemma) if pos == "VERB" else lemma for lemma, pos in tagged]
        self.start = start.astype(np.int64).tolist()
        self.end = [s + len(w) for s, w in zip(self.start, self.word, strict=True)]
        self.head = (np.arange(self.n) + head_offset.astype(np.int64)).tolist()
        self.left_edge, self.right_edge = subtree_edges(self.head)
        self.dependents: list[list[int]] = [[] for _ in range(self.n)]
        for i, h in enumerate(self.head):
            if h != i:
                self.dependents[h].append(i)
        starts: list[bool] = (sentence_start.astype(np.int64) == 1).tolist()
        return starts

    def _find_paragraphs(self) -> None:
        """Split the tokens into paragraphs at line breaks, which belong to none."""
        self.paragraph = [-1] * self.n
        self.paragraphs: list[TokenRange] = []
        first = 0
        for i in range(self.n + 1):
            if i == self.n or "\n" in self.word[i]:
                if any(not self.word[k].isspace() for k in range(first, min(first + 3, i))):
                    self.paragraph[first:i] = [len(self.paragraphs)] * (i - first)
                    self.paragraphs.append((first, i - 1))
                first = i + 1

    def _find_quoted_spans(self, pairs: list[MarkPair]) -> None:
        """Turn pairs of quotation marks into token ranges, leaving out those that share a token with the one before."""
        self.quoted_spans: list[QuotedSpan] = []
        self.quoted_at = [-1] * self.n
        for pair in pairs:
            first, last = bisect_right(self.start, pair.start) - 1, bisect_left(self.end, pair.end)
            inner_first = bisect_left(self.start, pair.inner_start)
            inner_last = bisect_right(self.end, pair.inner_end) - 1
            if inner_last < inner_first or self.paragraph[first] < 0 or self.in_marks(first):
                continue
            while inner_last > inner_first and self.word[inner_last].isspace():
                inner_last -= 1
            span = QuotedSpan(first, last, self.paragraph[first], pair.closed, inner_first, inner_last)
            self.quoted_at[first : last + 1] = [len(self.quoted_spans)] * (last + 1 - first)
            self.quoted_spans.append(span)

    def _find_sentences(self, parsed_starts: list[bool]) -> None:
        """Split paragraphs into sentences where the parser does, with corrections beside quotation marks.

        No sentence starts inside marks or between a quote and its reporting clause; one starts where a quote shows it.
        """
        starts = {first for first, _ in self.paragraphs}
        latest = 0
        for i in range(1, self.n):
            if i in starts:
                latest = i
                continue
            span = self.quoted_span(i)
            if self.paragraph[i] < 0 or (span is not None and span.first < i):
                continue
            if i - latest > MAX_SENTENCE_TOKENS or self._starts_sentence(i, parsed_starts[i]):
                starts.add(i)
                latest = i
        self.sentences: list[TokenRange] = []
        self.sentence = [-1] * self.n
        for first, last in self.paragraphs:
            begin = first
            for i in range(first + 1, last + 2):
                if i > last or i in starts:
                    self.sentence[begin:i] = [len(self.sentences)] * (i - begin)
                    self.sentences.append((begin, i - 1))
                    begin = i

    def _starts_sentence(self, i: int, parsed: bool) -> bool:
        """Return whether a sentence starts at a token; `parsed` tells whether the parser says so."""
        if not self.in_marks(i) and (span := self.quoted_span(i - 1)) is not None and self._continues_after(span, i):
            return False
        if parsed:
            return self.word[i] not in CLOSING_PUNCTUATION
        return self._starts_beside_marks(i)

    def _continues_after(self, span: QuotedSpan, i: int) -> bool:
        """Return whether a sentence continues after a quoted span: `“No,” she said`, `“Why?” asked X`."""
        return self.word[i][:1].islower() or self.word[span.inner_last] == ","

    def _starts_beside_marks(self, i: int) -> bool:
        """Return whether marks show a sentence that the parser missed: `X left. “No.”`, `“No.” He left`."""
        previous = i - 1
        while previous > 0 and self.word[previous].isspace():
            previous -= 1
        span = self.quoted_span(previous)
        if self.in_marks(i) and span is None:
            return self.word[previous] in (".", "!", "?")
        if span is None or span.last != previous or self.word[span.inner_last] != ".":
            return False
        return self.word[i][:1].isupper() or self.in_marks(i)

    def char_span(self, first: int, last: int) -> Span:
        """Return the character offsets of a token range."""
        return self.start[first], self.end[last]

    def quote_type(self, parts: list[Span]) -> str:
        """Return `direct`, `indirect` or `mixed`: all, no or some letters and digits are in quotation marks."""
        total = sum(self._letters_before[end] - self._letters_before[start] for start, end in parts)
        inside = sum(self._quoted_letters_before[end] - self._quoted_letters_before[start] for start, end in parts)
        return "indirect" if not inside else "direct" if inside == total else "mixed"

    def word_in(self, i: int, kind: WordKind) -> bool:
        """Return whether a token is in the language's word list of a kind."""
        return self.lower[i] in self._words[kind]

    def lemma_in(self, i: int, kind: WordKind) -> bool:
        """Return whether a token's lemma is in the language's word list of a kind."""
        return self.lemma[i] in self._words[kind]

    def tag_in(self, i: int, kind: TagKind) -> bool:
        """Return whether a token has one of the language's tags of a kind."""
        return self.tag[i] in self._tags[kind]

    def tags_of(self, kind: TagKind) -> frozenset[str]:
        """Return the tags that the language file lists for a kind."""
        return self._tags[kind]

    def in_marks(self, i: int) -> bool:
        """Return whether a token lies in a quoted span, marks included."""
        return self.quoted_at[i] >= 0

    def quoted_span(self, i: int) -> QuotedSpan | None:
        """Return the quoted span that contains a token."""
        return self.quoted_spans[self.quoted_at[i]] if self.quoted_at[i] >= 0 else None

    def span_before(self, i: int) -> int | None:
        """Return the number of the last quoted span that ends before a token."""
        k = bisect_left(self.quoted_spans, i, key=lambda span: span.last) - 1
        return k if k >= 0 else None

    def span_from(self, i: int) -> int | None:
        """Return the number of the first quoted span that starts at a token or after it."""
        k = bisect_left(self.quoted_spans, i, key=lambda span: span.first)
        return k if k < len(self.quoted_spans) else None

    def child(self, i: int, *labels: str) -> int | None:
        """Return a token's first child with one of the dependency labels."""
        return next((k for k in self.dependents[i] if self.dep[k] in labels), None)

    def children(self, i: int, *labels: str) -> list[int]:
        """Return a token's children with one of the dependency labels."""
        return [k for k in self.dependents[i] if self.dep[k] in labels]

    def is_word(self, i: int) -> bool:
        """Return whether a token contains a letter or digit."""
        return self.pos[i] not in ("PUNCT", "SPACE") and any(map(str.isalnum, self.word[i]))

    def is_finite_verb(self, i: int) -> bool:
        """Return whether a token is a finite verb or auxiliary."""
        return self.pos[i] in ("VERB", "AUX") and self.tag_in(i, "finite")

    def words_in(self, first: int, last: int) -> list[int]:
        """Return the tokens of a range that contain a letter or digit."""
        return [i for i in range(first, last + 1) if self.is_word(i)]

    def trim_punctuation(self, first: int, last: int) -> TokenRange | None:
        """Return a range without punctuation and spaces at its ends; quotation marks of pairs inside it stay."""
        while first <= last and not self.is_word(first) and not self._keeps_first(first, last):
            first += 1
        while last >= first and not self.is_word(last) and not self._keeps_last(first, last):
            last -= 1
        return (first, last) if first <= last else None

    def trim_spaces(self, first: int, last: int) -> TokenRange | None:
        """Return a range without spaces at its ends."""
        while first <= last and self.word[first].isspace():
            first += 1
        while last >= first and self.word[last].isspace():
            last -= 1
        return (first, last) if first <= last else None

    def _keeps_first(self, first: int, last: int) -> bool:
        """Return whether punctuation at the start of a range belongs to it: `$3`, `@renn`, an opening mark."""
        if self.word[first] in "$£€#@(":
            return first < last
        span = self.quoted_span(first)
        return span is not None and span.first == first and span.inner_first <= last

    def _keeps_last(self, first: int, last: int) -> bool:
        """Return whether punctuation at the end of a range belongs to it: `3 %`, the closing mark of a pair."""
        if self.word[last] in ")%":
            return True
        span = self.quoted_span(last)
        return span is not None and span.last == last and span.closed and span.inner_last >= first
