"""`benchmarks.scale` measures every stage of the pipeline, each after those that it needs."""

from __future__ import annotations

import yaml

from benchmarks.scale import ROOT, STAGES

# Its models are copied.
NOT_MEASURED = {"train"}


def test_every_stage_is_measured_after_those_that_it_needs():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert set(STAGES) == stages.keys() - NOT_MEASURED
    outs = {out if isinstance(out, str) else next(iter(out)): name for name in STAGES for out in stages[name]["outs"]}
    for number, name in enumerate(STAGES):
        deps = tuple(stages[name]["deps"])
        needed = {made_by for out, made_by in outs.items() if f"{out}/".startswith(deps)}
        assert needed - {name} <= set(STAGES[:number])
