"""What the learned extractor reads: an article as arrays, rows of named features, and what the rules propose in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, LEMMA, LOWER, POS, TAG
from spacy.strings import get_string_id
from spacy.tokens import Doc

from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.rule_extractor import RuleProposals
from pipeline.extract.rules.span_candidate import SpanCandidate

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]  # the type that the trees were fitted to
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]

_CURRENCY_AND_SIGNS = "$%£€#@"
_MAX_DEPTH = 60
# The bit of each dependency label in `TokenArrays.frame`. Weights know labels by their bits: a new one takes a new bit.
FRAME_BITS = {
    "ccomp": 0, "xcomp": 1, "dobj": 2, "attr": 3, "acomp": 4, "oprd": 5, "prep": 6, "agent": 7, "mark": 8, "nsubj": 9,
    "csubj": 10, "nsubjpass": 11, "expl": 12, "acl": 13, "relcl": 14, "prt": 15, "neg": 16, "aux": 17, "auxpass": 18,
    "poss": 19, "pcomp": 20, "pobj": 21, "parataxis": 22,
}  # fmt: skip


@lru_cache(maxsize=256)
def string_ids(*strings: str) -> Keys:
    """Return spaCy's keys of labels or words."""
    keys = np.array([get_string_id(string) for string in strings], dtype=np.uint64)
    keys.setflags(write=False)
    return keys


def is_any_of(values: Keys, keys: Keys) -> Flags:
    """Return where values are one of a few keys; faster than `np.isin`, which sorts them all first."""
    hits = values == keys[0]
    for key in keys[1:]:
        hits |= values == key
    return hits


def prefix_sums(values: NDArray) -> NDArray:
    """Return prefix sums, one longer than `values`: `sums[b] - sums[a]` is the sum over the tokens a to b - 1."""
    return np.concatenate([[0], np.cumsum(values)])


