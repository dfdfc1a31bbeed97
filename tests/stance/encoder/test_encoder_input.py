import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reader.word_pieces import SPECIAL, WordPieces
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.encoder.encoder_input import MAX_PIECES, EncoderInput, InputWords, encode_quote, split_paragraph

LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = [
    *SPECIAL,
    *LETTERS,
    *(f"##{letter}" for letter in LETTERS),
    *".,:“”",
    "someone",
    "speaker",
    "truce",
    "no",
    "said",
]
COMMON = {"no", "truce", "said", "he", "the", "we", "want", "a"}
WORDS = InputWords(WordPieces(VOCABULARY), COMMON, (), "someone", "speaker")


def show(item: EncoderInput) -> str:
    return " ".join(VOCABULARY[number] for number in item.pieces)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        # Speaker and cue stand before the paragraph; the names of the speaker are told from the others.
        (
            ClassifierInput("no truce", "Lesk: no truce, Renn said.", "said", "Anton Renn"),
            "<s> speaker said : someone : [unused1] no truce [unused2] , speaker said . </s>",
        ),
        (
            ClassifierInput("no truce", "Lesk: no truce, Renn said.", "said", "Lesk"),
            "<s> speaker said : speaker : [unused1] no truce [unused2] , someone said . </s>",
        ),
        (ClassifierInput("no truce", "", "said", "Renn"), "<s> speaker said : [unused1] no truce [unused2] </s>"),
        (ClassifierInput("no truce", "", "said"), "<s> someone said : [unused1] no truce [unused2] </s>"),
        (ClassifierInput("no truce"), "<s> someone [unused1] no truce [unused2] </s>"),
        # A quote that the paragraph lacks stands after it; of two occurrences it is the one beside the cue.
        (ClassifierInput("truce", "no."), "<s> someone no . [unused1] truce [unused2] </s>"),
        (
            ClassifierInput("truce", "no truce, no. said truce.", "said"),
            "<s> someone said : no truce , no . said [unused1] truce [unused2] . </s>",
        ),
    ],
)
def test_what_is_read_of_a_quote(item, expected):
    assert show(encode_quote(item, WORDS)) == expected


def test_the_parts_of_an_interrupted_quote_are_read_with_what_stands_between():
    context = "“We want a truce,” Renn said. “And we want it now, all of us,” he said."
    item = ClassifierInput("“We want a truce,” “And we want it now, all of us,”", context)
    assert split_paragraph(item) == ("", "“We want a truce,” Renn said. “And we want it now, all of us,”", " he said.")


def test_swapped_names_change_nothing():
    here, there = (
        ClassifierInput("no truce", f"{name} said no truce in {place}.", "said", name)
        for name, place in (("Renn", "Lesk"), ("Anton Gavrel", "the Upper Dren"))
    )
    assert encode_quote(here, WORDS).pieces[:3] == encode_quote(there, WORDS).pieces[:3]


@given(st.text(max_size=700), st.text(max_size=300), st.text(max_size=300), st.text(max_size=90), st.text(max_size=90))
def test_any_text_fits(text, before, after, cue, speaker):
    item = encode_quote(ClassifierInput(text, before + text + after, cue, speaker), WORDS)
    assert len(item.pieces) <= MAX_PIECES
    assert 0 < item.start < item.end < len(item.pieces)
    marks = VOCABULARY.index("[unused1]"), VOCABULARY.index("[unused2]")
    assert (item.pieces[item.start], item.pieces[item.end - 1]) == marks
