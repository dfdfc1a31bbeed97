import pytest

from pipeline.core.targets import LabelRoles, Target
from pipeline.stance.baselines import predict_keywords
from pipeline.stance.classifier_input import to_input
from pipeline.stance.config import read_stance_words

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
RULES = read_stance_words()["keyword_rules"]


def predict(quote, terms=("truce*",), labels=LABELS, **roles):
    target = Target("Should it stop?", labels, list(terms), roles=LabelRoles(**roles))
    return predict_keywords([to_input(quote)], target, RULES)


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("We call for a truce now.", "favor"),
        ("There will be no truce.", "against"),
        ("They won’t sign a truce.", "against"),
        ("A truce once the bridge is open.", "conditional"),
        ("The truce was on the table.", "neutral"),
        ("The ferry must not sail.", "unrelated"),
        # The cue counts, the paragraph does not.
        ({"text": "the truce", "cue": "rejected"}, "against"),
        ({"text": "the ferry", "cue": "said", "context": "No truce. “The ferry,” he said."}, "unrelated"),
    ],
)
def test_rules(given, label):
    assert predict(given) == [label]


def test_a_label_that_the_target_lacks_is_not_predicted():
    assert predict("A truce once it is quiet.", labels=LABELS[:2]) == ["against"]


def test_labels_with_other_names_have_their_roles():
    assert predict("We want a truce.", labels=["pro", "con"], favor="pro") == ["pro"]


def test_a_target_without_terms_is_unrelated_to_all_quotes():
    assert predict("No truce.", terms=[]) == ["unrelated"]
