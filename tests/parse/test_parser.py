"""The parser, its fast components (results are those of spaCy), and the stage `parse`: only new articles."""

import shutil

import numpy as np
import pytest
import spacy
from spacy.attrs import DEP, LEMMA, MORPH, NORM, ORTH, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from pipeline.core import paths, spacy_documents
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.parse import run as parse_run
from pipeline.parse.attribute_ruler import FastAttributeRuler, UnsupportedRuleError, fast_components
from pipeline.parse.entity_recognition import EntityDecoder, add_entities, is_supported, split_lines
from pipeline.parse.parser import BATCH_CHARACTERS, BATCH_DOCUMENTS, Parser, split_into_batches
from pipeline.parse.run import run
from tests.worlds.project import files_in
from tests.worlds.rows import ROOT, article


@pytest.fixture(scope="module")
def parser():
    return Parser(load_language("en"))


@pytest.mark.parametrize(("text", "tokens"), [
    ("She said,“Look at it.”", ["She", "said", ",", "“", "Look", "at", "it", ".", "”"]),
    ("it”he said", ["it", "”", "he", "said"]),
    ("They wait,''he said.", ["They", "wait", ",", "''", "he", "said", "."]),
    ("It’s Kestria's", ["It", "’s", "Kestria", "'s"]),
    ("at 3,500 metres", ["at", "3,500", "metres"]),
])  # fmt: skip
def test_quotation_marks_next_to_words_are_tokens(parser, text, tokens):
    assert [t.text for t in next(parser.pipe([text]))] == tokens


def test_a_sentence_ends_at_a_line_break_and_entities_are_only_where_a_speaker_may_be_named(parser):
    doc = next(parser.pipe(["Peter Lane walked to Paris on Monday\n\nPeter Lane said that he was tired."]))
    assert next(doc.sents).text.strip() == "Peter Lane walked to Paris on Monday"
    assert {e.text for e in doc.ents if e.label_ == "PERSON"} == {"Peter Lane"}
    assert all(e.start_char > 37 for e in doc.ents)


