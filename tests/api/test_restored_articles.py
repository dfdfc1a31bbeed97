"""Outside of a project, `restore` reads articles by guessed columns, and says which files it could not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.api.restoration import MAX_LISTED, read_article_copies
from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.publish.run import run as publish
from tests.project.own_articles import story, write_articles
from tests.worlds.project import copy_configs, ingest_input
from tests.worlds.published_project import SHARES, write_project


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder of a project; eight of its articles are withheld, none of which `write_articles` writes."""
    root = write_project(tmp_path_factory.mktemp("published"), splits=SHARES)
    publish(root)
    return root / paths.PUBLISHED


def test_articles_are_read_as_in_the_project_that_init_set_up(tmp_path, monkeypatch):
    articles = write_articles(tmp_path / "articles")
    arguments = ["init", str(articles), str(tmp_path / "project"), "--yes"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    ingest_input(tmp_path / "project")
    own = {row["text"] for row in tables.read(tmp_path / "project" / paths.ARTICLES)}
    monkeypatch.chdir(tmp_path)
    assert len(own) == 8
    assert own <= {copy["text"] for copy in read_article_copies(articles)}


def test_a_project_reads_with_its_own_columns_alone(tmp_path, monkeypatch):
    copy_configs(tmp_path)
    articles = write_articles(tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    unread: dict[str, str] = {}
    read = {copy["raw_path"] for copy in read_article_copies(articles, unread)}
    assert "wire/releases.jsonl" in read
    assert unread["archiv.csv"].startswith("missing_column: columns found: `Nr`, ")


def test_the_error_names_each_unread_file_once_and_gaps(published, tmp_path, monkeypatch):
    articles = write_articles(tmp_path / "articles")
    (articles / "short.jsonl").write_text('{"text": "No."}\n' * 3, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = ["restore", str(articles), "--folder", str(published), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "8 of 8 articles have no copy that fits; not read: notes.xyz (unknown_format: " in done.output
    assert done.output.count("short.jsonl (too_short: ") == 1
    # One broken row of a table that was read is no reason.
    assert "archiv.csv" not in done.output
    assert "with `--gaps`" in done.output
    assert "allow gaps" not in done.output
    done = CliRunner().invoke(main, [*arguments, "--gaps"])
    assert done.exit_code == 0, done.output


def test_of_very_many_unread_files_the_rest_is_counted(published, tmp_path, monkeypatch):
    for number in range(MAX_LISTED + 3):
        (tmp_path / f"{number:02}.xyz").write_text("x", encoding="utf-8")
    (tmp_path / "boats.txt").write_text(story(1), encoding="utf-8")
    monkeypatch.chdir(published.parent)
    done = CliRunner().invoke(
        main, ["restore", str(tmp_path), "--folder", str(published), "--out", str(tmp_path.parent / "o")]
    )
    assert done.output.count(".xyz (unknown_format") == MAX_LISTED
    assert "; 3 other files)" in done.output
