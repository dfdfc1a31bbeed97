"""A parsed article as numpy arrays, one value a token, made once; features are read off them without loops."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, LEMMA, LOWER, POS, TAG
from spacy.strings import get_string_id
from spacy.tokens import Doc

from pipeline.extract.rules.document_view import DocumentView

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]  # as the trees were fitted
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]

_MORE = "$%£€#@"
_DEEPEST = 60
FRAME = (
    *(
        "ccomp",
        "xcomp",
        "dobj",
        "attr",
        "acomp",
        "oprd",
        "prep",
        "agent",
        "mark",
        "nsubj",
        "csubj",
        "nsubjpass",
        "expl",
    ),
    *("acl", "relcl", "prt", "neg", "aux", "auxpass", "poss", "pcomp", "pobj", "parataxis"),
)


@lru_cache(maxsize=256)
def ids(*names: str) -> Keys:
    """spaCy's numbers of labels."""
    found = np.array([get_string_id(name) for name in names], dtype=np.uint64)
    found.setflags(write=False)
    return found


def among(values: Keys, keys: Keys) -> Flags:
    """Where values are one of a few keys; `np.isin` sorts them all first."""
    found = values == keys[0]
    for key in keys[1:]:
        found |= values == key
    return found


def before(values: NDArray) -> NDArray:
    """Prefix sums, one longer than `values`: `sums[b] - sums[a]` counts the tokens a to b - 1."""
    return np.concatenate([[0], np.cumsum(values)])


class Arrays:
    """Arrays over the tokens of one document.

    Attributes
    ----------
    low, lemma, pos, tag, dep : uint64
        spaCy's keys of lower-case form, lemma and labels.
    head, left, right, depth : int
        Parse tree: head, ends of the subtree, distance to the root.
    first, last, paragraph : int
        Ends of the sentence as readers see it, and number of the paragraph (-1: a line break).
    mark : int
        Number of the pair of quotation marks, -1 for none.
    solid : bool
        Tokens that may start or end what was said.
    top, bottom : int
        Highest node whose subtree starts, or ends, at the token.
    frame : uint64
        Bit set of the labels of the children, in the order of `FRAME`.
    """

    def __init__(self, doc: Doc, view: DocumentView) -> None:
        self.n = n = view.n
        keys = doc.to_array([LOWER, LEMMA, POS, TAG, DEP]).reshape(n, 5).astype(np.uint64)
        self.low, self.lemma, self.pos, self.tag, self.dep = (np.ascontiguousarray(keys[:, k]) for k in range(5))
        self.head, self.left, self.right, self.mark, self.paragraph = (
            np.array(values, dtype=np.int64)
            for values in (view.head, view.left_edge, view.right_edge, view.quoted_at, view.paragraph)
        )
        self.solid = np.array([_is_solid(word) for word in view.word], dtype=bool)
        self._sentences(view)
        self._tree()
        self._marks(view)
        self._counts(view)

    def _sentences(self, view: DocumentView) -> None:
        places = np.arange(self.n)
        self.sentence = np.array(view.sentence, dtype=np.int64)
        self.first, self.last = places.copy(), places.copy()
        held = self.sentence >= 0
        bounds = np.array(view.sentences, dtype=np.int64).reshape(-1, 2)
        self.bounds = bounds
        self.first[held], self.last[held] = bounds[self.sentence[held]].T
        lines = np.array(view.paragraphs, dtype=np.int64).reshape(-1, 2)
        self.para_first, self.para_last = places.copy(), places.copy()
        inside = self.paragraph >= 0
        self.para_first[inside], self.para_last[inside] = lines[self.paragraph[inside]].T
        self.lines = lines

    def _tree(self) -> None:
        places = np.arange(self.n)
        self.depth = np.zeros(self.n, dtype=np.int64)
        up = self.head
        above = self.head != places
        for _ in range(_DEEPEST):
            if not above.any():
                break
            self.depth += above
            above = self.head[up] != up
            up = self.head[up]
        deepest_first = np.argsort(-self.depth, kind="stable")
        self.top, self.bottom = places.copy(), places.copy()
        self.top[self.left[deepest_first]] = deepest_first
        self.bottom[self.right[deepest_first]] = deepest_first
        self.child = np.flatnonzero(self.head != places)  # edges of the tree: child, parent
        self.parent = self.head[self.child]
        self.frame = np.zeros(self.n, dtype=np.uint64)
        np.bitwise_or.at(self.frame, self.parent, _bits(self.dep[self.child]))
        self.ccomp, self.xcomp = self.first_child("ccomp"), self.first_child("xcomp")
        self.object = self.first_child("dobj", "attr", "oprd", "acomp")
        self.subject = self.first_child("nsubj", "nsubjpass")
        self.right_kids = np.bincount(self.parent[self.child > self.parent], minlength=self.n)

    def first_child(self, *labels: str) -> Ints:
        """First child with one of the labels, -1 for none."""
        found = np.full(self.n, -1)
        hit = self.child[among(self.dep[self.child], ids(*labels))][::-1]
        found[self.head[hit]] = hit
        return found

    def has(self, label: str) -> Flags:
        """Whether a child has a label of `FRAME`."""
        return (self.frame >> np.uint64(FRAME.index(label))) & np.uint64(1) > 0

    def _marks(self, view: DocumentView) -> None:
        pairs = np.array(
            [(q.first, q.last, q.inner_first, q.inner_last, q.closed) for q in view.quoted_spans], dtype=np.int64
        )
        self.pairs = pairs.reshape(-1, 5)
        self.in_marks = self.mark >= 0
        self.pair_first, self.pair_last = np.full(self.n, -1), np.full(self.n, -1)
        self.pair_first[self.in_marks] = self.pairs[self.mark[self.in_marks], 0]
        self.pair_last[self.in_marks] = self.pairs[self.mark[self.in_marks], 1]
        places = np.arange(self.n)
        self.is_mark = self.in_marks & ((places == self.pair_first) | (places == self.pair_last)) & ~self.solid

    def _counts(self, view: DocumentView) -> None:
        self.is_comma = np.array([word == "," for word in view.word], dtype=bool)
        self.is_verb = among(self.pos, ids("VERB", "AUX"))
        self.is_name = among(self.pos, ids("NOUN", "PROPN", "PRON"))
        self.commas, self.verbs, self.names = before(self.is_comma), before(self.is_verb), before(self.is_name)
        self.marks, self.quoted = before(self.is_mark), before(self.in_marks)
        self.next_solid = _next(self.solid)
        self.solids = before(self.solid)


