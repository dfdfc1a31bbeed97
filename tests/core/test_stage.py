"""Which targets a stage is run for: named in the command, or all of the config."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from pipeline import stage
from pipeline.core import code_hash, targets
from pipeline.core.config import read_yaml
from pipeline.core.errors import DataError
from pipeline.core.storage.atomic_files import write_text

MODEL = "data/models/{}.skops"


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
    (tmp_path / MODEL.format("x")).write_text("damaged")
    assert trained("{x: 1, y: 2}") == (0, [])
    assert (tmp_path / MODEL.format("x")).read_text() == "model"


def test_the_model_of_a_target_that_is_gone_is_deleted(trained, tmp_path):
    trained("{x: 1, y: 1}")
    assert trained("{y: 1}") == (0, [])
    assert [path.name for path in (tmp_path / "data/models").iterdir()] == ["y.skops"]


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
