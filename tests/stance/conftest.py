"""A small project with labelled quotes of an invented war."""

import pytest

from pipeline.stance.classifier import StanceClassifier
from tests.worlds.stance_project import training_rows, write_labels, write_project


@pytest.fixture
def rows():
    return training_rows()


@pytest.fixture
def put():
    """Return a function that writes rows as the annotations of a project."""
    return write_labels


@pytest.fixture
def project(tmp_path):
    """Return a project with one target and labelled quotes."""
    return write_project(tmp_path)


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
