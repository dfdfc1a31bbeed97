"""Labelled quotes of an invented war, and a project folder that holds them."""

import pytest

from pipeline.core import paths
from tests.worlds.project import copy_configs
from tests.worlds.rows import labelled_sayings, write_json_lines

SAYINGS = {
    "favor": ["We want a truce with {} now.", "{} calls for a ceasefire tonight.", "A truce with {} would save lives."],
    "against": ["There will be no truce with {}.", "{} rejects every ceasefire.", "Never a truce while {} is near."],
    "neutral": ["{} and its neighbour discussed a ceasefire.", "The truce was mentioned by {}."],
    "unrelated": ["The harvest in {} was good.", "Ferries to {} run again on Monday.", "Wheat from {} is cheap."],
}
PLACES = ["Kestria", "Velmora", "Quenda", "Tamrah", "Zubria", "Alvenia"]


def made_rows():
    """Return rows of `stance.jsonl` for the target `ceasefire`: a group per place, all labels but `conditional`."""
    rows = labelled_sayings(SAYINGS, PLACES, ["ceasefire"], source="the mayor")
    return [row | {"context": f"{row['text']} The mayor said so."} for row in rows]


def write_rows(root, rows):
    return write_json_lines(root / paths.ANNOTATIONS / "stance.jsonl", rows)


@pytest.fixture
def rows():
    return made_rows()


@pytest.fixture
def put():
    """Function that writes rows as the annotations of a project."""
    return write_rows


@pytest.fixture
def project(tmp_path):
    """A project with the configs of this one, one target, and labelled quotes."""
    copy_configs(tmp_path, "stance.yaml")
    (tmp_path / "configs" / "targets.yaml").write_text(
        "targets:\n  ceasefire:\n    question: Should it stop?\n"
        "    labels: [favor, against, conditional, neutral, unrelated]\n    relevance_terms: [truce*, ceasefire*]\n"
    )
    write_rows(tmp_path, made_rows())
    return tmp_path
