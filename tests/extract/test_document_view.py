"""The view of a document: sentences and quoted spans, and word lists by kinds that are checked."""

from dataclasses import replace

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core.config import build_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language, load_language
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import build_lexicon

ENGLISH = load_language("en")


def view_of(text: str, language: Language = ENGLISH) -> DocumentView:
    """A view of words parted by spaces, all in one sentence by the parse, without tags."""
    words = text.split(" ")
    return DocumentView(Doc(Vocab(), words=words, sent_starts=[i == 0 for i in range(len(words))]), language)


def test_word_lists_and_tags_by_kind():
    view = view_of("He said that")
    assert [view.word_in(i, "that") for i in range(3)] == [False, False, True]
    assert not view.tag_in(1, "finite")


@pytest.mark.parametrize("look_up", ["word_in", "lemma_in", "tag_in"])
def test_an_unknown_kind_is_an_error_that_names_the_known_ones(look_up):
    known = "finite, tensed" if look_up == "tag_in" else "that, question"
    with pytest.raises(ValueError, match=f"unknown kind `thta`: known kinds are {known}"):
        getattr(view_of("He said that"), look_up)(0, "thta")


def test_a_kind_that_a_language_does_not_list_is_empty():
    view = view_of("He said that", replace(ENGLISH, function_words={}, tags={}))
    assert not view.word_in(2, "that")
    assert not view.tag_in(1, "finite")


@pytest.mark.parametrize(("key", "known"), [("function_words", "question"), ("tags", "tensed")])
def test_a_language_file_with_an_unknown_kind_is_an_error_that_names_the_known_ones(key, known):
    with pytest.raises(ConfigError, match=f"{key}.thta.*{known}"):
        build_config(Language, {"code": "xx", key: {"thta": ["that"]}})


@pytest.mark.parametrize("cues", [{"speech": {"clauses": ["say"]}}, {"verbs": ["say"]}])
def test_a_list_of_cues_that_no_rule_reads_is_an_error(cues):
    with pytest.raises(ConfigError, match=r"unknown (list|key)"):
        build_lexicon(Language("xx", cues=cues), "speech")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("She left . “ No . ” He stayed .", ["She left .", "“ No . ”", "He stayed ."]),
        ("“ No , ” she said .", ["“ No , ” she said ."]),
        ("“ No . Never . ” said Renn .", ["“ No . Never . ” said Renn ."]),
    ],
)
def test_sentences_beside_quotation_marks(text, sentences):
    view = view_of(text)
    assert [" ".join(view.word[first : last + 1]) for first, last in view.sentences] == sentences


def test_quoted_spans():
    view = view_of("“ No , ” she said")
    (span,) = view.quoted_spans
    assert (span.first, span.last, span.inner_first, span.inner_last, span.closed) == (0, 3, 1, 2, True)
    assert [view.quoted_span(i) == span for i in range(6)] == [True, True, True, True, False, False]
    assert (view.span_before(5), view.span_before(3), view.span_from(0), view.span_from(1)) == (0, None, 0, None)
