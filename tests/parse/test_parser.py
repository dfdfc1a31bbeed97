"""The parser: tokens at quotation marks, sentences at line breaks, entities only in lines that may name a speaker."""

import pytest

from pipeline.core.language import Language, load_language
from pipeline.core.spacy_documents import doc_from_bytes, doc_to_bytes, shared_vocab
from pipeline.parse.parser import BATCH_CHARACTERS, BATCH_DOCUMENTS, Parser, split_into_batches


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


def test_a_sentence_ends_at_a_line_break(parser):
    doc = next(parser.pipe(["Truce talks begin\n\nThe two sides met in Belhaven on Monday."]))
    assert next(doc.sents).text.strip() == "Truce talks begin"


def test_entities_only_in_lines_that_may_name_a_speaker(parser):
    doc = next(parser.pipe(["Peter Lane walked to Paris on Monday.\n\nPeter Lane said that he was tired."]))
    assert {e.text for e in doc.ents if e.label_ == "PERSON"} == {"Peter Lane"}
    assert all(e.start_char > 38 for e in doc.ents)


def test_order_and_empty_texts(parser):
    texts = ["One said so.", "", "Three said so."]
    assert [doc.text for doc in parser.pipe(texts)] == texts


def test_a_document_survives_a_round_trip_to_bytes(parser):
    doc = next(parser.pipe(["“We will not stop,” said Nadia Sarkel of Velmora."]))
    again = doc_from_bytes(doc_to_bytes(doc), shared_vocab("en"))
    for name in ("text", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "is_sent_start", "whitespace_"):
        assert [getattr(t, name) for t in again] == [getattr(t, name) for t in doc]
    assert [t.head.i for t in again] == [t.head.i for t in doc]


def test_a_language_without_a_model_gets_a_blank_pipeline():
    parser = Parser(Language("de"))
    assert len(list(next(parser.pipe(["Ein Satz. Noch einer."])).sents)) == 2
    assert parser.fingerprint.startswith("blank")


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([], []),
        ([5], [1]),
        ([10] * (2 * BATCH_DOCUMENTS + 2), [BATCH_DOCUMENTS, BATCH_DOCUMENTS, 2]),
        ([BATCH_CHARACTERS + 1, 5, 5], [1, 2]),
        ([5, BATCH_CHARACTERS, 5], [1, 1, 1]),
        ([BATCH_CHARACTERS // 3] * 4, [3, 1]),
    ],
)
def test_batches_have_few_long_texts(lengths, expected):
    texts = ["a" * length for length in lengths]
    batches = list(split_into_batches(iter(texts)))
    assert [len(batch) for batch in batches] == expected
    assert [text for batch in batches for text in batch] == texts
