"""Tokens made on demand are those of the document."""

import pytest
from spacy.tokens import Doc

from pipeline.core.spacy_documents import shared_vocab
from pipeline.resolve.name_mentions import TokenIndex


@pytest.fixture(scope="module")
def doc():
    words = ["Ivo", "Tamm", "left", ".", "\n", "She", "stayed", "."]
    pos = ["PROPN", "PROPN", "VERB", "PUNCT", "SPACE", "PRON", "VERB", "PUNCT"]
    starts = [True, False, False, False, False, True, False, False]
    return Doc(shared_vocab("en"), words=words, pos=pos, sent_starts=starts)


def test_by_offset(doc):
    tokens = TokenIndex(doc)
    assert {offset: tokens[offset].text for offset in tokens.starts} == {token.idx: token.text for token in doc}
    assert tokens[0] is tokens[0]
    assert 4 in tokens
    assert 1 not in tokens
    assert tokens.get(1) is None
    with pytest.raises(KeyError):
        tokens[1]


def test_sentences_start_where_the_documents_do(doc):
    assert TokenIndex(doc).sentence_starts == [sentence.start_char for sentence in doc.sents]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"pos": ["PROPN", "PRON"]}, ["Ivo", "Tamm", "She"]),
        ({"lower": ["she", "he"]}, ["She"]),
        ({"pos": ["VERB"], "lower": ["left", "she"]}, ["left"]),
        ({"pos": ["NUM"]}, []),
        ({"pos": []}, []),
    ],
)
def test_where(doc, wanted, texts):
    assert [token.text for token in TokenIndex(doc).select(**wanted)] == texts


def test_nothing():
    empty = TokenIndex(Doc(shared_vocab("en")))
    assert (empty.starts, empty.sentence_starts, empty.select(pos=["NOUN"])) == ({}, [], [])
