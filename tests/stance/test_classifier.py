import numpy as np
import pytest
from sklearn.base import clone

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.stance.classifier import StanceClassifier


@pytest.fixture
def fitted(rows):
    texts, labels = [row["text"] for row in rows], [row["labels"]["ceasefire"] for row in rows]
    model = StanceClassifier(folds=2, relevance_terms=["truce*", "ceasefire*"], abstain_below=0.4, mask_names=True)
    return model.fit(texts, labels, groups=[row["group"] for row in rows])


def test_it_is_a_scikit_learn_estimator(fitted):
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "classes_")
    assert fitted.classes_.tolist() == ["against", "favor", "neutral", "unrelated"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("We want a truce now", "favor"),
        ("No, there will be no truce", "against"),
        ("The harvest was good", "unrelated"),
    ],
)
def test_it_learns(fitted, text, label):
    assert fitted.predict([text])[0]["label"] == label


def test_probabilities_sum_to_one_and_lead_the_label(fitted):
    texts = ["We want a truce", "zzz", "", "Wheat, wheat!"]
    proba = fitted.predict_proba(texts)
    assert proba.shape == (4, 4)
    assert np.allclose(proba.sum(1), 1)
    for row, one in zip(proba, fitted.predict(texts), strict=True):
        assert set(one) == {"label", "probabilities", "abstained"}
        assert one["label"] == fitted.classes_[row.argmax()]
        assert list(one["probabilities"].values()) == row.tolist()
        assert one["abstained"] is bool(row.max() < 0.4)


def test_a_prediction_does_not_depend_on_the_batch(fitted):
    texts = ["We want a truce now", "The harvest was good", "No truce", "Wheat, wheat!"]
    together = fitted.predict_proba(texts)
    assert np.array_equal(together, np.vstack([fitted.predict_proba([text]) for text in texts]))


def test_swapped_names_change_nothing(fitted):
    here = fitted.predict_proba(["Kestria rejects a truce with Velmora", "Gavrel wants a truce, Anton Gavrel said"])
    there = fitted.predict_proba(["Ostmark rejects a truce with Kestria", "Renn wants a truce, Pavlo Renn said"])
    assert np.array_equal(here, there)


def test_names_count_if_they_are_not_masked():
    texts = ["I trust Renn on this", "I trust Korvath on this"] * 4
    model = StanceClassifier().fit(texts, ["favor", "against"] * 4)
    assert [one["label"] for one in model.predict(texts[:2])] == ["favor", "against"]


def test_implied_quotes_are_weighted_to_the_expected_share():
    texts = [
        "a truce now",
        "a truce tonight",
        "let the guns rest",
        "let the guns rest",
        "wheat is cheap",
        "rye is dear",
    ]
    labels = ["favor", "favor", "favor", "unrelated", "unrelated", "unrelated"]
    models = [
        StanceClassifier(relevance_terms=["truce"], implied_share=shares).fit(texts * 4, labels * 4)
        for shares in (None, (0.5, 0.2), (0.5, 0.01))
    ]
    chances = [model.predict_proba(["let the guns rest"])[0, 0] for model in models]
    assert chances[2] < chances[1] < chances[0]


def test_a_paragraph_that_names_the_target_has_its_own_share():
    quote, asked = {"text": "never, I say"}, "Is a truce near? Never, I say."
    rows = [
        {"text": "no truce"},
        {"text": "rye is dear"},
        quote,
        quote,
        quote | {"context": asked},
        quote | {"context": asked},
    ]
    labels = ["against", "unrelated"] * 3
    alone, beside = (
        StanceClassifier(relevance_terms=["truce"], implied_share=shares).fit(rows * 4, labels * 4)
        for shares in ((0.01, 0.5), (0.5, 0.01))
    )
    given = [quote | {"context": asked}]
    assert alone.predict_proba(given)[0, 0] < beside.predict_proba(given)[0, 0]


def test_speaker_changes_nothing(fitted):
    both = [{"text": "We want a truce", "speaker": name} for name in ("Ilse Korvath", "Anton Gavrel")]
    assert np.array_equal(*fitted.predict_proba(both))


def test_strings_quotes_and_mappings_agree(fitted):
    text = "We want a truce"
    proba = fitted.predict_proba([text, {"text": text, "context": None}, Quote(text, [(0, len(text))], "indirect")])
    assert np.array_equal(proba[0], proba[1])
    assert np.array_equal(proba[0], proba[2])


@pytest.mark.parametrize("calibration", ["temperature", "sigmoid"])
@pytest.mark.parametrize(
    "labels",
    [
        ["yes", "no"],
        ["yes", "no", "no"],
        ["a", "b", "c"],
        [1, 2, 2, 2, 3],
        ["rare", *["b"] * 6, *["c"] * 6],
        [True, False, True, False],
    ],
)
def test_any_labels_even_with_one_row(labels, calibration):
    texts = [f"word{number} of {label}" for number, label in enumerate(labels)]
    model = StanceClassifier(calibration=calibration).fit(texts, labels)
    proba = model.predict_proba([*texts, "of"])
    assert model.classes_.tolist() == sorted(set(labels))
    assert np.isfinite(proba).all()
    assert np.allclose(proba.sum(1), 1)
    assert model.predict(texts)[0]["label"] in labels


def test_one_group_alone_works():
    model = StanceClassifier().fit(["truce now", "no truce", "truce", "never"], list("abab"), groups=["g"] * 4)
    assert np.allclose(model.predict_proba(["truce"]).sum(), 1)


@pytest.mark.parametrize(
    ("texts", "labels", "says"),
    [
        (["a truce", "no truce"], ["favor", "favor"], "two labels"),
        ([], [], "two labels"),
        (["a truce"], ["favor", "against"], "1 texts, 2 labels"),
        (["...", ""], ["favor", "against"], "no text has a word"),
    ],
)
def test_unsuitable_training_data_is_an_error(texts, labels, says):
    with pytest.raises(DataError, match=says):
        StanceClassifier().fit(texts, labels)


def test_no_quotes_give_no_predictions(fitted):
    assert fitted.predict([]) == []
    assert fitted.predict_proba([]).shape == (0, 4)
