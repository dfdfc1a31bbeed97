"""Files that a run writes for `dvc plots` and `dvc metrics`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.e2e import project

KINDS = ("confusion", "learning", "reliability", "risk_coverage")


@pytest.fixture(scope="module")
def plots(built_sample) -> dict[str, Any]:
    return json.loads(project.run(built_sample, "dvc", "plots", "show", "--json").stdout)


def test_dvc_plots_draws_every_kind_for_every_target(plots):
    targets = yaml.safe_load((project.ROOT / "configs/targets.yaml").read_text(encoding="utf-8"))["targets"]
    assert "errors" not in plots
    assert sorted(plots["data"]) == [
        f"reports/plots/{kind}/{target}.csv" for kind in KINDS for target in sorted(targets)
    ]


def test_a_confusion_matrix_counts_all_labelled_quotes(plots, built_sample):
    cells = plots["data"]["reports/plots/confusion/ceasefire.csv"][0]["content"]["data"]["values"]
    metrics = json.loads((built_sample / "reports/metrics.json").read_text())
    assert len(cells) == 25
    assert sum(int(cell["quotes"]) for cell in cells) == metrics["stance"]["ceasefire"]["on"]["quotes"]


def test_a_learning_curve_has_every_share(plots):
    points = plots["data"]["reports/plots/learning/ceasefire.csv"][0]["content"]["data"]["values"]
    assert [int(p["training_quotes"]) for p in points] == sorted(int(p["training_quotes"]) for p in points)
    assert len(points) == 4


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{name}.{key}")
    else:
        yield name, value


def test_metrics_can_be_compared(built_sample):
    """All values are numbers: `dvc metrics diff` leaves out lists."""
    metrics = json.loads((built_sample / "reports/metrics.json").read_text())
    words = [name for name, value in leaves(metrics) if isinstance(value, str)]
    assert [name for name in words if not name.endswith(".holds")] == []