def test_batches_have_few_long_texts():
    full, third = BATCH_DOCUMENTS, BATCH_CHARACTERS // 3
    for lengths, expected in (
        ([], []),
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
    tables.write_sorted(ARTICLES, [article(text, raw_path="x") for text in texts], root / paths.ARTICLES)


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
    assert files_in(root / paths.PARSES) == files_in(other / paths.PARSES)
    for path in (root / paths.PARSES).iterdir():
        path.write_bytes(path.read_bytes()[:40])
    assert run(root)["parsed now"] == 0  # a damaged table is written anew
    assert files_in(root / paths.PARSES) == files_in(other / paths.PARSES)


def test_parses_of_another_model_are_replaced(root, monkeypatch):
    articles(root, TEXTS)
    with monkeypatch.context() as other:
        other.setattr("pipeline.parse.parser.VERSION", "0")
        run(root)
        parse_run._load_parser.cache_clear()
    before = files_in(root / paths.PARSES)
    parse_run._load_parser.cache_clear()
    assert run(root) == {"articles": 6, "parsed now": 6}
    assert files_in(root / paths.PARSES) != before


@pytest.mark.parametrize("place", [0, 300, -1])
def test_an_invalid_document_is_an_error(parser, place):
    data = bytearray(spacy_documents.doc_to_bytes(next(parser.pipe([TEXTS[0]]))))
    data[place] ^= 0xFF
    with pytest.raises(DataError, match="a stored parse is damaged"):
        spacy_documents.doc_from_bytes(bytes(data), spacy_documents.shared_vocab("en"))


SET = [POS, TAG, DEP, LEMMA, MORPH]
WORDINGS = [
    "", " ", "\n\n", "The envoy said he'd go, but she ain't going to let's see: there's nothin' doin' in Belhaven.",
    "Y'all gotta wait.\n\nC'mon, I'm gonna ask whether it is theirs or hers, “which was done”.",
    "They got it; it has been had. That it rains, you know. Can't, won't, shan't!  It's ol' Tur's.",
]  # fmt: skip


@pytest.fixture(scope="module")
def nlp():
    return spacy_documents.load_spacy_model(spacy_documents.choose_spacy_model(load_language("en").models))


@pytest.fixture
def pipeline_and_ruler():
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


@pytest.mark.parametrize(("rules", "words", "lemmas"), [
    ([([GO], 0, "walk")], ["Go", "on"], ["walk", ""]),
    ([([{"LOWER": {"NOT_IN": ["go"]}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
    ([([{"LOWER": {"REGEX": "^o"}}], 0, "walk")], ["Go", "on"], ["", "walk"]),
    ([([GO, ON], 1, "last")], ["go", "on", "go"], ["", "last", ""]),
    ([([GO], 0, "early"), ([GO], 0, "late")], ["go"], ["late"]),
    ([([GO, GO], 0, "two"), ([ON], 0, "on")], ["go", "go", "go"], ["two", "two", ""]),
    ([([{"IS_SPACE": True}], 0, "gap"), ([{"IS_SPACE": False}], 0, "word")], ["go", "\n"], ["word", "gap"]),
])  # fmt: skip
def test_patterns_of_one_and_several_tokens(pipeline_and_ruler, rules, words, lemmas):
    blank, ruler = pipeline_and_ruler
    for pattern, index, lemma in rules:
        ruler.add([pattern], {"LEMMA": lemma}, index=index)
    ours, theirs = (Doc(blank.vocab, words=words) for _ in range(2))
    FastAttributeRuler(ruler)(ours)
    assert [t.lemma_ for t in ours] == lemmas == [t.lemma_ for t in ruler(theirs)]


@pytest.mark.parametrize(("token", "attribute", "index"), [
    ({"LOWER": "go", "OP": "+"}, "LEMMA", 0),
    ({"LOWER": {"FUZZY": "go"}}, "LEMMA", 0),
    ({"LOWER": "go"}, "NORM", 0),
    ({"LOWER": "go"}, "LEMMA", -1),
])  # fmt: skip
def test_other_patterns_are_left_to_spacy(pipeline_and_ruler, token, attribute, index):
    blank, ruler = pipeline_and_ruler
    ruler.add([[token]], {attribute: "walk"}, index=index)
    with pytest.raises(UnsupportedRuleError):
        FastAttributeRuler(ruler)
    assert fast_components(blank) == {}


ARTICLES_OF_FOUR = [
    "“We stay in Belhaven,” said Nadia Sarkel. It's late.\n\nOdd Dahl walked.\nAccording to Ivo Tamm, Marovia won't.",
    "",
    "Nobody spoke.",
    "\n\nThe minister, Lena Orsk of the Tur Council, said that she hoped so.\n",
]


class Spy:
    def pipe(self, parsed, batch_size):
        self.seen = list(parsed)
        return self.seen


@pytest.fixture
def parsed(nlp):
    return list(nlp.pipe(ARTICLES_OF_FOUR, disable=["ner"]))


def test_only_lines_that_may_name_a_speaker_are_read_unchanged(parsed):
    spy = Spy()
    assert not is_supported(spy)  # another form of recogniser is left to spaCy
    add_entities(parsed, spy, ["according"])
    chosen = [parsed[k][a:b] for k, n in ((0, 0), (0, 2), (3, 0)) for a, b in [split_lines(parsed[k])[n]]]
    assert [piece.text for piece in spy.seen] == [span.as_doc().text for span in chosen]
    for piece, span in zip(spy.seen, chosen, strict=True):
        for attribute in (ORTH, SPACY, NORM, SENT_START):
            ours, theirs = piece.to_array(attribute).astype(int), span.as_doc().to_array(attribute).astype(int)
            assert ((ours == 1) == (theirs == 1)).all() if attribute == SENT_START else (ours == theirs).all()


def entities(doc):
    return [(entity.start, entity.end, entity.label_) for entity in doc.ents]


LINES = [
    "On Monday, 3 May 2021, Nadia Sarkel of the Tur Council met Ivo Tamm in Belhaven, Marovia.", "Belhaven", " \u00a0 ",
    "The United Front of Kestria and Velmora. Sarkel paid $3 million for 12 % of Orsk Brothers Ltd on 5th Avenue.", "x",
    "Prince Oskar the Second of the Kingdom of Greater Northern Kestria and the Isles",
]  # fmt: skip


@pytest.mark.parametrize("lines", [LINES, LINES[:1], [], LINES * 11])
def test_entities_are_those_of_spacy(nlp, lines):
    ner = nlp.get_pipe("ner")
    assert is_supported(ner)
    parsed = [[doc.copy() for doc in nlp.pipe(lines, disable=["ner"])] for _ in range(2)]
    expected = [entities(doc) for doc in ner.pipe(parsed[0])]
    assert EntityDecoder(ner)(parsed[1]) == expected
    assert not lines or any(end - start > 3 for found in expected for start, end, _ in found)
