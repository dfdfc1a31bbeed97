"""Classify the stance of quotes toward one target, with calibrated probabilities and names masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from scipy import sparse
from scipy.special import log_softmax
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.stance import model_file
from pipeline.stance.calibration import GeometricMean, calibrate, round_coefficients
from pipeline.stance.classifier_input import ClassifierInput, QuoteLike, to_inputs
from pipeline.stance.config import read_stance_words
from pipeline.stance.encoder.stance_encoder import load_encoder
from pipeline.stance.name_masking import find_common_words
from pipeline.stance.row_sampling import class_weights, complete_classes, row_weights, split_by_group
from pipeline.stance.text_features import IN_PARAGRAPH, IN_QUOTE, RELEVANCE, build_text_columns, build_vectorizer

# L-BFGS takes twice as long and stops further from the optimum; a tolerance of 1e-4 doubles the time for little.
SOLVER_OPTIONS = {"solver": "newton-cg", "max_iter": 1000, "tol": 1e-3}
# Of probabilities: more than tables keep.
PROBABILITY_DECIMALS = 7


@dataclass(kw_only=True, eq=False, repr=False)
class StanceClassifier(BaseEstimator):
    """A logistic regression over n-grams, combined with a transformer, the encoder, and calibrated.

    The regression decides for quotes that are hardly about the target; for all others its probabilities and those of
    the encoder are combined by their geometric mean. It decides alone where `encoder_target` is None or the encoder has
    other labels. With `mask_names` it cannot learn who says what. Probabilities are calibrated on folds that keep
    groups whole (Guo et al. 2017, `On Calibration of Modern Neural Networks`, for the temperature).

    Parameters
    ----------
    word_ngrams : sequence of two int
        Fewest and most words of an n-gram.
    character_ngrams : sequence of two int, optional
        Fewest and most characters of an n-gram within words; None counts none. They help with tweets, not with news.
    C : float
        Inverse strength of the regularisation.
    balanced : float
        How far class weights make up for the frequency of classes: 1 fully, 0 not at all.
    implied_share : sequence of two float, optional
        Expected shares of quotes about the target (any label but `unrelated_label`) in the texts to be labelled,
        first among quotes that have none of its terms but whose paragraph has one, then among quotes where neither has:
        training rows are weighted down to these shares (`row_sampling.row_weights`). None weights all rows the same.
    mask_names : bool
        Whether to replace names of people, places and institutions by one word. The project's models do
        (`configs/stance.yaml`); for other tasks names may be the best evidence.
    relevance_terms : sequence of str
        Words that name the target; `*` stands for a run of letters, `*` alone for up to two words.
    meanings : mapping of str to sequence of str, optional
        The terms by meaning; None takes all as one.
    calibration : str or None
        `temperature` or `sigmoid`. None gives the labels of `temperature`, with probabilities that are too high or low.
    folds, seed : int
        Folds of the calibration and their seed.
    abstain_below : float
        Labels of a lower probability are marked as abstained.
    unrelated_label : str or None
        The label of quotes that are not about the target; None if all labels are about it.
    encoder_target, encoder_share : str or None, float
        Target of the encoder whose logits are used (None: no encoder), and its weight in the geometric mean, 0 to 1.
    encoder_from : float
        The encoder reads quotes that the linear model takes for related with this probability or a higher one.
    require_term : bool
        Whether to abstain from a stance if no relevance term is in quote, cue or paragraph.
    language_words : mapping of str to sequence of str, optional
        Words of the language, from `configs/languages/CODE_stance.yaml`; those of English by default.

    Attributes
    ----------
    classes_ : array, shape (n_classes,)
        Labels, sorted: the columns of `predict_proba`.
    common_words_ : array of str or None
        Words of the training texts that are not names; None where names are not masked.
    regression_, model_ : LogisticRegression, and CalibratedClassifierCV or GeometricMean
        The linear model, and the calibration of its probabilities.
    combination_ : CalibratedClassifierCV, GeometricMean or None
        The geometric mean of the probabilities of both models, and its calibration; None without an encoder.
    encoder_version_ : str
        Which weights of the encoder it was fitted with.

    Examples
    --------
    >>> texts = ["we want a truce", "no truce, ever", "a truce is what we want", "we will never stop"]
    >>> model = StanceClassifier().fit(texts, ["favor", "against", "favor", "against"])
    >>> model.predict(["we want it"])[0]["label"]
    'favor'
    """

    word_ngrams: Sequence[int] = (1, 2)
    character_ngrams: Sequence[int] | None = (2, 5)
    C: float = 10.0
    balanced: float = 0.5
    implied_share: Sequence[float] | None = None
    mask_names: bool = False
    relevance_terms: Sequence[str] = ()
    meanings: Mapping[str, Sequence[str]] | None = None
    calibration: str | None = "temperature"
    folds: int = 3
    seed: int = 7
    abstain_below: float = 0.0
    unrelated_label: str | None = "unrelated"
    encoder_target: str | None = None
    encoder_share: float = 0.5
    encoder_from: float = 0.1
    require_term: bool = False
    language_words: Mapping[str, Any] | None = None

    def fit(
        self,
        X: Iterable[QuoteLike],
        y: Iterable[Any],
        groups: Iterable[Any] | None = None,
        common_words: Sequence[str] | None = None,
    ) -> Self:
        """Fit the model to labelled quotes.

        Parameters
        ----------
        X : iterable of str, Quote, StanceRow or mapping
            Quotes; a mapping has `text` and, as far as known, `context`, `speaker`, `cue`.
        y : iterable
            A label for each.
        groups : iterable, optional
            Group of each (an article, a scenario). The folds of the calibration never split a group.
        common_words : sequence of str, optional
            Words that are not names (`find_common_words`); by default those of these quotes. With the same words for
            several fits each quote is read once.

        Raises
        ------
        DataError
            When lengths differ, there are fewer than two labels, or no text has a word.
        """
        items, labels = to_inputs(X), np.asarray(list(y))
        group_of_row = np.arange(len(labels)) if groups is None else np.asarray(list(groups))
        _check_training_data(items, labels, group_of_row)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        self.uppercase_names_ = list(self._words().get("uppercase_names", []))
        if common_words is None:
            common_words = self.find_common_words(items)
        self.common_words_ = np.array(common_words) if self.mask_names else None
        self.vectorizer_ = build_vectorizer(self.word_ngrams, self.character_ngrams, bool(self.relevance_terms))
        regression = LogisticRegression(C=self.C, class_weight=class_weights(codes, self.balanced), **SOLVER_OPTIONS)
        # Threads add up in another order, and the last digits would depend on their number.
        with threadpool_limits(limits=1):
            columns = self._text_columns(items)
            # Vectorized once and not in every fold, because the vocabulary tells nothing about the labels.
            vectors = self.vectorizer_.fit_transform(columns)
            weights = None
            if self.implied_share is not None and self.relevance_terms:
                weights = row_weights(columns[:, RELEVANCE], labels != self.unrelated_label, self.implied_share)
            linear = None  # what is said about rows that were not trained on
            if self.calibration is not None:
                folds = complete_classes(split_by_group(labels, group_of_row, self.folds, self.seed), labels)
                given = {"sample_weight": weights}
                linear = cross_val_predict(
                    regression, vectors, codes, cv=folds, params=given, method="predict_log_proba"
                )
            self.regression_ = regression.fit(vectors, codes, sample_weight=weights)
            for name in ("coef_", "intercept_"):
                setattr(self.regression_, name, round_coefficients(getattr(self.regression_, name)))
            # A share of 0: the linear model by itself.
            self.model_ = GeometricMean(len(self.classes_), 0.0)
            self.combination_: GeometricMean | CalibratedClassifierCV | None = None
            self.encoder_version_ = ""
            # There must be an encoder of this target, and of the same labels.
            if self.encoder_target is not None and set(load_encoder().labels) == set(self.classes_):
                self.combination_ = GeometricMean(len(self.classes_), self.encoder_share)
                self.encoder_version_ = load_encoder().version
            if linear is not None:
                self.model_ = calibrate(self.model_, np.hstack([linear, linear]), codes, self.calibration, weights)
            if linear is not None and self.combination_ is not None:
                joined = np.hstack([linear, self._encoder_log_probabilities(items)])
                # Without the weights of `implied_share`: with them real statements got too high probabilities.
                self.combination_ = calibrate(self.combination_, joined, codes, self.calibration)
        return self

    def find_common_words(self, X: Iterable[QuoteLike]) -> list[str]:
        """Return the words of quotes and their paragraphs that are not names."""
        # A paragraph contains its quotes, and several quotes may share one: each text counts once.
        paragraphs = dict.fromkeys(item.context or item.text for item in to_inputs(X))
        return find_common_words(paragraphs, self._words().get("stop_words", ()))

    def predict_proba(self, X: Iterable[QuoteLike]) -> np.ndarray:
        """Return calibrated probabilities, shape (n, n_classes), columns in the order of `classes_`."""
        return self._read(X)[1]

    def predict(self, X: Iterable[QuoteLike]) -> list[dict[str, Any]]:
        """Return the most probable label of each quote.

        Returns
        -------
        list of dict
            `label` (the most probable one, also where `abstained` is True; the dataset has `unknown` there),
            `probabilities` (by label), `abstained` (True when the label is less probable than `abstain_below`, or says
            something about a target that the text does not name; see `require_term`).
        """
        columns, probabilities = self._read(X)
        labels = self.classes_.tolist()
        predictions = []
        for flags, row in zip(columns[:, RELEVANCE], probabilities, strict=True):
            label = labels[int(row.argmax())]
            abstained = bool(row.max() < self.abstain_below)
            if self.require_term and self.relevance_terms and label != self.unrelated_label:
                abstained |= {IN_QUOTE, IN_PARAGRAPH}.isdisjoint(flags.split())
            by_label = dict(zip(labels, row.tolist(), strict=True))
            predictions.append({"label": label, "probabilities": by_label, "abstained": abstained})
        return predictions

    def feature_vectors(self, X: Iterable[QuoteLike]) -> sparse.csr_matrix:
        """Return the feature vectors of quotes, shape (n, n_features), each row of length 1.

        The dot product of two rows is the cosine similarity of two quotes as the model sees them.
        """
        check_is_fitted(self, "model_")
        with threadpool_limits(limits=1):
            vectors = sparse.csr_matrix(self.vectorizer_.transform(self._text_columns(to_inputs(X))))
            return normalize(vectors).astype(np.float32)

    def save(self, path: Path | str) -> str:
        """Write the model (without pickle) and its hash beside it; return the SHA-256."""
        check_is_fitted(self, "model_")
        return model_file.save(self, path)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a model and check its hash.

        Raises
        ------
        DataError
            When the file is missing, changed, or contains something else.
        """
        return model_file.load(cls, path)

    def _words(self) -> Mapping[str, Any]:
        return read_stance_words() if self.language_words is None else self.language_words

    def _read(self, X: Iterable[QuoteLike]) -> tuple[np.ndarray, np.ndarray]:
        """Return the text columns of quotes, and what `predict_proba` returns."""
        check_is_fitted(self, "model_")
        items = to_inputs(X)
        columns = self._text_columns(items)
        if not items:
            return columns, np.zeros((0, len(self.classes_)))
        with threadpool_limits(limits=1):
            linear = self.regression_.predict_log_proba(self.vectorizer_.transform(columns))
            probabilities = self.model_.predict_proba(np.hstack([linear, linear]))
            if self.combination_ is not None:
                related = 1 - np.exp(linear[:, self.classes_ == self.unrelated_label]).sum(axis=1)
                if (read := np.flatnonzero(related >= self.encoder_from)).size:
                    encoder = self._encoder_log_probabilities([items[i] for i in read])
                    probabilities[read] = self.combination_.predict_proba(np.hstack([linear[read], encoder]))
        return columns, np.round(probabilities, PROBABILITY_DECIMALS)

    def _encoder_log_probabilities(self, items: Sequence[ClassifierInput]) -> np.ndarray:
        """Return the log-probabilities of the encoder, shape (n, n_classes), columns in the order of `classes_`."""
        encoder = load_encoder()
        if encoder.version != self.encoder_version_:
            why = f"it was trained with the encoder {self.encoder_version_}, and this is {encoder.version}"
            raise DataError("model and encoder are out of step", why=why, fix="train again: `dvc repro`")
        order = [encoder.labels.index(label) for label in self.classes_]
        return log_softmax(encoder.logits(items, str(self.encoder_target))[:, order], axis=1)

    def _text_columns(self, items: Sequence[ClassifierInput]) -> np.ndarray:
        common_words = None if self.common_words_ is None else self.common_words_.tolist()
        return build_text_columns(items, common_words, self.relevance_terms, self.meanings, self.uppercase_names_)


def _check_training_data(items: list[ClassifierInput], labels: np.ndarray, groups: np.ndarray) -> None:
    if not len(items) == len(labels) == len(groups):
        what = f"{len(items)} texts, {len(labels)} labels, {len(groups)} groups"
        raise DataError(what, fix="give one label and group per text")
    distinct = np.unique(labels)
    if len(distinct) < 2:
        why = f"labels: {', '.join(map(str, distinct)) or 'none'}"
        raise DataError("a classifier needs two labels or more", why=why, fix="label quotes that take another stance")
    if not any(character.isalnum() for item in items for character in item.text):
        raise DataError("no text has a word", fix="give the words of the quotes")
