"""The built sample: its dataset loads, DVC shows its figures, and `dvc.yaml` lists all inputs of each stage."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
import yaml
from datasets import ClassLabel, load_dataset

from pipeline.core import paths
from pipeline.core.code_hash import import_closure
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures
from pipeline.core.targets import load_targets
from pipeline.stage import MODULES
from tests.e2e import project


@pytest.fixture(scope="module")
def load(built_sample, tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))
    return lambda config: load_dataset(str(built_sample / "data/published"), config, split="train", cache_dir=cache)


def test_no_stage_failed_on_an_article_and_labels_have_names(built_sample, load):
    assert read_failures(built_sample) == []
    assert "failed" not in {row["reason"] for row in tables.read(built_sample / paths.REJECTS)}
    features = load("quotes").features
    for target, settings in load_targets().items():
        assert features[target].names == [*settings.labels, "unknown"]
        assert features[f"{target}_predicted_label"].names == settings.labels
        assert load("gold").features[target].names == settings.labels
    assert features["type"].names == ["direct", "indirect", "mixed"]
    assert isinstance(load("speakers").features["kind"], ClassLabel)


def test_all_offsets_and_probabilities_are_valid_and_speakers_of_quotes_are_in_the_speaker_table(load):
    texts = {row["article_id"]: row["text"] for row in load("articles")}
    names = load("quotes").features["ceasefire_predicted_label"].names
    for row in load("quotes"):
        chances = [row[f"ceasefire_p_{name}"] for name in names]
        assert sum(chances) == pytest.approx(1, abs=1e-4)
        assert max(chances) == chances[row["ceasefire_predicted_label"]]
        text = texts[row["article_id"]]
        assert row["content"] == " ".join(text[p["start"] : p["end"]] for p in row["parts"])
        for name in ("cue", "source"):
            start, end = row[f"{name}_start"], row[f"{name}_end"]
            assert row[name] == (None if start is None else text[start:end])
        assert row["context"] == text[row["context_start"] : row["context_end"]]
        assert row["parts"] == sorted(row["parts"], key=lambda p: p["start"])
    speakers = {row["speaker_id"]: row for row in load("speakers")}
    counts = dict.fromkeys(speakers, 0)
    for row in load("quotes"):
        if row["speaker_id"] is not None:
            assert row["speaker"] is not None
            counts[row["speaker_id"]] += 1
    assert counts == {key: row["n_quotes"] for key, row in speakers.items()}


def test_dvc_plots_draws_every_kind_for_every_target(built_sample):
    plots = json.loads(project.run(built_sample, "dvc", "plots", "show", "--json").stdout)
    assert "errors" not in plots
    names = ("calibration", "confusion", "risk_coverage")
    assert sorted(plots["data"]) == [f"reports/plots/{name}.csv" for name in names]
    for name in names:
        drawn = plots["data"][f"reports/plots/{name}.csv"][0]["content"]["data"]["values"]
        assert {target.replace("_", " ") for target in load_targets()} <= {row["target"] for row in drawn}


def test_the_page_of_the_plots_needs_no_network(built_sample):
    address = project.run(built_sample, "dvc", "plots", "show").stdout.strip()
    page = Path(url2pathname(urlsplit(address).path))
    library = re.search(r'<script src="(\.\./[^"]+)">', page.read_text(encoding="utf-8"))[1]
    assert "window.vegaEmbed=" in (page.parent / library).read_text(encoding="utf-8")


def test_dvc_shows_about_fifteen_numbers_without_a_warning(built_sample):
    done = project.run(built_sample, "dvc", "metrics", "show", "--json")
    metrics = json.loads(done.stdout)[""]["data"]["reports/metrics.json"]["data"]
    numbers = [value for part in metrics.values() for value in part.values()]
    assert 10 <= len(numbers) <= 20
    assert all(isinstance(value, int | float) for value in numbers)
    assert "failed" not in done.stderr


# The first only names what can be imported, the second is only checked: no result depends on them.
NO_DEPENDENCY = {"pipeline/__init__.py", ".dvcignore"}
# These open the input itself, which the list of its files stands for.
READING = ("inputs", "ingest")
STAGES = yaml.safe_load((project.ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
# `code` is a stage of projects whose code is installed elsewhere.
NAMES = sorted(set(MODULES) - {"code"})


def declared_paths(name: str) -> tuple[set[str], set[str]]:
    """Return the paths of `deps` and the config files of `params`."""
    params = {key for entry in STAGES[name].get("params", []) for key in entry}
    return set(STAGES[name]["deps"]), params


def is_covered(path: str, deps: set[str]) -> bool:
    return path in deps or any(path.startswith(f"{dep}/") for dep in deps)


@pytest.mark.parametrize("name", NAMES)
def test_deps_cover_the_imported_code(name):
    deps, _ = declared_paths(name)
    needed = import_closure("pipeline.stage", MODULES[name]) - NO_DEPENDENCY
    assert [path for path in sorted(needed) if not is_covered(path, deps)] == []
    code = {dep for dep in deps if dep.startswith("pipeline/")}
    assert [dep for dep in sorted(code) if not any(is_covered(path, {dep}) for path in needed)] == []


def test_every_stage_is_there():
    assert set(STAGES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_opens_only_what_it_declares(name, built_sample):
    """The build is watched: all stages run in it, from nothing."""
    folder = built_sample
    opened = project.opened_by(folder, name)
    deps, params = declared_paths(name)
    deps |= {"data/raw"} if name in READING else set()
    deps |= {"dvc.yaml"} if name == "inputs" else set()  # runs every time, and checks that the configs are there
    made = [out for key in ("outs", "metrics") for out in STAGES[name].get(key, [])]
    outs = {next(iter(out)) if isinstance(out, dict) else out for out in made}
    config = {path for path in opened if path.startswith("configs/")}
    assert config <= params | deps, "a config is opened that is not in params or deps"
    named = params | {dep for dep in deps if dep.startswith("configs/")}
    assert named <= config, "a config is in params or deps that the stage does not open"
    others = {
        path for path in opened - config - NO_DEPENDENCY if (folder / path).is_file() and "__pycache__" not in path
    }
    assert [path for path in sorted(others) if not is_covered(path, deps | outs)] == []
