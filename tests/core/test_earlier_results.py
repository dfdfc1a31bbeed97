"""Results are kept, or taken from another project, where they were made from the same files, and only there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipeline.core import code_hash, paths
from pipeline.core.storage import earlier_results
from pipeline.stage import FOR_EACH_TARGET
from tests.e2e.project import ROOT

MODULE = "pipeline.core.targets"
TARGETS = "configs/targets.yaml"
READ = {
    "configs/stance.yaml": "a",
    TARGETS: "targets: {x: {a: 1}, y: {a: 1}}",
    "data/annotations/stance.jsonl": "c",
}
MODEL = "data/models/x.skops"
REST = tuple(f"data/models/x.{ending}" for ending in ("skops.sha256", "oof.parquet", "training.npz"))


def project(folder, **more):
    """Write the files that the stages read, and return the folder."""
    for name, text in {**READ, **more}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout in which `train` has run for the target x."""
    root = project(tmp_path / "checkout", **{MODEL: "model", **dict.fromkeys(REST, "rest")})
    monkeypatch.setattr(earlier_results, "ROOT", root)
    earlier_results.record(root, "train", ["x"], MODULE, {"rows": 3})
    return root


def take(root, stage="train", module=MODULE):
    return earlier_results.take(root, stage, ["x"], module)


def test_results_are_taken_with_their_record(checkout, tmp_path):
    own = project(tmp_path / "own", **{MODEL: "old"})
    assert take(own) == {"rows": 3}
    assert (own / MODEL).read_text() == "model"
    record = paths.ORIGINS / "train/x.json"
    assert (own / record).read_bytes() == (checkout / record).read_bytes()


@pytest.mark.parametrize("changed", [*READ, "configs/languages/en_stance.yaml"])
def test_not_where_a_file_differs(checkout, tmp_path, changed):
    assert take(project(tmp_path / "own", **{changed: "other"})) is None


@pytest.mark.parametrize(
    ("targets", "counts"),
    [
        ("targets: {y: {a: 2}, x: {a: 1}}", {"rows": 3}),  # `dvc repro` does not run the stage of x again
        ("targets: {x: {a: 1}}", {"rows": 3}),
        ("targets: {x: {a: 2}, y: {a: 1}}", None),
        ("labels: [a]\ntargets: {x: {a: 1}, y: {a: 1}}", None),
        ("targets: {y: {a: 1}}", None),
        ("targets: 1", None),
    ],
)
def test_of_the_targets_that_of_the_stage_counts(checkout, tmp_path, targets, counts):
    assert take(project(tmp_path / "own", **{TARGETS: targets})) == counts


def test_not_where_the_code_differs(checkout, tmp_path):
    assert take(project(tmp_path / "own"), module="pipeline.gold.real_quotes") is None


def test_not_where_the_libraries_differ(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(code_hash, "library_versions", lambda: {"numpy": "0"})
    assert take(project(tmp_path / "own")) is None


def test_not_where_a_result_is_not_what_the_record_says(checkout, tmp_path):
    (checkout / MODEL).write_text("other")
    own = project(tmp_path / "own", **{MODEL: "old"})
    assert take(own) is None
    assert (own / MODEL).read_text() == "old"


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "no json", None])
def test_a_damaged_record_is_none(checkout, tmp_path, text):
    path = checkout / paths.ORIGINS / "train/x.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "results": 1}) if text is None else text)
    assert take(project(tmp_path / "own")) is None


def keep(root, target="x", module=MODULE):
    return earlier_results.keep(root, "train", [target], module)


def test_results_that_are_there_are_kept(checkout):
    assert keep(checkout) == {"rows": 3}
    assert (checkout / MODEL).read_text() == "model"


@pytest.mark.parametrize("changed", [*READ, MODEL])
def test_not_where_something_changed(checkout, changed):
    (checkout / changed).write_text("other")
    assert keep(checkout) is None


def test_not_where_a_result_the_record_or_the_code_is_another(checkout):
    assert keep(checkout, "y") is None
    assert keep(checkout, module="pipeline.gold.real_quotes") is None
    (checkout / MODEL).unlink()
    assert keep(checkout) is None


def test_where_another_target_changed_they_are_kept(checkout):
    (checkout / TARGETS).write_text("targets: {x: {a: 1}, y: {a: 2}}")
    assert keep(checkout) == {"rows": 3}


def test_results_of_a_target_that_is_gone_are_deleted(checkout):
    earlier_results.forget_others(checkout, "train", [["x"]])
    assert (checkout / MODEL).exists()
    earlier_results.forget_others(checkout, "train", [["y"]])
    assert not (checkout / MODEL).exists()
    assert list((checkout / paths.ORIGINS / "train").iterdir()) == []


def test_the_checkout_itself_and_other_stages_run(checkout, tmp_path):
    assert take(checkout) is None
    assert take(project(tmp_path / "own"), "label") is None


@pytest.mark.parametrize("name", earlier_results.STAGES)
def test_all_that_a_stage_reads_and_writes_counts(name):
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"][name]
    body = stage.get("do", stage)
    read = {path for path in body["deps"] if not path.startswith("pipeline/")}
    read |= {path for param in body.get("params", []) for path in param}
    known = earlier_results.STAGES[name]
    assert read <= {pattern.replace("*_", "en_").removesuffix("/*") for pattern in known.reads}
    written = {next(iter(out)) if isinstance(out, dict) else out for out in body["outs"]}
    results = {
        *known.writes,
        (paths.ORIGINS / name / ("{}.json" if name in FOR_EACH_TARGET else "all.json")).as_posix(),
    }
    # All targets write into the same folders.
    assert written == {str(Path(place).parent) if "{}" in place else place for place in results}
