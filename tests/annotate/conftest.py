"""A small project with a build: three articles of an invented war, their quotes and stances."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from pipeline.annotate.existing_labels import STANCE_FILE
from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.schema import data_tables, stance_tables
from pipeline.core.schema.columns import Table
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.core.text import article_id

# Text; then content, cue, source, speaker, and the model's label and certainty for `ceasefire`.
ARTICLES = [
    (
        "Sarkel: no truce\n\n“We will not stop,” said Nadia Sarkel.\n\nIt rained in Sorrin.",
        [("“We will not stop,”", "said", "Nadia Sarkel", "Nadia Sarkel", "against", 0.9)],
    ),
    (
        "Ferries\n\n=SUM(1) is what the mayor wrote. “Wheat is cheap,” he added.",
        [
            ("=SUM(1)", "wrote", "the mayor", None, "neutral", 0.4),
            ("“Wheat is cheap,”", "added", "he", None, "unrelated", 0.8),
        ],
    ),
    (
        "Talks\n\nPavlo Renn said that a truce would save lives. A truce would save lives, he said again.",
        [("a truce would save lives", "said", "Pavlo Renn", "Pavlo Renn", "unrelated", 0.6)],
    ),
]
TARGETS = """
targets:
  ceasefire:
    question: Should it stop?
    labels: [favor, against, conditional, neutral, unrelated]
    relevance_terms: [truce*]
  territorial_concession:
    question: Should land be given up?
    labels: [favor, against, conditional, neutral, unrelated]
    relevance_terms: [land]
"""
IDS = [article_id(text) for text, _ in ARTICLES]
QUOTE_IDS = [f"{IDS[0]}-18", f"{IDS[1]}-9", f"{IDS[1]}-42", f"{IDS[2]}-28"]


def _quote(text: str, content: str, cue: str, source: str, speaker: str | None) -> dict:
    row: dict = {"article_id": article_id(text), "type": "direct" if "“" in content else "indirect", "content": content}
    at = text.index(content)
    row |= {"quote_id": f"{row['article_id']}-{at}", "parts": [{"start": at, "end": at + len(content)}]}
    for name, words in (("cue", cue), ("source", source)):
        start = text.index(words, text.index("\n\n"))
        row |= {name: words, f"{name}_start": start, f"{name}_end": start + len(words)}
    begin = text.rindex("\n\n", 0, at) + 2
    row |= {"context_start": begin, "context_end": (text + "\n\n").index("\n\n", at)}
    row |= {
        "rule": "r",
        "confidence": 0.5,
        "resolved_by": "r",
        "certainty": 1.0,
        "group_id": row["quote_id"],
        "speaker": speaker,
    }
    row["speaker_id"] = speaker and f"person:{speaker}"
    return _whole(data_tables.QUOTES, row)


def _whole(table: Table, row: dict) -> dict:
    """The row with zeros and empty lists in the columns on which nothing here depends."""
    empty = {c.name: [] if pa.types.is_list(c.type) else 0 for c in table.columns if not pa.types.is_string(c.type)}
    return {**{c.name: empty[c.name] for c in table.columns if c.name in empty and not c.nullable}, **row}


def build(root: Path) -> Path:
    """Write configs, tables and no annotations into a folder."""
    shutil.copytree(CONFIGS, root / "configs")
    (root / "configs/targets.yaml").write_text(TARGETS, encoding="utf-8")
    labels = shared_labels(load_targets(root / "configs"))
    articles, quotes, stances = [], [], []
    for number, (text, found) in enumerate(ARTICLES):
        row = {"article_id": article_id(text), "language": "en", "text": text, "raw_path": f"{number}.txt"}
        articles.append(row | {"title": text.split("\n")[0], "source": f"Paper {number}", "published_at": "2024-02-01"})
        for *words, label, top in found:
            quote = _quote(text, *words)
            quotes.append(quote)
            rest = (1 - top) / (len(labels) - 1)
            for target in load_targets(root / "configs"):
                stance = {"quote_id": quote["quote_id"], "target": target, "label": label, "abstained": False}
                stance |= {f"p_{name}": top if name == label else rest for name in labels}
                stances.append(stance | {"model": "m"})
    bucketed_tables.write_table(data_tables.ARTICLES, articles, root / paths.ARTICLES)
    bucketed_tables.write_table(data_tables.QUOTES, quotes, root / paths.QUOTES)
    tables.write(stance_tables.stances(labels), stances, root / paths.STANCES)
    people = [
        _whole(data_tables.SPEAKERS, {"speaker_id": f"person:{name}", "name": name, "kind": "person"})
        for name in ("Nadia Sarkel", "Pavlo Renn")
    ]
    tables.write(data_tables.SPEAKERS, people, root / paths.SPEAKERS)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The project, without annotations."""
    return build(tmp_path / "project")


@pytest.fixture
def call(root: Path):
    """Function that runs `parley annotate` in the project; fails when its status is not the one expected."""

    def run(*arguments: object, status: int = 0, text: str | None = None) -> str:
        done = CliRunner().invoke(main, ["annotate", *map(str, arguments), "--root", str(root)], input=text)
        assert done.exit_code == status, done.output
        assert "Traceback" not in done.output
        return done.output

    return run


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def write_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


@pytest.fixture
def filled(call, tmp_path: Path):
    """Function that exports all quotes as CSV, fills in labels by quote id, and returns the file."""

    def fill(labels: dict[str, str], *options: str, delimiter: str = ",") -> Path:
        path = tmp_path / "todo.csv"
        call("export", path, *options)
        rows = read_csv(path)
        for row in rows:
            row["ceasefire"] = labels.get(row["task_id"], "")
            row["territorial_concession"] = "unrelated" if row["ceasefire"] else ""
        return write_csv(path, rows, delimiter)

    return fill


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.fixture
def stance(root: Path):
    """Function that reads `stance.jsonl`."""
    return lambda: lines(root / STANCE_FILE)
