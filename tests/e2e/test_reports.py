"""Files that a run writes for `dvc plots` and `dvc metrics`."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
import yaml

from tests.e2e import project

PLOTS = ("calibration", "confusion", "risk_coverage")


@pytest.fixture(scope="module")
def plots(built_sample) -> dict[str, Any]:
    return json.loads(project.run(built_sample, "dvc", "plots", "show", "--json").stdout)


def rows(plots: dict[str, Any], name: str, target: str) -> list[dict[str, Any]]:
    values = plots["data"][f"reports/plots/{name}.csv"][0]["content"]["data"]["values"]
    return [row for row in values if row["target"] == target]


def test_dvc_plots_draws_every_kind_for_every_target(plots):
    targets = yaml.safe_load((project.ROOT / "configs/targets.yaml").read_text(encoding="utf-8"))["targets"]
    assert "errors" not in plots
    assert sorted(plots["data"]) == [f"reports/plots/{name}.csv" for name in PLOTS]
    assert all(rows(plots, name, target.replace("_", " ")) for name in PLOTS for target in targets)


def test_the_page_of_the_plots_needs_no_network(built_sample):
    address = project.run(built_sample, "dvc", "plots", "show").stdout.strip()
    page = Path(url2pathname(urlsplit(address).path))
    library = re.search(r'<script src="(\.\./[^"]+)">', page.read_text(encoding="utf-8"))[1]
    assert "window.vegaEmbed=" in (page.parent / library).read_text(encoding="utf-8")


def test_a_confusion_matrix_counts_all_labelled_quotes(plots, built_sample):
    cells = rows(plots, "confusion", "ceasefire")
    scores = json.loads((built_sample / "reports/scores.json").read_text())
    assert len(cells) == 25
    assert sum(int(cell["quotes"]) for cell in cells) == scores["stance"]["ceasefire"]["on"]["quotes"]


def test_dvc_shows_about_fifteen_numbers_without_a_warning(built_sample):
    done = project.run(built_sample, "dvc", "metrics", "show", "--json")
    metrics = json.loads(done.stdout)[""]["data"]["reports/metrics.json"]["data"]
    numbers = [value for part in metrics.values() for value in part.values()]
    assert 10 <= len(numbers) <= 20
    assert all(isinstance(value, int | float) for value in numbers)
    assert "failed" not in done.stderr
