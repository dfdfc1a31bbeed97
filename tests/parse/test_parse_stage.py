"""The parse store: keyed by content, incremental, the same bytes after any earlier runs."""

import io
import shutil

import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import ARTICLES, PARSES
from pipeline.core.spacy_documents import doc_from_bytes, doc_to_bytes, shared_vocab
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.text import article_id
from pipeline.parse import run as parse_run
from pipeline.parse.parser import Parser
from pipeline.parse.run import run
from tests.e2e.project import ROOT


def articles(root, texts):
    rows = [{"article_id": article_id(t), "text": t, "language": "en", "raw_path": "x"} for t in texts]
    bucketed_tables.write_table(ARTICLES, rows, root / paths.ARTICLES)


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


@pytest.mark.parametrize("most", [[1000, 0.1], [0.1, 1000]])
def test_no_article_is_parsed_again_when_there_are_more_or_fewer_buckets(root, monkeypatch, tmp_path_factory, most):
    monkeypatch.setattr(bucketed_tables, "MAX_ARTICLES_PER_BUCKET", most[0])
    articles(root, TEXTS)
    assert run(root)["parsed now"] == len(TEXTS)
    monkeypatch.setattr(bucketed_tables, "MAX_ARTICLES_PER_BUCKET", most[1])
    articles(root, TEXTS)
    assert run(root)["parsed now"] == 0
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "configs", other / "configs")
    articles(other, TEXTS)
    run(other)
    assert stored(root) == stored(other)


def test_a_killed_run_keeps_what_was_parsed(root, monkeypatch):
    monkeypatch.setattr(parse_run, "WRITTEN_AT_ONCE", 2)
    texts = [
        text
        for text in (f"The mayor said that road {n} was open again." for n in range(200))
        if article_id(text)[0] == "a"
    ]
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
    assert len(texts) > 3
    assert run(root) == {"articles": len(texts), "parsed now": len(texts) - 2}


def with_flipped_bit(data):
    """Change one bit of the first stored document."""
    at = data.index(b"\x78\x9c") + 40  # where zlib's data begins
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def other_columns(data):
    out = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(data)).drop_columns("doc"), out)
    return out.getvalue()


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:40], lambda data: data[:-40], lambda data: b"", lambda data: b"x" * len(data), with_flipped_bit,
     other_columns],
    ids=["truncated", "no end", "empty", "garbled", "one bit", "other columns"],
)  # fmt: skip
def test_a_damaged_file_is_reported_moved_aside_and_rebuilt(root, capsys, damage):
    articles(root, TEXTS)
    run(root)
    before = stored(root)
    name = min(before)
    (root / paths.PARSES / name).write_bytes(damage(before[name]))
    assert run(root)["parsed now"] >= 1
    message = capsys.readouterr().err
    aside = root / "data/interim/damaged/parses" / name
    assert str(root / paths.PARSES / name) in message
    assert f"moved to {aside}; its rows are computed again" in message
    assert aside.read_bytes() == damage(before[name])
    assert stored(root) == before
    assert run(root)["parsed now"] == 0


def test_parses_of_another_model_are_replaced(root, capsys):
    articles(root, TEXTS)
    run(root)
    before = stored(root)
    for name in before:
        rows = tables.read(root / paths.PARSES / name)
        old = [{**row, "parser": "another model", "doc": b"x"} for row in rows]
        tables.write_parquet(root / paths.PARSES / name, tables.to_arrow(PARSES, old), compression="none")
    assert run(root) == {"articles": 6, "parsed now": 6}
    assert stored(root) == before
    assert capsys.readouterr().err == ""
    assert not (root / "data/interim/damaged").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_an_invalid_document_is_an_error(share):
    doc = next(Parser(load_language("en")).pipe([TEXTS[0]]))
    data = doc_to_bytes(doc)
    at = min(int(len(data) * share), len(data) - 1)
    with pytest.raises(DataError, match="a stored parse is damaged"):
        doc_from_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], shared_vocab("en"))
