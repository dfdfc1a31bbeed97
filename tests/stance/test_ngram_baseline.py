"""The n-gram baseline: each quote is labelled by a model trained on the other folds."""

import numpy as np

from pipeline.stance.baselines import predict_ngrams


def test_ngrams_are_trained_on_the_other_folds():
    texts = ["hold your fire", "keep on shelling"] * 4 + ["a rare word", "a rare word"]
    gold = ["favor", "against"] * 4 + ["neutral", "neutral"]
    folds = [0, 0, 1, 1] * 2 + [0, 0]
    predicted = predict_ngrams(texts, gold, np.array(folds))
    assert predicted[:8] == gold[:8]
    assert "neutral" not in predicted[8:]


def test_ngrams_with_a_single_label():
    assert predict_ngrams(["a", "?", "b"], ["favor", "favor", "against"], np.array([0, 0, 1]))[2] == "favor"
