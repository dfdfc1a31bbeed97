"""A small project with a build, and files of answers as annotators hand them in."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.annotate.annotation_merges import STANCE_FILE
from pipeline.core.storage.json_lines import read_json_lines
from tests.worlds.news import unlabelled_news
from tests.worlds.project import change_config, copy_configs, parley, write_tables
from tests.worlds.rows import TARGETS

STORIES = unlabelled_news()
TEXTS = [story.article["text"] for story in STORIES]
IDS = [story.article["article_id"] for story in STORIES]
QUOTE_IDS = [quote["quote_id"] for story in STORIES for quote, _ in story.quotes]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    copy_configs(folder)
    # Few terms, so that a test says by itself which quotes name a target.
    terms = {"ceasefire": ["truce*"], "territorial_concession": ["land"]}
    targets = {name: {"question": "Should it?", "relevance_terms": terms[name]} for name in TARGETS}
    change_config(folder / "configs/targets.yaml", targets=targets)
    write_tables(folder, STORIES)
    return folder


@pytest.fixture
def call(root: Path):
    """Function that runs `parley annotate` in the project; fails when its status is not the one expected."""
    return lambda *arguments, status=0: parley("annotate", *arguments, "--root", root, status=status).output


@pytest.fixture
def take(call):
    return lambda path, by="ana", *options, status=0: call("import", path, "--annotator", by, *options, status=status)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def write_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def row_of(path: Path, task_id: str) -> int:
    return next(n for n, row in enumerate(read_csv(path), 2) if row["task_id"] == task_id)


def choices(name: str, *values: str) -> dict[str, Any]:
    """Return what was chosen in Label Studio."""
    return {"from_name": name, "to_name": "passage", "type": "choices", "value": {"choices": list(values)}}


def annotate_file(path: Path, annotate: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Path:
    """Give each task of a file of Label Studio the annotations that a function returns for it."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        task["annotations"] = annotate(task)
    path.write_text(json.dumps(tasks))
    return path


@pytest.fixture
def filled(call, tmp_path: Path):
    """Function that exports all quotes as CSV, fills in labels by quote id, and returns the file."""

    def fill(labels: dict[str, str], *options: str, delimiter: str = ",") -> Path:
        path = tmp_path / "todo.csv"
        call("export", path, "--overwrite", *options)
        rows = read_csv(path)
        for row in rows:
            row["ceasefire"] = labels.get(row["task_id"], "")
            row["territorial_concession"] = "unrelated" if row["ceasefire"] else ""
        return write_csv(path, rows, delimiter)

    return fill


@pytest.fixture
def stance(root: Path):
    return lambda: read_json_lines(root / STANCE_FILE)
