"""`dvc repro` on the sample: complete, reproducible, and only changed stages run again."""

import pytest
import yaml

from tests.e2e import project
from tests.robust.mini import outputs

# What `dvc status` says of the stage that looks for changes in the input.
ALWAYS = {"inputs": ["always changed"]}


def test_a_second_run_runs_nothing_and_status_is_clean(built_sample):
    """But for the stage that looks for changes in the input."""
    assert project.ran(project.repro(built_sample)) == ["inputs"]
    assert project.status(built_sample) == ALWAYS


@pytest.mark.long
def test_another_folder_and_more_processes_give_the_same_bytes(built_sample, tmp_path):
    other = project.copy(tmp_path / "a folder with spaces")
    assert len(project.ran(project.repro(other, processes=2))) >= 10
    one, two = outputs(built_sample), outputs(other)
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


TRAINING = ["train"]
# For each config file, a value to change and the stages that read it.
CONFIGS = {
    "ingest.yaml": ("min_words", 31, ["ingest"]),
    "parse.yaml": ("language", "xx", ["parse"]),
    "extract.yaml": ("profile", "attribution", ["extract", "read"]),
    "read.yaml": ("reader", "off", ["read"]),
    "resolve.yaml": ("min_tokens", 6, ["evaluate", "resolve"]),
    "stance.yaml": ("C", 5.0, TRAINING),
    "publish.yaml": ("license", "other", ["evaluate", "positions", "publish", "report"]),
    "languages/en.yaml": ("titles", ["Mr"], ["evaluate", "extract", "ingest", "parse", "report", "resolve"]),
    "languages/en_boilerplate.yaml": ("author", "x", ["ingest"]),
    "languages/en_stance.yaml": ("uppercase_names", ["US"], TRAINING),
    "languages/en_evidence.yaml": ("stance_cues", ["hope"], ["label"]),
    "targets.yaml": (
        "targets", {},
        ["behaviours", "evaluate", "label", "positions", "publish", "read", "report", "resolve", "train"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def copy_with_configs(built_sample, tmp_path_factory):
    return project.copy_build(built_sample, tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("name", CONFIGS)
def test_a_changed_config_reruns_only_the_stages_that_read_it(copy_with_configs, name):
    key, value, stages = CONFIGS[name]
    path = copy_with_configs / "configs" / name
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(yaml.safe_dump({**yaml.safe_load(before), key: value}), encoding="utf-8")
        changed = project.status(copy_with_configs)
    finally:
        path.write_text(before, encoding="utf-8")
    assert sorted(changed.keys() - ALWAYS) == stages
    assert ALWAYS.keys() <= changed.keys()


def test_every_config_file_is_tested():
    names = {str(p.relative_to(project.ROOT / "configs")) for p in (project.ROOT / "configs").rglob("*.yaml")}
    assert names == set(CONFIGS)
