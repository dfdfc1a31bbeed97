"""The fast attribute ruler and lemmatizer give the same result as spaCy's."""

import numpy as np
import pytest
import spacy
from spacy.attrs import DEP, LEMMA, MORPH, POS, TAG

from pipeline.core.language import load_language
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.parse.attribute_ruler import FastAttributeRuler, UnsupportedRuleError, fast_components

SET = [POS, TAG, DEP, LEMMA, MORPH]
TEXTS = [
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
@pytest.mark.parametrize("text", TEXTS)
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


@pytest.mark.parametrize(
    ("rules", "words", "lemmas"),
    [
        ([([{"LOWER": "go"}], 0, "walk")], ["Go", "on"], ["walk", ""]),
        ([([{"LOWER": {"NOT_IN": ["go"]}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
        ([([{"LOWER": {"REGEX": "^o"}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
        ([([{"LOWER": "go"}, {"LOWER": "on"}], 1, "last")], ["go", "on", "go"], ["", "last", ""]),
        ([([{"LOWER": "go"}], 0, "early"), ([{"LOWER": "go"}], 0, "late")], ["go"], ["late"]),
        (
            [([{"LOWER": "go"}, {"LOWER": "go"}], 0, "two"), ([{"LOWER": "on"}], 0, "on")],
            ["go"] * 3,
            ["two", "two", ""],
        ),
        ([([{"IS_SPACE": True}], 0, "gap"), ([{"IS_SPACE": False}], 0, "word")], ["go", "\n"], ["word", "gap"]),
    ],
)
def test_patterns_of_one_and_several_tokens(pipeline_and_ruler, rules, words, lemmas):
    blank, ruler = pipeline_and_ruler
    for pattern, index, lemma in rules:
        ruler.add([pattern], {"LEMMA": lemma}, index=index)
    ours, theirs = (spacy.tokens.Doc(blank.vocab, words=words) for _ in range(2))
    FastAttributeRuler(ruler)(ours)
    assert [t.lemma_ for t in ours] == lemmas == [t.lemma_ for t in ruler(theirs)]


@pytest.mark.parametrize(
    ("pattern", "attrs", "index"),
    [
        ([{"LOWER": "go", "OP": "+"}], {"LEMMA": "walk"}, 0),
        ([{"SHAPE": "xx"}], {"LEMMA": "walk"}, 0),
        ([{"LOWER": {"FUZZY": "go"}}], {"LEMMA": "walk"}, 0),
        ([{"LOWER": "go"}], {"NORM": "walk"}, 0),
        ([{"LOWER": "go"}], {"LEMMA": "walk"}, -1),
    ],
)
def test_other_patterns_are_left_to_spacy(pipeline_and_ruler, pattern, attrs, index):
    blank, ruler = pipeline_and_ruler
    ruler.add([pattern], attrs, index=index)
    with pytest.raises(UnsupportedRuleError):
        FastAttributeRuler(ruler)
    assert fast_components(blank) == {}
