"""`parley stance`: a quote, a file or a quote of the build; labels with probabilities, and why."""

import json
import shutil

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.cli.stance_command import StancePrediction, format_lines
from pipeline.stance import stage_train
from tests.worlds.project import copy_configs
from tests.worlds.stance_project import training_rows, write_labels, write_project, write_run


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    copy_configs(root)
    write_project(root)
    stage_train.run(root, "ceasefire")
    return root


def call(root, *arguments, text=None):
    return CliRunner().invoke(main, ["stance", *arguments, "--root", str(root)], input=text)


def stances(root, *arguments, text=None):
    (line,) = call(root, "--json", *arguments, text=text).stdout.splitlines()
    return json.loads(line)


def test_a_quote_with_the_reasons(root):
    done = call(root, "--explain", "There will be no truce with Tolvar.")
    assert done.exit_code == 0, done.output
    assert "ceasefire: against" in done.stdout
    assert "    evidence: will, no truce\n" in done.stdout
    assert done.stdout.count("    near ") == 3
    assert "near 0.9" in done.stdout or "near 1.0" in done.stdout
    lines = call(root, "--explain", "No truce with Tolvar.").stdout.splitlines()
    (words,) = [line for line in lines if "words for it:" in line]
    assert "no +" in words


def test_json_has_every_probability(root):
    found = stances(root, "--explain", "--cue", "rejects", "every ceasefire")
    (one,) = found["stances"]
    assert (found["cue"], one["target"]) == ("rejects", "ceasefire")
    assert list(one["probabilities"]) == ["favor", "against", "conditional", "neutral", "unrelated"]
    assert sum(one["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert set(one) >= {"words_for", "words_against", "nearest", "abstained"}
    assert one["evidence"] == (["ceasefire"] if one["predicted_label"] != "unrelated" else [])


def test_an_abstained_label_is_shown_as_unknown_with_the_predicted_one_beside():
    prediction = StancePrediction("ceasefire", "favor", {"favor": 0.4, "against": 0.3}, True)
    shown = list(format_lines({"text": "Peace."}, [prediction]))
    assert shown[1] == "  ceasefire: unknown (not sure enough of favor)"
    values = prediction.to_dict()
    assert (values["label"], values["predicted_label"], values["abstained"]) == ("unknown", "favor", True)


def test_the_quotes_of_an_article_or_of_the_build(root):
    found = stances(root, "-", text="“There will be no truce with Renn,” said Nadia Sarkel.\n")
    assert (found["speaker"], found["stances"][0]["label"]) == ("Nadia Sarkel", "against")
    text = "We want a truce with Renn now. " * 40  # longer than a file name may be
    found = stances(root, text)
    assert (found["content"], "words_for" in found["stances"][0]) == (text, False)
    (first, *_) = write_run(root)
    found = stances(root, first)
    assert (found["content"], found["cue"]) == ("there will be no truce", "said")


@pytest.mark.parametrize(("arguments", "says"), [
    (["0123456789abcdef-7"], "no quote 0123456789abcdef-7"),
    (["missing.txt"], "missing.txt: no such file"),
    (["  "], "no text"),
    (["--target", "weather", "No truce."], "unknown target 'weather'"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_remedy(root, arguments, says):
    done = call(root, *arguments)
    assert done.exit_code == 1
    assert says in done.stderr
    assert "→" in done.stderr


def test_a_project_without_a_build_and_one_of_two_builds(root, tmp_path):
    shutil.copytree(root / "configs", tmp_path / "none/configs")
    shutil.copytree(root, tmp_path / "two")
    write_labels(tmp_path / "two", training_rows()[:-1])
    for name, *says in [("none", "no stance models here yet", "dvc repro"), ("two", "out of step")]:
        done = call(tmp_path / name, "--explain", "No truce.")
        assert done.exit_code == 1
        assert [words for words in says if words not in done.stderr] == []
