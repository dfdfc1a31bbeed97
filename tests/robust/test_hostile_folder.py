"""Files of DVC among the articles do nothing, and no name of a config is run by a shell: real `dvc` commands."""

import shutil
import sys
from pathlib import Path

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.ingest.input_files import IGNORE_LINES
from tests.e2e import project
from tests.robust import mini
from tests.robust.odd_files import code_of, init_project, repro, run_dvc
from tests.worlds.project import change_config, parley

ARTICLE = "fence-post-row.txt"
EVIL_STAGE = "stages:\n  evil:\n    cmd: touch made.out {mark}\n    outs: [made.out]\n"
# What `dvc import-url` writes: a file from elsewhere, copied beside it.
EVIL_IMPORT = "deps:\n- path: {secret}\nouts:\n- path: copied.out\n"


def add_hostile_files(folder: Path, mark: Path, secret: Path) -> None:
    """Put files of DVC into a folder: a stage, an import from elsewhere, patterns that hide and bring back."""
    for place in (folder, folder / "deep/er"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "dvc.yaml").write_text(EVIL_STAGE.format(mark=mark))
        (place / "copied.out.dvc").write_text(EVIL_IMPORT.format(secret=secret))
        (place / ".dvcignore").write_text("*.txt\n!dvc.yaml\n!*.dvc\n")


PLACES = [("copy", "data/raw"), ("init", "linked")]
MORE_PLACES = [("copy", "articles"), ("copy", "linked"), ("init", "articles")]
PLACES += [pytest.param(place, marks=pytest.mark.long) for place in MORE_PLACES]


@pytest.fixture(scope="module", params=PLACES, ids=" ".join)
def attacked(request, tmp_path_factory) -> tuple[Path, Path]:
    """Return a project and its input: the usual folder, another one in the project, or a link to one outside.

    The project is a small copy of Parley, or one that `parley init` set up.
    """
    kind, name = request.param
    folder = tmp_path_factory.mktemp("attacked") / "project"
    place = folder / name
    if kind == "copy":
        mini.copy(folder)
    if name == "linked":
        outside = folder.parent / "outside"
        outside.mkdir()
        folder.mkdir(exist_ok=True)
        place.symlink_to(outside)
    for target in (place / "sample/txt", place / "deep/er"):
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.ROOT / "data/raw/sample/txt" / ARTICLE, target)
    if kind == "init":
        init_project(place, folder)
    change_config(folder / "configs/ingest.yaml", input=name, include=[f"*{ARTICLE}"])
    secret = folder.parent / "secret.txt"
    secret.write_text("a secret")
    add_hostile_files(place, folder.parent / "ran", secret)
    repro(folder)
    return folder, place


def test_nothing_of_theirs_is_run_or_copied_and_check_names_what_is_ignored(attacked):
    folder, place = attacked
    assert not (folder.parent / "ran").exists()
    assert not {"made.out", "copied.out"} & {path.name for path in place.rglob("*")}
    assert "evil" not in project.run(folder, "dvc", "stage", "list", "--all").stdout
    told = parley("check", "--root", folder, status=None).output
    for name in ("dvc.yaml", "copied.out.dvc", ".dvcignore", "deep/er/dvc.yaml"):
        assert f"ignored for its name: {name}\n" in told


@pytest.mark.parametrize("of_dvc", [False, True])
def test_no_article_is_hidden_by_them(attacked, of_dvc):
    """A changed article is noticed, however a `.dvcignore` beside it reads, and in a project of DVC too.

    DVC itself looks into no such folder, and no line of `.dvcignore` changes that.
    """
    folder, place = attacked
    article, sign = place / "deep/er" / ARTICLE, f"It rained {of_dvc}."
    before = article.read_bytes()
    if of_dvc:
        (place / "deep/.dvc").mkdir()
    try:
        repro(folder)
        article.write_text(f"{before.decode()}\n{sign}\n", encoding="utf-8")
        assert repro(folder) == ["inputs", "ingest"]
        texts = [row["text"] for row in tables.iterate_rows(folder / paths.ARTICLES, ["text"])]
        assert sum(sign in text for text in texts) == 1
        assert "ingest" not in project.status(folder)
    finally:
        if of_dvc:
            (place / "deep/.dvc").rmdir()
        article.write_bytes(before)


def test_an_input_that_is_not_covered_is_refused(attacked):
    folder, _ = attacked
    ignore = folder / ".dvcignore"
    before = ignore.read_text()
    try:
        ignore.write_text("*.pyc\n")
        done = project.run(folder, sys.executable, "-m", "pipeline.stage", "inputs", code=code_of(folder), check=False)
        assert done.returncode == 1
        assert all(line in done.stderr for line in IGNORE_LINES)
        assert "DVC would act on files of its own" in parley("check", "--root", folder, status=1).output
    finally:
        ignore.write_text(before)


@pytest.mark.parametrize("name", ["yaml", "re"])
def test_a_folder_of_articles_is_not_imported(tmp_path, name):
    folder = tmp_path / "project"
    (folder / name).mkdir(parents=True)
    shutil.copy(project.ROOT / "data/raw/sample/txt" / ARTICLE, folder / name)
    (folder / name / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    init_project(folder / name, folder)
    run_dvc(folder, "repro", "inputs")
    assert (folder / paths.INPUTS).exists()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["x$(touch ran)", "x' ; touch ran; '"])
def test_the_name_of_a_target_is_not_run(tmp_path, name):
    folder = mini.copy(tmp_path / "project")
    target = {"question": "Should it?", "relevance_terms": ["x"]}
    change_config(folder / "configs/targets.yaml", targets={name: target})
    done = project.run(folder, "dvc", "repro", "--single-item", "train", check=False)
    assert not (folder / "ran").exists()
    assert done.returncode
