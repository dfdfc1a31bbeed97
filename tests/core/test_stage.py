"""Stages: for which targets one runs, whose results are kept or taken from another project, and what they depend on."""

import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from pipeline import stage
from pipeline.core import code_hash, paths, targets
from pipeline.core.config import read_yaml
from pipeline.core.errors import DataError
from pipeline.core.paths import STAGES as STAGES_BY_PATH
from pipeline.core.paths import rebuild_hint
from pipeline.core.storage import stage_outputs
from pipeline.core.storage.atomic_files import write_text
from pipeline.core.storage.result_store import ResultStore, rows_to_bytes
from tests.e2e.project import ROOT


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """Function that runs the stage `train` for two targets and returns those that were trained."""
    names = []
    module = ModuleType("recorded")

    def train(root, target):
        if target == "y" and (root / "fails").exists():
            raise DataError("too few rows")
        (root / f"data/models/{target}.skops").write_text("model")
        names.append(target)
        return {"rows": 3}

    module.run = train
    monkeypatch.setitem(sys.modules, "recorded", module)
    monkeypatch.setitem(stage.MODULES, "train", "recorded")
    monkeypatch.setattr(targets, "load_targets", lambda folder: read_yaml(folder / "targets.yaml")["targets"])
    monkeypatch.setattr(code_hash, "digest", lambda module: "code")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/models").mkdir(parents=True)

    def run(settings: str) -> tuple[int, list[str]]:
        write_text("configs/targets.yaml", f"targets: {settings}")
        names.clear()
        return stage.main(["train"]), names

    return run


def test_only_a_changed_target_is_trained_again(trained, tmp_path, capsys):
    assert trained("{x: 1, y: 1}") == (0, ["x", "y"])
    capsys.readouterr()
    assert trained("{x: 1, y: 2}") == (0, ["y"])
    assert capsys.readouterr().out == ("train x: rows 3 (nothing that it depends on has changed)\ntrain y: rows 3\n")
    model = tmp_path / "data/models/x.skops"
    for damage in (lambda: model.write_text("damaged"), model.unlink):
        damage()
        assert trained("{x: 1, y: 2}") == (0, [])
        assert model.read_text() == "model"
    # The model of a target that is gone is deleted.
    assert trained("{y: 2}") == (0, [])
    assert [path.name for path in (tmp_path / "data/models").iterdir()] == ["y.skops"]
    assert trained("{x: 1, y: 2}") == (0, ["x"])


def test_a_target_that_fails_is_named_and_those_before_it_are_kept(trained, tmp_path, capsys):
    (tmp_path / "fails").touch()
    assert trained("{x: 1, y: 1, z: 1}") == (1, ["x"])
    assert capsys.readouterr().err == "train y: too few rows\n"
    (tmp_path / "fails").unlink()
    assert trained("{x: 1, y: 1, z: 1}") == (0, ["y", "z"])


def test_a_checkout_does_not_run_the_code_of_another_one(monkeypatch, tmp_path, capsys):
    write_text(tmp_path / "pipeline/stage.py", "")
    monkeypatch.chdir(tmp_path)
    assert stage.main(["inputs"]) == 1
    assert "inputs: the installed code is that of another folder" in capsys.readouterr().err


MODULE = "pipeline.core.targets"
TARGETS = "configs/targets.yaml"
READ = {"configs/stance.yaml": "a", TARGETS: "targets: {x: {a: 1}, y: {a: 1}}", "data/annotations/stance.jsonl": "c"}
MODEL = "data/models/x.skops"


def project(folder, **more):
    for name, text in {**READ, **more}.items():
        write_text(folder / name, text)
    return folder


