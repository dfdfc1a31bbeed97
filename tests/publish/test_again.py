"""What was published before saves work and changes nothing: the folder is the same as one made from nothing."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from pipeline.core import code_hash, paths
from pipeline.publish import gold_config, minhash
from pipeline.publish.run import run
from tests.publish import small

ARTICLES = small.some(6)
STANCES = "data/annotations/stance.jsonl"


def folder(root, name="data/published"):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / name).rglob("*.*"))}


def set_key(root, key, value):
    path = root / "configs/publish.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text(encoding="utf-8")), key: value}, sort_keys=False))


def relabel(root):
    lines = (root / STANCES).read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[-1])
    small.lines(root / STANCES, [*map(json.loads, lines[:-1]), {**row, "unsure": not row["unsure"]}])


def ask_otherwise(root):
    path = root / "configs/targets.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    for target in values["targets"].values():
        target["question"] += " Say so."
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")


CHANGES = {
    "nothing": lambda root: None,
    "a label": relabel,
    "annotators": lambda root: (root / "data/annotations/agreement/stance.jsonl").unlink(),
    "the question": ask_otherwise,
    "shares": lambda root: set_key(root, "splits", {"train": 1, "validation": 5, "test": 5}),
    "names of splits": lambda root: set_key(root, "splits", {"train": 1, "held": 1}),
    "licence of the gold": lambda root: set_key(root, "gold_license", "mine"),
    "what may be passed on": lambda root: set_key(root, "redistributable", []),
    "words of an excerpt": lambda root: set_key(root, "excerpt_words", 2),
    "what is left out": lambda root: set_key(root, "leave_out", ["mine/*"]),
    "no gold": lambda root: set_key(root, "gold", False),
    "more articles": lambda root: small.project(root, small.some(9), splits=small.SHARES),
    "fewer articles": lambda root: small.project(root, small.some(5), splits=small.SHARES),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(tmp_path, change):
    again, afresh = (small.project(tmp_path / name, ARTICLES, splits=small.SHARES) for name in ("again", "afresh"))
    run(again)
    first = folder(again)
    for root in (again, afresh):
        change(root)
        run(root)
    assert folder(again) == folder(afresh)
    assert (folder(again) == first) == (change is CHANGES["nothing"])


def damage(root, name):
    (root / name).write_bytes(b"PAR1")


DAMAGE = {
    "published": lambda root: damage(root, next(n for n in folder(root) if n.startswith("data/published/gold/"))),
    "bands": lambda root: damage(root, "data/interim/publishing/bands/part-00000.parquet"),
    "notes": lambda root: damage(root, "data/interim/publishing/gold.json"),
    "nothing published": lambda root: shutil.rmtree(root / paths.PUBLISHED),
    "nothing kept": lambda root: shutil.rmtree(root / paths.PUBLISHING),
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_what_is_damaged_or_gone_is_made_anew(tmp_path, harm):
    root = small.project(tmp_path, ARTICLES, splits=small.SHARES)
    run(root)
    first, kept = folder(root), folder(root, "data/interim/publishing")
    harm(root)
    run(root)
    assert (folder(root), folder(root, "data/interim/publishing")) == (first, kept)


def refuse(*_):
    raise AssertionError("made anew")


def test_the_same_is_not_made_again(tmp_path, monkeypatch):
    root = small.project(tmp_path, ARTICLES, splits=small.SHARES)
    run(root)
    first = folder(root)
    monkeypatch.setattr(minhash, "bands", refuse)
    monkeypatch.setattr(gold_config, "read", refuse)
    run(root)
    assert folder(root) == first


@pytest.mark.parametrize("what", ["bands", "gold"])
def test_other_code_makes_all_anew(tmp_path, monkeypatch, what):
    root = small.project(tmp_path, ARTICLES, splits=small.SHARES)
    run(root)
    monkeypatch.setattr(code_hash, "digest", lambda module: "other")
    monkeypatch.setattr(*{"bands": (minhash, "bands"), "gold": (gold_config, "read")}[what], refuse)
    with pytest.raises(AssertionError, match="made anew"):
        run(root)
