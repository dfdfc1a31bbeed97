"""A small project with labelled quotes of an invented war."""

import pytest

from pipeline.stance.classifier import StanceClassifier


@pytest.fixture(scope="session")
def small_model():
    """Return a model of three labels, fitted to a few quotes."""
    texts = ["we want a truce", "a truce is wanted now", "no truce, never", "there will never be a truce"]
    texts += ["the ferry sails on monday", "wheat is cheap", "we all want a truce", "never, no truce"]
    labels = ["favor", "favor", "against", "against", "unrelated", "unrelated", "favor", "against"]
    for cue, label in (("rejected", "against"), ("welcomed", "favor")):
        texts += [{"text": text, "cue": cue} for text in ("a truce", "the truce", "a truce at sea")]
        labels += [label] * 3
    return StanceClassifier(relevance_terms=["truce*"], folds=2).fit(texts, labels)
