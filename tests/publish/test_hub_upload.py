"""The folder is checked before it is uploaded; a dry run lists the files without a network."""

import re
import shutil
import socket
from pathlib import Path

import huggingface_hub
import pytest
import yaml
from dvc.repo import Repo

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.publish.hub_upload import push
from tests.worlds.project import parley


@pytest.fixture
def offline(monkeypatch):
    """Any use of the network fails the test."""

    def refuse(*_, **__):
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_dry_run_lists_every_file_and_sends_nothing(folder, offline, monkeypatch):
    monkeypatch.setattr(huggingface_hub, "HfApi", None)
    done = parley("push", "amsel/quotes", "--folder", folder, "--dry-run")
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert f"{path.stat().st_size:,} B  {path.relative_to(folder)}" in done.output
    rows = "quotes 24, articles 24, speakers 24, positions 48, changes 0, gold 44 rows"
    assert f"{rows}; licence cc-by-4.0" in done.output
    assert "nothing was sent" in done.output


def test_without_a_token_the_error_says_how_to_get_one(folder, offline, monkeypatch):
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    done = parley("push", "amsel/quotes", "--folder", folder, status=1)
    assert "HF_TOKEN" in done.output
    assert "--dry-run" in done.output


def test_the_dataset_in_full_is_refused(published, offline):
    assert "Not for passing on" in (published / paths.FULL / "README.md").read_text(encoding="utf-8")
    with pytest.raises(DataError, match=r"may not be passed on.*every text in full") as error:
        list(push("amsel/quotes", published / paths.FULL, dry_run=True))
    assert "data/published" in error.value.fix


def test_what_changed_after_the_last_run_is_not_published(published, tmp_path):
    """Somebody new in `left_out.csv` is in the dataset until `dvc repro` has run."""
    root = shutil.copytree(published, tmp_path / "project")
    folder, left_out = root / paths.PUBLISHED, root / "configs/left_out.csv"
    left_out.parent.mkdir(exist_ok=True)
    left_out.write_text("name,reason,since,by\n", encoding="utf-8")
    needs, makes = ["configs/left_out.csv", "inputs.txt"], [{str(paths.PUBLISHED): {"persist": True}}]
    inputs = {"cmd": "echo > inputs.txt", "always_changed": True, "outs": ["inputs.txt"]}
    stages = {"inputs": inputs, "publish": {"cmd": "true", "deps": needs, "outs": makes}}
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")
    with Repo.init(str(root), no_scm=True) as repo:
        repo.reproduce(f"{root}/dvc.yaml:publish")
    ways = (("push", "amsel/quotes", "--dry-run"), ("export", "sqlite", tmp_path / "out.sqlite"))
    for way in ways:
        parley(*way, "--folder", folder)
    left_out.write_text("name,reason,since,by\nAda Wrede1,she asked,2031-02-03,us\n", encoding="utf-8")
    for way in ways:
        done = parley(*way, "--folder", folder, status=1).output
        assert all(words in done for words in ("out of date", "configs/left_out.csv", "dvc repro"))
    parley(*ways[0], "--folder", shutil.copytree(folder, tmp_path / "elsewhere"))


class Hub:
    """A hub that notes down what it is asked for, or is away."""

    def __init__(self, monkeypatch, error: Exception | None = None) -> None:
        self.error, self.created, self.uploaded = error, {}, {}
        monkeypatch.setattr(huggingface_hub, "get_token", lambda: "secret")
        monkeypatch.setattr(huggingface_hub, "HfApi", lambda token: self)

    def create_repo(self, repo, **options):
        if self.error:
            raise self.error
        self.created = {repo: options}

    def upload_folder(self, **options):
        self.uploaded = options
        return "commit 1"


def test_old_shards_are_removed_from_the_hub_and_a_failed_upload_is_an_error(folder, offline, monkeypatch):
    hub = Hub(monkeypatch)
    assert list(push("amsel/quotes", folder, private=True))[-1] == "Sent: commit 1"
    assert hub.created == {"amsel/quotes": {"repo_type": "dataset", "private": True, "exist_ok": True}}
    assert (hub.uploaded["folder_path"], hub.uploaded["delete_patterns"]) == (folder, "*.parquet")
    Hub(monkeypatch, RuntimeError("Name or service not known\nmore"))
    with pytest.raises(ParleyError, match=r"the upload failed \(Name or service not known\)"):
        list(push("amsel/quotes", folder))


@pytest.mark.parametrize("repo", ["quotes", "a/b/c", "amsel/", "amsel/quo tes"])
def test_a_repository_has_an_owner_and_a_name(folder, repo):
    with pytest.raises(ParleyError, match="is no repository"):
        list(push(repo, folder, dry_run=True))


SHARD = "articles/train-00000.parquet"


def damage_digest(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(?<=\(hash of the rows: )\w{16}", "0" * 16, text, count=1)
    (folder / "README.md").write_text(text, encoding="utf-8")


def add_file(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")


def change_card(folder: Path, old: str, new: str, times: int = 1) -> None:
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == times
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("damage", "says"), [
    (lambda folder: shutil.copy(folder / SHARD, folder / "articles/train-00001.parquet"), "it has 48 rows"),
    (damage_digest, "not what the card was written for"),
    (lambda folder: (folder / "gold/train-00000.parquet").unlink(), "it has no files"),
    (lambda folder: shutil.copytree(folder / "gold", folder / "old"), "a file of no config"),
    (lambda folder: add_file(folder / ".env"), "no part of the dataset"),
    (lambda folder: add_file(folder / "quotes/train-00009.PARQUET"), "no part of the dataset"),
    (lambda folder: change_card(folder, "articles/train-*.parquet", "../train*"), "is read from elsewhere"),
    (lambda folder: change_card(folder, "gold/train-*.parquet", "https://a.example/b.parquet"), "from elsewhere"),
    (lambda folder: change_card(folder, '"5":"unknown"', '"5":"none"', 2), "not what the card was written for"),
    (lambda folder: (folder / "README.md").unlink(), "no dataset card"),
    (lambda folder: (folder / "gold/a.parquet").symlink_to("/etc/passwd"), "neither a file nor a folder"),
])  # fmt: skip
def test_a_damaged_folder_is_not_sent(folder, damage, says):
    damage(folder)
    with pytest.raises(DataError, match=says):
        list(push("amsel/quotes", folder, dry_run=True))
