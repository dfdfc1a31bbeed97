"""Turn quotes into numbers in two steps: a matrix of texts, and a vectorizer of its columns.

A new kind of feature is a column in `build_text_columns` and a line in `build_vectorizer`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.core.targets import term_pattern
from pipeline.core.text import Span
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_names
from pipeline.stance.stance_cues import StanceLexicon, WordLists, cue_sequence

# The columns of the matrix of texts.
CONTENT, CUE, RELEVANCE, CONTENT_MEANINGS, CUE_SEQUENCE, SURROUNDING_CUES = COLUMNS = range(6)
# Flags: whether quote and paragraph name the target. `any` is always set.
IN_QUOTE, IN_PARAGRAPH = "content", "context"
FLAGS = ("any", IN_QUOTE, "content_twice", IN_PARAGRAPH)
_CACHED_QUOTES = 20_000
# Stands in a column for no words.
EMPTY = "_"
# Every word of a column counts, also punctuation marks and single letters.
_WORD = r"\S+"
# Features that have no weight of their own but that of another.
_SHARED_WEIGHT = {"sequence": "stance_cue", "frame": "stance_cue"}
_SENTENCE_END = re.compile(r"[.!?][\"”’»]*\s+(?=[\"“‘«]*[A-Z])")


class NgramVectorizer(TfidfVectorizer):
    """TF-IDF of the n-grams that occur in two texts or more, or in one where none occurs in two.

    Its state can be written to a model file: no memory address, no type, and the vocabulary as one array.
    """

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learn the vocabulary and return the matrix; see TfidfVectorizer."""
        documents = list(raw_documents)
        try:
            return super().fit_transform(documents, y)
        except ValueError:
            self.min_df = 1
            return super().fit_transform(documents, y)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        # A memory address, by which scikit-learn knows that it has warned.
        state.pop("_stop_words_id", None)
        # A type, which a model file should not contain; it matters for fitting only.
        state["dtype"] = "float64"
        if "vocabulary_" in state:
            state["vocabulary_"] = np.array(sorted(state["vocabulary_"], key=state["vocabulary_"].get))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = state | {"dtype": np.float64}
        if isinstance(state.get("vocabulary_"), np.ndarray):
            state["vocabulary_"] = {term: index for index, term in enumerate(state["vocabulary_"].tolist())}
        super().__setstate__(state)


def split_sentence(item: ClassifierInput) -> tuple[str, str, str]:
    """Split the sentence of a quote into what stands before the quote, the quote, and what follows.

    A quote that runs over several sentences has them all; one that the paragraph does not hold in one piece stands
    alone.
    """
    text = item.text.strip()
    start = item.context.find(text) if text else -1
    if start < 0:
        return "", item.text, ""
    end = start + len(text)
    first, last = widen_to_sentences(item.context, start, end)
    return item.context[first:start], text, item.context[end:last]


def widen_to_sentences(text: str, start: int, end: int) -> Span:
    """Extend the span from start to end so that it contains the sentences of a text that it is in."""
    before = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= start]
    # Searched from the last letter on, because a full stop within the span ends the sentence too.
    after = _SENTENCE_END.search(text, max(start, end - 2))
    return before[-1] if before else 0, max(end, after.end()) if after else len(text)


def build_text_columns(
    items: Sequence[ClassifierInput],
    common_words: Collection[str] | None,
    terms: Sequence[str],
    stance_cues: WordLists | None = None,
    meanings: WordLists | None = None,
    uppercase_names: Collection[str] = (),
) -> np.ndarray:
    """Return the texts from which the vectorizer counts, a row for each quote.

    Parameters
    ----------
    common_words, uppercase_names : collection of str
        See `name_masking.mask_names`.
    terms : sequence of str
        Relevance terms of the target.
    stance_cues, meanings : mapping of str to sequence of str, optional
        Stance cues, and the terms by meaning; the default has no cues and one meaning, `TERM`.

    Returns
    -------
    array of str objects, shape (n, 6)
        Masked words of the content; those of the cue; those of `FLAGS` that hold; words of the content, each term of
        the target as its meaning; stance cues of the content in order; stance cues beside the content.
    """
    lists = [
        tuple((name, tuple(words)) for name, words in each.items())
        for each in (stance_cues or {}, meanings or {"term": terms})
    ]
    known = None if common_words is None else frozenset(common_words)
    rows = list(map(_column_reader(known, tuple(terms), *lists, frozenset(uppercase_names)), items))
    return np.array(rows, dtype=object).reshape(len(rows), len(COLUMNS))


