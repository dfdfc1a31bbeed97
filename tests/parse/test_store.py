"""The store of parses: by content, incremental, the same whatever its history."""

import shutil

import pytest

from pipeline import kept, paths
from pipeline.parse.run import run
from pipeline.schema import ARTICLES
from pipeline.text import article_id
from tests.e2e.project import ROOT


def articles(root, texts):
    rows = [{"article_id": article_id(t), "text": t, "language": "en", "raw_path": "x"} for t in texts]
    kept.write(ARTICLES, rows, root / paths.ARTICLES)


def stored(root):
    return {p.name: p.read_bytes() for p in (root / paths.PARSES).iterdir()}


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    return tmp_path


TEXTS = [f"The mayor said that road {n} was open again." for n in range(6)]


def test_only_new_articles_are_parsed(root):
    articles(root, TEXTS[:4])
    assert run(root) == {"articles": 4, "parsed now": 4}
    articles(root, TEXTS)
    assert run(root) == {"articles": 6, "parsed now": 2}
    assert run(root) == {"articles": 6, "parsed now": 0}


def test_the_store_does_not_depend_on_its_history(root, tmp_path_factory):
    articles(root, TEXTS[:3])
    run(root)
    articles(root, TEXTS[2:])
    run(root)
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "configs", other / "configs")
    articles(other, TEXTS[:1:-1])
    run(other)
    assert stored(root) == stored(other)


def test_a_damaged_file_is_made_anew(root):
    articles(root, TEXTS)
    run(root)
    before = stored(root)
    name = min(before)
    (root / paths.PARSES / name).write_bytes(before[name][:40])
    assert run(root)["parsed now"] >= 1
    assert stored(root) == before
