"""The published folder loads, its labels have names, and all offsets are valid."""

import pytest
from datasets import ClassLabel, load_dataset

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures
from pipeline.core.targets import load_targets


@pytest.fixture(scope="module")
def load(built_sample, tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))
    return lambda config: load_dataset(str(built_sample / "data/published"), config, split="train", cache_dir=cache)


def test_no_stage_failed_on_an_article(built_sample):
    assert read_failures(built_sample) == []
    assert "failed" not in {row["reason"] for row in tables.read(built_sample / paths.REJECTS)}


def test_labels_have_names(load):
    features = load("quotes").features
    for target, settings in load_targets().items():
        assert features[target].names == [*settings.labels, "unknown"]
        assert features[f"{target}_predicted_label"].names == settings.labels
        assert load("gold").features[target].names == settings.labels
    assert features["type"].names == ["direct", "indirect", "mixed"]
    assert isinstance(load("speakers").features["kind"], ClassLabel)


def test_all_offsets_are_valid(load):
    texts = {row["article_id"]: row["text"] for row in load("articles")}
    for row in load("quotes"):
        text = texts[row["article_id"]]
        assert row["content"] == " ".join(text[p["start"] : p["end"]] for p in row["parts"])
        for name in ("cue", "source"):
            start, end = row[f"{name}_start"], row[f"{name}_end"]
            assert row[name] == (None if start is None else text[start:end])
        assert row["context"] == text[row["context_start"] : row["context_end"]]
        assert row["parts"] == sorted(row["parts"], key=lambda p: p["start"])


def test_probabilities_sum_to_one_and_the_predicted_label_is_the_most_probable(load):
    quotes = load("quotes")
    names = quotes.features["ceasefire_predicted_label"].names
    for row in quotes:
        chances = [row[f"ceasefire_p_{name}"] for name in names]
        assert sum(chances) == pytest.approx(1, abs=1e-4)
        assert max(chances) == chances[row["ceasefire_predicted_label"]]


def test_speakers_of_quotes_are_in_the_speaker_table(load):
    speakers = {row["speaker_id"]: row for row in load("speakers")}
    counts = dict.fromkeys(speakers, 0)
    for row in load("quotes"):
        if row["speaker_id"] is not None:
            assert row["speaker"] is not None
            counts[row["speaker_id"]] += 1
    assert counts == {key: row["n_quotes"] for key, row in speakers.items()}
