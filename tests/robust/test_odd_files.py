"""Nothing that lies among the articles stops `dvc repro` or makes it wait: what cannot be read is a named reject."""

import shutil
from pathlib import Path

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from tests.e2e import project
from tests.robust import mini
from tests.robust.odd_files import ODD, STORY, init_project, repro, run_dvc
from tests.worlds.project import change_config, parley


def found(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Return the paths of the articles, and the detail of each reject by its path."""
    articles = {row["raw_path"] for row in tables.iterate_rows(folder / paths.ARTICLES, ["raw_path"])}
    rejects = tables.read(folder / paths.REJECTS)
    assert {row["reason"] for row in rejects} <= {"bad_file"}
    return articles, {row["raw_path"]: row["detail"] for row in rejects}


def write_plain(folder: Path) -> None:
    """Write the only article that is nothing odd."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plain.txt").write_text(STORY.format("one"), encoding="utf-8")


@pytest.mark.parametrize("place", ["project/articles", pytest.param("articles", marks=pytest.mark.long)])
def test_a_project_of_ones_own_with_all_of_them(tmp_path, place):
    """The input is a folder in the project, or a link there to one outside."""
    root, articles = tmp_path / "project", tmp_path / place
    write_plain(articles)
    init_project(articles, root, near_duplicate_threshold=1)
    if articles.parent != root:
        (root / "linked").symlink_to(articles)
        change_config(root / "configs/ingest.yaml", input="linked")
    for name, (make, *_) in ODD.items():
        make(articles / name)
    try:
        repro(root)
        articles_found, rejects = found(root)
        assert articles_found == {"plain.txt", *(path for _, _, path in ODD.values() if path)}
        expected = {name: said for name, (_, said, _) in ODD.items() if said}
        assert rejects.keys() == expected.keys()
        assert [name for name in expected if not rejects[name].startswith(expected[name])] == []
        assert repro(root) == ["inputs"]
        checked = parley("check", "--root", root, status=None).output
    finally:
        (articles / "closed").chmod(0o755)
    assert "rejected: pipe.txt: bad_file: a named pipe" in checked
    assert "ignored for its name: of-dvc/.dvc\n" in checked


def test_an_input_that_dvc_tracks(tmp_path):
    """`dvc add data/raw` works as before; whoever has the list of it but not the articles is told how to get them."""
    folder = mini.copy(tmp_path / "project")
    raw = folder / "data/raw"
    shutil.copy(project.ROOT / ".gitignore", folder)  # DVC stops at a closed folder that git does not ignore
    shutil.rmtree(raw / "sample")
    write_plain(raw)
    change_config(folder / "configs/ingest.yaml", input="data/raw", include=[], near_duplicate_threshold=1)
    run_dvc(folder, "add", "data/raw")
    repro(folder)
    assert found(folder) == ({"plain.txt"}, {})
    shutil.rmtree(raw)
    done = mini.stage(folder, "inputs", check=False)
    assert done.returncode == 1
    assert "dvc pull raw.dvc" in done.stderr
    run_dvc(folder, "checkout", "data/raw.dvc")
    assert repro(folder) == ["inputs"]
