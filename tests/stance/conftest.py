"""Labelled quotes of an invented war, and a project folder that holds them."""

import json
import shutil

import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS

SAYINGS = {
    "favor": ["We want a truce with {} now.", "{} calls for a ceasefire tonight.", "A truce with {} would save lives."],
    "against": ["There will be no truce with {}.", "{} rejects every ceasefire.", "Never a truce while {} is near."],
    "neutral": ["{} and its neighbour discussed a ceasefire.", "The truce was mentioned by {}."],
    "unrelated": ["The harvest in {} was good.", "Ferries to {} run again on Monday.", "Wheat from {} is cheap."],
}
PLACES = ["Kestria", "Velmora", "Quenda", "Tamrah", "Zubria", "Alvenia"]


def made_rows():
    """Rows of `stance.jsonl` for the target `ceasefire`: a group per place, all labels but `conditional`."""
    rows = []
    for place in PLACES:
        for label, sayings in SAYINGS.items():
            for number, saying in enumerate(sayings):
                text = saying.format(place)
                rows.append(
                    {
                        "id": f"{place}-{label}-{number}",
                        "text": text,
                        "cue": "said",
                        "source": "the mayor",
                        "speaker": None,
                        "context": f"{text} The mayor said so.",
                        "group": place,
                        "topic": "news",
                        "annotator": "a",
                        "labels": {"ceasefire": label},
                        "unsure": False,
                    }
                )
    return rows


def write_rows(root, rows):
    path = root / paths.ANNOTATIONS / "stance.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


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
    (tmp_path / "configs").mkdir()
    shutil.copy(CONFIGS / "stance.yaml", tmp_path / "configs")
    (tmp_path / "configs" / "targets.yaml").write_text(
        "targets:\n  ceasefire:\n    question: Should it stop?\n"
        "    labels: [favor, against, conditional, neutral, unrelated]\n    relevance_terms: [truce*, ceasefire*]\n"
    )
    write_rows(tmp_path, made_rows())
    return tmp_path
