"""Stages: for which targets one runs, and on which code its results depend."""

import shutil
import sys
from types import ModuleType

import pytest

from pipeline import stage
from pipeline.core import code_hash, targets
from pipeline.core.config import read_yaml
from pipeline.core.errors import DataError
from pipeline.core.storage.atomic_files import write_text


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
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/models").mkdir(parents=True)

    def run(settings: str) -> tuple[int, list[str]]:
        write_text("configs/targets.yaml", f"targets: {settings}")
        names.clear()
        return stage.main(["train"]), names

    return run


def test_each_target_is_trained_a_failure_is_named_and_the_model_of_one_that_is_gone_deleted(trained, tmp_path, capsys):
    assert trained("{x: 1, y: 1}") == (0, ["x", "y"])
    assert capsys.readouterr().out == "train x: rows 3\ntrain y: rows 3\n"
    assert trained("{y: 2}") == (0, ["y"])
    assert [path.name for path in (tmp_path / "data/models").iterdir()] == ["y.skops"]
    (tmp_path / "fails").touch()
    assert trained("{x: 1, y: 1, z: 1}") == (1, ["x"])
    assert capsys.readouterr().err == "train y: too few rows\n"


def test_a_checkout_does_not_run_the_code_of_another_one(monkeypatch, tmp_path, capsys):
    write_text(tmp_path / "pipeline/stage.py", "")
    monkeypatch.chdir(tmp_path)
    assert stage.main(["inputs"]) == 1
    assert "inputs: the installed code is that of another folder" in capsys.readouterr().err


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
