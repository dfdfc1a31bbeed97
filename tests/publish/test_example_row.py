"""The row that the card shows: one that shows most, read from the published files."""

import json

import pytest

from pipeline.core import paths
from pipeline.publish import example_row
from pipeline.publish.dataset_card import FIGURE, read_card
from tests.worlds.rows import TARGETS

ROLES = example_row.shared_roles(TARGETS)
ROW = {"speaker_kind": "group", "type": "direct", "excerpt": True, "certainty": 0.9, "confidence": 0.8}
ROW |= {"ceasefire": "unknown", "territorial_concession": "unrelated"}
STANCE = {"ceasefire": "favor", "ceasefire_p_favor": 0.7}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (STANCE, {"speaker_kind": "person", "type": "mixed", "excerpt": False}),
        ({"speaker_kind": "person"}, {"type": "mixed", "excerpt": False}),
        ({"type": "mixed"}, {"excerpt": False}),
        ({"excerpt": False}, {"certainty": 1.0}),
        ({}, {"certainty": 0.1}),
        (STANCE, STANCE | {"ceasefire_p_favor": 0.6}),
    ],
)
def test_the_order_of_examples(better, worse):
    ranks = [example_row._rank(ROW | row, list(TARGETS), ROLES) for row in (better, worse)]
    assert ranks[0] > ranks[1]


def test_the_card_shows_a_row_of_the_files_and_a_figure(published):
    folder = published / paths.PUBLISHED
    text = read_card(folder)[1]
    row = json.loads(text.split("```json\n")[1].split("\n```")[0])
    assert row["ceasefire"] == "against"
    assert row["speaker"]
    assert all(part["start"] < part["end"] for part in row["parts"])
    assert f"]({FIGURE})" in text
    assert (folder / FIGURE).read_bytes().startswith(b"\x89PNG")


def test_the_code_of_the_card_runs(published, tmp_path, monkeypatch):
    monkeypatch.chdir(published)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    text = read_card(published / paths.PUBLISHED)[1]
    values: dict = {}
    blocks = [block.split("\n```")[0] for block in text.split("```python\n")[1:]]
    for block in blocks:
        exec(block, values)
    assert len(blocks) == 2
    assert len(values["found"]) <= len(values["quotes"]) < len(values["everything"])
