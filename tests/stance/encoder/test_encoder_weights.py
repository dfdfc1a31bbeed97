import numpy as np
import pytest

from pipeline.core.errors import DataError
from pipeline.stance.encoder import encoder_weights


@pytest.fixture
def weights():
    rng = np.random.default_rng(3)

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    layer = {name: (draw(6, 4), draw(4)) for name in ("attention", "attention_output", "inner", "output")}
    layer |= {name: (draw(4), draw(4)) for name in ("attention_norm", "output_norm")}
    return {
        "pieces": draw(5, 4),
        "positions": draw(3, 4),
        "norm": (draw(4), draw(4)),
        "layers": [layer, layer],
        "head": (draw(8, 10), draw(10)),
        "out_of_fold.keys": np.array([7], np.uint64),
        "out_of_fold.logits": draw(1, 10),
    }


def test_eight_bits_lose_less_than_half_a_step(weights, tmp_path):
    encoder_weights.save(weights, {"targets": ["ceasefire"]}, "en", tmp_path)
    read, description = encoder_weights.load("en", tmp_path)
    assert description["targets"] == ["ceasefire"]
    step = np.abs(weights["pieces"]).max(axis=1, keepdims=True) / 127
    assert (np.abs(read["pieces"] - weights["pieces"]) <= step * 0.5001).all()
    assert len(read["layers"]) == 2
    assert np.array_equal(read["out_of_fold.logits"], weights["out_of_fold.logits"])


def test_the_same_weights_give_the_same_bytes(weights, tmp_path):
    for folder in ("a", "b"):
        encoder_weights.save(weights, {}, "en", tmp_path / folder)
    first, second = ((tmp_path / folder / "en.npz").read_bytes() for folder in ("a", "b"))
    assert first == second


def test_a_language_without_weights_has_none(tmp_path):
    assert encoder_weights.load("en", tmp_path) is None


def test_a_damaged_file_is_an_error(weights, tmp_path):
    encoder_weights.save(weights, {}, "en", tmp_path)
    path = tmp_path / "en.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="damaged"):
        encoder_weights.load("en", tmp_path)
