"""Parts of training and labelling: folds, weights, baselines, calibration, thresholds, near quotes, reasons."""

import numpy as np
import pytest
from scipy import sparse

from pipeline.core.errors import DataError
from pipeline.core.targets import LabelRoles, Target
from pipeline.stance.calibration import ALWAYS_ABSTAIN, GeometricMean, abstain_by_fold, calibrate, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_input
from pipeline.stance.config import read_stance_words
from pipeline.stance.row_sampling import class_weights, complete_classes, row_weights, split_by_group
from pipeline.stance.stage_train import predict_keywords, predict_ngrams
from pipeline.stance.stance_explainer import CUE_LABEL, REST_OF_PARAGRAPH, explain_label
from pipeline.stance.trained_models import load_training_vectors, save_training_vectors

LINEAR = np.log([[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]])
ENCODER = np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])


@pytest.mark.parametrize(
    ("share", "other", "expected"), [(0.0, ENCODER, LINEAR), (1.0, ENCODER, ENCODER), (0.5, LINEAR, LINEAR)]
)
def test_the_mean_lies_between_the_two(share, other, expected):
    assert np.allclose(GeometricMean(3, share).decision_function(np.hstack([LINEAR, other])), expected)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_it_is_calibrated_on_rows_that_were_not_trained_on(n_classes):
    rng = np.random.default_rng(2)
    codes = rng.integers(n_classes, size=2000)
    # Both are far too sure: they give 0.99 to a class that is right in 70 %.
    guessed = np.where(rng.random(2000) < 0.7, codes, rng.integers(n_classes, size=2000))
    sure = np.full((2000, n_classes), np.log(0.01 / (n_classes - 1)))
    sure[np.arange(2000), guessed] = np.log(0.99)
    joined = np.hstack([sure, sure])
    top = calibrate(GeometricMean(n_classes), joined, codes, "temperature").predict_proba(joined).max(axis=1).mean()
    assert top == pytest.approx((guessed == codes).mean(), abs=0.03)


@pytest.mark.parametrize(("confidence", "right", "error", "expected"), [
    ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], 0.0, 0.8),
    ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], 0.5, 0.0),
    ([0.6, 0.9, 0.7, 0.8], [0, 1, 0, 1], 0.0, 0.8),
    ([0.9, 0.8, 0.8], [1, 1, 0], 0.1, 0.9),
    ([0.9, 0.8], [0, 1], 0.1, ALWAYS_ABSTAIN),
    ([], [], 0.1, ALWAYS_ABSTAIN),
])  # fmt: skip
def test_threshold(confidence, right, error, expected):
    assert choose_threshold(np.array(confidence, float), np.array(right, bool), error) == expected


def test_the_threshold_of_a_fold_is_chosen_on_the_other_folds():
    confidence, right = np.array([0.9, 0.5, 0.9, 0.5]), np.array([True, True, True, False])
    fold = np.array([0, 0, 1, 1])
    assert abstain_by_fold(confidence, right, np.full(4, True), fold, 0.0).tolist() == [False, True, False, False]


LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]


@pytest.mark.parametrize(("given", "labels", "label"), [
    ("We call for a truce now.", LABELS, "favor"),
    ("There will be no truce.", LABELS, "against"),
    ("A truce once the bridge is open.", LABELS, "conditional"),
    ("The truce was on the table.", LABELS, "neutral"),
    ("The ferry must not sail.", LABELS, "unrelated"),
    # The cue counts, the paragraph does not.
    ({"text": "the truce", "cue": "rejected"}, LABELS, "against"),
    ({"text": "the ferry", "cue": "said", "context": "No truce. “The ferry,” he said."}, LABELS, "unrelated"),
    # A label that the target lacks is not predicted; one with another name has its role.
    ("A truce once it is quiet.", LABELS[:2], "against"),
    ("We want a truce.", ["pro", "con"], "pro"),
])  # fmt: skip
def test_keywords(given, labels, label):
    roles = LabelRoles(favor="pro" if "pro" in labels else "favor")
    target = Target("Should it stop?", labels, ["truce*"], roles=roles)
    rules = read_stance_words()["keyword_rules"]
    assert predict_keywords([to_input(given)], target, rules) == [label]
    without_terms = Target("Should it stop?", LABELS)
    assert predict_keywords([to_input(given)], without_terms, rules) == ["unrelated"]


def test_ngrams_are_trained_on_the_other_folds_if_only_of_one_label():
    texts = ["hold your fire", "keep on shelling"] * 4 + ["a rare word", "a rare word"]
    gold = ["favor", "against"] * 4 + ["neutral", "neutral"]
    folds = [0, 0, 1, 1] * 2 + [0, 0]
    predicted = predict_ngrams(texts, gold, np.array(folds))
    assert predicted[:8] == gold[:8]
    assert "neutral" not in predicted[8:]
    assert predict_ngrams(["a", "?", "b"], ["favor", "favor", "against"], np.array([0, 0, 1]))[2] == "favor"


