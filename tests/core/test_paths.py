"""The stage that an error message names for a file is the one in `dvc.yaml`."""

from pathlib import Path

import pytest
import yaml

from pipeline.core.paths import STAGES as STAGES_BY_PATH
from pipeline.core.paths import rebuild_hint
from tests.e2e.project import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def outs():
    """Map each output of `dvc.yaml` to its stage."""
    for name, stage in STAGES.items():
        for out in [*stage.get("outs", []), *stage.get("metrics", [])]:
            yield next(iter(out)) if isinstance(out, dict) else out, name


@pytest.mark.parametrize(("out", "stage"), outs())
def test_every_output_names_its_stage(out, stage):
    assert f"--single-item {stage}`" in rebuild_hint(Path("/anywhere") / out / "part-00000.parquet")


def test_every_stage_is_in_dvc_yaml():
    assert set(STAGES_BY_PATH.values()) == set(STAGES)


@pytest.mark.parametrize("path", ["data/raw/a.txt", "mydata/interim/x", "quotes", "data/interim/quotes_of_mine/x"])
def test_other_files_have_no_stage(path):
    assert rebuild_hint(Path(path)) == "run `dvc repro`"