@lru_cache(maxsize=1 << 16)
def _is_solid(word: str) -> bool:
    return any(c.isalnum() or c in _MORE for c in word)


_LABELS = np.sort(ids(*FRAME))
_BIT_OF = np.array([1 << int(np.flatnonzero(ids(*FRAME) == label)[0]) for label in _LABELS], dtype=np.uint64)


def _bits(labels: Keys) -> Keys:
    """The bit of each label in `Arrays.frame`, 0 for another label."""
    at = np.minimum(np.searchsorted(_LABELS, labels), len(_LABELS) - 1)
    return np.where(_LABELS[at] == labels, _BIT_OF[at], np.uint64(0))


def _next(flags: Flags) -> Ints:
    """For each place, the first one from there on where the flag is set; the last place when there is none."""
    n = len(flags)
    found = np.where(flags, np.arange(n), n - 1)
    return np.minimum.accumulate(found[::-1])[::-1]


def spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Rows of several ranges: number of the range, and token, for every token of every range."""
    sizes = np.maximum(last - first + 1, 0)
    number = np.repeat(np.arange(len(first)), sizes)
    offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return number, first[number] + offset


def some(matrix: NDArray, places: NDArray) -> NDArray:
    """Some rows of a matrix whose columns are contiguous, and still are then."""
    return np.take(matrix.T, places, axis=1).T


def columns(*values: Sequence | NDArray) -> Matrix:
    """Columns of a feature matrix, each of them contiguous: trees read by column."""
    matrix = np.empty((len(values), len(values[0])), dtype=np.float32)
    for k, column in enumerate(values):
        matrix[k] = column
    return matrix.T
