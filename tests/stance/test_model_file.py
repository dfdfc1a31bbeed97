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


@pytest.fixture
def model():
    return StanceClassifier(relevance_terms=["truce*"]).fit(TEXTS, LABELS)


@pytest.mark.parametrize("calibration", ["temperature", "sigmoid"])
def test_a_model_survives_a_round_trip(model, tmp_path, calibration):
    model = model.set_params(calibration=calibration, abstain_below=0.5).fit(TEXTS, LABELS)
    path = tmp_path / "deep" / "ceasefire.skops"
    digest = model.save(path)
    loaded = StanceClassifier.load(path)
    assert np.array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert loaded.predict(TEXTS) == model.predict(TEXTS)
    assert loaded.get_params() == model.get_params()
    assert digest == model_file.file_digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert loaded.save(tmp_path / "again.skops") == digest


def test_another_process_with_other_threads_writes_the_same_bytes(model, tmp_path):
    """The seed and the number of threads here are as they are, and in the other process surely others."""
    seed, threads = ("1", "2") if os.environ.get("OPENBLAS_NUM_THREADS") == "1" else ("2", "1")
    env = os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    command = [sys.executable, "-c", TRAIN, str(tmp_path / "there.skops")]
    there = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()
    assert there == model.save(tmp_path / "here.skops")


def test_another_processor_writes_the_same_bytes(model, tmp_path):
    """OpenBLAS computes as on an older one where it is asked to; elsewhere than on x86 it says that it cannot."""
    env = os.environ | {"OPENBLAS_CORETYPE": "Prescott"}
    command = [sys.executable, "-c", TRAIN, str(tmp_path / "there.skops")]
    there = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()
    assert there == model.save(tmp_path / "here.skops")


@pytest.mark.skipif(not pipeline.HAS_REFERENCE_KERNELS, reason="not x86-64 Linux with AVX2, or told to use others")
def test_the_kernels_are_those_of_the_reference_before_numpy_is_loaded():
    code = "import pipeline, numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0]['architecture'])"
    env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    there = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert there.stdout.strip() == "Haswell"


def test_what_depends_on_the_processor_is_rounded_away(model, monkeypatch, tmp_path):
    fit = LogisticRegression.fit

    def fit_elsewhere(self, *arguments, **named):
        fitted = fit(self, *arguments, **named)
        fitted.coef_ = fitted.coef_ * (1 + 1e-9)
        return fitted

    monkeypatch.setattr(LogisticRegression, "fit", fit_elsewhere)
    there = StanceClassifier(relevance_terms=["truce*"]).fit(TEXTS, LABELS)
    assert there.save(tmp_path / "there.skops") == model.save(tmp_path / "here.skops")


def test_a_missing_file_or_hash_is_an_error(model, tmp_path):
    with pytest.raises(DataError, match=r"(?s)no such model.*dvc repro train`"):
        StanceClassifier.load(tmp_path / "ceasefire.skops")
    model.save(tmp_path / "ceasefire.skops")
    (tmp_path / "ceasefire.skops.sha256").unlink()
    with pytest.raises(DataError, match=r"sha256: no such model"):
        StanceClassifier.load(tmp_path / "ceasefire.skops")


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", lambda b: b[:99] + b[100:]])
def test_a_changed_file_is_an_error(model, tmp_path, change):
    path = tmp_path / "ceasefire.skops"
    model.save(path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match="not the one that was saved"):
        StanceClassifier.load(path)


def _with_hash(path, content):
    path.write_bytes(content)
    path.with_name(f"{path.name}.sha256").write_text(hashlib.sha256(content).hexdigest())


def test_files_with_other_types_are_an_error_even_with_a_valid_hash(tmp_path):
    path = tmp_path / "ceasefire.skops"
    _with_hash(path, b"no zip at all")
    with pytest.raises(DataError, match="not a model that can be read"):
        StanceClassifier.load(path)
    _with_hash(path, skops.io.dumps(LogisticRegression()))
    with pytest.raises(DataError, match="it is a LogisticRegression"):
        StanceClassifier.load(path)
    _with_hash(path, skops.io.dumps({"f": os.path.getsize}))
    with pytest.raises(DataError, match="it contains"):
        StanceClassifier.load(path)


def test_a_model_without_a_parameter_of_this_version_is_an_error(model, tmp_path):
    del model.encoder_share
    model_file.save(model, tmp_path / "ceasefire.skops")
    with pytest.raises(DataError, match=r"another version of Parley \(it has no encoder_share\)"):
        StanceClassifier.load(tmp_path / "ceasefire.skops")
