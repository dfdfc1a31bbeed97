"""Packages are installed as wheels alone, and the files of models are those of the table in docs/licences.md."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from benchmarks.licences import PAGE, PIN_FILES, ROOT, parse_pins
from benchmarks.model_files import INSTALLED, ModelFile, find_changed, format_files, read_installed

# They exist as source alone, or need such a package.
WITHOUT_WHEEL = {"antlr4-python3-runtime", "hydra-core", "omegaconf"}


def test_the_installed_files_are_those_of_the_table():
    assert list(find_changed(INSTALLED, read_installed)) == []


def test_a_changed_file_is_found():
    file = ModelFile("a", "b/c", "0" * 64)
    assert list(find_changed((file,), lambda _: b"")) == ["a: b/c is another file"]


def test_the_page_has_the_table():
    assert format_files() in PAGE.read_text(encoding="utf-8"), "run `python -m benchmarks.licences`"


def test_make_installs_wheels_alone():
    commands = (ROOT / "Makefile").read_text(encoding="utf-8")
    install = re.search(r"^INSTALL := (.*)$", commands, re.MULTILINE)[1]
    assert {"--only-binary :all:", "--require-hashes", "--no-deps"} <= set(re.findall(r"--\S+(?: :all:)?", install))
    pip = [line for line in commands.splitlines() if "pip install" in line and not line.startswith("INSTALL")]
    assert all("--no-build-isolation -e ." in line or "venv-lock" in line for line in pip)


def test_no_list_has_a_package_without_a_wheel():
    pinned = parse_pins("".join((ROOT / name).read_text(encoding="utf-8") for name in PIN_FILES))
    assert not WITHOUT_WHEEL & pinned.keys()


@pytest.mark.long
@pytest.mark.parametrize("name", PIN_FILES)
def test_every_package_has_a_wheel(tmp_path, name):
    """By metadata where the index has it, so that little is downloaded; skipped where there is no network."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==[^\\\n]+", text, re.MULTILINE)
    (tmp_path / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
    done = subprocess.run(
        [*pip, "--only-binary", ":all:", "-r", "pins.txt"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if "from versions: none" in done.stderr or "Connection" in done.stderr:
        pytest.skip("no network")
    assert done.returncode == 0, done.stderr
