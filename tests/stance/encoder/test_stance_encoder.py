"""The weights that come with Parley: they never score what they were trained on, and names do not count."""

import shutil

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.classifier_input import ClassifierInput, to_input
from pipeline.stance.encoder.encoder_input import EncoderInput, encode_quote
from pipeline.stance.encoder.stance_encoder import WEIGHTS_FOLDER, StanceEncoder, input_key, load_encoder


@pytest.fixture(scope="module")
def rows():
    return read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl")


def has_out_of_fold_logits(encoder, item):
    return input_key(encode_quote(item, encoder.words)) in encoder.out_of_fold


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
    own = np.array([encoder.run(encode_quote(item, encoder.words)) for item in items])
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


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param(EncoderInput((1, 20, 30, 40, 50), 1, 3), EncoderInput((1, 30, 20, 40, 50), 1, 3), id="order"),
        pytest.param(EncoderInput((1, 20, 30, 40, 50), 1, 3), EncoderInput((1, 20, 30, 40, 50), 2, 4), id="place"),
    ],
)
def test_the_order_of_the_words_and_where_the_quote_is_count(here, there):
    assert not np.allclose(load_encoder().run(here), load_encoder().run(there))


@pytest.mark.parametrize(
    ("quote", "context", "favor", "against"),
    [
        ("a ceasefire", "The minister said her side wants {}.", True, False),
        ("a ceasefire", "The minister said her side will never accept {}.", False, True),
    ],
)
def test_what_stands_before_the_quote_decides_on_its_direction(quote, context, favor, against):
    encoder = load_encoder()
    logits = encoder.logits([ClassifierInput(quote, context.format(quote))], "ceasefire")[0]
    best = encoder.labels[int(logits.argmax())]
    assert (best == "favor", best == "against") == (favor, against)


def test_a_language_without_weights_has_no_targets(tmp_path):
    assert StanceEncoder("xx", tmp_path).targets == []


@pytest.mark.parametrize("suffix", [".onnx", ".npz"])
@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_damaged_file_is_an_error(tmp_path, suffix, change):
    for path in WEIGHTS_FOLDER.glob("en.*"):
        (tmp_path / path.name).symlink_to(path)
    damaged = tmp_path / f"en{suffix}"
    damaged.unlink()
    shutil.copyfile(WEIGHTS_FOLDER / "en.json", damaged)
    change(damaged)
    with pytest.raises(DataError, match=f"en{suffix}: .* damaged or missing"):
        StanceEncoder("en", tmp_path).logits([ClassifierInput("We want a truce")], "ceasefire")


def test_weights_of_another_version_are_an_error(tmp_path):
    (tmp_path / "en.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(DataError, match="format 1, and this version reads format 4"):
        StanceEncoder("en", tmp_path)