@lru_cache(4)
def _column_reader(
    common_words: frozenset[str] | None,
    terms: tuple[str, ...],
    stance_cues: tuple[tuple[str, tuple[str, ...]], ...],
    meanings: tuple[tuple[str, tuple[str, ...]], ...],
    uppercase_names: frozenset[str],
) -> Callable[[ClassifierInput], tuple[str, ...]]:
    """Return what reads the text columns of a quote; see `build_text_columns` for the parameters."""
    lexicon = StanceLexicon(dict(stance_cues), dict(meanings))
    # A term with a name in it is looked up among masked words, where `NAME` is no common word, as that is in lower
    # case. All others are looked up in the text as it is: they may be part of a name ("the Armistice Commission").
    plain = term_pattern([term for term in terms if MASK not in term.split()])
    with_name = term_pattern([term for term in terms if MASK in term.split()], ignore_case=False)

    def mask(text: str) -> list[str]:
        return mask_names(text, common_words, uppercase_names)[0]

    def count(text: str, masked: Sequence[str]) -> int:
        in_text = len(plain.findall(text)) if plain else 0
        return in_text + (len(with_name.findall(" ".join(masked))) if with_name else 0)

    @lru_cache(_CACHED_QUOTES)  # in training each fold asks for the same quotes
    def read(item: ClassifierInput) -> tuple[str, ...]:
        cue = mask(item.cue)
        before, content, after = map(mask, split_sentence(item))
        in_quote = count(f"{item.text}\n{item.cue}", [*cue, *content])
        in_context = count(item.context, mask(item.context) if with_name else [])
        if cue:
            before = [*cue, ":", *before]
        before, said, after = map(lexicon.replace_terms, (before, content, after))
        columns = (
            content,
            cue,
            compress(FLAGS, (True, in_quote > 0, in_quote > 1, in_context > in_quote)),
            said,
            cue_sequence(lexicon.find_cues(said)),
            lexicon.surrounding_cues(before, said, after),
        )
        return tuple(" ".join(column) or EMPTY for column in columns)

    return read


def build_vectorizer(
    word_ngrams: Sequence[int], character_ngrams: Sequence[int], weights: Mapping[str, float]
) -> ColumnTransformer:
    """Return an unfitted transformer from `build_text_columns` to numbers.

    N-grams of words and characters are the baseline of Mohammad et al. (2017, `Stance and Sentiment in Tweets`).

    Parameters
    ----------
    word_ngrams, character_ngrams : sequence of two int
        Shortest and longest.
    weights : mapping of str to float
        Weights of `character`, `cue`, `relevance`, `meaning` and `stance_cue`, beside 1 for the word n-grams of the
        content. A weight of 0 leaves the features out.
    """
    # Logarithms of single precision differ between processors, by more than what a fit is rounded to.
    common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False, "min_df": 2, "dtype": np.float64}

    def words(shortest: int, longest: int) -> NgramVectorizer:
        return NgramVectorizer(token_pattern=_WORD, ngram_range=(shortest, longest), **common)

    characters = NgramVectorizer(analyzer="char_wb", ngram_range=tuple(character_ngrams), **common)
    flags = NgramVectorizer(
        token_pattern=_WORD, vocabulary=list(FLAGS), binary=True, use_idf=False, norm=None, dtype=np.float64
    )
    features = [
        ("words", words(*word_ngrams), CONTENT),
        ("character", characters, CONTENT),
        # From single words on, because many cues are one word.
        ("cue", words(1, word_ngrams[1]), CUE),
        ("relevance", flags, RELEVANCE),
        ("meaning", words(1, 3), CONTENT_MEANINGS),
        ("sequence", words(1, 3), CUE_SEQUENCE),
        ("frame", words(1, 1), SURROUNDING_CUES),
    ]
    all_weights = {**weights, **{name: weights.get(shared, 1.0) for name, shared in _SHARED_WEIGHT.items()}}
    used = [feature for feature in features if all_weights.get(feature[0], 1)]
    return ColumnTransformer(used, transformer_weights=all_weights, sparse_threshold=1.0)
