"""Which target or set a stage is run for: named in the command, or by DVC in the environment."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from pipeline import stage
from pipeline.core.storage import earlier_results


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """Function that runs the stage `train` and returns what it was given."""
    given = []
    module = ModuleType("recorded")
    module.run = lambda root, *rest: given.append(rest) or {}
    monkeypatch.setitem(sys.modules, "recorded", module)
    monkeypatch.setitem(stage.MODULES, "train", "recorded")
    monkeypatch.setattr(earlier_results, "STAGES", {})
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, dvc: str | None = None):
        monkeypatch.delenv("DVC_STAGE", raising=False)
        if dvc is not None:
            monkeypatch.setenv("DVC_STAGE", dvc)
        assert stage.main(["train", *arguments]) == 0
        return given.pop()

    return run


@pytest.mark.parametrize(
    ("dvc", "expected"),
    [
        (None, ()),
        ("train@ceasefire", ("ceasefire",)),
        ("../dvc.yaml:train@ceasefire", ("ceasefire",)),
        ("train@x$(touch ran)", ("x$(touch ran)",)),
        ("train@x\ny", ("x\ny",)),
        ("external@0", ()),
        ("train", ()),
    ],
)
def test_dvc_names_it(ran, dvc, expected):
    assert ran(dvc=dvc) == expected


def test_the_command_names_it(ran):
    assert ran("ceasefire") == ran("ceasefire", dvc="train@another") == ("ceasefire",)
