"""Stage `train`: the classifier of one target, and its predictions and those of baselines out of fold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.parallel.executor import with_progress
from pipeline.core.schema import stance_tables
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, term_pattern
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.calibration import abstain_by_fold, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import ClassifierInput, to_inputs
from pipeline.stance.config import StanceConfig, load_stance_config, load_stance_words
from pipeline.stance.encoder.stance_encoder import load_encoder
from pipeline.stance.row_sampling import Split, split_by_group
from pipeline.stance.trained_models import model_path, save_training_vectors


@dataclass(frozen=True)
class TrainingSet:
    """The quotes that are labelled for one target, in the order of the file."""

    target: Target
    config: StanceConfig
    rows: list[StanceRow]
    gold: list[str]
    model: StanceClassifier  # not fitted
    common_words: list[str]  # of all rows, so that each quote is read once and not in every fold; no label is in them

    @property
    def groups(self) -> list[str]:
        """The group of each row, which no fold splits."""
        return [row.group for row in self.rows]

    def folds(self) -> list[Split]:
        """Return the folds of the cross-validation; each row is tested once."""
        return split_by_group(np.array(self.gold), np.array(self.groups), self.config.folds, self.config.seed)

    def fit(self, chosen: np.ndarray, **parameters: Any) -> StanceClassifier:
        """Fit a new model, with some parameters of its own, to the rows of some numbers."""
        rows, gold = [self.rows[i] for i in chosen], [self.gold[i] for i in chosen]
        model = clone(self.model).set_params(**parameters)
        return model.fit(rows, gold, [row.group for row in rows], self.common_words)


def run(root: Path, target: str) -> dict[str, int]:
    """Write the model of a target and beside it what other stages read.

    `TARGET.skops` is the model, `TARGET.oof.parquet` the out-of-fold predictions, `TARGET.training.npz` the feature
    vectors of the training quotes.
    """
    training, path = read_training_set(root, target), model_path(root, target)
    rows, gold, labels, model = training.rows, training.gold, training.target.labels, training.model
    probabilities, fold, majority = cross_validate(training)
    given = np.array(labels)[probabilities.argmax(1)]
    right, confidence = given == np.array(gold), probabilities.max(1)
    # Most quotes are unrelated and easy: the error that a reader meets is that of the stances.
    counted = given != training.target.roles.unrelated
    counted = counted if counted.any() else np.full(len(rows), True)
    error = training.config.abstain_error
    abstained = abstain_by_fold(confidence, right, counted, fold, error)

    model.set_params(abstain_below=choose_threshold(confidence[counted], right[counted], error))
    model.fit(rows, gold, training.groups, training.common_words).save(path)
    save_training_vectors(model, rows, path.with_suffix(".training.npz"))
    rules = load_stance_words(root).get("keyword_rules", {})
    columns = {
        "id": [row.id for row in rows],
        "group": training.groups,
        "gold": gold,
        "label": given.tolist(),
        **{f"p_{label}": of_label.tolist() for label, of_label in zip(labels, probabilities.T, strict=True)},
        "majority": majority.tolist(),
        "keywords": predict_keywords(to_inputs(rows), training.target, rules),
        "ngrams": predict_ngrams([row.text for row in rows], gold, fold),
        "fold": fold.tolist(),
        "abstained": abstained.tolist(),
    }
    out_of_fold = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    table = stance_tables.out_of_fold(tuple(labels))
    tables.write_parquet(path.with_suffix(".oof.parquet"), tables.to_arrow(table, out_of_fold))
    return {
        "rows": len(rows),
        "right": int(right.sum()),
        "not abstained": int((~abstained).sum()),
        "not abstained and right": int(right[~abstained].sum()),
    }


def cross_validate(training: TrainingSet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predict every row by a model that was trained on other groups.

    Return the probabilities, shape (n, n_labels), 0 for a label that the fold's model does not know; the fold in which
    each row was tested, from 0; and for each row the most frequent label of the rows that its fold was trained on.
    """
    rows, gold, labels = training.rows, training.gold, training.target.labels
    probabilities, fold_of_row = np.zeros((len(rows), len(labels))), np.zeros(len(rows), dtype=int)
    majority = np.empty(len(rows), dtype=object)
    for number, (train, test) in enumerate(with_progress(training.folds(), "training on parts, testing on the rest")):
        counts = Counter(gold[i] for i in train)
        if len(counts) < 2:
            fix = "label more quotes that take another stance, in new groups"
            raise DataError(f"fold {number} would train on one label", fix=fix)
        model = training.fit(train)
        known = np.array([labels.index(label) for label in model.classes_.tolist()])
        probabilities[np.ix_(test, known)] = model.predict_proba([rows[i] for i in test])
        fold_of_row[test] = number
        # Of equally frequent labels the first of the config.
        majority[test] = max(labels, key=counts.__getitem__)
    return probabilities, fold_of_row, majority


