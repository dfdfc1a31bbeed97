"""`dvc.yaml` lists all inputs of each stage: its code and the configs that it opens."""

import pytest
import yaml

from pipeline.core.code_hash import import_closure
from pipeline.stage import MODULES
from tests.e2e import project

# The first only names what can be imported, the second is only checked: no result depends on them.
NO_DEPENDENCY = {
    "pipeline/__init__.py",
    ".dvcignore",
}
# These open the input itself, which the list of its files stands for.
READING = ("inputs", "ingest")
STAGES = yaml.safe_load((project.ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
# `code` is a stage of projects whose code is installed elsewhere.
NAMES = sorted(set(MODULES) - {"code"})


def declared_paths(name: str) -> tuple[set[str], set[str]]:
    """Return the paths of `deps` and the config files of `params`."""
    return set(STAGES[name]["deps"]), {key for entry in STAGES[name].get("params", []) for key in entry}


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
