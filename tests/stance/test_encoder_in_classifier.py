"""The classifier with an encoder: who is asked, what counts, and what is not kept."""

import numpy as np
import pytest

from pipeline.core.errors import DataError
from pipeline.stance import classifier
from pipeline.stance.classifier import StanceClassifier

LABELS = ["favor", "against", "neutral", "unrelated"]


class FakeEncoder:
    """Takes every quote for one against the target, and notes what it read."""

    labels, version = LABELS, "1"

    def __init__(self):
        self.read, self.favorite = [], 1

    def logits(self, items, target):
        assert target == "ceasefire"
        self.read += [item.text for item in items]
        return np.tile(6.0 * np.eye(4)[self.favorite], (len(items), 1))


@pytest.fixture
def encoder(monkeypatch):
    fake = FakeEncoder()
    monkeypatch.setattr(classifier, "load_encoder", lambda: fake)
    return fake


@pytest.fixture
def fit(rows, encoder):
    def fit(**parameters):
        texts, labels = [row["text"] for row in rows], [row["labels"]["ceasefire"] for row in rows]
        settings = {"folds": 2, "relevance_terms": ["truce*", "ceasefire*"], "encoder_target": "ceasefire"} | parameters
        return StanceClassifier(**settings).fit(texts, labels, groups=[row["group"] for row in rows])

    return fit


def test_both_models_count(fit):
    text = "We want a truce now"
    assert fit(encoder_share=0.0).predict([text])[0]["label"] == "favor"
    assert fit(encoder_share=1.0).predict([text])[0]["label"] == "against"


def test_the_encoder_reads_what_the_linear_model_takes_for_related(fit, encoder):
    model = fit(encoder_from=0.2)
    encoder.read.clear()
    model.predict(["We want a truce now", "The harvest was good"])
    assert encoder.read == ["We want a truce now"]


def test_a_quote_that_is_not_read_does_not_depend_on_the_encoder(fit, encoder):
    model, texts = fit(encoder_from=0.2), ["The harvest was good", "We want a truce now"]
    before = model.predict_proba(texts)
    encoder.favorite = 0
    after = model.predict_proba(texts)
    assert np.array_equal(before[0], after[0])
    assert not np.array_equal(before[1], after[1])


def test_a_prediction_does_not_depend_on_the_batch(fit):
    model, texts = fit(), ["We want a truce now", "The harvest was good", "No truce"]
    assert np.array_equal(model.predict_proba(texts), np.vstack([model.predict_proba([text]) for text in texts]))


def test_another_encoder_than_in_training_is_an_error(fit, encoder):
    model = fit()
    encoder.version = "2"
    with pytest.raises(DataError, match="out of step"):
        model.predict(["We want a truce now"])


def test_a_quote_that_is_not_read_has_the_probabilities_of_the_linear_model(fit):
    text = ["The harvest was good"]
    assert np.array_equal(fit(encoder_from=0.2).predict_proba(text), fit(encoder_target=None).predict_proba(text))


def test_other_labels_than_those_of_the_encoder_are_left_to_the_linear_model(fit, encoder):
    encoder.labels = ["yes", "no"]
    assert fit().combination_ is None


def test_the_model_can_be_saved_and_loaded(fit, tmp_path):
    model = fit()
    model.save(tmp_path / "ceasefire.skops")
    loaded = StanceClassifier.load(tmp_path / "ceasefire.skops")
    texts = ["We want a truce now", "The harvest was good"]
    assert np.array_equal(loaded.predict_proba(texts), model.predict_proba(texts))


@pytest.mark.parametrize(
    ("quote", "abstained"),
    [
        ({"text": "We want it now"}, True),
        ({"text": "We want a truce now"}, False),
        ({"text": "We want it now", "cue": "said of the truce"}, False),
        ({"text": "We want it now", "context": "Asked about the truce, he said: We want it now."}, False),
    ],
)
def test_a_stance_toward_a_target_that_the_text_does_not_name_is_not_kept(fit, quote, abstained):
    prediction = fit(encoder_share=1.0, encoder_from=0, require_term=True).predict([quote])[0]
    assert (prediction["label"], prediction["abstained"]) == ("against", abstained)
