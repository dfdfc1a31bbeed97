"""Turn quotes into numbers in two steps: a matrix of texts, and a vectorizer of its columns.

A new kind of feature is a column in `build_text_columns` and a line in `build_vectorizer`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.core.targets import term_pattern
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_names

# The columns of the matrix of texts.
CONTENT, RELEVANCE, MEANINGS = COLUMNS = range(3)
# Flags: whether quote and paragraph name the target. `any` is always set.
IN_QUOTE, IN_PARAGRAPH = "content", "context"
FLAGS = ("any", IN_QUOTE, "content_twice", IN_PARAGRAPH)
_CACHED_QUOTES = 20_000
# Stands in a column for no words.
EMPTY = "_"


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


def build_text_columns(
    items: Sequence[ClassifierInput],
    common_words: Collection[str] | None,
    terms: Sequence[str],
    meanings: Mapping[str, Sequence[str]] | None = None,
    uppercase_names: Collection[str] = (),
) -> np.ndarray:
    """Return the texts from which the vectorizer counts, a row for each quote: an array of str objects, shape (n, 3).

    Its columns are the masked words of the content; those of `FLAGS` that hold; words of the content, each term as its
    meaning. `terms` are the relevance terms of the target, `meanings` these by meaning (by default all have one); the
    other parameters are those of `name_masking.mask_names`.
    """
    known = None if common_words is None else frozenset(common_words)
    by_meaning = tuple((name, tuple(words)) for name, words in (meanings or {"term": terms}).items())
    rows = list(map(_column_reader(known, tuple(terms), by_meaning, frozenset(uppercase_names)), items))
    return np.array(rows, dtype=object).reshape(len(rows), len(COLUMNS))


@lru_cache(4)
def _column_reader(
    common_words: frozenset[str] | None,
    terms: tuple[str, ...],
    meanings: tuple[tuple[str, tuple[str, ...]], ...],
    uppercase_names: frozenset[str],
) -> Callable[[ClassifierInput], tuple[str, ...]]:
    """Return what reads the text columns of a quote; see `build_text_columns` for the parameters."""
    # A term with a name in it is looked up among masked words, where `NAME` is no common word, as that is in lower
    # case. All others are looked up in the text as it is: they may be part of a name ("the Armistice Commission").
    plain = term_pattern([term for term in terms if MASK not in term.split()])
    with_name = term_pattern([term for term in terms if MASK in term.split()], ignore_case=False)
    # Masked words are in lower case, names of meanings in capitals.
    patterns = [(name.upper(), term_pattern(words, ignore_case=False)) for name, words in meanings]

    def mask(text: str) -> list[str]:
        return mask_names(text, common_words, uppercase_names)[0]

    def count(text: str, masked: Sequence[str]) -> int:
        in_text = len(plain.findall(text)) if plain else 0
        return in_text + (len(with_name.findall(" ".join(masked))) if with_name else 0)

    @lru_cache(_CACHED_QUOTES)  # in training each fold asks for the same quotes
    def read(item: ClassifierInput) -> tuple[str, ...]:
        content = mask(item.text)
        in_quote = count(f"{item.text}\n{item.cue}", [*mask(item.cue), *content] if with_name else [])
        in_context = count(item.context, mask(item.context) if with_name else [])
        flags = compress(FLAGS, (True, in_quote > 0, in_quote > 1, in_context > in_quote))
        words = said = " ".join(content) or EMPTY
        for name, pattern in patterns:
            said = pattern.sub(name, said) if pattern else said
        return words, " ".join(flags), said

    return read


def build_vectorizer(
    word_ngrams: Sequence[int], character_ngrams: Sequence[int] | None, has_terms: bool
) -> ColumnTransformer:
    """Return an unfitted transformer from `build_text_columns` to numbers: n-grams, and flags.

    N-grams are the baseline of Mohammad et al. (2017, `Stance and Sentiment in Tweets`). `word_ngrams` are the fewest
    and the most words of one, `character_ngrams` characters within words. Those of meanings need terms.
    """
    # Logarithms of single precision differ between processors, by more than what a fit is rounded to.
    common: dict[str, Any] = {"token_pattern": r"\S+", "lowercase": False, "dtype": np.float64}

    def ngrams(sizes: Sequence[int], analyzer: str = "word") -> NgramVectorizer:
        return NgramVectorizer(analyzer=analyzer, ngram_range=tuple(sizes), sublinear_tf=True, min_df=2, **common)

    flags = NgramVectorizer(vocabulary=list(FLAGS), binary=True, use_idf=False, norm=None, **common)
    features = [("words", ngrams(word_ngrams), CONTENT), ("relevance", flags, RELEVANCE)]
    if has_terms:
        features.append(("meaning", ngrams((1, 3)), MEANINGS))
    if character_ngrams is not None:
        features.append(("character", ngrams(character_ngrams, "char_wb"), CONTENT))
    return ColumnTransformer(features, sparse_threshold=1.0)
