"""Feature vectors of training quotes, and the training quotes most similar to a quote."""

from contextlib import suppress

import numpy as np
import pytest
from scipy import sparse

from pipeline.core.errors import DataError
from pipeline.stance.trained_models import find_nearest, load_training_vectors, save_training_vectors


def test_a_quote_is_most_similar_to_itself(small_model):
    vectors = small_model.feature_vectors(["never a truce", "the ferry sails", "we want wheat"])
    for row in range(3):
        assert find_nearest(vectors[row], vectors)[0] == (row, pytest.approx(1, abs=1e-4))


def test_training_quotes_are_stored_as_the_model_reads_them(small_model, tmp_path):
    texts, path = ["never a truce", "the ferry sails"], tmp_path / "ceasefire.training.npz"
    save_training_vectors(small_model, texts, path)
    assert (load_training_vectors(path, 2) != small_model.feature_vectors(texts)).nnz == 0
    with pytest.raises(DataError, match=r"(?s)2 rows, the annotations have 3.*dvc repro train`"):
        load_training_vectors(path, 3)
    with pytest.raises(DataError, match=r"(?s)peace\.training\.npz.*dvc repro train`"):
        load_training_vectors(tmp_path / "peace.training.npz", 3)


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"x" * 99,
                                    lambda data: data[:60] + b"xxxx" + data[64:]])  # fmt: skip
def test_damaged_training_quotes_are_an_error_with_the_rebuild_command(small_model, tmp_path, damage):
    path = tmp_path / "data/models/ceasefire.training.npz"
    save_training_vectors(small_model, [{"text": "a truce"}, {"text": "no truce"}], path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"(?s)ceasefire\.training\.npz: the file is damaged.*single-item train"):
        load_training_vectors(path, 2)


def test_training_quotes_with_a_flipped_bit_are_read_rightly_or_are_an_error(tmp_path):
    path = tmp_path / "data/models/ceasefire.training.npz"
    path.parent.mkdir(parents=True)
    vectors = sparse.csr_matrix(np.eye(3))
    sparse.save_npz(path, vectors)
    good = path.read_bytes()
    for place in range(0, 8 * len(good), 11):
        damaged = bytearray(good)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(damaged)
        with suppress(DataError):
            assert (load_training_vectors(path, 3) != vectors).nnz == 0
