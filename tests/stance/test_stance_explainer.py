"""Words that speak for and against a label."""

import numpy as np
import pytest

from pipeline.stance.stance_explainer import CUE_LABEL, REST_OF_PARAGRAPH, explain_label


@pytest.mark.parametrize(
    ("text", "label", "word"),
    [("never a truce", "against", "never"), ("we want a truce", "favor", "want")],
)
def test_the_word_that_decides_speaks_for_its_label(small_model, text, label, word):
    why = explain_label(small_model, text, label)
    assert word in [found for found, _ in why.words_for]
    assert word not in [found for found, _ in why.words_against]
    assert all(effect > 0 for _, effect in why.words_for)
    assert all(effect < 0 for _, effect in why.words_against)
    other = {"favor": "against", "against": "favor"}[label]
    assert word in [found for found, _ in explain_label(small_model, text, other).words_against]


def test_effects_are_decreases_of_the_log_odds(small_model):
    column = small_model.classes_.tolist().index("against")
    with_it, without = small_model.predict_proba(["never a truce", "a truce"])[:, column]
    expected = np.log(with_it / (1 - with_it)) - np.log(without / (1 - without))
    assert dict(explain_label(small_model, "never a truce", "against").words_for)["never"] == pytest.approx(expected)


def test_cue_and_paragraph_are_left_out_as_a_whole(small_model):
    context = "He never wanted it and rejected a truce. Wheat is cheap."
    why = explain_label(small_model, {"text": "a truce", "cue": "rejected", "context": context}, "against")
    found = {word for word, _ in (*why.words_for, *why.words_against)}
    assert found <= {"a", "truce", CUE_LABEL.format("rejected"), REST_OF_PARAGRAPH}
    assert CUE_LABEL.format("rejected") in [word for word, _ in why.words_for]


def test_a_quote_of_one_word_can_be_explained(small_model):
    assert [word for word, _ in explain_label(small_model, "Never", "against").words_for] == ["never"]