class TokenArrays:
    """Arrays over the tokens of one document.

    Attributes
    ----------
    lower, lemma, pos, tag, dep : uint64
        spaCy's keys of lower-case form, lemma and labels.
    head, left, right, depth : int
        Parse tree: head, ends of the subtree, distance to the root.
    child, parent : int
        Edges of the parse tree.
    sentence, sentence_first, sentence_last : int
        Number and ends of the token's sentence; `sentences` has the ends of each.
    paragraph, paragraph_first, paragraph_last : int
        The same of its paragraph; number -1 is a line break.
    mark : int
        Number of the pair of quotation marks, -1 for none; `pair_first` and `pair_last` are the ends of the pair.
    wordlike : bool
        Tokens with a letter, digit or currency sign: they may start or end a content.
    highest_starting, highest_ending : int
        Highest node whose subtree starts, or ends, at the token.
    frame : uint64
        Bit set of the labels of the children: `FRAME_BITS`.
    ccomp, xcomp, object, subject : int
        First child with such a label, -1 for none.
    comma_sums, verb_sums, noun_sums, mark_sums, quoted_sums, wordlike_sums : int
        Prefix sums.
    """

    def __init__(self, doc: Doc, view: DocumentView) -> None:
        self.n = n = view.n
        keys = doc.to_array([LOWER, LEMMA, POS, TAG, DEP]).reshape(n, 5).astype(np.uint64)
        self.lower, self.lemma, self.pos, self.tag, self.dep = (np.ascontiguousarray(keys[:, k]) for k in range(5))
        self.head, self.left, self.right, self.mark, self.paragraph = (
            np.array(values, dtype=np.int64)
            for values in (view.head, view.left_edge, view.right_edge, view.quoted_at, view.paragraph)
        )
        self.wordlike = np.array([_is_wordlike(word) for word in view.word], dtype=bool)
        self._read_sentences(view)
        self._read_tree()
        self._read_marks(view)
        self._count(view)

    def _read_sentences(self, view: DocumentView) -> None:
        self.sentence = np.array(view.sentence, dtype=np.int64)
        self.sentences, paragraphs = (
            np.array(ranges, dtype=np.int64).reshape(-1, 2) for ranges in (view.sentences, view.paragraphs)
        )
        # A token outside of them, such as a line break, is a range of its own.
        self.sentence_first, self.sentence_last = _range_ends(self.sentences, self.sentence, np.arange(self.n))
        self.paragraph_first, self.paragraph_last = _range_ends(paragraphs, self.paragraph, np.arange(self.n))

    def _read_tree(self) -> None:
        places = np.arange(self.n)
        self.depth = np.zeros(self.n, dtype=np.int64)
        up = self.head
        below_root = self.head != places
        for _ in range(_MAX_DEPTH):
            if not below_root.any():
                break
            self.depth += below_root
            below_root = self.head[up] != up
            up = self.head[up]
        deepest_first = np.argsort(-self.depth, kind="stable")
        self.highest_starting, self.highest_ending = places.copy(), places.copy()
        self.highest_starting[self.left[deepest_first]] = deepest_first
        self.highest_ending[self.right[deepest_first]] = deepest_first
        self.child = np.flatnonzero(self.head != places)
        self.parent = self.head[self.child]
        self.frame = np.zeros(self.n, dtype=np.uint64)
        child_dep = self.dep[self.child]
        for label, bit in FRAME_BITS.items():
            self.frame[self.parent[child_dep == string_ids(label)]] |= np.uint64(1 << bit)
        self.ccomp, self.xcomp = self.first_child("ccomp"), self.first_child("xcomp")
        self.object = self.first_child("dobj", "attr", "oprd", "acomp")
        self.subject = self.first_child("nsubj", "nsubjpass")
        self.right_children = np.bincount(self.parent[self.child > self.parent], minlength=self.n)

    def first_child(self, *labels: str) -> Ints:
        """Return the first child with one of the labels, -1 for none."""
        first = np.full(self.n, -1)
        hits = self.child[is_any_of(self.dep[self.child], string_ids(*labels))][::-1]
        first[self.head[hits]] = hits
        return first

    def has_child(self, label: str) -> Flags:
        """Return whether a child has a label of `FRAME_BITS`."""
        return (self.frame >> np.uint64(FRAME_BITS[label])) & np.uint64(1) > 0

    def _read_marks(self, view: DocumentView) -> None:
        pairs = np.array([(pair.first, pair.last) for pair in view.quoted_spans], dtype=np.int64).reshape(-1, 2)
        self.in_marks = self.mark >= 0
        self.pair_first, self.pair_last = _range_ends(pairs, self.mark, np.full(self.n, -1))
        places = np.arange(self.n)
        self.is_mark = self.in_marks & ((places == self.pair_first) | (places == self.pair_last)) & ~self.wordlike

    def _count(self, view: DocumentView) -> None:
        self.is_comma = np.array([word == "," for word in view.word], dtype=bool)
        self.comma_sums = prefix_sums(self.is_comma)
        self.verb_sums = prefix_sums(is_any_of(self.pos, string_ids("VERB", "AUX")))
        self.noun_sums = prefix_sums(is_any_of(self.pos, string_ids("NOUN", "PROPN", "PRON")))
        self.mark_sums, self.quoted_sums = prefix_sums(self.is_mark), prefix_sums(self.in_marks)
        self.next_wordlike, self.wordlike_sums = _next_set(self.wordlike), prefix_sums(self.wordlike)


@lru_cache(maxsize=1 << 16)
def _is_wordlike(word: str) -> bool:
    """Return whether a token has a letter, digit or currency sign."""
    return any(c.isalnum() or c in _CURRENCY_AND_SIGNS for c in word)


def _range_ends(ranges: Ints, number: Ints, outside: Ints) -> Ints:
    """Return the ends of each token's range by its number, for a token in none (-1) the value of `outside`."""
    inside = (number >= 0)[:, None]
    return np.where(inside, ranges[number], outside[:, None]).T if len(ranges) else np.array([outside, outside])


def _next_set(flags: Flags) -> Ints:
    """Return for each place the first one from there on where the flag is set, the last place where there is none."""
    n = len(flags)
    places = np.where(flags, np.arange(n), n - 1)
    return np.minimum.accumulate(places[::-1])[::-1]


