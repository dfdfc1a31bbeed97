"""A second run publishes each change, and writes the same folder as a first run."""

from __future__ import annotations

import json

import pytest

from pipeline.core.config import read_yaml
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
from tests.worlds.project import change_config
from tests.worlds.published_project import SHARES, write_project
from tests.worlds.rows import write_json_lines

ARTICLES = harbour_articles(6)
STANCES = "data/annotations/stance.jsonl"


def folder(root):
    files = sorted((root / "data/published").rglob("*.*"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def set_key(root, key, value):
    change_config(root / "configs/publish.yaml", **{key: value})


def change_label(root):
    lines = (root / STANCES).read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[-1])
    write_json_lines(root / STANCES, [*map(json.loads, lines[:-1]), {**row, "unsure": not row["unsure"]}])


def change_question(root):
    path = root / "configs/targets.yaml"
    targets = read_yaml(path)["targets"]
    for target in targets.values():
        target["question"] += " Say so."
    change_config(path, targets=targets)


CHANGES = {
    "nothing": lambda root: None,
    "a label": change_label,
    "annotators": lambda root: (root / "data/annotations/agreement/stance.jsonl").unlink(),
    "the question": change_question,
    "shares": lambda root: set_key(root, "splits", {"train": 1, "validation": 5, "test": 5}),
    "names of splits": lambda root: set_key(root, "splits", {"train": 1, "held": 1}),
    "licence of the gold": lambda root: set_key(root, "gold_license", "mine"),
    "what may be passed on": lambda root: set_key(root, "redistributable", []),
    "words of an excerpt": lambda root: set_key(root, "excerpt_words", 2),
    "what is left out": lambda root: set_key(root, "leave_out", ["mine/*"]),
    "no gold": lambda root: set_key(root, "gold", False),
    "more articles": lambda root: write_project(root, harbour_articles(9), splits=SHARES),
    "fewer articles": lambda root: write_project(root, harbour_articles(5), splits=SHARES),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_published(tmp_path, change):
    twice, once = (write_project(tmp_path / name, ARTICLES, splits=SHARES) for name in ("twice", "once"))
    run(twice)
    first = folder(twice)
    for root in (twice, once):
        change(root)
        run(root)
    assert folder(twice) == folder(once)
    assert (folder(twice) == first) == (change is CHANGES["nothing"])


def test_a_damaged_folder_is_replaced(tmp_path):
    root = write_project(tmp_path, ARTICLES, splits=SHARES)
    run(root)
    first = folder(root)
    (root / next(name for name in first if name.startswith("data/published/gold/"))).write_bytes(b"PAR1")
    run(root)
    assert folder(root) == first
