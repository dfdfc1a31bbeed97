"""From quotes to a matrix of texts, and from that to a matrix of numbers.

A new kind of evidence is a column of `columns` and a line of `untrained`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import mask_names
from pipeline.stance.sentence_embedding import SentenceEmbedding
from pipeline.stance.stance_cues import StanceLexicon, cue_sequence
from pipeline.stance.target_terms import EMPTY, FLAGS, relevance_flags, split_sentence, term_pattern, words_near_terms

# Every word of a column counts, marks and single letters too.
_WORD = r"\S+"
CONTENT, CUE, RELEVANCE, NEAR_TERMS, CONTENT_MEANINGS, CUE_PAIRS, CUE_SEQUENCE, SURROUNDING_CUES = range(8)
# Parts that share the weight of another: the same evidence, seen by distance or in order.
_SHARED_WEIGHT = {"named": "near", "pairs": "sign", "signs": "sign", "frame": "sign"}


class NgramVectorizer(TfidfVectorizer):
    """TF-IDF of n-grams that stand in two texts or more; the vocabulary is stored as one array.

    Where no n-gram stands in two texts, those of one text count.
    """

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learn the vocabulary and give the matrix; see TfidfVectorizer."""
        documents = list(raw_documents)
        try:
            return super().fit_transform(documents, y)
        except ValueError:
            self.min_df = 1
            return super().fit_transform(documents, y)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        # A memory address, which scikit-learn keeps so as not to warn twice.
        state.pop("_stop_words_id", None)
        # A type, which a model file need not hold: it only matters for fitting, and has the default then.
        state["dtype"] = "float32"
        if "vocabulary_" in state:
            state["vocabulary_"] = np.array(sorted(state["vocabulary_"], key=state["vocabulary_"].get))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        state["dtype"] = np.float32
        if isinstance(state.get("vocabulary_"), np.ndarray):
            state["vocabulary_"] = {term: index for index, term in enumerate(state["vocabulary_"].tolist())}
        super().__setstate__(state)


def build_text_columns(
    items: Sequence[ClassifierInput],
    common: Collection[str] | None,
    terms: Sequence[str],
    lexicon: StanceLexicon | None = None,
) -> np.ndarray:
    """The texts that numbers are taken from.

    Parameters
    ----------
    items : sequence of Item
        Quotes.
    common : collection of str or None
        Words that are no names (`masking.common_words`); None masks no names.
    terms : sequence of str
        Relevance terms of the target.
    lexicon : Lexicon, optional
        Signs, and the terms by meaning; the default has no signs and one meaning, `TERM`.

    Returns
    -------
    array of str objects, shape (n, 8)
        Masked words of the content; those of the cue; names of the flags that are up; words near the terms in the
        sentence of the quote, each term as the name of its meaning; words of the content, its terms likewise; pairs of
        signs and meanings in the cue and that sentence; signs of the content in order; signs beside the content.
    """
    pattern, lexicon = term_pattern(terms), lexicon or StanceLexicon({}, {"term": terms})
    rows = []
    for item in items:
        cue = mask_names(item.cue, common)
        before, content, after = (mask_names(part, common) for part in split_sentence(item))
        before, named, after = map(lexicon.with_meanings, ([*cue, ":", *before] if cue else before, content, after))
        whole, inside = before + named + after, range(len(before), len(before) + len(named))
        around, signs = words_near_terms(whole, lexicon.names), cue_sequence(lexicon.signs(named))
        pairs = lexicon.pairs(lexicon.signs(whole), inside) if around else []
        up, frame = relevance_flags(item, around, pattern), lexicon.frame(before, named, after)
        texts = (content, cue, up, around, named, pairs, signs, frame)
        rows.append([" ".join(words) or EMPTY for words in texts])
    return np.array(rows, dtype=object).reshape(len(rows), 8)


def build_vectorizer(
    word_ngrams: Sequence[int], character_ngrams: Sequence[int], weights: dict[str, float]
) -> ColumnTransformer:
    """The transformer of the matrix of `columns` to numbers.

    N-grams of words and characters are the baseline of Mohammad et al. (2017, `Stance and Sentiment in Tweets`).

    Parameters
    ----------
    word_ngrams, character_ngrams : sequence of two int
        Shortest and longest.
    weights : dict of str to float
        Of `character`, `cue`, `relevance`, `near`, `sign` and `meaning`, beside 1 for the word n-grams of the content;
        what weighs 0 is left out.
    """

    def words(shortest: int, longest: int) -> NgramVectorizer:
        return NgramVectorizer(token_pattern=_WORD, ngram_range=(shortest, longest), min_df=2, **common)

    common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}
    characters = NgramVectorizer(analyzer="char_wb", ngram_range=tuple(character_ngrams), min_df=2, **common)
    up = NgramVectorizer(
        token_pattern=_WORD, vocabulary=list(FLAGS), binary=True, use_idf=False, norm=None, dtype=np.float32
    )
    parts = [
        ("words", words(*word_ngrams), CONTENT),
        ("character", characters, CONTENT),
        # From single words on: many cues are one word.
        ("cue", words(1, word_ngrams[1]), CUE),
        ("relevance", up, RELEVANCE),
        ("near", words(1, 3), NEAR_TERMS),
        ("named", words(1, 3), CONTENT_MEANINGS),
        ("pairs", words(1, 1), CUE_PAIRS),
        ("signs", words(1, 3), CUE_SEQUENCE),
        ("frame", words(1, 1), SURROUNDING_CUES),
        ("meaning", SentenceEmbedding(), CONTENT),
    ]
    weights = weights | {part: weights.get(name, 1.0) for part, name in _SHARED_WEIGHT.items()}
    used = [part for part in parts if weights.get(part[0], 1)]
    return ColumnTransformer(used, transformer_weights=weights, sparse_threshold=1.0)
