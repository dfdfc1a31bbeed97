"""Nothing that lies among the articles stops `dvc repro` or makes it wait: what cannot be read is a named reject."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.storage import tables
from tests.e2e import project
from tests.robust import mini, odd_files
from tests.robust.odd_files import ODD, STORY
from tests.worlds.project import change_config


def found(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Return the paths of the articles, and the detail of each reject by its path."""
    articles = {row["raw_path"] for row in tables.iterate_rows(folder / paths.ARTICLES, ["raw_path"])}
    rejects = tables.read(folder / paths.REJECTS)
    assert {row["reason"] for row in rejects} <= {"bad_file"}
    return articles, {row["raw_path"]: row["detail"] for row in rejects}


def check_found(folder: Path, names: list[str]) -> None:
    """Check that the plain article and what was added are articles or rejects as they should be."""
    articles, rejects = found(folder)
    assert articles == {"plain.txt", *(ODD[name][2] for name in names if ODD[name][2])}
    expected = {name: ODD[name][1] for name in names if ODD[name][1]}
    assert rejects.keys() == expected.keys()
    assert [name for name in expected if not rejects[name].startswith(expected[name])] == []


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A small copy of Parley with one article in the usual folder."""
    folder = mini.copy(tmp_path_factory.mktemp("odd") / "project")
    shutil.copy(project.ROOT / ".gitignore", folder)  # DVC stops at a closed folder that git does not ignore
    shutil.rmtree(folder / "data/raw/sample")
    (folder / "data/raw/plain.txt").write_text(STORY.format("one"), encoding="utf-8")
    change_config(folder / "configs/ingest.yaml", input="data/raw", include=[], near_duplicate_threshold=1)
    return folder


def start_project(folder: Path, kind: str) -> tuple[Path, Path]:
    """Set up a project by `parley init`; return it and its input: a folder in it, or a link there to one outside."""
    articles = folder / "project/articles" if kind == "inside" else folder / "articles"
    articles.mkdir(parents=True)
    (articles / "plain.txt").write_text(STORY.format("one"), encoding="utf-8")
    root = folder / "project"
    done = CliRunner().invoke(main, ["init", str(articles), str(root), "--yes"])
    assert done.exit_code == 0, done.output
    config = root / "configs/ingest.yaml"
    if kind == "linked":
        (root / "linked").symlink_to(articles)
        change_config(config, input="linked")
    change_config(config, near_duplicate_threshold=1)
    return root, articles


@pytest.mark.parametrize("kind", ["inside", pytest.param("linked", marks=pytest.mark.long)])
def test_a_project_of_ones_own_with_all_of_them(tmp_path, kind):
    root, articles = start_project(tmp_path, kind)
    for name, (make, *_) in ODD.items():
        make(articles / name)
    try:
        odd_files.run_dvc(root, "repro", "ingest", code=project.ROOT)
        check_found(root, list(ODD))
        assert project.ran(odd_files.run_dvc(root, "repro", "ingest", code=project.ROOT)) == ["code", "inputs"]
        checked = CliRunner().invoke(main, ["check", "--root", str(root)]).output
    finally:
        (articles / "closed").chmod(0o755)
    assert "rejected: pipe.txt: bad_file: a named pipe" in checked
    assert "ignored for its name: of-dvc/.dvc\n" in checked


def test_an_input_that_dvc_tracks(checkout):
    """`dvc add data/raw` works as before; whoever has the list of it but not the articles is told how to get them."""
    raw = checkout / "data/raw"
    odd_files.run_dvc(checkout, "add", "data/raw")
    odd_files.run_dvc(checkout, "repro", "ingest")
    assert found(checkout) == ({"plain.txt"}, {})
    shutil.rmtree(raw)
    done = mini.stage(checkout, "inputs", check=False)
    assert done.returncode == 1
    assert "dvc pull raw.dvc" in done.stderr
    odd_files.run_dvc(checkout, "checkout", "data/raw.dvc")
    assert project.ran(odd_files.run_dvc(checkout, "repro", "ingest")) == ["inputs"]
