"""The encoder: what it reads of a quote, and that its weights never score what they were trained on."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.stance_annotations import read_stance
from pipeline.reader.word_pieces import SPECIAL
from pipeline.stance.classifier_input import ClassifierInput, to_input
from pipeline.stance.encoder.stance_encoder import (
    MAX_PIECES,
    WEIGHTS_FOLDER,
    InputWords,
    StanceEncoder,
    load_encoder,
    split_paragraph,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WHOLE_WORDS = ["someone", "speaker", "truce", "no", "said"]
VOCABULARY = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), *".,:“”", *WHOLE_WORDS]
DESCRIPTION = {"pieces": VOCABULARY, "common_words": ["no", "truce", "said", "he", "the", "we", "want", "a"]}
DESCRIPTION |= {"uppercase_names": [], "name_placeholder": "someone", "speaker_placeholder": "speaker"}
WORDS = InputWords(DESCRIPTION)


@pytest.mark.parametrize(("item", "expected"), [
    # Speaker and cue stand before the paragraph; the names of the speaker are told from the others.
    (ClassifierInput("no truce", "Lesk: no truce, Renn said.", "said", "Anton Renn"),
     "speaker said : someone : [unused1] no truce [unused2] , speaker said ."),
    (ClassifierInput("no truce", "Lesk: no truce, Renn said.", "said", "Lesk"),
     "speaker said : speaker : [unused1] no truce [unused2] , someone said ."),
    (ClassifierInput("no truce", "", "said", "the Upper Dren"), "the speaker said : [unused1] no truce [unused2]"),
    (ClassifierInput("no truce", "", "said"), "someone said : [unused1] no truce [unused2]"),
    (ClassifierInput("no truce"), "someone [unused1] no truce [unused2]"),
    # A quote that the paragraph lacks stands after it; of two occurrences it is the one beside the cue.
    (ClassifierInput("truce", "no."), "someone no . [unused1] truce [unused2]"),
    (ClassifierInput("truce", "no truce, no. said truce.", "said"),
     "someone said : no truce , no . said [unused1] truce [unused2] ."),
])  # fmt: skip
def test_what_is_read_of_a_quote(item, expected):
    read = " ".join(VOCABULARY[number] for number in WORDS.encode_quote(item).pieces)
    assert read.replace("t ##h ##e", "the") == f"<s> {expected} </s>"


def test_the_parts_of_an_interrupted_quote_are_read_with_what_stands_between():
    context = "“We want a truce,” Renn said. “And we want it now, all of us,” he said."
    item = ClassifierInput("“We want a truce,” “And we want it now, all of us,”", context)
    assert split_paragraph(item) == ("", "“We want a truce,” Renn said. “And we want it now, all of us,”", " he said.")


@given(st.text(max_size=700), st.text(max_size=300), st.text(max_size=300), st.text(max_size=90), st.text(max_size=90))
def test_any_text_fits(text, before, after, cue, speaker):
    item = WORDS.encode_quote(ClassifierInput(text, before + text + after, cue, speaker))
    assert len(item.pieces) <= MAX_PIECES
    assert 0 < item.start < item.end < len(item.pieces)
    marks = VOCABULARY.index("[unused1]"), VOCABULARY.index("[unused2]")
    assert (item.pieces[item.start], item.pieces[item.end - 1]) == marks


@pytest.fixture(scope="module")
def rows():
    return read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl")


def is_out_of_fold(encoder, item):
    return encoder.words.encode_quote(item).key in encoder.out_of_fold


def test_it_knows_targets_and_labels_and_a_labelled_quote_is_scored_by_a_model_without_its_group(tmp_path, rows):
    targets = load_targets()
    assert load_encoder().targets == list(targets)
    assert load_encoder().labels == list(shared_labels(targets))
    assert StanceEncoder("xx", tmp_path).targets == []
    encoder = load_encoder()
    assert [row.id for row in rows if not is_out_of_fold(encoder, to_input(row))] == []
    unlabelled = "The ferry would stop at noon, said the harbour master."
    assert not is_out_of_fold(encoder, ClassifierInput("the ferry would stop at noon", unlabelled))


def test_the_logits_of_a_labelled_quote_are_not_those_of_the_weights_that_saw_it(rows):
    encoder = load_encoder()
    items = [to_input(row) for row in rows[::500]]
    own = np.array([encoder.run(encoder.words.encode_quote(item)) for item in items])
    used = np.hstack([encoder.logits(items, target) for target in encoder.targets])
    assert (np.abs(own - used).max(axis=1) > 0.02).all()


@pytest.mark.parametrize("target", load_targets())
def test_a_logit_does_not_depend_on_the_other_quotes(rows, target):
    items = [ClassifierInput(row.text[::-1], "", row.cue or "") for row in rows[:6]]
    together = load_encoder().logits(items, target)
    assert np.array_equal(together, np.vstack([load_encoder().logits([item], target) for item in items]))


@pytest.mark.parametrize(("words", "label"), [("wants", "favor"), ("will never accept", "against")])
def test_what_stands_before_the_quote_decides_on_its_direction(words, label):
    item = ClassifierInput("a ceasefire", f"The minister said her side {words} a ceasefire.")
    assert load_encoder().labels[int(load_encoder().logits([item], "ceasefire")[0].argmax())] == label


@pytest.mark.parametrize("suffix", [".onnx", ".npz"])
@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_damaged_file_and_weights_of_another_version_are_errors(tmp_path, suffix, change):
    for path in WEIGHTS_FOLDER.glob("en.*"):
        (tmp_path / path.name).symlink_to(path)
    damaged = tmp_path / f"en{suffix}"
    damaged.unlink()
    shutil.copyfile(WEIGHTS_FOLDER / "en.json", damaged)
    change(damaged)
    with pytest.raises(DataError, match=f"en{suffix}: .* damaged or missing"):
        StanceEncoder("en", tmp_path).logits([ClassifierInput("We want a truce")], "ceasefire")
    (tmp_path / "en.json").unlink()
    (tmp_path / "en.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(DataError, match="format 1, and this version reads format 4"):
        StanceEncoder("en", tmp_path)
    (tmp_path / "en.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="the file is damaged"):
        StanceEncoder("en", tmp_path)
