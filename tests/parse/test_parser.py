"""The parser and the stage `parse`: tokens, sentences, entities, and only new articles, with the same bytes."""

import shutil

import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.spacy_documents import doc_from_bytes, doc_to_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.parse import run as parse_run
from pipeline.parse.parser import BATCH_CHARACTERS, BATCH_DOCUMENTS, Parser, split_into_batches
from pipeline.parse.run import run
from tests.e2e.project import ROOT


@pytest.fixture(scope="module")
def parser():
    return Parser(load_language("en"))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("She said,“Look at it.”", ["She", "said", ",", "“", "Look", "at", "it", ".", "”"]),
        ("it”he said", ["it", "”", "he", "said"]),
        ("They wait,''he said.", ["They", "wait", ",", "''", "he", "said", "."]),
        ("It’s Kestria's", ["It", "’s", "Kestria", "'s"]),
        ("at 3,500 metres", ["at", "3,500", "metres"]),
    ],
)
def test_quotation_marks_next_to_words_are_tokens(parser, text, tokens):
    assert [t.text for t in next(parser.pipe([text]))] == tokens


def test_a_sentence_ends_at_a_line_break_and_entities_are_only_where_a_speaker_may_be_named(parser):
    doc = next(parser.pipe(["Peter Lane walked to Paris on Monday\n\nPeter Lane said that he was tired."]))
    assert next(doc.sents).text.strip() == "Peter Lane walked to Paris on Monday"
    assert {e.text for e in doc.ents if e.label_ == "PERSON"} == {"Peter Lane"}
    assert all(e.start_char > 37 for e in doc.ents)


def test_a_document_survives_a_round_trip_to_bytes(parser):
    doc = next(parser.pipe(["“We will not stop,” said Nadia Sarkel of Velmora."]))
    again = doc_from_bytes(doc_to_bytes(doc), shared_vocab("en"))
    for name in ("text", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "is_sent_start", "whitespace_"):
        assert [getattr(t, name) for t in again] == [getattr(t, name) for t in doc]
    assert [t.head.i for t in again] == [t.head.i for t in doc]


def test_batches_have_few_long_texts():
    full, third = BATCH_DOCUMENTS, BATCH_CHARACTERS // 3
    for lengths, expected in (
        ([], []),
        ([5], [1]),
        ([10] * (2 * full + 2), [full, full, 2]),
        ([BATCH_CHARACTERS + 1, 5, 5], [1, 2]),
        ([5, BATCH_CHARACTERS, 5], [1, 1, 1]),
        ([third] * 4, [3, 1]),
    ):
        texts = ["a" * length for length in lengths]
        batches = list(split_into_batches(iter(texts)))
        assert [len(batch) for batch in batches] == expected
        assert [text for batch in batches for text in batch] == texts


def articles(root, texts):
    rows = [{"article_id": article_id(t), "text": t, "language": "en", "raw_path": "x"} for t in texts]
    tables.write_sorted(ARTICLES, rows, root / paths.ARTICLES)


def stored(root):
    return {p.name: p.read_bytes() for p in (root / paths.PARSES).iterdir()}


def project(root):
    shutil.copytree(ROOT / "configs", root / "configs")
    return root


@pytest.fixture
def root(tmp_path):
    return project(tmp_path)


TEXTS = [f"The mayor said that road {n} was open again." for n in range(6)]


def test_only_new_articles_are_parsed_and_the_bytes_do_not_depend_on_earlier_runs(root, tmp_path_factory):
    articles(root, TEXTS[:3])
    assert run(root) == {"articles": 3, "parsed now": 3}
    articles(root, TEXTS[2:])
    assert run(root) == {"articles": 4, "parsed now": 3}
    assert run(root) == {"articles": 4, "parsed now": 0}
    other = project(tmp_path_factory.mktemp("other"))
    articles(other, TEXTS[:1:-1])
    run(other)
    assert stored(root) == stored(other)
    for name, content in stored(root).items():
        (root / paths.PARSES / name).write_bytes(content[:40])
    assert run(root)["parsed now"] == 0  # a damaged table is written anew
    assert stored(root) == stored(other)


def test_parses_of_another_model_are_replaced(root, monkeypatch):
    articles(root, TEXTS)
    with monkeypatch.context() as other:
        other.setattr("pipeline.parse.parser.VERSION", "0")
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