@pytest.mark.parametrize(("rows", "groups", "folds"), [(60, 12, 5), (10, 3, 5), (8, 8, 2), (4, 2, 5)])
def test_groups_are_not_split_and_every_row_is_tested_once(rows, groups, folds):
    y, members = np.array(["a", "b"] * (rows // 2)), np.arange(rows) % groups
    splits = split_by_group(y, members, folds, seed=1)
    assert 2 <= len(splits) <= folds
    assert sorted(np.concatenate([test for _, test in splits]).tolist()) == list(range(rows))
    for train, test in splits:
        assert not set(members[train]) & set(members[test])
    assert split_by_group(np.array(["a", "b"]), np.zeros(2), 5, 1) == []  # one group alone


def test_training_rows_get_every_class_with_its_weight():
    for power, expected in ((0.0, [1.0, 1.0]), (1.0, [2 / 3, 2.0])):
        assert list(class_weights(np.array([0, 0, 0, 1]), power).values()) == pytest.approx(expected)
    y = np.array(["a", "b", "a", "b", "rare"])
    splits = complete_classes([(np.array([0, 1]), np.array([2, 3, 4])), (np.array([2, 3, 4]), np.array([0, 1]))], y)
    assert [train.tolist() for train, _ in splits] == [[0, 1, 4], [2, 3, 4]]
    assert [part.tolist() for part in complete_classes([], y)[0]] == [[0, 1, 2, 3, 4]] * 2


def test_rows_that_imply_the_target_count_as_often_as_expected():
    # Four rows imply the target and one does not: each counts so that the shares are as given.
    whole = [("any content", True), ("any content context", False), ("any context", False), ("any", False)]
    expected = dict.fromkeys(whole, 1.0) | {("any context", True): 0.1 / 0.9 / 4, ("any", True): 0.01 / 0.99 / 4}
    rows = [*expected, *3 * [("any context", True), ("any", True)]]
    weights = row_weights([flags for flags, _ in rows], np.array([related for _, related in rows]), (0.1, 0.01))
    assert dict(zip(rows, weights.tolist(), strict=True)) == pytest.approx(expected)
    # A third of the rows implies the target, half of the texts to be labelled are expected to: no weight is raised.
    assert row_weights(["any"] * 3, np.array([True, False, False]), (0.5, 0.5)).tolist() == [1.0] * 3


@pytest.fixture(scope="module")
def small_model():
    """Return a model of three labels, fitted to a few quotes."""
    texts = ["we want a truce", "a truce is wanted now", "no truce, never", "there will never be a truce"]
    texts += ["the ferry sails on monday", "wheat is cheap", "we all want a truce", "never, no truce"]
    labels = ["favor", "favor", "against", "against", "unrelated", "unrelated", "favor", "against"]
    for cue, label in (("rejected", "against"), ("welcomed", "favor")):
        texts += [{"text": text, "cue": cue} for text in ("a truce", "the truce", "a truce at sea")]
        labels += [label] * 3
    return StanceClassifier(relevance_terms=["truce*"], folds=2).fit(texts, labels)


def test_training_quotes_are_stored_as_the_model_reads_them(small_model, tmp_path):
    texts, path = ["never a truce", "the ferry sails"], tmp_path / "ceasefire.training.npz"
    save_training_vectors(small_model, texts, path)
    vectors = small_model.feature_vectors(texts)
    assert (load_training_vectors(path, vectors.shape) != vectors).nnz == 0
    vectors.indices[0] = 10**9
    sparse.save_npz(tmp_path / "forged.npz", vectors)
    data = path.read_bytes()
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "overwritten.npz").write_bytes(data[:60] + b"xxxx" + data[64:])
    said = {path.name: "model have 3 of.*→ .*dvc repro", "none": "no feature.*→ .*dvc repro"}
    said |= dict.fromkeys(
        ("forged.npz", "empty.npz", "overwritten.npz"), ": the file is damaged.*→ .*dvc repro --force"
    )
    for name, says in said.items():
        with pytest.raises(DataError, match=rf"(?s){name}.*{says}"):
            load_training_vectors(tmp_path / name, (3, vectors.shape[1]))


def test_effects_are_decreases_of_the_log_odds(small_model):
    column = small_model.classes_.tolist().index("against")
    with_it, without = small_model.predict_proba(["never a truce", "a truce"])[:, column]
    expected = np.log(with_it / (1 - with_it)) - np.log(without / (1 - without))
    assert dict(explain_label(small_model, "never a truce", "against").words_for)["never"] == pytest.approx(expected)
    assert [word for word, _ in explain_label(small_model, "Never", "against").words_for] == ["never"]


def test_cue_and_paragraph_are_left_out_as_a_whole(small_model):
    context = "He never wanted it and rejected a truce. Wheat is cheap."
    cue = "rejected a truce"
    why = explain_label(small_model, {"text": "never", "cue": cue, "context": context}, "against")
    found = {word for word, _ in (*why.words_for, *why.words_against)}
    assert {CUE_LABEL.format(cue)} <= found <= {"never", CUE_LABEL.format(cue), REST_OF_PARAGRAPH}
