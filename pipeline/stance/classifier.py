"""The stance classifier of one target: calibrated, over text with names masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.stance import model_file
from pipeline.stance.classifier_input import ClassifierInput, to_inputs
from pipeline.stance.grouped_folds import complete_classes, split_by_group
from pipeline.stance.name_masking import find_common_words
from pipeline.stance.stance_cues import StanceLexicon
from pipeline.stance.target_terms import IN_PARAGRAPH, IN_QUOTE
from pipeline.stance.text_features import RELEVANCE, build_text_columns, build_vectorizer

WEIGHTED_FEATURES = ("character", "cue", "relevance", "near", "sign", "meaning")
# Looser than the default, which takes twice as long; looser still costs accuracy.
SOLVER_OPTIONS = {"max_iter": 1000, "tol": 1e-3}
UNRELATED = "unrelated"
Given = str | Quote | Mapping[str, Any]


class StanceClassifier(BaseEstimator):
    """Label and calibrated probabilities for quotes.

    With `mask_names` it cannot learn who says what. Scores are calibrated on folds that keep groups whole
    (Guo et al. 2017, `On Calibration of Modern Neural Networks`, for the temperature).

    Parameters
    ----------
    word_ngrams, character_ngrams : sequence of two int
        Shortest and longest n-gram.
    C : float
        Inverse strength of the regularisation.
    balanced : float
        1 weighs classes so that each counts the same, 0 weighs rows; in between, class weights to that power.
    implied_share : sequence of two float, optional
        Share that is about the target (any label but `unrelated`) in the text to be labelled: of the quotes that name
        it by no term but whose paragraph does, and of those where neither does. Such training rows weigh less, until
        they have these shares (importance weighting, Shimodaira 2000): quotes written to be hard imply a target far
        more often than news do. None weighs all rows alike.
    mask_names : bool
        Whether names of people, places and bodies are made one. The project's models do so (`configs/stance.yaml`); for
        other tasks names may be the best evidence.
    relevance_terms : sequence of str
        Words that name the target; `*` stands for a run of letters, `*` alone for up to two words.
    meanings : mapping of str to sequence of str
        The terms by meaning, where they are told apart; none takes the relevance terms as one.
    signs : mapping of str to sequence of str
        Words that say how the target is spoken of, by sign; see `signs`.
    character_weight, cue_weight, relevance_weight, near_weight, sign_weight, meaning_weight : float
        Weights beside 1 for the word n-grams of the content: of its character n-grams, the words of the cue, the flags
        for the terms, the words near these, the signs, the embedding of the content. 0 leaves a kind out.
    calibration : str
        `temperature` or `sigmoid`.
    folds, seed : int
        Folds of the calibration and their seed.
    abstain_below : float
        Labels of a lower probability are marked as abstained.

    Attributes
    ----------
    classes_ : array, shape (n_classes,)
        Labels, sorted: the columns of `predict_proba`.
    common_ : array of str or None
        Words that are no names, from the training texts; None where names are not masked.
    features_ : ColumnTransformer
        From texts to numbers.
    model_ : CalibratedClassifierCV
        Logistic regression on those and its calibration.

    Examples
    --------
    >>> texts = ["we want a truce", "no truce, ever", "a truce is what we want", "we will never stop"]
    >>> model = StanceClassifier().fit(texts, ["favor", "against", "favor", "against"])
    >>> model.predict(["we want it"])[0]["label"]
    'favor'
    """

    def __init__(
        self,
        *,
        word_ngrams: Sequence[int] = (1, 2),
        character_ngrams: Sequence[int] = (2, 5),
        C: float = 10.0,
        balanced: float = 0.5,
        implied_share: Sequence[float] | None = None,
        mask_names: bool = False,
        relevance_terms: Sequence[str] = (),
        meanings: Mapping[str, Sequence[str]] | None = None,
        signs: Mapping[str, Sequence[str]] | None = None,
        character_weight: float = 1.0,
        cue_weight: float = 0.3,
        relevance_weight: float = 1.0,
        near_weight: float = 1.0,
        sign_weight: float = 1.0,
        meaning_weight: float = 1.0,
        calibration: str = "temperature",
        folds: int = 3,
        seed: int = 7,
        abstain_below: float = 0.0,
    ) -> None:
        self.word_ngrams = word_ngrams
        self.character_ngrams = character_ngrams
        self.C = C
        self.balanced = balanced
        self.implied_share = implied_share
        self.mask_names = mask_names
        self.relevance_terms = relevance_terms
        self.meanings = meanings
        self.signs = signs
        self.character_weight = character_weight
        self.cue_weight = cue_weight
        self.relevance_weight = relevance_weight
        self.near_weight = near_weight
        self.sign_weight = sign_weight
        self.meaning_weight = meaning_weight
        self.calibration = calibration
        self.folds = folds
        self.seed = seed
        self.abstain_below = abstain_below

    def fit(self, X: Iterable[Given], y: Iterable[Any], groups: Iterable[Any] | None = None) -> StanceClassifier:
        """Learn from labelled quotes.

        Parameters
        ----------
        X : iterable of str, Quote or mapping
            Quotes; a mapping has `text` and, as far as known, `context`, `speaker`, `cue`.
        y : iterable
            A label for each.
        groups : iterable, optional
            Rows of one group (an article, a scenario) are never split by the calibration's folds.

        Raises
        ------
        DataError
            When lengths differ, there are fewer than two labels, or no text has a word.
        """
        items, labels = to_inputs(X), np.asarray(list(y))
        members = np.arange(len(labels)) if groups is None else np.asarray(list(groups))
        _check_training_data(items, labels, members)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        # A paragraph holds its quotes, and several quotes may share one: each text counts once.
        paragraphs = dict.fromkeys(item.context or item.text for item in items)
        self.common_ = np.array(find_common_words(paragraphs)) if self.mask_names else None
        splits = complete_classes(split_by_group(labels, members, self.folds, self.seed), labels)
        weights = {name: float(getattr(self, f"{name}_weight")) for name in WEIGHTED_FEATURES}
        if not self.signs:
            weights["sign"] = 0.0
        if not (self.relevance_terms or self.meanings):
            # Without terms, the content with its terms made one is the content.
            weights["near"] = 0.0
        self.features_ = build_vectorizer(self.word_ngrams, self.character_ngrams, weights)
        regression = LogisticRegression(C=self.C, class_weight=_class_weights(codes, self.balanced), **SOLVER_OPTIONS)
        calibrated = CalibratedClassifierCV(regression, method=self.calibration, cv=splits, ensemble=False)
        # Threads add up in another order, and the last digits would depend on their number.
        with threadpool_limits(limits=1):
            # Once, not in every fold: which n-grams there are tells no label.
            texts = self._columns(items)
            numbers = self.features_.fit_transform(texts)
            self.model_ = calibrated.fit(numbers, codes, sample_weight=self._weights(texts, labels))
        # The splits are row numbers of the training rows: of no use later.
        self.model_.cv = self.folds
        return self

    def predict_proba(self, X: Iterable[Given]) -> np.ndarray:
        """Calibrated probabilities, shape (n, n_classes), columns in the order of `classes_`; rows sum to 1."""
        check_is_fitted(self, "model_")
        items = to_inputs(X)
        if not items:
            return np.zeros((0, len(self.classes_)))
        with threadpool_limits(limits=1):
            return self.model_.predict_proba(self.features_.transform(self._columns(items)))

    def predict(self, X: Iterable[Given]) -> list[dict[str, Any]]:
        """The most probable label of each quote.

        Returns
        -------
        list of dict
            `label`, `probabilities` (by label), `abstained` (True when the label is less probable than
            `abstain_below`).
        """
        labels = self.classes_.tolist() if hasattr(self, "classes_") else []
        return [
            {
                "label": labels[int(row.argmax())],
                "probabilities": dict(zip(labels, row.tolist(), strict=True)),
                "abstained": bool(row.max() < self.abstain_below),
            }
            for row in self.predict_proba(X)
        ]

    def represent(self, X: Iterable[Given]) -> sparse.csr_matrix:
        """Quotes as the model sees them: its features, shape (n, n_features), each row of length 1.

        The product of two rows is how alike the model finds two quotes.
        """
        check_is_fitted(self, "model_")
        with threadpool_limits(limits=1):
            return normalize(sparse.csr_matrix(self.features_.transform(self._columns(to_inputs(X)))))

    def save(self, path: Path | str) -> str:
        """Write the model without pickle and its hash beside it; same model, same bytes. Returns the SHA-256."""
        check_is_fitted(self, "model_")
        return model_file.save(self, path)

    @classmethod
    def load(cls, path: Path | str) -> StanceClassifier:
        """Read a model after checking its hash.

        Raises
        ------
        DataError
            When the file is missing, changed, or holds something else.
        """
        return model_file.load(cls, path)

    def _weights(self, texts: np.ndarray, labels: np.ndarray) -> np.ndarray | None:
        """Weight of each training row; None where all count the same, shape (n,)."""
        if self.implied_share is None or not self.relevance_terms:
            return None
        up = [set(flags.split()) for flags in texts[:, RELEVANCE]]
        named, beside = (np.array([flag in flags for flags in up]) for flag in (IN_QUOTE, IN_PARAGRAPH))
        related, weights = labels != UNRELATED, np.ones(len(labels))
        for implied, share in zip((~named & beside, ~named & ~beside), self.implied_share, strict=True):
            about, other = implied & related, implied & ~related
            if about.any() and other.any():
                weights[about] = min(1.0, share / (1 - share) * other.sum() / about.sum())
        return weights

    def _columns(self, items: Sequence[ClassifierInput]) -> np.ndarray:
        lexicon = StanceLexicon(self.signs or {}, self.meanings or {"term": self.relevance_terms})
        common = None if self.common_ is None else frozenset(self.common_.tolist())
        return build_text_columns(items, common, self.relevance_terms, lexicon)


def _check_training_data(items: list[ClassifierInput], labels: np.ndarray, groups: np.ndarray) -> None:
    if not len(items) == len(labels) == len(groups):
        raise DataError(
            f"{len(items)} texts, {len(labels)} labels, {len(groups)} groups", fix="give one label and group per text"
        )
    if len(np.unique(labels)) < 2:
        found = ", ".join(map(str, np.unique(labels))) or "none"
        raise DataError(
            "a classifier needs two labels or more", why=f"found: {found}", fix="label quotes that take another stance"
        )
    if not any(character.isalnum() for item in items for character in item.text):
        raise DataError("no text has a word", fix="give the words of the quotes")


def _class_weights(codes: np.ndarray, power: float) -> dict[int, float]:
    counts = np.bincount(codes)
    return dict(enumerate(((len(codes) / len(counts) / counts) ** power).tolist()))
