import pytest

from pipeline.stance.config import read_stance_words
from pipeline.stance.name_masking import MASK, find_common_words, mask_names

WORDS = read_stance_words()
TEXTS = [
    "The President said that Kestria would keep the truce. The president of Velmora will stop shooting in March.",
    "It will stop. We will march to the basin; General Wrede waits, and the general knows why.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kestria will stop", f"{MASK} will stop"),
        ("we saw Milena Dravic", f"we saw {MASK}"),
        ("Dravic-Oss will stop", f"{MASK} - {MASK} will stop"),
        ("the President said", "the president said"),
        ("Stop shooting", "stop shooting"),
        ("NEVER stop", "never stop"),
        ("the US asked us", f"the {MASK} asked us"),
        ("Velmora General. General Wrede", f"{MASK} . general {MASK}"),
        ("I will, I'm the general", "i will , i ' m the general"),
        ("Velmora's truce", f"{MASK} ' s truce"),
        ("", ""),
    ],
)
def test_mask_names(text, expected):
    common = set(find_common_words(TEXTS, WORDS["stop_words"]))
    assert " ".join(mask_names(text, common, WORDS["uppercase_names"])[0]) == expected


def test_each_masked_word_has_its_span():
    text = "we saw Milena Dravic-Oss, İzel and “the US” 😀"
    words, spans = mask_names(text, set(find_common_words(TEXTS, [*WORDS["stop_words"], "saw"])), ["US"])
    found = [text[start:end] for start, end in spans]
    assert found == ["we", "saw", "Milena Dravic", "-", "Oss", ",", "İzel", "and", "“", "the", "US", "”", "😀"]
    assert words == ["we", "saw", MASK, "-", MASK, ",", MASK, "and", "“", "the", MASK, "”", "😀"]


def test_a_word_mostly_capitalised_is_a_name():
    texts = ["we fished at Teeth and at Teeth again, teeth bared", "a ferry, the Ferry, a ferry"]
    common = find_common_words(texts, [])
    assert "teeth" not in common
    assert "ferry" in common


def test_common_words_do_not_depend_on_order():
    common = find_common_words(TEXTS, ["so"])
    assert common == find_common_words(TEXTS[::-1], ["so"]) == sorted(common)
