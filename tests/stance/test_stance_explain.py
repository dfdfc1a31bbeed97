"""Why a label: words that push where they should, likeness that finds the same quote, and files that fit together."""

import numpy as np
import pytest
from scipy import sparse

from pipeline.core.errors import DataError
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.stance_explainer import (
    CUE_LABEL,
    REST_OF_PARAGRAPH,
    dot_products,
    explain_label,
    find_nearest,
    load_training_vectors,
    save_training_vectors,
)


@pytest.fixture(scope="module")
def model():
    texts = ["we want a truce", "a truce is wanted now", "no truce, never", "there will never be a truce"]
    texts += ["the ferry sails on monday", "wheat is cheap", "we all want a truce", "never, no truce"]
    labels = ["favor", "favor", "against", "against", "unrelated", "unrelated", "favor", "against"]
    for cue, label in (("rejected", "against"), ("welcomed", "favor")):
        texts += [{"text": text, "cue": cue} for text in ("a truce", "the truce", "a truce at sea")]
        labels += [label] * 3
    return StanceClassifier(relevance_terms=["truce*"], folds=2).fit(texts, labels)


@pytest.mark.parametrize(
    ("text", "label", "pushes"),
    [("never a truce", "against", "never"), ("we want a truce", "favor", "want")],
)
def test_the_word_that_decides_pushes_for_its_label(model, text, label, pushes):
    why = explain_label(model, text, label)
    assert why.label == label
    assert pushes in [word for word, _ in why.words_for]
    assert pushes not in [word for word, _ in why.words_against]
    assert all(push > 0 for _, push in why.words_for)
    assert all(push < 0 for _, push in why.words_against)


def test_a_word_for_one_label_is_against_its_opposite(model):
    assert "never" in [word for word, _ in explain_label(model, "never a truce", "favor").words_against]


def test_without_a_label_the_most_probable_is_explained(model):
    assert explain_label(model, "never, no truce").label == model.predict(["never, no truce"])[0]["label"]


def test_pushes_are_the_fall_of_the_log_odds(model):
    column = model.classes_.tolist().index("against")
    with_it, without = model.predict_proba(["never a truce", "a truce"])[:, column]
    expected = np.log(with_it / (1 - with_it)) - np.log(without / (1 - without))
    assert dict(explain_label(model, "never a truce", "against").words_for)["never"] == pytest.approx(expected)


def test_cue_and_paragraph_are_left_out_as_a_whole(model):
    given = {
        "text": "a truce",
        "cue": "rejected",
        "context": "He never wanted it and rejected a truce. Wheat is cheap.",
    }
    why = explain_label(model, given, "against", shown=99)
    found = {word for word, _ in (*why.words_for, *why.words_against)}
    assert found <= {"a", "truce", CUE_LABEL.format("rejected"), REST_OF_PARAGRAPH}
    assert CUE_LABEL.format("rejected") in [word for word, _ in why.words_for]


def test_a_quote_of_one_word_can_be_explained(model):
    assert explain_label(model, "Never").label in model.classes_


def test_a_quote_is_most_like_itself(model):
    texts = ["never a truce", "the ferry sails", "we want wheat"]
    vectors = model.represent(texts)
    found = find_nearest(vectors, vectors)
    assert [near[0].row for near in found] == [0, 1, 2]
    assert all(near[0].likeness == pytest.approx(1, abs=1e-4) for near in found)


def test_rows_that_are_not_allowed_are_not_given(model):
    vectors = model.represent(["never a truce", "never a truce", "the ferry sails"])
    ((first, *others),) = find_nearest(vectors[:1], vectors, np.array([[False, True, False]]))
    assert first.row == 1
    assert others == []


def test_products_are_those_of_the_matrices():
    draw = np.random.default_rng(0)
    a, b = draw.random((4, 6)) * (draw.random((4, 6)) < 0.3), draw.random((5, 6))
    assert dot_products(sparse.csr_matrix(a), sparse.csr_matrix(b)) == pytest.approx(a @ b.T)


def test_training_quotes_are_kept_as_the_model_sees_them(model, tmp_path):
    texts = ["never a truce", "the ferry sails"]
    save_training_vectors(model, texts, tmp_path / "ceasefire.training.npz")
    assert (load_training_vectors(tmp_path / "ceasefire.training.npz", 2) != model.represent(texts)).nnz == 0
    with pytest.raises(DataError, match=r"(?s)2 rows, the annotations have 3.*dvc repro train@ceasefire"):
        load_training_vectors(tmp_path / "ceasefire.training.npz", 3)
    with pytest.raises(DataError, match=r"(?s)peace\.training\.npz.*dvc repro train@peace"):
        load_training_vectors(tmp_path / "peace.training.npz", 3)


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"x" * 99,
                                    lambda data: data[:60] + b"xxxx" + data[64:]])  # fmt: skip
def test_damaged_training_quotes_are_named_with_the_command_that_makes_them_anew(model, tmp_path, damage):
    path = tmp_path / "data/models/ceasefire.training.npz"
    save_training_vectors(model, [{"text": "a truce"}, {"text": "no truce"}], path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"(?s)ceasefire\.training\.npz: the file is damaged.*single-item train"):
        load_training_vectors(path, 2)
