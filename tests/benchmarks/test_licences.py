"""Dependencies, models and other files that are no code: hashes, origins and licences, shown by docs/licences.md."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pytest

from benchmarks import licences
from benchmarks.licences import PAGE, PIN_FILES, ROOT, UNKNOWN, parse_pins, parse_reasons
from benchmarks.licences import Package as P
from benchmarks.model_files import INSTALLED, ModelFile, find_changed, format_files, read_installed

PINS = parse_pins("".join((ROOT / name).read_text(encoding="utf-8") for name in PIN_FILES))
REASONS = parse_reasons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# They exist as source alone, or need such a package.
WITHOUT_WHEEL = {"antlr4-python3-runtime", "hydra-core", "omegaconf"}
# Code, and prose about it.
CODE = {".py", ".js", ".css", ".j2", ".md", ".toml", ".cff", ".lock", ""}
# Of the tools that build and test the project.
OF_TOOLS = (".dvc/*", ".ci/*", ".gitignore", ".dvcignore", "dvc.yaml", "dvc.lock", "requirements*.txt")
SOURCES = licences.read_sources()


@pytest.mark.parametrize("name", REASONS)
def test_a_direct_dependency_is_pinned_by_hash_and_has_a_reason(name):
    assert name in PINS, "run `make lock`"
    assert REASONS[name], "say in pyproject.toml what it is for"


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_hashes_a_wheel_and_a_licence_on_the_page(name):
    assert all(hashes for _, hashes in PINS[name])
    assert name not in WITHOUT_WHEEL
    page = re.sub(r" \([^()\n]*\)(?=,|$)", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)  # who needs it
    rows = re.findall(rf"^- \*\*(.+?)\*\*:.*? {re.escape(name)}(?:,|$)", page, re.MULTILINE)
    assert len(rows) == 1, "run `python -m benchmarks.licences`"
    assert rows != [UNKNOWN]


def test_is_permissive():
    permissive = ("MIT", "BSD", "Apache-2.0 OR GPL-2.0-or-later", "Apache-2.0 AND MIT")
    others = ("MPL-2.0 AND (Apache-2.0 OR MIT)", "MPL-2.0", "GPL-3.0-or-later", "EPL-2.0 OR GPL-2.0-or-later")
    others += ("LGPL-2.1-or-later", "MIT with a clause of ours", UNKNOWN)
    assert [licence for licence in (*permissive, *others) if licences.is_permissive(licence)] == list(permissive)


def test_pins_and_reasons_are_read_and_the_page_is_made():
    text = "numpy==2.4 ; python_version < '3.12' \\\n    --hash=sha256:a \\\n    --hash=sha256:b\n"
    text += "numpy==2.5\nA_b==1 \\\n    --hash=x:y\n"
    assert parse_pins(text) == {"numpy": [("2.4", 2), ("2.5", 0)], "a-b": [("1", 1)]}
    project = '[project]\ndependencies = [\n    "A_b>=1",  # to count\n    "c",\n]\n'
    project += '[other]\nx = [\n    "d",  # no\n]\n'
    assert parse_reasons(project) == {"a-b": "to count", "c": ""}
    # Licences that are not permissive come first.
    packages = [P("a", "MIT", ()), P("b", "GPL-3.0-only", ("a",))]
    text = licences.format_page(packages, {"a": "to count"})
    assert text.index("- **GPL-3.0-only**: b (a)\n") < text.index("- **MIT**: a\n")


def test_make_installs_wheels_alone():
    commands = (ROOT / "Makefile").read_text(encoding="utf-8")
    install = re.search(r"^INSTALL := (.*)$", commands, re.MULTILINE)[1]
    assert {"--only-binary :all:", "--require-hashes", "--no-deps"} <= set(re.findall(r"--\S+(?: :all:)?", install))
    pip = [line for line in commands.splitlines() if "pip install" in line and not line.startswith("INSTALL")]
    assert all("--no-build-isolation -e ." in line or "venv-lock" in line for line in pip)


@pytest.mark.long
@pytest.mark.parametrize("name", PIN_FILES)
def test_every_package_has_a_wheel(tmp_path, name):
    """By metadata where the index has it, so that little is downloaded; skipped where there is no network."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==[^\\\n]+", text, re.MULTILINE)
    (tmp_path / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
    command = [*pip, "--only-binary", ":all:", "-r", "pins.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    if "from versions: none" in done.stderr or "Connection" in done.stderr:
        pytest.skip("no network")
    assert done.returncode == 0, done.stderr


def test_the_page_has_the_tables_of_the_installed_models_and_of_sources():
    assert list(find_changed(INSTALLED, read_installed)) == []
    changed = ModelFile("a", "b/c", "0" * 64)
    assert list(find_changed((changed,), lambda _: b"")) == ["a: b/c is another file"]
    page = PAGE.read_text(encoding="utf-8")
    assert format_files() in page, "run `python -m benchmarks.licences`"
    assert licences.format_sources(SOURCES) in page, "run `python -m benchmarks.licences`"


def files_in_git() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    return subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).rstrip("\0").split("\0")


def row_of(path: str) -> dict[str, str] | None:
    return next((row for row in SOURCES if fnmatch(path, row["path"])), None)


def test_every_file_that_is_no_code_has_a_row_every_row_has_files_and_weights_have_a_card():
    files = [path for path in files_in_git() if PurePosixPath(path).suffix not in CODE]
    assert [path for path in files if not any(fnmatch(path, tool) for tool in OF_TOOLS) and row_of(path) is None] == []
    assert row_of("pipeline/stance/new/weights/en.npz") is row_of("pipeline/other/weights/en.npz") is None
    files = files_in_git()
    for row in SOURCES:
        assert all(row.values()), row
        assert any(row_of(path) is row for path in files), row["path"]
    for path in files:
        if PurePosixPath(path).suffix in (".npz", ".safetensors", ".bin", ".onnx"):
            row = row_of(path)
            assert row is not None, path
            assert "weights" in row["what"], path
            assert (ROOT / path).with_name("MODEL_CARD.md").exists(), path
