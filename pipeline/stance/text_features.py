"""Turn quotes into numbers in two steps: a matrix of texts, and a vectorizer of its columns.

A new kind of feature is a column in `build_text_columns` and a line in `build_vectorizer`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import mask_names
from pipeline.stance.stance_cues import StanceLexicon, WordLists, cue_sequence
from pipeline.stance.target_terms import (
    FLAGS,
    TermCounter,
    relevance_flags,
    split_sentence,
)

# The columns of the matrix of texts.
CONTENT, CUE, RELEVANCE, CONTENT_MEANINGS, CUE_SEQUENCE, SURROUNDING_CUES = COLUMNS = range(6)
_CACHED_QUOTES = 20_000
# Stands in a column for no words.
EMPTY = "_"
# Every word of a column counts, also punctuation marks and single letters.
_WORD = r"\S+"
# Features that have no weight of their own but that of another.
_SHARED_WEIGHT = {"sequence": "stance_cue", "frame": "stance_cue"}


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
        state = dict(state)
        state["dtype"] = np.float64
        if isinstance(state.get("vocabulary_"), np.ndarray):
            state["vocabulary_"] = {term: index for index, term in enumerate(state["vocabulary_"].tolist())}
        super().__setstate__(state)


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
    items : sequence of ClassifierInput
        Quotes.
    common_words : collection of str or None
        Words that are not names (`name_masking.find_common_words`); None masks no names.
    terms : sequence of str
        Relevance terms of the target.
    stance_cues, meanings : mapping of str to sequence of str, optional
        Stance cues, and the terms by meaning; the default has no cues and one meaning, `TERM`.
    uppercase_names : collection of str
        See `name_masking.mask_names`.

    Returns
    -------
    array of str objects, shape (n, 6)
        Masked words of the content; those of the cue; flags that hold; words of the content, each term of the target as
        its meaning; stance cues of the content in order; stance cues beside the content.
    """
    known = None if common_words is None else frozenset(common_words)
    lists = [
        tuple((name, tuple(words)) for name, words in each.items())
        for each in (stance_cues or {}, meanings or {"term": terms})
    ]
    reader = _cached_reader(known, tuple(terms), *lists, frozenset(uppercase_names))
    rows = [reader.read(item) for item in items]
    return np.array(rows, dtype=object).reshape(len(rows), len(COLUMNS))


class _ColumnReader:
    """Reads the text columns of a quote; see `build_text_columns` for the parameters."""

    def __init__(
        self,
        common_words: frozenset[str] | None,
        terms: tuple[str, ...],
        stance_cues: tuple[tuple[str, tuple[str, ...]], ...],
        meanings: tuple[tuple[str, tuple[str, ...]], ...],
        uppercase_names: frozenset[str],
    ) -> None:
        self._lexicon = StanceLexicon(dict(stance_cues), dict(meanings))
        self._common_words, self._uppercase_names = common_words, uppercase_names
        self._terms = TermCounter(terms)
        # In training each fold asks for the same quotes.
        self.read = lru_cache(_CACHED_QUOTES)(self._read)

    def _read(self, item: ClassifierInput) -> tuple[str, ...]:
        lexicon = self._lexicon
        cue = self._mask(item.cue)
        before, content, after = map(self._mask, split_sentence(item))
        paragraph = self._mask(item.context) if self._terms.reads_masked else []
        if cue:
            before = [*cue, ":", *before]
        before, meanings, after = map(lexicon.replace_terms, (before, content, after))
        columns = (
            content,
            cue,
            relevance_flags(item, [*cue, *content], paragraph, self._terms),
            meanings,
            cue_sequence(lexicon.find_cues(meanings)),
            lexicon.surrounding_cues(before, meanings, after),
        )
        return tuple(" ".join(column) or EMPTY for column in columns)

    def _mask(self, text: str) -> list[str]:
        return mask_names(text, self._common_words, self._uppercase_names)


_cached_reader = lru_cache(4)(_ColumnReader)


def build_vectorizer(
    word_ngrams: Sequence[int],
    character_ngrams: Sequence[int],
    weights: Mapping[str, float],
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
    common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False, "dtype": np.float64}

    def word_vectorizer(shortest: int, longest: int) -> NgramVectorizer:
        return NgramVectorizer(token_pattern=_WORD, ngram_range=(shortest, longest), min_df=2, **common)

    characters = NgramVectorizer(analyzer="char_wb", ngram_range=tuple(character_ngrams), min_df=2, **common)
    flags = NgramVectorizer(
        token_pattern=_WORD, vocabulary=list(FLAGS), binary=True, use_idf=False, norm=None, dtype=np.float64
    )
    features = [
        ("words", word_vectorizer(*word_ngrams), CONTENT),
        ("character", characters, CONTENT),
        # From single words on, because many cues are one word.
        ("cue", word_vectorizer(1, word_ngrams[1]), CUE),
        ("relevance", flags, RELEVANCE),
        ("meaning", word_vectorizer(1, 3), CONTENT_MEANINGS),
        ("sequence", word_vectorizer(1, 3), CUE_SEQUENCE),
        ("frame", word_vectorizer(1, 1), SURROUNDING_CUES),
    ]
    all_weights = {**weights, **{name: weights.get(shared, 1.0) for name, shared in _SHARED_WEIGHT.items()}}
    used = [feature for feature in features if all_weights.get(feature[0], 1)]
    return ColumnTransformer(used, transformer_weights=all_weights, sparse_threshold=1.0)