def expand_ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return every token of several ranges, one after the other: number of the range, and token."""
    sizes = np.maximum(last - first + 1, 0)
    number = np.repeat(np.arange(len(first)), sizes)
    offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return number, first[number] + offset


def take_rows(matrix: NDArray, places: NDArray) -> NDArray:
    """Return some rows of a matrix whose columns are contiguous; those of the result are, too."""
    return np.take(matrix.T, places, axis=1).T


def stack_columns(*values: Sequence | NDArray) -> Matrix:
    """Return columns as a matrix in which each column is contiguous, since trees read by column."""
    matrix = np.empty((len(values), len(values[0])), dtype=np.float32)
    for k, column in enumerate(values):
        matrix[k] = column
    return matrix.T


Names = tuple[str, ...]


@dataclass(frozen=True)
class FeatureRows:
    """Features of several rows: numbers and categories, each column with a name.

    Attributes
    ----------
    numbers : float32 of shape (rows, columns)
    categories : list of uint64
        A key a row, which a target encoder turns into a number.
    number_names, category_names : tuple of str
        Names of the columns.
    """

    numbers: Matrix
    categories: list[Keys]
    number_names: Names
    category_names: Names

    def __len__(self) -> int:
        return len(self.numbers)

    def select(self, places: Ints) -> FeatureRows:
        """Return some of the rows."""
        categories = [keys[places] for keys in self.categories]
        return FeatureRows(take_rows(self.numbers, places), categories, self.number_names, self.category_names)

    def column(self, name: str) -> NDArray[np.float32]:
        """Return the numbers of one feature."""
        return self.numbers[:, self.number_names.index(name)]

    def mask(self, known: Flags) -> FeatureRows:
        """Return the rows with missing values (nan, and the key 0) in all rows that are not `known`."""
        numbers = np.where(known[:, None], self.numbers, np.float32(np.nan))
        categories = [np.where(known, keys, np.uint64(0)) for keys in self.categories]
        return FeatureRows(numbers, categories, self.number_names, self.category_names)

    def arrange(self, number_names: Names, category_names: Names) -> FeatureRows:
        """Return the columns with these names, in the order of the names."""
        if (self.number_names, self.category_names) == (number_names, category_names):
            return self
        numbers = self.numbers.T[[self.number_names.index(name) for name in number_names]].T
        categories = [self.categories[self.category_names.index(name)] for name in category_names]
        return FeatureRows(numbers, categories, number_names, category_names)


def named_rows(numbers: Mapping[str, Sequence | NDArray], categories: Mapping[str, Keys] | None = None) -> FeatureRows:
    """Build rows of features from columns by name; there may be categories alone."""
    categories = categories or {}
    count = len(next(iter((numbers or categories).values())))
    matrix = stack_columns(*numbers.values()) if numbers else np.empty((count, 0), dtype=np.float32)
    return FeatureRows(matrix, [*categories.values()], tuple(numbers), tuple(categories))


def join_columns(*blocks: FeatureRows) -> FeatureRows:
    """Join columns of the same rows."""
    return FeatureRows(
        np.hstack([block.numbers for block in blocks]),
        [keys for block in blocks for keys in block.categories],
        tuple(name for block in blocks for name in block.number_names),
        tuple(name for block in blocks for name in block.category_names),
    )


def stack_rows(blocks: Iterable[FeatureRows]) -> FeatureRows:
    """Stack the rows of several articles, columns matched by name."""
    blocks = list(blocks)
    number_names, category_names = blocks[0].number_names, blocks[0].category_names
    arranged = [block.arrange(number_names, category_names) for block in blocks]
    categories = [np.concatenate(keys) for keys in zip(*(block.categories for block in arranged), strict=True)]
    return FeatureRows(np.vstack([block.numbers for block in arranged]), categories, number_names, category_names)


Parts = tuple[TokenRange, ...]
# Number of each rule as a feature, 0 for no rule. Weights know rules by these numbers: a new rule takes a new one.
RULE_NUMBERS: dict[str, int] = {
    "quoted_before": 1,
    "quoted_after": 2,
    "after_phrase": 3,
    "noun_clause": 4,
    "inserted": 5,
    "clause_after": 6,
    "clause_before": 7,
    "infinitive": 8,
    "object_as": 9,
    "preposition": 10,
    "object_after": 11,
    "turn": 12,
    "colon": 13,
    "floating": 14,
}
_LIKELY_CUE = 0.3


class PreparedArticle:
    """A parsed article with all that features are computed from.

    Attributes
    ----------
    arrays : TokenArrays
    attribution_proposals, speech_proposals : RuleProposals
        What the rules of the two profiles propose.
    attribution_rule, speech_rule : int
        For each token as a cue, the number of the rule that found its content, 0 for none.
    attribution_first, attribution_last, speech_first, speech_last : int
        First and last word-like token of that content, -1 for none.
    attribution_source : int
        Head of the speaker mention that the rules found for each token as a cue, -1 for none.
    p_cue_hashed, p_start, p_end, p_inside : float
        Probability of each token to be a cue, and to start, end and lie in a content, by the hashed models.
    p_cue : float
        Probability of each token to be a cue, by the second cue model.
    cue_context : FeatureRows or None
        Kept by `final_cue_context`.
    """

    def __init__(self, doc: Doc, view: DocumentView, attribution: RuleProposals, speech: RuleProposals) -> None:
        self.view, self.attribution_proposals, self.speech_proposals = view, attribution, speech
        self._parts: dict[int, Parts] = {}
        self.arrays = TokenArrays(doc, view)
        n = view.n
        self.attribution_rule, self.attribution_first, self.attribution_last = self._by_cue(attribution)
        self.speech_rule, self.speech_first, self.speech_last = self._by_cue(speech)
        self.attribution_cue, self.speech_cue = np.zeros(n), np.zeros(n)
        self.attribution_cue[list(attribution.cues)] = 1
        self.speech_cue[list(speech.cues)] = 1
        self.attribution_source = np.full(n, -1)
        for head, proposal in attribution.reported.items():
            if proposal.source is not None:
                self.attribution_source[head] = self.head_of(*proposal.source)
        self.set_hashed_probabilities(np.zeros((4, n)))
        self.set_cue_probabilities(np.zeros(n))

    def set_hashed_probabilities(self, p: Floats) -> None:
        """Store the probabilities of the hashed models, a row for each of `hashed_features.TARGETS`."""
        self.p_cue_hashed, self.p_start, self.p_end, self.p_inside = p
        self._inside_sums = prefix_sums(self.p_inside)

    def set_cue_probabilities(self, p: Floats) -> None:
        """Store what the second cue model says."""
        self.p_cue = p
        self.cue_context: FeatureRows | None = None
        self.likely_cue_sums = prefix_sums(p > _LIKELY_CUE)

    def sum_inside(self, first: Ints, end: Ints) -> Floats:
        """Return the sum of `p_inside` over the tokens first to end - 1."""
        return self._inside_sums[end] - self._inside_sums[first]

    def share_inside(self, first: Ints, last: Ints) -> Floats:
        """Return the mean of `p_inside` over ranges of tokens, 0 over an empty one."""
        return self.sum_inside(first, np.maximum(last + 1, first)) / np.maximum(last - first + 1, 1)

    def head_of(self, first: int, last: int) -> int:
        """Return the token of a range that is highest in the parse tree."""
        return first + int(np.argmin(self.arrays.depth[first : last + 1]))

    def trim(self, first: int, last: int) -> TokenRange | None:
        """Return a range without marks and punctuation at its ends, None where nothing is left."""
        places = np.flatnonzero(self.arrays.wordlike[first : last + 1])
        return (first + int(places[0]), first + int(places[-1])) if len(places) else None

    def parts(self, proposal: SpanCandidate) -> Parts:
        """Return the trimmed parts of what a rule proposes; parts with no word between them are joined."""
        if id(proposal) not in self._parts:
            self._parts[id(proposal)] = self.join(trimmed for part in proposal.parts if (trimmed := self.trim(*part)))
        return self._parts[id(proposal)]

    def join(self, parts: Iterable[TokenRange]) -> Parts:
        """Return parts in their order, those that overlap or have no word between them as one."""
        joined: list[TokenRange] = []
        for first, last in parts:
            if joined and (first <= joined[-1][1] or not self.arrays.wordlike[joined[-1][1] + 1 : first].any()):
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return tuple(joined)

    def _by_cue(self, proposals: RuleProposals) -> tuple[Ints, Ints, Ints]:
        """Return for each token as a cue: number of the rule, and first and last token of what the rule found."""
        rule, (first, last) = np.zeros(self.arrays.n, dtype=np.int64), np.full((2, self.arrays.n), -1)
        for head, proposal in proposals.reported.items():
            if parts := self.parts(proposal):
                rule[head] = RULE_NUMBERS[proposal.rule]
                first[head], last[head] = parts[0][0], parts[-1][1]
        return rule, first, last
