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
    """A project with one trained target and the tables of a run."""
    root = tmp_path_factory.mktemp("project")
    copy_configs(root)
    write_project(root)
    stage_train.run(root, "ceasefire")
    return root


def call(root, *arguments, text=None):
    return CliRunner().invoke(main, ["stance", *arguments, "--root", str(root)], input=text)


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
    done = call(root, "--json", "--explain", "--cue", "rejects", "every ceasefire")
    found = json.loads(done.stdout)
    (one,) = found["stances"]
    assert (found["cue"], one["target"]) == ("rejects", "ceasefire")
    assert list(one["probabilities"]) == ["favor", "against", "conditional", "neutral", "unrelated"]
    assert sum(one["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert set(one) >= {"words_for", "words_against", "nearest", "abstained"}
    assert one["evidence"] == (["ceasefire"] if one["predicted_label"] != "unrelated" else [])


def test_an_abstained_label_is_shown_as_unknown_with_the_predicted_one_beside():
    prediction = StancePrediction("ceasefire", "favor", {"favor": 0.4, "against": 0.3}, True, None, [])
    shown = list(format_lines({"text": "Peace."}, [prediction]))
    assert shown[1] == "  ceasefire: unknown (not sure enough of favor)"
    values = prediction.to_dict()
    assert (values["label"], values["predicted_label"], values["abstained"]) == ("unknown", "favor", True)


def test_a_quote_may_be_longer_than_a_file_name(root):
    text = "We want a truce with Renn now. " * 40
    assert json.loads(call(root, "--json", text).stdout)["content"] == text


def test_without_explain_there_are_no_reasons(root):
    assert "words_for" not in json.loads(call(root, "--json", "No truce.").stdout)["stances"][0]


def test_the_quotes_of_an_article(root):
    done = call(root, "--json", "-", text="“There will be no truce with Renn,” said Nadia Sarkel.\n")
    (found,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert found["speaker"] == "Nadia Sarkel"
    assert found["stances"][0]["label"] == "against"


def test_a_quote_of_the_build(root):
    (first, *_) = write_run(root)
    found = json.loads(call(root, "--json", first).stdout)
    assert (found["content"], found["cue"]) == ("there will be no truce", "said")
    done = call(root, "0123456789abcdef-7")
    assert done.exit_code == 1
    assert "no quote 0123456789abcdef-7" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.txt"], "missing.txt: no such file"),
        (["  "], "no text"),
        (["--target", "weather", "No truce."], "unknown target 'weather'"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(root, arguments, says):
    done = call(root, *arguments)
    assert done.exit_code == 1
    assert says in done.stderr
    assert "→" in done.stderr


def test_before_the_first_build_the_remedy_is_dvc_repro(root, tmp_path):
    shutil.copytree(root / "configs", tmp_path / "configs")
    done = call(tmp_path, "No truce.")
    assert done.exit_code == 1
    assert "no stance models here yet" in done.stderr
    assert "dvc repro" in done.stderr


def test_model_and_annotations_of_two_builds_are_named(root, tmp_path):
    shutil.copytree(root, tmp_path / "p")
    write_labels(tmp_path / "p", training_rows()[:-1])
    done = call(tmp_path / "p", "--explain", "No truce.")
    assert done.exit_code == 1
    assert "out of step" in done.stderr
