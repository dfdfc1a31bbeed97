"""Which inputs `.dvcignore` covers, so that DVC does not act on files of its own among the articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.config import ROOT
from pipeline.core.errors import ConfigError
from pipeline.ingest.input_files import IGNORE_LINES, check_input_place

LINES = "\n".join(IGNORE_LINES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that DVC manages, with the project's own `.dvcignore`."""
    root = tmp_path / "project"
    for name in (".dvc", "data/raw", "data/interim", "configs", "articles"):
        (root / name).mkdir(parents=True)
    (root / ".dvcignore").write_bytes((ROOT / ".dvcignore").read_bytes())
    return root


@pytest.mark.parametrize("name", ["data/raw", "articles", "articles/none", "../elsewhere"])
def test_an_input_of_its_own_is_accepted(root, name):
    check_input_place(root, root / name)


@pytest.mark.parametrize(
    "name", ["configs/mine", "data/interim/articles", "data/models/a", "reports/index.html", ".git/x", ".dvc/tmp"]
)
def test_an_input_where_stages_write_is_refused(root, name):
    with pytest.raises(ConfigError, match="in a folder of the project's own files"):
        check_input_place(root, root / name)


@pytest.mark.parametrize("name", ["", "..", "data", "/", "configs", "data/interim", "data/../data", ".git", "reports"])
def test_an_input_with_the_projects_own_files_is_refused(root, name):
    with pytest.raises(ConfigError, match="the project's own files"):
        check_input_place(root, root / name)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (LINES, True),
        (f"*.log\n{LINES}\n!/docs/dvc.yaml\n", True),
        (f"!*.log\n{LINES}\n", False),
        ("", False),
        (LINES.replace("*.dvc\n", "", 1), False),
        ("\n".join(reversed(IGNORE_LINES)), False),
        (f"{LINES}\n!dvc.yaml", False),
        (f"{LINES}\n!/articles/dvc.yaml", False),
        (f"{LINES}\n!/articles", False),
        (f"{LINES}\n!/*/dvc.yaml", False),
        (LINES.replace("*.dvc", "!/articles/dvc.yaml\n*.dvc", 1), False),
    ],
)
def test_lines(root, text, covered):
    (root / ".dvcignore").write_text(text)
    check_input_place(root, root.parent / "elsewhere")
    if covered:
        check_input_place(root, root / "articles")
    else:
        with pytest.raises(ConfigError, match="DVC would act"):
            check_input_place(root, root / "articles")


def test_links_out_of_and_into_the_project_are_inputs_in_it(root):
    (root / ".dvcignore").unlink()
    (root / "out").symlink_to(root.parent)
    (root.parent / "in").symlink_to(root / "articles")
    (root.parent / "elsewhere").mkdir()
    (root / "link").symlink_to(root.parent / "elsewhere")
    for place in (root / "link", root.parent / "in"):
        with pytest.raises(ConfigError, match="DVC would act"):
            check_input_place(root, place)
    with pytest.raises(ConfigError, match="the project's own files"):
        check_input_place(root, root / "out")


def test_nothing_is_asked_of_a_project_without_dvc(tmp_path):
    check_input_place(tmp_path, tmp_path / "data/raw")