def run(root, module=MODULE):
    """Run `train` for the target x; return whether it ran."""
    ran = []

    def train(root, target):
        ran.append(target)
        write_text(root / MODEL, "model")
        return {"rows": 3}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stage_outputs, "import_module", lambda name: SimpleNamespace(run=train))
        assert stage_outputs.run_or_restore(root, "train", ["x"], module)[0] == {"rows": 3}
    return bool(ran)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout in which `train` has run for the target x."""
    root = project(tmp_path / "checkout")
    monkeypatch.setattr(stage_outputs, "ROOT", root)
    assert run(root)
    return root


def test_results_are_taken_and_then_the_projects_own(checkout, tmp_path):
    own, store = project(tmp_path / "own", **{"data/models/x.old": "old"}), checkout / paths.STORE / "train.sqlite"
    before = store.read_bytes()
    assert not run(own)
    assert store.read_bytes() == before
    assert [path.name for path in (own / MODEL).parent.iterdir()] == ["x.skops"]
    assert (own / MODEL).read_text() == "model"
    shutil.rmtree(checkout)
    (own / MODEL).unlink()
    assert not run(own)
    assert (own / MODEL).read_text() == "model"
    assert run(project(tmp_path / "new"))
    assert not checkout.exists()


@pytest.mark.parametrize("changed", [*READ, "configs/languages/en_stance.yaml"])
def test_not_where_a_file_differs(checkout, tmp_path, changed):
    for root in (tmp_path / "own", checkout):
        assert run(project(root, **{changed: "targets: {x: other}"}))


@pytest.mark.parametrize(("targets", "ran"), [
    ("targets: {y: {a: 2}, x: {a: 1}}", False),  # `dvc repro` does not run the stage of x again
    ("targets: {x: {a: 2}, y: {a: 1}}", True),
    ("labels: [a]\ntargets: {x: {a: 1}, y: {a: 1}}", True),
    ("targets: 1", True),
])  # fmt: skip
def test_of_the_targets_that_of_the_stage_counts(checkout, tmp_path, targets, ran):
    assert run(project(tmp_path / "own", **{TARGETS: targets})) == ran
    (checkout / TARGETS).write_text(targets)
    assert run(checkout) == ran


def test_not_where_code_or_libraries_differ_or_the_store_is_damaged(checkout, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(stage_outputs, "version", lambda name: "0")
        assert run(project(tmp_path / "libraries"))
    assert run(project(tmp_path / "own"), module="pipeline.gold.real_quotes")
    assert run(checkout, module="pipeline.gold.real_quotes")
    assert run(checkout)
    assert not run(project(tmp_path / "the same"))
    path = checkout / paths.STORE / "train.sqlite"
    path.write_bytes(path.read_bytes()[:-3000])
    assert run(project(tmp_path / "another"))


@pytest.mark.parametrize(
    "name", ["data/models/x.a/../../../../out", "/out", "configs/stance.yaml", "data/models/y.skops"]
)
def test_a_store_from_elsewhere_writes_nowhere_else(checkout, name):
    key = stage_outputs._key(checkout, "train", ["x"], MODULE)
    files = [{"path": "counts", "content": b"{}"}, {"path": name, "content": b"bad"}]
    with ResultStore(checkout, "train") as store:
        store.add([("x", key, rows_to_bytes(stage_outputs._FILES, files))])

    def written():
        return {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file() and path != checkout / MODEL}

    before = written()
    with pytest.raises(DataError, match="does not write"):
        run(checkout)
    assert not (checkout / MODEL).exists()
    assert written() == before


@pytest.mark.parametrize("name", stage_outputs.READS)
def test_all_that_a_stage_reads_and_writes_counts(name):
    of = STAGES[name]
    read = {path for path in of["deps"] if not path.startswith("pipeline/")}
    read |= {path for param in of.get("params", []) for path in param}
    reads, writes = stage_outputs.READS[name], stage_outputs.WRITES[name]
    assert read <= {pattern.replace("*_", "en_").removesuffix("/*") for pattern in reads}
    written = {next(iter(out)) if isinstance(out, dict) else out for out in of["outs"]}
    # All targets write into the same folders.
    assert written == {place.replace("/{}", "").removesuffix("/*").removesuffix(".*") for place in [writes]}


def test_what_changes_the_digest(tmp_path, monkeypatch):
    """In a small package in which `a.run` imports the module `text`, but not `other`; its folder does not matter."""

    def digest(folder):
        monkeypatch.setattr(code_hash, "ROOT", folder)
        code_hash.digest.cache_clear()
        return code_hash.digest("pipeline.a.run")

    package = tmp_path / "one/pipeline"
    for name in ("__init__.py", "text.py", "other.py", "a/__init__.py", "a/weights/w.json", "b/__init__.py"):
        write_text(package / name, "")
    write_text(package / "a/run.py", "from pipeline.text import x\n")
    before = digest(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "other")
    assert digest(tmp_path / "other") == before
    for name in ("other.py", "b/__init__.py", "a/__pycache__/run.pyc"):
        write_text(package / name, "x = 1\n")
        assert digest(tmp_path / "one") == before
    digests = {before}
    for name in ("a/run.py", "text.py", "a/weights/w.json", "a/new.py"):
        write_text(package / name, "x = 1\nfrom pipeline.text import x\n")
        digests.add(digest(tmp_path / "one"))
    assert len(digests) == 5


STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def test_every_output_names_its_stage():
    for name, of in STAGES.items():
        for out in [*of.get("outs", []), *of.get("metrics", [])]:
            path = Path("/anywhere") / (next(iter(out)) if isinstance(out, dict) else out)
            assert f"--single-item {name}`" in rebuild_hint(path / "part-00000.parquet"), out
    assert set(STAGES_BY_PATH.values()) == set(STAGES)
    for other in ("data/raw/a.txt", "mydata/interim/x", "quotes", "data/interim/quotes_of_mine/x"):
        assert rebuild_hint(Path(other)) == "run `dvc repro`"
