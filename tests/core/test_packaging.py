"""The lists of packages fit each other, and the wheel works where there is no checkout."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.config import ROOT

TEXT = "“We reject any truce before the hostages are home,” said Nadia Sarkel.\n"
RUNTIME, TEST = (ROOT / name for name in ("requirements.txt", "requirements-test.txt"))


def pins(file: Path) -> dict[str, str]:
    """Map each pinned package, with the Python versions or systems that it is for, to its version."""
    lines = re.findall(r"^([\w.-]+)==([\w.+!-]+)([^\\\n]*)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {name + condition.rstrip(): version for name, version, condition in lines}


def test_the_tests_need_what_the_pipeline_needs_and_more_and_no_list_names_a_server():
    runtime, test = pins(RUNTIME), pins(TEST)
    assert TEST.read_text(encoding="utf-8").startswith("-r requirements.txt\n")
    assert {name: test[name] for name in test.keys() & runtime.keys()}.items() <= runtime.items()
    assert {"pytest", "playwright", "dask", "mypy"} <= test.keys()
    assert not {"pytest", "playwright", "dask", "mypy"} & runtime.keys()
    both = RUNTIME.read_text(encoding="utf-8") + TEST.read_text(encoding="utf-8")
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", both)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Folder with the wheel of this checkout, installed without its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*install, "--target", str(folder / "site"), str(wheel)], check=True, capture_output=True)
    return folder / "site"


def run(installed: Path, place: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a command with the installed package, in a folder outside of the checkout."""
    env = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run([sys.executable, *command], cwd=place, env=env, capture_output=True, text=True, check=False)


def test_the_wheel_has_what_a_project_is_set_up_from(installed):
    template = installed / "pipeline/_template"
    listing = ["git", "ls-files", "configs", "data/annotations", ".dvc/config", ".dvc/plots"]
    kept = subprocess.check_output(listing, cwd=ROOT, text=True).split()
    names = [*kept, "dvc.yaml", ".dvcignore", "benchmarks/results/real_quotes.json"]
    assert len(names) > 20
    assert [name for name in names if (template / name).read_bytes() != (ROOT / name).read_bytes()] == []


def test_the_installed_command_finds_quotes_without_a_project_by_its_own_configs(installed, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = run(installed, tmp_path, str(installed / "bin/parley"), "quotes", "--json", "a.txt")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["speaker"] == "Nadia Sarkel"
    code = "import pipeline; from pipeline.core.config import CONFIGS; print(pipeline.__file__, CONFIGS, sep='\\n')"
    used = run(installed, tmp_path, "-c", code).stdout.splitlines()
    assert used == [f"{installed}/pipeline/__init__.py", f"{installed}/pipeline/_template/configs"]
