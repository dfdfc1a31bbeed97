"""The stage `parse`: only new articles are parsed, and the bytes are the same after any earlier runs."""

import shutil

import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.spacy_documents import doc_from_bytes, doc_to_bytes, shared_vocab
from pipeline.core.storage import result_store, tables
from pipeline.core.text import article_id
from pipeline.parse import parser
from pipeline.parse import run as parse_run
from pipeline.parse.parser import Parser
from pipeline.parse.run import run
from tests.e2e.project import ROOT


def articles(root, texts):
    rows = [{"article_id": article_id(t), "text": t, "language": "en", "raw_path": "x"} for t in texts]
    tables.write_sorted(ARTICLES, rows, root / paths.ARTICLES)


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


def test_the_store_does_not_depend_on_earlier_runs(root, tmp_path_factory):
    articles(root, TEXTS[:3])
    run(root)
    articles(root, TEXTS[2:])
    run(root)
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "configs", other / "configs")
    articles(other, TEXTS[:1:-1])
    run(other)
    assert stored(root) == stored(other)


def test_a_killed_run_keeps_what_was_parsed(root, monkeypatch):
    monkeypatch.setattr(result_store, "ARTICLES_AT_ONCE", 2)
    texts = TEXTS[:5]
    articles(root, texts)
    parsed = []

    def killed(self, texts):
        for doc in pipe(self, texts):
            parsed.append(doc)
            if len(parsed) == 3:
                raise KeyboardInterrupt
            yield doc

    pipe = Parser.pipe
    with monkeypatch.context() as patched:
        patched.setattr(Parser, "pipe", killed)
        with pytest.raises(KeyboardInterrupt):
            run(root)
    assert run(root) == {"articles": len(texts), "parsed now": len(texts) - 2}


def test_a_damaged_table_is_written_anew_without_parsing(root):
    articles(root, TEXTS)
    run(root)
    before = stored(root)
    for name in before:
        (root / paths.PARSES / name).write_bytes(before[name][:40])
    assert run(root)["parsed now"] == 0
    assert stored(root) == before


def test_parses_of_another_model_are_replaced(root, monkeypatch):
    articles(root, TEXTS)
    with monkeypatch.context() as other:
        other.setattr(parser, "VERSION", "0")
        run(root)
        parse_run._load_parser.cache_clear()
    before = stored(root)
    parse_run._load_parser.cache_clear()
    assert run(root) == {"articles": 6, "parsed now": 6}
    assert stored(root) != before


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_an_invalid_document_is_an_error(share):
    doc = next(Parser(load_language("en")).pipe([TEXTS[0]]))
    data = doc_to_bytes(doc)
    at = min(int(len(data) * share), len(data) - 1)
    with pytest.raises(DataError, match="a stored parse is damaged"):
        doc_from_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], shared_vocab("en"))
