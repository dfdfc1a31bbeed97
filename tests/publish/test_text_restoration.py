"""Texts withheld for their licence are not in the folder, and are restored from a user's own copies."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasets import load_dataset

from pipeline import restore
from pipeline.api.restoration import read_article_copies
from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.errors import DataError, error_for_user
from pipeline.core.storage import tables
from pipeline.publish import dataset_card
from pipeline.publish.folder_check import check_folder, read_features
from pipeline.publish.hub_upload import push
from pipeline.publish.parquet_shards import read_split
from pipeline.publish.run import run
from pipeline.publish.text_restoration import CopyChangedError, CopyMissingError
from tests.worlds.published_project import SHARES, write_project

CONFIGS = ("quotes", "articles", "speakers", "gold")
# Columns that are no text of the article, and the headline, which is passed on as its title.
DATA = {"title", "article_title", "url", "article_url", "content_sha256", "text_sha256"}


def rows(folder: Path, config: str) -> list[dict]:
    (found,) = (c for c in dataset_card.read_card(folder)[0]["configs"] if c["config_name"] == config)
    columns = read_features(folder, config)
    splits = dataset_card.list_splits(found)
    return [{**row, "split": split} for split in splits for row in read_split(folder / config, split, columns)]


def copies(root: Path) -> list[dict]:
    return tables.read(root / paths.ARTICLES)


@pytest.mark.parametrize("config", CONFIGS)
def test_withheld_texts_are_not_in_the_folder(published, config):
    texts = {a["article_id"]: a["text"] for a in copies(published) if a["raw_path"].startswith("mine/")}
    kept_back = [row for row in rows(published / paths.PUBLISHED, config) if row.get("article_id") in texts]
    assert len(kept_back) == (0 if config == "speakers" else 8)
    for row in kept_back:
        for name, value in row.items():
            if isinstance(value, str) and name not in DATA:
                assert len(value.removesuffix("…").split()) <= 15, name
        assert row.get("text") is None
        assert row.get("context") is None
        assert row.get("cue") is None


def test_rows_say_what_is_withheld(published):
    folder = published / paths.PUBLISHED
    assert {(row["license"], row["text"] is None) for row in rows(folder, "articles")} == {
        ("cc-by-4.0", False),
        ("unknown", True),
    }
    for row in rows(folder, "quotes"):
        assert row["excerpt"] == (row["article_license"] == "unknown") == row["content"].endswith(" …")
        assert row["cue_start"] is not None


def test_restored_rows_equal_those_of_a_build_that_may_publish_them(published, tmp_path):
    counts = restore(published / paths.PUBLISHED, copies(published), tmp_path / "out")
    assert counts == {"quotes": 8, "articles": 8, "speakers": 0, "positions": 0, "gold": 8, "still without": 0}
    allowed = ["cc-by-4.0", "unknown"]
    root = write_project(tmp_path / "p", splits=SHARES, redistributable=allowed)
    run(root)
    for config in CONFIGS:
        restored = rows(tmp_path / "out", config)
        assert restored == rows(root / paths.PUBLISHED, config)
        assert restored == rows(published / paths.FULL, config)


def test_the_restored_folder_loads_and_cannot_be_pushed(published, tmp_path):
    out = tmp_path / "out"
    restore(published / paths.PUBLISHED, copies(published), out)
    check_folder(out)
    loaded = load_dataset(str(out), "articles", split="all", cache_dir=str(tmp_path / "cache"))
    assert None not in loaded["text"]
    with pytest.raises(DataError, match="may not be passed on"):
        list(push("amsel/quotes", out, dry_run=True))


def test_a_full_disk_is_named(published, tmp_path, monkeypatch):
    """The copies wait in a temporary database, whose errors are no errors of the operating system."""
    connect = sqlite3.connect

    def connect_full(place: str) -> sqlite3.Connection:
        database = connect(place)
        database.execute("PRAGMA max_page_count = 3")
        return database

    monkeypatch.setattr(sqlite3, "connect", connect_full)
    with pytest.raises(OSError, match="full") as caught:
        restore(published / paths.PUBLISHED, copies(published), tmp_path / "out")
    assert "free some space" in str(error_for_user(caught.value))
    assert not (tmp_path / "out").exists()


def test_a_missing_copy_is_reported(published, tmp_path):
    missing, *others = [a for a in copies(published) if a["raw_path"].startswith("mine/")]
    with pytest.raises(CopyMissingError, match=f"{missing['url']}: no copy of article {missing['article_id']}"):
        restore(published / paths.PUBLISHED, others, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_copy_with_another_text_is_reported(published, tmp_path):
    given = copies(published)
    changed = next(a for a in given if a["raw_path"].startswith("mine/"))
    edited = [{**a, "text": a["text"] + " Corrected."} if a is changed else a for a in given]
    with pytest.raises(CopyChangedError, match="is another text") as caught:
        restore(published / paths.PUBLISHED, edited, tmp_path / "out")
    assert changed["article_id"] in str(caught.value)
    by_address = [{"text": a["text"], "url": a["url"]} for a in edited]
    with pytest.raises(CopyChangedError, match=changed["url"]):
        restore(published / paths.PUBLISHED, by_address, tmp_path / "out")


def test_gaps_between_parts_are_unchanged(published, tmp_path):
    missing, *others = [a["text"] for a in copies(published) if a["raw_path"].startswith("mine/")]
    counts = restore(published / paths.PUBLISHED, others, tmp_path / "out", gaps=True)
    assert counts == {"quotes": 7, "articles": 7, "speakers": 0, "positions": 0, "gold": 7, "still without": 3}
    check_folder(tmp_path / "out")
    assert missing not in [row["text"] for row in rows(tmp_path / "out", "articles")]


def test_the_published_folder_itself_is_not_overwritten(published):
    with pytest.raises(DataError, match="itself"):
        restore(published / paths.PUBLISHED, [], published / paths.PUBLISHED)


def test_the_command_reads_the_articles_table(published, tmp_path):
    out = tmp_path / "out"
    arguments = [str(published / paths.ARTICLES), "--folder", str(published / paths.PUBLISHED), "--out", str(out)]
    done = CliRunner().invoke(main, ["restore", *arguments])
    assert done.exit_code == 0, done.output
    assert "articles: 8 with their text again" in done.output
    assert "still without: 0" in done.output
    nothing = CliRunner().invoke(main, ["restore", str(tmp_path / "no such place"), *arguments[1:]])
    assert nothing.exit_code == 1
    assert "no such file or folder" in nothing.output


def test_other_files_are_cleaned_as_by_ingest(tmp_path):
    text = "The ferry sailed again on Monday, and the harbour master said that she was glad of it. " * 3
    row = {"title": "Ferry sails", "text": text + "\n\nShare this article", "url": "https://harbour.example/ferry"}
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({"text": ""}) + "\n", encoding="utf-8")
    (copy,) = read_article_copies(path)
    assert copy["text"].startswith("Ferry sails\n\nThe ferry sailed again")
    assert "Share" not in copy["text"]
    assert copy["url"] == row["url"]