def predict_keywords(items: Sequence[ClassifierInput], target: Target, rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a label for each quote by the words of its content and cue: the baseline of keywords.

    A quote that has none of the target's relevance terms is unrelated. Of the others, the first rule with a word in the
    quote decides; where there is none, the quote is neutral. The last label stands in for labels that the target lacks.
    The rules are `stance.keyword_rules` of the language: words by the role of the label that they speak for, in order.
    """
    terms = term_pattern(target.relevance_terms)
    patterns = {role: term_pattern(words) for role, words in rules.items()}

    def find_role(text: str) -> str:
        if not (terms and terms.search(text)):
            return "unrelated"
        return next((role for role, words in patterns.items() if words and words.search(text)), "neutral")

    roles = [find_role(f"{item.cue} {item.text}") for item in items]
    return [getattr(target.roles, role) or target.labels[-1] for role in roles]


def predict_ngrams(texts: Sequence[str], gold: Sequence[str], folds: np.ndarray) -> list[str]:
    """Predict a label for each quote by a model that was trained on the quotes of the other folds.

    It is a linear SVM on word n-grams, the usual baseline (Mohammad et al. 2016).
    """
    # Every mark is a token too, so that no text is without one.
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|\S")
    features = sparse.csr_matrix(vectorizer.fit_transform(texts))
    labels, predicted = np.array(gold), np.array(gold)
    for fold in np.unique(folds):
        test = folds == fold
        of_train = labels[~test]
        if len(np.unique(of_train)) < 2:
            predicted[test] = of_train[0]
        else:
            model = LinearSVC(class_weight="balanced", random_state=0).fit(features[~test], of_train)
            predicted[test] = model.predict(features[test])
    return [str(label) for label in predicted]


def read_training_set(root: Path, name: str) -> TrainingSet:
    """Read the labelled quotes of a target, and the settings of its model.

    A target that the config does not have is a ConfigError, quotes that are too few or too similar to train on some and
    test on others a DataError.
    """
    config, targets = load_stance_config(root), load_targets(root / paths.CONFIGS)
    if name not in targets:
        raise ConfigError(f"unknown target {name!r}", fix=f"use one of {', '.join(targets)}")
    annotations = root / paths.ANNOTATIONS / "stance.jsonl"
    rows = [row for row in read_stance(annotations, targets) if name in row.labels]
    gold, groups = [row.labels[name] for row in rows], {row.group for row in rows}
    where, counts = f"{annotations}, target {name}", Counter(gold)
    if not gold:
        fix = f'label quotes: "labels": {{"{name}": ...}}, or remove the target from configs/targets.yaml'
        raise DataError("no labelled quote", where=where, fix=fix)
    if len(counts) < 2:
        raise DataError(f"every quote is `{gold[0]}`", where=where, fix="label quotes that take another stance")
    if len(groups) < 2 or max(counts.values()) < 2:
        why = f"{len(gold)} rows in {len(groups)} groups"
        raise DataError("too few rows to test on some", where=where, why=why, fix="label quotes of more articles")
    target = targets[name]
    model = StanceClassifier(
        relevance_terms=target.relevance_terms,
        meanings=target.meanings,
        character_ngrams=None,
        unrelated_label=target.roles.unrelated,
        language_words=load_stance_words(root),
        encoder_target=name if config.encoder and name in load_encoder(config.language).targets else None,
        **config.classifier_parameters(),
    )
    return TrainingSet(target, config, rows, gold, model, model.find_common_words(rows))
