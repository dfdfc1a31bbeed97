"""The classifier of one target, alone and with an encoder, and its file."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
import skops.io
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

import pipeline
from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.stance import classifier, model_file
from pipeline.stance.classifier import StanceClassifier
from tests.worlds.stance_project import training_rows

WANTED, HARVEST = "We want a truce now", "The harvest was good"


def fit_rows(**parameters):
    rows = training_rows()
    texts, labels = [row["text"] for row in rows], [row["labels"]["ceasefire"] for row in rows]
    model = StanceClassifier(**{"folds": 2, "relevance_terms": ["truce*", "ceasefire*"]} | parameters)
    return model.fit(texts, labels, groups=[row["group"] for row in rows])


@pytest.fixture(scope="module")
def fitted():
    return fit_rows(abstain_below=0.4, mask_names=True)


def label_of(model, text):
    return model.predict([text])[0]["label"]


def test_it_is_a_scikit_learn_estimator_and_learns(fitted):
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "classes_")
    assert fitted.classes_.tolist() == ["against", "favor", "neutral", "unrelated"]
    learnt = {WANTED: "favor", "No, there will be no truce": "against", HARVEST: "unrelated"}
    assert {text: label_of(fitted, text) for text in learnt} == learnt


def test_probabilities_sum_to_one_and_lead_the_label(fitted):
    texts = ["We want a truce", "zzz", "", "Wheat, wheat!"]
    proba = fitted.predict_proba(texts)
    assert proba.shape == (4, 4)
    assert np.allclose(proba.sum(1), 1)
    for row, one in zip(proba, fitted.predict(texts), strict=True):
        assert set(one) == {"label", "probabilities", "abstained"}
        assert one["label"] == fitted.classes_[row.argmax()]
        assert list(one["probabilities"].values()) == row.tolist()
        assert one["abstained"] is bool(row.max() < 0.4)
    assert fitted.predict([]) == []
    assert fitted.predict_proba([]).shape == (0, 4)


@pytest.mark.parametrize(("here", "there"), [
    ("Kestria rejects a truce with Velmora", "Ostmark rejects a truce with Kestria"),
    ("Gavrel wants a truce, Anton Gavrel said", "Renn wants a truce, Pavlo Renn said"),
    ({"text": WANTED, "speaker": "Ilse Korvath"}, {"text": WANTED, "speaker": "Anton Gavrel"}),
    (WANTED, {"text": WANTED, "context": None}),
    (WANTED, Quote(WANTED, [(0, len(WANTED))], "indirect")),
])  # fmt: skip
def test_what_changes_nothing(fitted, here, there):
    """Swapped names, the speaker, and the form in which a quote is given."""
    assert np.array_equal(*fitted.predict_proba([here, there]))


def test_names_count_if_they_are_not_masked():
    texts = ["I trust Renn on this", "I trust Korvath on this"] * 4
    model = StanceClassifier().fit(texts, ["favor", "against"] * 4)
    assert [one["label"] for one in model.predict(texts[:2])] == ["favor", "against"]


def test_implied_quotes_are_weighted_to_the_expected_share():
    texts = ["a truce now", "a truce tonight", *["let the guns rest"] * 2, "wheat is cheap", "rye is dear"]
    labels = ["favor", "favor", "favor", "unrelated", "unrelated", "unrelated"]
    models = [
        StanceClassifier(relevance_terms=["truce"], implied_share=shares).fit(texts * 4, labels * 4)
        for shares in (None, (0.5, 0.2), (0.5, 0.01))
    ]
    chances = [model.predict_proba(["let the guns rest"])[0, 0] for model in models]
    assert chances[2] < chances[1] < chances[0]


@pytest.mark.parametrize("calibration", ["temperature", "sigmoid"])
@pytest.mark.parametrize("labels", [["yes", "no"], [1, 2, 2, 2, 3], ["rare", *"bbbbbbcccccc"], [True, False] * 2])
def test_any_labels_even_with_one_row(labels, calibration):
    texts = [f"word{number} of {label}" for number, label in enumerate(labels)]
    model = StanceClassifier(calibration=calibration).fit(texts, labels)
    proba = model.predict_proba([*texts, "of"])
    assert model.classes_.tolist() == sorted(set(labels))
    assert np.isfinite(proba).all()
    assert np.allclose(proba.sum(1), 1)
    assert label_of(model, texts[0]) in labels


@pytest.mark.parametrize(("texts", "labels", "says"), [
    (["a truce", "no truce"], ["favor", "favor"], "two labels"),
    ([], [], "two labels"),
    (["a truce"], ["favor", "against"], "1 texts, 2 labels"),
    (["...", ""], ["favor", "against"], "no text has a word"),
])  # fmt: skip
def test_unsuitable_training_data_is_an_error(texts, labels, says):
    with pytest.raises(DataError, match=says):
        StanceClassifier().fit(texts, labels)


class FakeEncoder:
    """Takes every quote for one against the target, and notes what it read."""

    version = "1"

    def __init__(self):
        self.labels, self.read, self.favorite = ["favor", "against", "neutral", "unrelated"], [], 1

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
def fit(encoder):
    return lambda **parameters: fit_rows(**{"encoder_target": "ceasefire"} | parameters)


def test_both_models_count(fit):
    assert label_of(fit(encoder_share=0.0), WANTED) == "favor"
    assert label_of(fit(encoder_share=1.0), WANTED) == "against"


def test_the_encoder_reads_what_the_linear_model_takes_for_related(fit, encoder):
    model, texts = fit(encoder_from=0.2), [HARVEST, WANTED]
    encoder.read.clear()
    before = model.predict_proba(texts)
    assert encoder.read == [WANTED]
    assert np.array_equal(before[:1], model.predict_proba([HARVEST]))  # a prediction does not depend on the others
    assert np.array_equal(before[0], fit(encoder_target=None).predict_proba(texts)[0])
    encoder.favorite = 0
    after = model.predict_proba(texts)
    assert np.array_equal(before[0], after[0])
    assert not np.array_equal(before[1], after[1])


def test_another_encoder_than_in_training_is_an_error_and_one_of_other_labels_is_not_used(fit, encoder):
    model = fit()
    encoder.version = "2"
    with pytest.raises(DataError, match="out of step"):
        model.predict([WANTED])
    encoder.labels = ["yes", "no"]
    assert fit().combination_ is None


def test_a_stance_toward_a_target_that_the_text_does_not_name_is_not_kept(fit):
    text = "We want it now"
    asked = {"text": text, "context": f"Asked about the truce, he said: {text}."}
    quotes = [{"text": text}, {"text": WANTED}, {"text": text, "cue": "said of the truce"}, asked]
    predictions = fit(encoder_share=1.0, encoder_from=0, require_term=True).predict(quotes)
    assert [prediction["label"] for prediction in predictions] == ["against"] * 4
    assert [prediction["abstained"] for prediction in predictions] == [True, False, False, False]


SAYINGS = ["We want a truce", "No truce with Velmora", "A truce is good", "Truces are bad", "Wheat", "Wheat and rye"]
LABELS_OF_SAYINGS = ["favor", "against", "favor", "against", "unrelated", "unrelated"]
TRAIN = f"""
import sys
from pipeline.stance.classifier import StanceClassifier
print(StanceClassifier(relevance_terms=["truce*"]).fit({SAYINGS!r}, {LABELS_OF_SAYINGS!r}).save(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def model():
    return StanceClassifier(relevance_terms=["truce*"]).fit(SAYINGS, LABELS_OF_SAYINGS)


@pytest.fixture
def path(model, tmp_path):
    model.save(tmp_path / "ceasefire.skops")
    return tmp_path / "ceasefire.skops"


@pytest.mark.parametrize("calibration", ["temperature", "sigmoid"])
def test_a_model_survives_a_round_trip(tmp_path, calibration):
    parameters = {"relevance_terms": ["truce*"], "calibration": calibration, "abstain_below": 0.5}
    model = StanceClassifier(**parameters).fit(SAYINGS, LABELS_OF_SAYINGS)
    path = tmp_path / "deep" / "ceasefire.skops"
    digest = model.save(path)
    loaded = StanceClassifier.load(path)
    assert np.array_equal(loaded.predict_proba(SAYINGS), model.predict_proba(SAYINGS))
    assert loaded.predict(SAYINGS) == model.predict(SAYINGS)
    assert loaded.get_params() == model.get_params()
    assert digest == model_file.file_digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert loaded.save(tmp_path / "again.skops") == digest


def test_another_process_with_other_threads_on_another_processor_writes_the_same_bytes(path):
    """The seed and the number of threads here are as they are, and in the other process surely others.

    OpenBLAS computes as on an older processor where it is asked to; elsewhere than on x86 it says that it cannot.
    """
    seed, threads = ("1", "2") if os.environ.get("OPENBLAS_NUM_THREADS") == "1" else ("2", "1")
    env = os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    env["OPENBLAS_CORETYPE"] = "Prescott"
    command = [sys.executable, "-c", TRAIN, str(path.with_name("there.skops"))]
    there = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()
    assert there == model_file.file_digest(path)


@pytest.mark.skipif(not pipeline.HAS_REFERENCE_KERNELS, reason="not x86-64 Linux with AVX2, or told to use others")
def test_the_kernels_are_those_of_the_reference_before_numpy_is_loaded():
    code = "import pipeline, numpy._core._multiarray_umath as np, threadpoolctl as t; "
    code += "print(t.threadpool_info()[0]['architecture'], np.__cpu_features__['X86_V4'])"
    env = {name: value for name, value in os.environ.items() if name[:4] not in ("OPEN", "NPY_")}
    there = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert there.stdout.split() == ["Haswell", "False"]


def with_hash(path, content):
    path.write_bytes(content)
    path.with_name(f"{path.name}.sha256").write_text(hashlib.sha256(content).hexdigest())


def save_of_another_version(path):
    model = StanceClassifier.load(path)
    del model.encoder_share
    model_file.save(model, path)


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda path: path.unlink(), r"(?s)skops: no such model.*dvc repro train`"),
    (lambda path: path.with_name(f"{path.name}.sha256").unlink(), "sha256: no such model"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "not the one that was saved"),
    # With a valid hash, of what is no model.
    (lambda path: with_hash(path, b"no zip at all"), "not a model that can be read"),
    (lambda path: with_hash(path, skops.io.dumps(LogisticRegression())), "it is a LogisticRegression"),
    (lambda path: with_hash(path, skops.io.dumps({"f": os.path.getsize})), "it contains"),
    (save_of_another_version, r"another version of Parley \(it has no encoder_share\)"),
])  # fmt: skip
def test_what_is_not_the_saved_model_is_an_error(path, spoil, says):
    spoil(path)
    with pytest.raises(DataError, match=says):
        StanceClassifier.load(path)


def test_a_model_that_unpacks_large_is_not_read(path, monkeypatch):
    monkeypatch.setattr(model_file, "MAX_BYTES", 1000)
    with pytest.raises(DataError, match=r"it unpacks to \d+ bytes; more than 1000"):
        StanceClassifier.load(path)
