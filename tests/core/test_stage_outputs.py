"""Results are kept, or taken from another project, where they were made from the same files, and only there."""

from __future__ import annotations

import shutil

import pytest
import yaml

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import stage_outputs
from pipeline.core.storage.result_store import ResultStore, rows_to_bytes
from tests.e2e.project import ROOT

MODULE = "pipeline.core.targets"
TARGETS = "configs/targets.yaml"
READ = {
    "configs/stance.yaml": "a",
    TARGETS: "targets: {x: {a: 1}, y: {a: 1}}",
    "data/annotations/stance.jsonl": "c",
}
MODEL = "data/models/x.skops"


def project(folder, **more):
    """Write the files that the stages read, and return the folder."""
    for name, text in {**READ, **more}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def run(root, target="x", stage="train", module=MODULE):
    """Run a stage; return its counts, and whether it ran."""
    ran = []

    def write():
        ran.append(target)
        (root / MODEL.replace("/x.", f"/{target}.")).parent.mkdir(parents=True, exist_ok=True)
        (root / MODEL.replace("/x.", f"/{target}.")).write_text("model")
        return {"rows": 3}

    counts, _ = stage_outputs.run_or_restore(root, stage, [target], module, write)
    assert counts == {"rows": 3}
    return bool(ran)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout in which `train` has run for the target x."""
    root = project(tmp_path / "checkout")
    monkeypatch.setattr(stage_outputs, "ROOT", root)
    assert run(root)
    return root


def test_results_are_taken_and_then_the_projects_own(checkout, tmp_path):
    own = project(tmp_path / "own", **{"data/models/x.old": "old"})
    assert not run(own)
    assert [path.name for path in (own / MODEL).parent.iterdir()] == ["x.skops"]
    assert (own / MODEL).read_text() == "model"
    shutil.rmtree(checkout)
    (own / MODEL).unlink()
    assert not run(own)
    assert (own / MODEL).read_text() == "model"


@pytest.mark.parametrize("changed", [*READ, "configs/languages/en_stance.yaml"])
def test_not_where_a_file_differs(checkout, tmp_path, changed):
    assert run(project(tmp_path / "own", **{changed: "targets: {x: other}"}))


@pytest.mark.parametrize(
    ("targets", "ran"),
    [
        ("targets: {y: {a: 2}, x: {a: 1}}", False),  # `dvc repro` does not run the stage of x again
        ("targets: {x: {a: 1}}", False),
        ("targets: {x: {a: 2}, y: {a: 1}}", True),
        ("labels: [a]\ntargets: {x: {a: 1}, y: {a: 1}}", True),
        ("targets: {y: {a: 1}}", True),
        ("targets: 1", True),
    ],
)
def test_of_the_targets_that_of_the_stage_counts(checkout, tmp_path, targets, ran):
    assert run(project(tmp_path / "own", **{TARGETS: targets})) == ran
    (checkout / TARGETS).write_text(targets)
    assert run(checkout) == ran


def test_not_where_the_code_differs(checkout, tmp_path):
    assert run(project(tmp_path / "own"), module="pipeline.gold.real_quotes")
    assert run(checkout, module="pipeline.gold.real_quotes")


def test_not_where_the_libraries_differ(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(stage_outputs, "version", lambda name: "0")
    assert run(project(tmp_path / "own"))


def test_not_where_the_results_of_the_checkout_are_damaged(checkout, tmp_path):
    path = checkout / paths.STORE / "train.sqlite"
    path.write_bytes(path.read_bytes()[:-3000])
    assert run(project(tmp_path / "own"))


@pytest.mark.parametrize("changed", READ)
def test_what_changed_is_run_again(checkout, changed):
    (checkout / changed).write_text("targets: {x: other}")
    assert run(checkout)


def test_a_result_that_is_damaged_or_gone_is_put_back(checkout):
    (checkout / MODEL).write_text("other")
    assert not run(checkout)
    assert (checkout / MODEL).read_text() == "model"
    (checkout / MODEL).unlink()
    assert not run(checkout)
    assert (checkout / MODEL).read_text() == "model"


def test_results_of_a_target_that_is_gone_are_deleted(checkout):
    stage_outputs.forget_others(checkout, "train", [["x"]])
    assert (checkout / MODEL).exists()
    stage_outputs.forget_others(checkout, "train", [["y"]])
    assert not (checkout / MODEL).exists()
    assert run(checkout)


@pytest.mark.parametrize(
    "name", ["data/models/x.a/../../../../out", "/out", "configs/stance.yaml", "data/models/y.skops"]
)
def test_a_store_from_elsewhere_writes_nowhere_else(checkout, name):
    key = stage_outputs._key(checkout, "train", ["x"], MODULE)
    files = [{"path": "counts", "content": b"{}"}, {"path": name, "content": b"bad"}]
    with ResultStore(checkout, "train") as store:
        store.add([("x", key, rows_to_bytes(stage_outputs._FILES, files))])
    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match="does not write"):
        run(checkout)
    del before[checkout / MODEL]
    assert {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()} == before


def test_other_stages_run(checkout, tmp_path):
    assert run(checkout, stage="label")
    assert run(project(tmp_path / "own"), target="y")


@pytest.mark.parametrize("name", stage_outputs.READS)
def test_all_that_a_stage_reads_and_writes_counts(name):
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"][name]
    read = {path for path in stage["deps"] if not path.startswith("pipeline/")}
    read |= {path for param in stage.get("params", []) for path in param}
    reads, writes = stage_outputs.READS[name], stage_outputs.WRITES[name]
    assert read <= {pattern.replace("*_", "en_").removesuffix("/*") for pattern in reads}
    written = {next(iter(out)) if isinstance(out, dict) else out for out in stage["outs"]}
    # All targets write into the same folders.
    assert written == {place.replace("/{}", "").removesuffix("/*").removesuffix(".*") for place in [writes]}
