"""The weights that come with Parley: they never score what they were trained on, and names do not count."""

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.classifier_input import ClassifierInput, to_input
from pipeline.stance.encoder.encoder import compute_logits
from pipeline.stance.encoder.encoder_input import encode_quote
from pipeline.stance.encoder.stance_encoder import input_key, load_encoder


@pytest.fixture(scope="module")
def rows():
    return read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl")


def has_out_of_fold_logits(encoder, item):
    return input_key(encode_quote(item, encoder._words)) in encoder._out_of_fold


def test_it_knows_the_targets_and_labels_of_the_configuration():
    targets = load_targets()
    assert load_encoder().targets == list(targets)
    assert load_encoder().labels == list(shared_labels(targets))


def test_every_labelled_quote_is_scored_by_a_model_that_was_not_trained_on_its_group(rows):
    encoder = load_encoder()
    assert [row.id for row in rows if not has_out_of_fold_logits(encoder, to_input(row))] == []


def test_the_logits_of_a_labelled_quote_are_not_those_of_the_weights_that_saw_it(rows):
    encoder = load_encoder()
    items = [to_input(row) for row in rows[::500]]
    own = np.array([compute_logits(encoder._weights, encode_quote(item, encoder._words)) for item in items])
    used = np.hstack([encoder.logits(items, target) for target in encoder.targets])
    assert (np.abs(own - used).max(axis=1) > 0.02).all()


def test_a_quote_that_nobody_labelled_is_scored_by_the_weights():
    item = ClassifierInput("the ferry would stop at noon", "The ferry would stop at noon, said the harbour master.")
    assert not has_out_of_fold_logits(load_encoder(), item)


@pytest.mark.parametrize("target", load_targets())
def test_a_logit_does_not_depend_on_the_other_quotes(rows, target):
    items = [ClassifierInput(row.text[::-1], "", row.cue or "") for row in rows[:6]]
    together = load_encoder().logits(items, target)
    assert np.array_equal(together, np.vstack([load_encoder().logits([item], target) for item in items]))
