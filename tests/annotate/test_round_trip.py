"""Export, label, import, run: which stages and tables new labels change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipeline.annotate.annotation_merges import STANCE_FILE
from pipeline.cli.main import main
from pipeline.cli.project_check import find_annotation_problems
from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.stance import stage_label, stage_train
from tests.annotate.conftest import QUOTE_IDS, read_csv, write_csv
from tests.e2e import project
from tests.e2e.conftest import built_sample
from tests.worlds.rows import TARGETS, labelled_quote, write_json_lines

__all__ = ["built_sample"]
STAGES = yaml.safe_load((project.ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def annotate(root: Path, *arguments: object) -> str:
    done = CliRunner().invoke(main, ["annotate", *map(str, arguments), "--root", str(root)])
    assert done.exit_code == 0, done.output
    return done.output


def readers(path: str) -> set[str]:
    """Return the stages of `dvc.yaml` that depend on a file."""
    return {
        name for name, body in STAGES.items() if any(path == dep or path.startswith(f"{dep}/") for dep in body["deps"])
    }


def changed(folder: Path) -> set[str]:
    return set(project.status(folder))


def test_new_labels_rerun_training_and_corrected_quotes_do_not(built_sample, tmp_path):
    folder = project.copy_build(built_sample, tmp_path / "labelled")
    before = (folder / STANCE_FILE).read_text(encoding="utf-8")
    path = tmp_path / "todo.csv"
    annotate(folder, "export", path, "-n", "3", "--draw", "uncertain")
    rows = read_csv(path)
    for row in rows:
        row.update(ceasefire="favor", territorial_concession="neutral")
    annotate(folder, "import", write_csv(path, rows), "--annotator", "ana")
    after = (folder / STANCE_FILE).read_text(encoding="utf-8")
    assert after.startswith(before)
    added = [json.loads(line) for line in after[len(before) :].splitlines()]
    assert [row["id"] for row in added] == sorted(row["task_id"] for row in rows)
    assert not list(find_annotation_problems(folder))
    assert changed(folder) == {"inputs", *readers(str(STANCE_FILE))}  # which is always changed
    assert "train" in readers(str(STANCE_FILE))
    (folder / STANCE_FILE).write_text(before, encoding="utf-8")

    annotate(folder, "export", path, "--overwrite", "-n", "1", "--layer", "quotes", "--labelled")
    rows = read_csv(path)
    for row in rows:
        row["verdict"] = "quote" if "⟦" in row["marked"] else "no quote"
    annotate(folder, "import", write_csv(path, rows), "--annotator", "ana", "--replace")
    assert not list(find_annotation_problems(folder))
    assert changed(folder) == {"inputs", *readers("data/annotations/quotes.jsonl")}
    assert "train" not in changed(folder)


@pytest.fixture
def labelled(root: Path, tmp_path: Path) -> Path:
    """The small project with enough labelled rows to train on."""
    rows = []
    for number in range(12):
        text, label = ("We want a truce", "favor") if number % 2 else ("Wheat was cheap", "unrelated")
        labels = dict.fromkeys(TARGETS, label)
        rows.append(labelled_quote(f"r{number}", f"{text} on day {number}", f"g{number // 2}", labels))
    write_json_lines(root / STANCE_FILE, rows)
    return root


def test_the_next_run_uses_the_labels_and_changes_nothing_else(labelled, tmp_path):
    """Train before and after an import: the out-of-fold table has the labels, articles and quotes are unchanged."""
    targets = ("ceasefire", "territorial_concession")

    def build() -> dict[str, bytes]:
        for target in targets:
            stage_train.run(labelled, target)
        stage_label.run(labelled)
        return {str(path): path.read_bytes() for path in (labelled / "data").glob("*/**/*.*") if path.is_file()}

    def oof() -> dict[str, str]:
        return {row["id"]: row["gold"] for row in tables.read(labelled / paths.MODELS / "ceasefire.oof.parquet")}

    before, old = build(), oof()
    path = tmp_path / "todo.csv"
    annotate(labelled, "export", path)
    rows = read_csv(path)
    for row in rows:
        row.update(ceasefire="against", territorial_concession="unrelated")
    annotate(labelled, "import", write_csv(path, rows), "--annotator", "ana")
    after = build()
    assert oof() == {**old, **dict.fromkeys(QUOTE_IDS, "against")}
    found = {row["label"] for row in tables.read(labelled / paths.STANCES) if row["target"] == "ceasefire"}
    assert "against" in found
    differing = {Path(name).relative_to(labelled) for name in after if after[name] != before.get(name)}
    # So does what `label` keeps from run to run.
    kept = {path for path in differing if path.is_relative_to(paths.STORE)}
    assert kept == {paths.STORE / "label.sqlite"}
    assert {path.parent.name for path in differing - kept} == {"annotations", "models", "stances"}
