"""Entities are recognised only in lines that may name a speaker, as if each line were read alone."""

import pytest
from spacy.attrs import NORM, ORTH, SENT_START, SPACY
from spacy.tokens import Doc

from pipeline.core.language import load_language
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.parse.entity_recognition import EntityDecoder, add_entities, is_supported, split_lines

TEXTS = [
    "“We stay in Belhaven,” said Nadia Sarkel. It's late.\n\nOdd Dahl walked.\nAccording to Ivo Tamm, Marovia won't.",
    "",
    "Nobody spoke.",
    "\n\nThe minister, Lena Orsk of the Tur Council, said that she hoped so.\n",
]


class Spy:
    """A recogniser that records its input."""

    def __init__(self):
        self.seen = []

    def pipe(self, docs, batch_size):
        self.seen = list(docs)
        return self.seen


@pytest.fixture(scope="module")
def nlp():
    return load_spacy_model(choose_spacy_model(load_language("en").models))


@pytest.fixture
def docs(nlp):
    return list(nlp.pipe(TEXTS, disable=["ner"]))


@pytest.mark.parametrize(
    ("words", "ranges"),
    [
        (["a", "b", "\n", "c"], [(0, 2), (3, 4)]),
        (["\n\n", "a", " \n", "\n"], [(1, 2)]),
        (["a", " ", "b"], [(0, 3)]),
        ([], []),
    ],
)
def test_lines_that_may_name_a_speaker(nlp, words, ranges):
    assert split_lines(Doc(nlp.vocab, words=words)) == ranges


def test_only_lines_that_may_name_a_speaker_are_read_unchanged(docs):
    spy = Spy()
    add_entities(docs, spy, ["according"])
    chosen = [docs[k][a:b] for k, n in ((0, 0), (0, 2), (3, 0)) for a, b in [split_lines(docs[k])[n]]]
    assert [piece.text for piece in spy.seen] == [span.as_doc().text for span in chosen]
    for piece, span in zip(spy.seen, chosen, strict=True):
        for attribute in (ORTH, SPACY, NORM, SENT_START):
            ours, theirs = piece.to_array(attribute).astype(int), span.as_doc().to_array(attribute).astype(int)
            assert ((ours == 1) == (theirs == 1)).all() if attribute == SENT_START else (ours == theirs).all()


def test_entities_do_not_depend_on_the_batch(nlp, docs):
    ner = nlp.get_pipe("ner")
    add_entities(docs, ner, ["according"])
    together = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in docs]
    alone = []
    for doc in nlp.pipe(TEXTS, disable=["ner"]):
        add_entities([doc], ner, ["according"])
        alone.append([(e.start, e.end, e.label_) for e in doc.ents])
    assert together == alone
    assert any(doc.ents for doc in docs)
    assert not docs[2].ents


LINES = [
    "On Monday, 3 May 2021, Nadia Sarkel of the Tur Council met Ivo Tamm in Belhaven, Marovia.",
    "Belhaven",
    " \u00a0 ",
    "The United Front of Kestria and Velmora. Sarkel paid $3 million for 12 % of Orsk Brothers Ltd on 5th Avenue.",
    "x",
    "Prince Oskar the Second of the Kingdom of Greater Northern Kestria and the Isles",
]


@pytest.mark.parametrize("lines", [LINES, LINES[:1], [], LINES * 11])
def test_entities_are_those_of_spacy(nlp, lines):
    ner = nlp.get_pipe("ner")
    assert is_supported(ner)
    docs = [[doc.copy() for doc in nlp.pipe(lines, disable=["ner"])] for _ in range(2)]
    expected = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in ner.pipe(docs[0])]
    assert EntityDecoder(ner)(docs[1]) == expected
    assert not lines or any(end - start > 3 for entities in expected for start, end, _ in entities)


def test_another_form_of_recogniser_is_left_to_spacy():
    assert not is_supported(Spy())
