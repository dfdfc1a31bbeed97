import math

import numpy as np
import pytest

from pipeline.stance.encoder import encoder
from pipeline.stance.encoder.encoder_input import EncoderInput

SIZE, INNER = 24, 32


@pytest.fixture
def weights():
    rng = np.random.default_rng(5)

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    def layer():
        return {
            "attention": (draw(SIZE, 3 * SIZE), draw(3 * SIZE)),
            "attention_output": (draw(SIZE, SIZE), draw(SIZE)),
            "attention_norm": (draw(SIZE), draw(SIZE)),
            "inner": (draw(SIZE, INNER), draw(INNER)),
            "output": (draw(INNER, SIZE), draw(SIZE)),
            "output_norm": (draw(SIZE), draw(SIZE)),
        }

    return {
        "pieces": draw(9, SIZE),
        "positions": draw(8, SIZE),
        "norm": (draw(SIZE), draw(SIZE)),
        "layers": [layer(), layer()],
        "head": (draw(2 * SIZE, 10), draw(10)),
    }


def normalize(row, scale, shift):
    mean = sum(row) / len(row)
    spread = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row))
    return np.array([(x - mean) / spread for x in row]) * scale + shift


def slow_layer(layer, hidden):
    """The same layer, word by word and head by head."""
    size = SIZE // encoder.HEADS
    mixed = [row @ layer["attention"][0] + layer["attention"][1] for row in hidden]
    out = []
    for k, row in enumerate(hidden):
        attended = []
        for head in range(encoder.HEADS):
            query, key, value = (
                [words[part * SIZE + head * size : part * SIZE + (head + 1) * size] for words in mixed]
                for part in range(3)
            )
            weight = np.array([math.exp(query[k] @ other / math.sqrt(size)) for other in key])
            attended += list(weight / weight.sum() @ np.array(value))
        row = normalize(
            row + attended @ layer["attention_output"][0] + layer["attention_output"][1], *layer["attention_norm"]
        )
        inner = row @ layer["inner"][0] + layer["inner"][1]
        inner = np.array([0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) for x in inner])
        out.append(normalize(row + inner @ layer["output"][0] + layer["output"][1], *layer["output_norm"]))
    return np.array(out)


def test_a_layer_is_what_a_word_by_word_computation_gives(weights):
    hidden = np.random.default_rng(1).normal(size=(5, SIZE)).astype(np.float32)
    layer = weights["layers"][0]
    slow = slow_layer(layer, hidden.astype(float))
    assert np.allclose(encoder.run_layer(layer, hidden, hidden), slow, atol=1e-4)
    assert np.allclose(encoder.run_layer(layer, hidden, hidden[[0, 3]]), slow[[0, 3]], atol=1e-4)


def test_a_very_negative_number_has_no_warning_and_gives_zero():
    with np.errstate(all="raise", under="ignore"):
        assert encoder._gelu(np.array([-200, 0, 200], np.float32)).tolist() == [0, 0, 200]


def test_the_order_of_the_words_counts(weights):
    here = encoder.compute_logits(weights, EncoderInput((1, 2, 3, 4, 5), 1, 3))
    there = encoder.compute_logits(weights, EncoderInput((1, 3, 2, 4, 5), 1, 3))
    assert here.shape == (10,)
    assert not np.allclose(here, there)


def test_where_the_quote_is_counts(weights):
    pieces = (1, 2, 3, 4, 5)
    here, there = (encoder.compute_logits(weights, EncoderInput(pieces, *place)) for place in ((1, 3), (2, 4)))
    assert not np.allclose(here, there)
