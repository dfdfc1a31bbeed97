"""What is said to make a file anew is what `dvc.yaml` says."""

from pathlib import Path

import pytest
import yaml

from pipeline.core.paths import STAGES as STAGES_BY_PATH
from pipeline.core.paths import rebuild_hint
from tests.e2e.project import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def outs():
    """Each output of `dvc.yaml` with its stage."""
    for name, stage in STAGES.items():
        body = stage.get("do", stage)
        for out in [*body.get("outs", []), *body.get("metrics", [])]:
            yield next(iter(out)) if isinstance(out, dict) else out, name


@pytest.mark.parametrize(("out", "stage"), outs())
def test_every_output_names_its_stage(out, stage):
    assert f"--single-item {stage}`" in rebuild_hint(Path("/anywhere") / out / "part-00000.parquet")


def test_every_stage_is_one_of_dvc():
    assert set(STAGES_BY_PATH.values()) == set(STAGES)


@pytest.mark.parametrize("path", ["data/raw/a.txt", "mydata/interim/x", "quotes", "data/interim/quotes_of_mine/x"])
def test_of_other_files_nothing_is_known(path):
    assert rebuild_hint(Path(path)) == "run `dvc repro`"
