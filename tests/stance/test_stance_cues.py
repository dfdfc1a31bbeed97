import pytest

from pipeline.core.config import ROOT
from pipeline.core.targets import load_targets
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.config import load_stance_config
from pipeline.stance.stance_cues import StanceLexicon, cue_sequence
from pipeline.stance.text_features import CONTENT_MEANINGS, CUE_SEQUENCE, build_text_columns

CUES = {"want": ["want*", "call* for"], "refuse": ["reject*"], "if": ["if", "until"], "not": ["not", "no"]}
MEANINGS = {"halt": ["truce*", "end * war"], "go_on": ["fight on"]}
LEXICON = StanceLexicon(CUES, MEANINGS)


def cues(text):
    return LEXICON.find_cues(LEXICON.replace_terms(text.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a truce", "a HALT"),
        ("to end the long war , or fight on", "to HALT , or GO_ON"),
        ("HALT", "HALT"),
        ("a halt", "a halt"),
        ("", ""),
    ],
)
def test_terms_become_their_meanings(text, expected):
    assert " ".join(LEXICON.replace_terms(text.split())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("she calls for a truce", "want HALT"),
        ("she calls them for a truce", "HALT"),
        ("we want , want , want a truce . if not", "want HALT . if not"),
        ("want a b c d e f truce", "want ~ HALT"),
        ("the unwanted harvest", ""),
    ],
)
def test_cues_in_order(text, expected):
    assert " ".join(cue_sequence(cues(text))) == expected


@pytest.mark.parametrize(
    ("before", "quoted", "after", "expected"),
    [
        ("they want", "a truce", "", "want> want>HALT want>HALT:short want>>HALT:short"),
        ("", "a truce", "they not reject", "HALT<not HALT:short<not HALT<not-refuse HALT:short<not-refuse"),
        ("want it . they", "a truce", ". not", ""),
        ("want " + "a " * 10, "a truce", "", ""),
        ("want if", "wheat " * 13, "", "if> if>- if>-:long if>>-:long want> want>- want>-:long"),
    ],
)
def test_cues_around_a_quote(before, quoted, after, expected):
    parts = (LEXICON.replace_terms(part.split()) for part in (before, quoted, after))
    assert LEXICON.surrounding_cues(*parts) == sorted(expected.split())


def test_without_words_there_are_no_cues():
    assert StanceLexicon({}, {}).find_cues(["a", "truce", "."]) == [(2, ".")]


def test_other_wordings_give_the_same_columns():
    items = [ClassifierInput("they call for a truce"), ClassifierInput("we want to end the war")]
    one, other = build_text_columns(items, set(), [], CUES, MEANINGS)
    assert one[CUE_SEQUENCE] == other[CUE_SEQUENCE] == "want HALT"
    assert one[CONTENT_MEANINGS] == "they call for a HALT"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we urge an immediate ceasefire", "we want HALT"),
        ("they will not agree to a truce", "they will not accept HALT"),
        ("no truce until they leave", "not HALT if they return"),
        ("a truce only if they leave", "HALT if they return"),
        ("they broke the ceasefire", "they break HALT"),
        ("talks on a ceasefire went on", "talk HALT"),
    ],
)
def test_the_projects_own_cues(text, found):
    halt = load_targets()["ceasefire"].meanings
    lexicon = StanceLexicon(load_stance_config(ROOT).stance_cues, halt)
    assert " ".join(cue_sequence(lexicon.find_cues(lexicon.replace_terms(text.split())))) == found
