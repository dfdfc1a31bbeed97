import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

import pipeline
from pipeline.core.errors import DataError
from pipeline.stance import model_file
from pipeline.stance.classifier import StanceClassifier

TEXTS = ["We want a truce", "No truce with Velmora", "A truce is good", "Truces are bad", "Wheat", "Wheat and rye"]
LABELS = ["favor", "against", "favor", "against", "unrelated", "unrelated"]
TRAIN = f"""
import sys
from pipeline.stance.classifier import StanceClassifier
print(StanceClassifier(relevance_terms=["truce*"]).fit({TEXTS!r}, {LABELS!r}).save(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def model():
    return StanceClassifier(relevance_terms=["truce*"]).fit(TEXTS, LABELS)


@pytest.fixture
def path(model, tmp_path):
    """Return where the model is saved."""
    model.save(tmp_path / "ceasefire.skops")
    return tmp_path / "ceasefire.skops"


@pytest.mark.parametrize("calibration", ["temperature", "sigmoid"])
def test_a_model_survives_a_round_trip(tmp_path, calibration):
    parameters = {"relevance_terms": ["truce*"], "calibration": calibration, "abstain_below": 0.5}
    model = StanceClassifier(**parameters).fit(TEXTS, LABELS)
    path = tmp_path / "deep" / "ceasefire.skops"
    digest = model.save(path)
    loaded = StanceClassifier.load(path)
    assert np.array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert loaded.predict(TEXTS) == model.predict(TEXTS)
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
    code = "import pipeline, numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0]['architecture'])"
    env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    there = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert there.stdout.strip() == "Haswell"


def test_what_depends_on_the_processor_is_rounded_away(path, monkeypatch):
    fit = LogisticRegression.fit

    def fit_elsewhere(self, *arguments, **named):
        fitted = fit(self, *arguments, **named)
        fitted.coef_ = fitted.coef_ * (1 + 1e-9)
        return fitted

    monkeypatch.setattr(LogisticRegression, "fit", fit_elsewhere)
    there = StanceClassifier(relevance_terms=["truce*"]).fit(TEXTS, LABELS)
    assert there.save(path.with_name("there.skops")) == model_file.file_digest(path)


def with_hash(path, content):
    path.write_bytes(content)
    path.with_name(f"{path.name}.sha256").write_text(hashlib.sha256(content).hexdigest())


def save_of_another_version(path):
    model = StanceClassifier.load(path)
    del model.encoder_share
    model_file.save(model, path)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.unlink(), r"(?s)skops: no such model.*dvc repro train`"),
        (lambda path: path.with_name(f"{path.name}.sha256").unlink(), "sha256: no such model"),
        (lambda path: path.write_bytes(b""), "not the one that was saved"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "not the one that was saved"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "not the one that was saved"),
        # With a valid hash, of what is no model.
        (lambda path: with_hash(path, b"no zip at all"), "not a model that can be read"),
        (lambda path: with_hash(path, skops.io.dumps(LogisticRegression())), "it is a LogisticRegression"),
        (lambda path: with_hash(path, skops.io.dumps({"f": os.path.getsize})), "it contains"),
        (save_of_another_version, r"another version of Parley \(it has no encoder_share\)"),
    ],
)
def test_what_is_not_the_saved_model_is_an_error(path, spoil, says):
    spoil(path)
    with pytest.raises(DataError, match=says):
        StanceClassifier.load(path)
