from collections import Counter, defaultdict

import pytest
import yaml

from pipeline.core.targets import load_targets, shared_labels
from training.encoder.contrast_grammar import generate_contrasts
from training.encoder.training_rows import CONTRAST_WORDS


@pytest.fixture(scope="module")
def words():
    return yaml.safe_load(CONTRAST_WORDS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def contrasts(words):
    return generate_contrasts(words, 1200, 1)


def test_a_seed_gives_the_same_sentences(words, contrasts):
    assert generate_contrasts(words, 1200, 1) == contrasts
    assert generate_contrasts(words, 1200, 2) != contrasts


def test_a_quote_stands_in_its_paragraph_and_has_a_label_for_each_target(contrasts):
    targets = load_targets()
    for row in contrasts:
        assert row["text"] in row["context"]
        assert set(row["labels"]) == set(targets)
        assert set(row["labels"].values()) <= set(shared_labels(targets))
        assert "{" not in row["context"]


def test_every_sentence_stands_beside_its_reversal(contrasts):
    groups = defaultdict(set)
    for row in contrasts:
        groups[row["group"]] |= set(row["labels"].values())
    last = contrasts[-1]["group"]  # may be cut off
    assert all({"favor", "against"} <= labels for group, labels in groups.items() if group != last)


def test_no_label_rules(contrasts):
    for target in load_targets():
        counts = Counter(row["labels"][target] for row in contrasts)
        assert 0.6 < counts["favor"] / counts["against"] < 1.6
        assert min(counts.values()) > 50
