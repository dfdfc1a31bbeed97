"""A training run that goes on takes the models of its own rows and settings, and refuses others."""

from dataclasses import replace

import pytest

from pipeline.core.errors import DataError
from pipeline.stance.classifier_input import to_input
from training.encoder.training_rows import TrainingRow, is_finished, mark_finished, training_digest

ROWS = [
    TrainingRow(to_input({"text": f"We want peace {n}."}), {"ceasefire": "favor"}, str(n), "own", "invented")
    for n in range(3)
]
SETTINGS = {"epochs": 3, "seed": 1}
WORDS = {"pieces": ["[PAD]", "peace"], "targets": ["ceasefire"]}
DIGEST = training_digest(ROWS, 3, WORDS, SETTINGS)


def test_a_model_of_the_same_training_is_taken(tmp_path):
    assert not is_finished("all", DIGEST, tmp_path)
    mark_finished("all", DIGEST, tmp_path)
    assert is_finished("all", training_digest(list(ROWS), 3, dict(WORDS), dict(SETTINGS)), tmp_path)
    assert not is_finished("0", DIGEST, tmp_path)


@pytest.mark.parametrize(
    ("rows", "settings"),
    [
        (ROWS[:2], (3, WORDS, SETTINGS)),
        ([replace(ROWS[0], labels={"ceasefire": "against"}), *ROWS[1:]], (3, WORDS, SETTINGS)),
        ([replace(ROWS[0], item=to_input({"text": "We want war."})), *ROWS[1:]], (3, WORDS, SETTINGS)),
        ([replace(ROWS[0], train=False), *ROWS[1:]], (3, WORDS, SETTINGS)),
        ([replace(ROWS[0], group="1"), *ROWS[1:]], (3, WORDS, SETTINGS)),
        (ROWS, (4, WORDS, SETTINGS)),
        (ROWS, (3, {**WORDS, "pieces": ["[PAD]"]}, SETTINGS)),
        (ROWS, (3, WORDS, {**SETTINGS, "epochs": 2})),
        (ROWS, (3, WORDS, {**SETTINGS, "seed": 2})),
    ],
)
def test_a_model_of_other_rows_or_settings_is_refused(tmp_path, rows, settings):
    mark_finished("all", DIGEST, tmp_path)
    with pytest.raises(DataError, match=r"the model all is of another training.*\n.*empty folder"):
        is_finished("all", training_digest(rows, *settings), tmp_path)
