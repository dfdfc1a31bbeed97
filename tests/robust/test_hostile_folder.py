"""Files of DVC among the articles do nothing, and no name of a config is run by a shell: real `dvc` commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.ingest.dvc_files import IGNORE_LINES
from tests.e2e import project
from tests.robust import mini
from tests.worlds.project import change_config

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


@pytest.fixture(scope="module", params=["data/raw", "articles", "linked"])
def attacked(request, tmp_path_factory) -> tuple[Path, Path]:
    """Return a small project and its input: the usual folder, another one in the project, or a link to one outside."""
    folder = mini.copy(tmp_path_factory.mktemp("attacked") / "project")
    place = folder / request.param
    if request.param == "linked":
        outside = folder.parent / "outside"
        outside.mkdir()
        place.symlink_to(outside)
    articles = sorted((folder / "data/raw/sample/txt").glob("*.txt"))[:3]
    for target in (place / "sample/txt", place / "deep/er"):
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(articles[0], target / ARTICLE)
    change_config(folder / "configs/ingest.yaml", input=request.param, include=[f"*{ARTICLE}"])
    secret = folder.parent / "secret.txt"
    secret.write_text("a secret")
    add_hostile_files(place, folder.parent / "ran", secret)
    project.run(folder, "dvc", "repro", "ingest")
    return folder, place


def test_nothing_of_theirs_is_run_or_copied(attacked):
    folder, place = attacked
    assert not (folder.parent / "ran").exists()
    names = {path.name for path in place.rglob("*")}
    assert not {"made.out", "copied.out"} & names
    assert "evil" not in project.run(folder, "dvc", "stage", "list", "--all").stdout


def test_no_article_is_hidden_by_them(attacked):
    """A changed article is noticed, however a `.dvcignore` beside it reads."""
    folder, place = attacked
    article = place / "deep/er" / ARTICLE
    article.write_text(article.read_text(encoding="utf-8") + "\nIt rained.\n", encoding="utf-8")
    assert project.ran(project.run(folder, "dvc", "repro", "ingest").stdout) == ["ingest"]


def test_check_names_what_is_ignored(attacked):
    folder, _ = attacked
    done = CliRunner().invoke(main, ["check", "--root", str(folder)])
    for name in ("dvc.yaml", "copied.out.dvc", ".dvcignore", "deep/er/dvc.yaml"):
        assert f"ignored for its name: {name}\n" in done.output


def test_an_input_that_is_not_covered_is_refused(attacked):
    folder, _ = attacked
    ignore = folder / ".dvcignore"
    before = ignore.read_text()
    try:
        ignore.write_text("*.pyc\n")
        done = mini.stage(folder, "ingest", check=False)
        assert done.returncode == 1
        assert all(line in done.stderr for line in IGNORE_LINES)
        done = CliRunner().invoke(main, ["check", "--root", str(folder)])
        assert done.exit_code == 1
        assert "DVC would act on files of its own" in done.output
    finally:
        ignore.write_text(before)


def test_a_project_of_dvc_in_the_folder_is_refused(attacked):
    """DVC leaves such a folder out of its hash, and no line of `.dvcignore` changes that."""
    folder, place = attacked
    nested = place / "deep/.dvc"
    nested.mkdir()
    try:
        done = project.run(folder, "dvc", "repro", "ingest", check=False)
        assert done.returncode
        assert "a DVC project among the articles" in done.stderr
    finally:
        nested.rmdir()


HOSTILE = ["x$(touch ran)", "x' ; touch ran; '"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    folder = mini.copy(tmp_path_factory.mktemp("names") / "project")
    (folder / "data/models").mkdir()
    (folder / "data/models/x").touch()
    (folder / "gold.jsonl").write_text('{"text": "No truce", "ceasefire": "against"}\n')
    return folder


@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_a_target_is_not_run(sources, name):
    target = {"question": "Should it?", "relevance_terms": ["x"]}
    before = (sources / "configs/targets.yaml").read_bytes()
    change_config(sources / "configs/targets.yaml", targets={name: target})
    done = project.run(sources, "dvc", "repro", "--single-item", "train", check=False)
    (sources / "configs/targets.yaml").write_bytes(before)
    assert not (sources / "ran").exists()
    assert done.returncode


@pytest.mark.parametrize("name", [*HOSTILE, "../../../annotations"])
def test_the_name_of_an_external_set_is_not_run_and_deletes_nothing(sources, name):
    before = (sources / "configs/evaluate.yaml").read_bytes()
    change_config(sources / "configs/evaluate.yaml", external=[{"name": name, "path": "gold.jsonl"}])
    done = project.run(sources, "dvc", "repro", "--single-item", "external", check=False)
    (sources / "configs/evaluate.yaml").write_bytes(before)
    assert not (sources / "ran").exists()
    assert (sources / "data/annotations/stance.jsonl").exists()
    assert done.returncode
