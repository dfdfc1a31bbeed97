"""What the encoder is trained on (contrast sets, nothing of the fold or suite that scores it), and runs that go on."""

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.targets import load_targets, shared_labels
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.stance.classifier_input import ClassifierInput, to_input
from training.encoder import training_rows as training


def words(text):
    return frozenset(re.findall(r"[a-z']+", text.lower()))


@pytest.fixture(scope="module")
def sets():
    by_set = defaultdict(list)
    for row in training.contrast_rows():
        by_set[row.group].append(row)
    return by_set


def test_the_variants_of_a_set_have_a_label_for_each_target_and_differ_in_one(sets):
    alike = [name for name, rows in sets.items() if len({tuple(row.labels.values()) for row in rows}) < 2]
    assert alike == []
    targets = load_targets()
    labels = set(shared_labels(targets))
    for rows in sets.values():
        assert all(set(row.labels) == set(targets) and set(row.labels.values()) <= labels for row in rows)


def test_a_paragraph_holds_its_quote_and_no_variant_is_in_the_behaviour_suite(sets):
    items = [row.item for rows in sets.values() for row in rows]
    assert not [item for item in items if "{text}" in item.context or (item.context and item.text not in item.context)]
    suite = read_behaviours(ROOT / paths.ANNOTATIONS / "behaviours.jsonl", load_targets())
    scored = {words(to_input(text).text) for item in suite for text in item.texts}
    assert not [item.text for item in items if len(words(item.text)) > 4 and words(item.text) in scored]


@pytest.mark.parametrize(("kind", "part", "expected"), [
    ("own", "contrasts", False), ("real", "contrasts", False), ("contrast", "contrasts", True),
    ("real", "own fold", False), ("real", "another fold", True), ("real", "all", True),
])  # fmt: skip
def test_a_model_is_trained_on_no_row_of_its_fold(kind, part, expected):
    row = training.TrainingRow(ClassifierInput("no truce"), {"ceasefire": "against"}, "war:far-off", kind, "")
    own = training.fold_of(row.group, 3)
    part = {"own fold": str(own), "another fold": str((own + 1) % 3)}.get(part, part)
    assert training.is_trained_on(row, part, 3) is expected


ROWS = [
    training.TrainingRow(to_input({"text": f"We want peace {n}."}), {"ceasefire": "favor"}, str(n), "own", "invented")
    for n in range(3)
]
SETTINGS = {"epochs": 3, "seed": 1}
WORDS = {"pieces": ["[PAD]", "peace"], "targets": ["ceasefire"]}
DIGEST = training.training_digest(ROWS, 3, WORDS, SETTINGS)


def test_a_model_of_the_same_training_is_taken(tmp_path):
    assert not training.is_finished("all", DIGEST, tmp_path)
    training.mark_finished("all", DIGEST, tmp_path)
    assert training.is_finished("all", training.training_digest(list(ROWS), 3, dict(WORDS), dict(SETTINGS)), tmp_path)
    assert not training.is_finished("0", DIGEST, tmp_path)


@pytest.mark.parametrize(("rows", "settings"), [
    (ROWS[:2], (3, WORDS, SETTINGS)),
    ([replace(ROWS[0], labels={"ceasefire": "against"}), *ROWS[1:]], (3, WORDS, SETTINGS)),
    ([replace(ROWS[0], train=False), *ROWS[1:]], (3, WORDS, SETTINGS)), (ROWS, (4, WORDS, SETTINGS)),
    (ROWS, (3, {**WORDS, "pieces": ["[PAD]"]}, SETTINGS)), (ROWS, (3, WORDS, {**SETTINGS, "seed": 2})),
])  # fmt: skip
def test_a_model_of_other_rows_or_settings_is_refused(tmp_path, rows, settings):
    training.mark_finished("all", DIGEST, tmp_path)
    with pytest.raises(DataError, match=r"the model all is of another training.*\n.*empty folder"):
        training.is_finished("all", training.training_digest(rows, *settings), tmp_path)
