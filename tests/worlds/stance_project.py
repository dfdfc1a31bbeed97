"""A project with one target, quotes labelled for it, and the tables of a run, to train and label on."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.core import paths
from pipeline.core.schema.data_tables import ARTICLES, QUOTES
from pipeline.core.storage import tables
from tests.worlds.project import copy_configs
from tests.worlds.rows import LABELS, Row, article, labelled_sayings, quote, write_json_lines

SAYINGS = {
    "favor": ["We want a truce with {} now.", "{} calls for a ceasefire tonight.", "A truce with {} would save lives."],
    "against": ["There will be no truce with {}.", "{} rejects every ceasefire.", "Never a truce while {} is near."],
    "neutral": ["{} and its neighbour discussed a ceasefire.", "The truce was mentioned by {}."],
    "unrelated": ["The harvest in {} was good.", "Ferries to {} run again on Monday.", "Wheat from {} is cheap."],
}
PLACES = ["Kestria", "Velmora", "Quenda", "Tamrah", "Zubria", "Alvenia"]
NEWS = [
    article(f"Day {day}\n\nRenn said there will be no truce. Wheat is cheap, he added.", raw_path="x")
    for day in (1, 2, 3)
]
TARGETS_YAML = f"""
targets:
  ceasefire:
    question: Should it stop?
    labels: [{", ".join(LABELS)}]
    relevance_terms: [truce*, ceasefire*]
"""


def training_rows() -> list[Row]:
    """Return rows of `stance.jsonl` for the target `ceasefire`: a group per place, all labels but `conditional`."""
    rows = labelled_sayings(SAYINGS, PLACES, ["ceasefire"], source="the mayor")
    return [row | {"context": f"{row['text']} The mayor said so."} for row in rows]


def write_labels(root: Path, rows: Iterable[Row]) -> Path:
    """Write `stance.jsonl`; return its path."""
    return write_json_lines(root / paths.ANNOTATIONS / "stance.jsonl", rows)


def write_project(root: Path) -> Path:
    copy_configs(root, "stance.yaml", "languages")
    tables.write_text(root / "configs/targets.yaml", TARGETS_YAML)
    write_labels(root, training_rows())
    return root


def write_run(root: Path, order: Iterable[int] = (0, 1, 2)) -> list[str]:
    """Write the tables of three articles with two quotes each, in this order of articles; return the quote ids."""
    write_json_lines(root / paths.ANNOTATIONS / "quotes.jsonl", [])
    quotes = [
        quote(NEWS[i], content, cue="said", source="Renn", speaker=None, group_id="g")
        for i in order
        for content in ("there will be no truce", "Wheat is cheap")
    ]
    tables.write_sorted(ARTICLES, NEWS, root / paths.ARTICLES)
    tables.write_sorted(QUOTES, quotes, root / paths.QUOTES)
    return sorted(quote["quote_id"] for quote in quotes)
