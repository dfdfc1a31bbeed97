"""The baselines of stance: keywords, and n-grams trained on the other folds."""

import numpy as np
import pytest

from pipeline.core.targets import LabelRoles, Target
from pipeline.stance.classifier_input import to_input
from pipeline.stance.config import read_stance_words
from pipeline.stance.stage_train import predict_keywords, predict_ngrams

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]


@pytest.mark.parametrize(
    ("given", "labels", "label"),
    [
        ("We call for a truce now.", LABELS, "favor"),
        ("There will be no truce.", LABELS, "against"),
        ("They won’t sign a truce.", LABELS, "against"),
        ("A truce once the bridge is open.", LABELS, "conditional"),
        ("The truce was on the table.", LABELS, "neutral"),
        ("The ferry must not sail.", LABELS, "unrelated"),
        # The cue counts, the paragraph does not.
        ({"text": "the truce", "cue": "rejected"}, LABELS, "against"),
        ({"text": "the ferry", "cue": "said", "context": "No truce. “The ferry,” he said."}, LABELS, "unrelated"),
        # A label that the target lacks is not predicted; one with another name has its role.
        ("A truce once it is quiet.", LABELS[:2], "against"),
        ("We want a truce.", ["pro", "con"], "pro"),
    ],
)
def test_keywords(given, labels, label):
    roles = LabelRoles(favor="pro" if "pro" in labels else "favor")
    target = Target("Should it stop?", labels, ["truce*"], roles=roles)
    rules = read_stance_words()["keyword_rules"]
    assert predict_keywords([to_input(given)], target, rules) == [label]
    assert predict_keywords([to_input(given)], Target("Should it stop?", LABELS), rules) == ["unrelated"]


def test_ngrams_are_trained_on_the_other_folds():
    texts = ["hold your fire", "keep on shelling"] * 4 + ["a rare word", "a rare word"]
    gold = ["favor", "against"] * 4 + ["neutral", "neutral"]
    folds = [0, 0, 1, 1] * 2 + [0, 0]
    predicted = predict_ngrams(texts, gold, np.array(folds))
    assert predicted[:8] == gold[:8]
    assert "neutral" not in predicted[8:]


def test_ngrams_with_a_single_label():
    assert predict_ngrams(["a", "?", "b"], ["favor", "favor", "against"], np.array([0, 0, 1]))[2] == "favor"
