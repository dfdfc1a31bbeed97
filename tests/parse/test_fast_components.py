"""The fast attribute ruler, lemmatizer and entity recogniser give the results of spaCy's, the last in fewer lines."""

import numpy as np
import pytest
import spacy
from spacy.attrs import DEP, LEMMA, MORPH, NORM, ORTH, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from pipeline.core.language import load_language
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.parse.attribute_ruler import FastAttributeRuler, UnsupportedRuleError, fast_components
from pipeline.parse.entity_recognition import EntityDecoder, add_entities, is_supported, split_lines

SET = [POS, TAG, DEP, LEMMA, MORPH]
WORDINGS = [
    "",
    " ",
    "\n\n",
    "The envoy said he'd go, but she ain't going to let's see: there's nothin' doin' in Belhaven.",
    "Y'all gotta wait.\n\nC'mon, I'm gonna ask whether it is theirs or hers, “which was done”.",
    "They got it; it has been had. That it rains, you know. Can't, won't, shan't!  It's ol' Tur's.",
]


@pytest.fixture(scope="module")
def nlp():
    return load_spacy_model(choose_spacy_model(load_language("en").models))


@pytest.fixture
def pipeline_and_ruler():
    """Return a blank pipeline and its attribute ruler."""
    blank = spacy.blank("en")
    return blank, blank.add_pipe("attribute_ruler")


@pytest.mark.parametrize("remembered", [0, 1000])
@pytest.mark.parametrize("text", WORDINGS)
def test_labels_and_lemmas_equal_those_of_spacy(nlp, monkeypatch, text, remembered):
    monkeypatch.setattr("pipeline.parse.attribute_ruler.MAX_CACHED_WORDS", remembered)
    own = fast_components(nlp)
    assert list(own) == ["attribute_ruler", "lemmatizer"]
    bare = next(nlp.pipe([text], disable=["ner", *own]))
    wanted = next(nlp.pipe([text], disable=["ner"]))
    for _ in range(2):
        again = bare.copy()
        for component in own.values():
            component(again)
    assert np.array_equal(again.to_array(SET), wanted.to_array(SET))


GO, ON = {"LOWER": "go"}, {"LOWER": "on"}


@pytest.mark.parametrize(
    ("rules", "words", "lemmas"),
    [
        ([([GO], 0, "walk")], ["Go", "on"], ["walk", ""]),
        ([([{"LOWER": {"NOT_IN": ["go"]}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
        ([([{"LOWER": {"REGEX": "^o"}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
        ([([GO, ON], 1, "last")], ["go", "on", "go"], ["", "last", ""]),
        ([([GO], 0, "early"), ([GO], 0, "late")], ["go"], ["late"]),
        ([([GO, GO], 0, "two"), ([ON], 0, "on")], ["go", "go", "go"], ["two", "two", ""]),
        ([([{"IS_SPACE": True}], 0, "gap"), ([{"IS_SPACE": False}], 0, "word")], ["go", "\n"], ["word", "gap"]),
    ],
)
def test_patterns_of_one_and_several_tokens(pipeline_and_ruler, rules, words, lemmas):
    blank, ruler = pipeline_and_ruler
    for pattern, index, lemma in rules:
        ruler.add([pattern], {"LEMMA": lemma}, index=index)
    ours, theirs = (Doc(blank.vocab, words=words) for _ in range(2))
    FastAttributeRuler(ruler)(ours)
    assert [t.lemma_ for t in ours] == lemmas == [t.lemma_ for t in ruler(theirs)]


@pytest.mark.parametrize(
    ("token", "attribute", "index"),
    [
        ({"LOWER": "go", "OP": "+"}, "LEMMA", 0),
        ({"SHAPE": "xx"}, "LEMMA", 0),
        ({"LOWER": {"FUZZY": "go"}}, "LEMMA", 0),
        ({"LOWER": "go"}, "NORM", 0),
        ({"LOWER": "go"}, "LEMMA", -1),
    ],
)
def test_other_patterns_are_left_to_spacy(pipeline_and_ruler, token, attribute, index):
    blank, ruler = pipeline_and_ruler
    ruler.add([[token]], {attribute: "walk"}, index=index)
    with pytest.raises(UnsupportedRuleError):
        FastAttributeRuler(ruler)
    assert fast_components(blank) == {}


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


@pytest.fixture
def docs(nlp):
    return list(nlp.pipe(TEXTS, disable=["ner"]))


def test_only_lines_that_may_name_a_speaker_are_read_unchanged(docs):
    spy = Spy()
    assert not is_supported(spy)  # another form of recogniser is left to spaCy
    add_entities(docs, spy, ["according"])
    chosen = [docs[k][a:b] for k, n in ((0, 0), (0, 2), (3, 0)) for a, b in [split_lines(docs[k])[n]]]
    assert [piece.text for piece in spy.seen] == [span.as_doc().text for span in chosen]
    for piece, span in zip(spy.seen, chosen, strict=True):
        for attribute in (ORTH, SPACY, NORM, SENT_START):
            ours, theirs = piece.to_array(attribute).astype(int), span.as_doc().to_array(attribute).astype(int)
            assert ((ours == 1) == (theirs == 1)).all() if attribute == SENT_START else (ours == theirs).all()


def entities(doc):
    return [(entity.start, entity.end, entity.label_) for entity in doc.ents]


def test_entities_do_not_depend_on_the_batch(nlp, docs):
    ner = nlp.get_pipe("ner")
    add_entities(docs, ner, ["according"])
    for doc, alone in zip(docs, nlp.pipe(TEXTS, disable=["ner"]), strict=True):
        add_entities([alone], ner, ["according"])
        assert entities(doc) == entities(alone)
    assert docs[0].ents
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
    expected = [entities(doc) for doc in ner.pipe(docs[0])]
    assert EntityDecoder(ner)(docs[1]) == expected
    assert not lines or any(end - start > 3 for found in expected for start, end, _ in found)
