"""From quotes to a matrix of texts, and the scikit-learn pipeline from that matrix to scores.

A new kind of evidence is a column of `columns` and a line of `untrained`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from pipeline.stance.items import Item
from pipeline.stance.masking import masked

# Every word of a column counts, marks and single letters too.
_WORD = r"\S+"
FLAGS = ("any", "content", "content_twice", "context")
CONTENT, CUE, RELEVANCE = 0, 1, 2
NO_CUE = "_"


class Ngrams(TfidfVectorizer):
    """TF-IDF of n-grams whose vocabulary is stored as one array, not as an object per n-gram."""

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        # A memory address, which scikit-learn keeps so as not to warn twice.
        state.pop("_stop_words_id", None)
        if "vocabulary_" in state:
            state["vocabulary_"] = np.array(sorted(state["vocabulary_"], key=state["vocabulary_"].get))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        if isinstance(state.get("vocabulary_"), np.ndarray):
            state["vocabulary_"] = {term: index for index, term in enumerate(state["vocabulary_"].tolist())}
        super().__setstate__(state)


def term_pattern(terms: Sequence[str]) -> re.Pattern[str] | None:
    """Pattern of any of the terms as whole words; `*` stands for a run of letters. None for no terms."""
    words = [r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in term.split()) for term in terms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None


def columns(items: Sequence[Item], common: Collection[str], terms: Sequence[str]) -> np.ndarray:
    """The texts that n-grams are taken from.

    Parameters
    ----------
    items : sequence of Item
        Quotes.
    common : collection of str
        Words that are no names (`masking.common_words`).
    terms : sequence of str
        Relevance terms of the target.

    Returns
    -------
    array of str objects, shape (n, 3)
        Masked words of the content, those of the cue, names of the relevance flags that are up.
    """
    pattern = term_pattern(terms)
    rows = [
        (" ".join(masked(item.text, common)), " ".join(masked(item.cue, common)) or NO_CUE, _relevance(item, pattern))
        for item in items
    ]
    return np.array(rows, dtype=object).reshape(len(rows), 3)


def _relevance(item: Item, pattern: re.Pattern[str] | None) -> str:
    """Whether the content (once, more than once) or else its paragraph names the target."""
    inside = len(pattern.findall(f"{item.text}\n{item.cue}")) if pattern else 0
    around = len(pattern.findall(item.context)) if pattern else 0
    up = (True, inside > 0, inside > 1, around > inside)
    return " ".join(flag for flag, is_up in zip(FLAGS, up, strict=True) if is_up)


def untrained(
    word_ngrams: Sequence[int], character_ngrams: Sequence[int], C: float, balanced: bool, weights: dict[str, float]
) -> Pipeline:
    """The pipeline from the matrix of `columns` to a score per class: n-grams and logistic regression.

    N-grams of words and characters are the baseline of Mohammad et al. (2017, `Stance and Sentiment in Tweets`).

    Parameters
    ----------
    word_ngrams, character_ngrams : sequence of two int
        Shortest and longest.
    C : float
        Inverse strength of the regularisation.
    balanced : bool
        Weigh classes so that each counts the same.
    weights : dict of str to float
        Of `cue` and `relevance`, beside 1 for the n-grams of the content.
    """
    words = Ngrams(token_pattern=_WORD, ngram_range=tuple(word_ngrams), sublinear_tf=True, lowercase=False)
    characters = Ngrams(analyzer="char_wb", ngram_range=tuple(character_ngrams), sublinear_tf=True, lowercase=False)
    flags = Ngrams(token_pattern=_WORD, vocabulary=list(FLAGS), binary=True, use_idf=False, norm=None)
    # From single words on: many cues are one word.
    cue = Ngrams(token_pattern=_WORD, ngram_range=(1, word_ngrams[1]), sublinear_tf=True, lowercase=False)
    parts = [
        ("words", words, CONTENT),
        ("characters", characters, CONTENT),
        ("cue", cue, CUE),
        ("relevance", flags, RELEVANCE),
    ]
    regression = LogisticRegression(C=C, class_weight="balanced" if balanced else None, max_iter=2000)
    return Pipeline([("features", ColumnTransformer(parts, transformer_weights=dict(weights))), ("decide", regression)])
