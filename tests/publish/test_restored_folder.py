"""`parley restore` replaces only what it wrote itself, and follows nothing that a downloaded folder names elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import restore
from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.publish import dataset_card
from pipeline.publish.croissant import hash_file
from pipeline.publish.hub_upload import push


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy of the published folder, as downloaded, in a place without a project."""
    return shutil.copytree(published / paths.PUBLISHED, tmp_path / "downloaded")


def copies(published: Path) -> list[dict]:
    return tables.read(published / paths.ARTICLES)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_it_wrote_is_replaced(published, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    restore(folder, copies(published), out)
    before = files(out)
    assert before[dataset_card.FIGURE] == files(folder)[dataset_card.FIGURE]
    restore(folder, copies(published), out)
    assert files(out) == before


def test_the_command_names_the_version_that_it_replaces(published, folder, tmp_path):
    articles = str(published / paths.ARTICLES)
    card = folder / dataset_card.FILE
    first = card.read_text(encoding="utf-8")
    versions = ["7.1.0", "7.2.0", ""]
    told = []
    for version in versions:
        # In the citation only: the card's digests are those of the rows.
        cited = f"  version = {{{version}}},\n" if version else ""
        card.write_text(re.sub(r" *version = \{.+\},\n", cited, first), encoding="utf-8")
        done = CliRunner().invoke(main, ["restore", articles, "--folder", str(folder)])
        assert done.exit_code == 0, done.output
        told.append(done.stderr)
    name = dataset_card.read_card(folder)[0]["pretty_name"]
    place = f"{tmp_path / 'restored'}: replaced what was restored there before"
    assert told == ["", f"{place} ({name}, version 7.1.0)\n", f"{place} ({name}, version 7.2.0)\n"]
    again = CliRunner().invoke(main, ["restore", articles, "--folder", str(folder)]).stderr
    assert again == f"{place} ({name}, no version)\n"


def keep_notes(out: Path) -> None:
    (out / "notes.txt").write_text("mine")


def keep_hidden(out: Path) -> None:
    (out / "gold/.mine").write_text("mine")


def lose_card(out: Path) -> None:
    (out / "README.md").unlink()


def write_other_card(out: Path) -> None:
    text = (out / "README.md").read_text(encoding="utf-8")
    (out / "README.md").write_text(text.replace("restored-texts", "mine"), encoding="utf-8")


def become_link(out: Path) -> None:
    shutil.move(out, out.with_name("real"))
    out.symlink_to(out.with_name("real"))


def become_file(out: Path) -> None:
    shutil.rmtree(out)
    out.write_text("mine")


@pytest.mark.parametrize("change", [keep_notes, keep_hidden, lose_card, write_other_card, become_link, become_file])
def test_anything_else_stays(published, folder, tmp_path, change):
    out = tmp_path / "out"
    restore(folder, copies(published), out)
    change(out)
    before = files(tmp_path)
    with pytest.raises(DataError, match="not replaced"):
        restore(folder, copies(published), out)
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["data/raw", "data", "data/annotations", "data/published", ".", "..", "configs"])
def test_the_command_deletes_no_folder_of_a_project(published, tmp_path, monkeypatch, name):
    """Not even one that is empty or bears the card, if the project or its input is in it."""
    root = shutil.copytree(published, tmp_path / "project")
    (root / "data/raw").mkdir()
    (root / "data/raw/mine.txt").write_text("my only copy")
    monkeypatch.chdir(root)
    before = files(tmp_path)
    done = CliRunner().invoke(main, ["restore", str(paths.ARTICLES), "--out", name])
    assert done.exit_code == 1, done.output
    assert "not replaced" in done.output
    assert files(tmp_path) == before


def test_a_folder_with_the_card_that_contains_the_project_stays(published, folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    restore(folder, copies(published), out)
    monkeypatch.chdir(out)
    with pytest.raises(DataError, match="not replaced"):
        restore(folder, copies(published), out)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="not replaced"):
        restore(folder, out, out)


@pytest.mark.parametrize(("old", "new"), [("gold", "../../escaped"), ("gold", "a/b"), ("train", "../train")])
def test_a_crafted_name_in_a_card_is_refused(published, folder, tmp_path, old, new):
    metadata, text = dataset_card.read_card(folder)
    config = next(config for config in metadata["configs"] if config["config_name"] == "gold")
    if old == "gold":
        config["config_name"] = new
    else:
        config["data_files"][0]["split"] = new
    (folder / "README.md").write_text(dataset_card.format_card(metadata, text), encoding="utf-8")
    place = (folder / new).resolve()
    if old == "gold" and not place.exists():
        shutil.copytree(folder / "gold", place)
    before = files(tmp_path)
    for action in (
        lambda: restore(folder, copies(published), tmp_path / "out"),
        lambda: list(push("amsel/quotes", folder, dry_run=True)),
    ):
        with pytest.raises(DataError, match="cannot name a config or split"):
            action()
    assert files(tmp_path) == before


def link_shard(folder: Path) -> None:
    path = folder / "gold/test-00000.parquet"
    shutil.move(path, folder.parent / "elsewhere.parquet")
    path.symlink_to(folder.parent / "elsewhere.parquet")


def link_config(folder: Path) -> None:
    shutil.move(folder / "gold", folder.parent / "elsewhere")
    (folder / "gold").symlink_to(folder.parent / "elsewhere")


def link_note(folder: Path) -> None:
    (folder / "notes.md").symlink_to("/etc/passwd")


def add_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


@pytest.mark.parametrize("damage", [link_shard, link_config, link_note, add_pipe])
def test_links_in_a_downloaded_folder_are_not_followed(published, folder, tmp_path, damage):
    damage(folder)
    with pytest.raises(DataError, match="neither a file nor a folder"):
        list(push("amsel/quotes", folder, dry_run=True))
    with pytest.raises(DataError, match="neither a file nor a folder"):
        restore(folder, copies(published), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_metadata_names_no_file_elsewhere(folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    part = {"contentUrl": str(secret), "sha256": hash_file(secret)}
    (folder / "croissant.json").write_text(json.dumps({"distribution": [part]}))
    with pytest.raises(DataError, match="is not the file that it names"):
        list(push("amsel/quotes", folder, dry_run=True))
