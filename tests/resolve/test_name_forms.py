"""Names as strings."""

import pytest

from pipeline.resolve.name_forms import may_be_same_person, name_key, name_words, slug, tidy_phrase
from pipeline.resolve.vocabulary import strip_name

TITLES = frozenset({"mr", "ms", "dr", "gen", "president"})


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("President Anton Gavrel", "Anton Gavrel"),
        ("Gen. (ret.) Bram Ostrander", "Bram Ostrander"),
        ("Nadia Sarkel, a government spokeswoman", "Nadia Sarkel"),
        ("Ms Sarkel's", "Sarkel"),
        ("“Vuk”", "Vuk"),
        ("Dr Emil Hartog (Lorne)", "Emil Hartog"),
        ("the Daily Ledger", "Daily Ledger"),
        ("Odile Marre PhD", "Odile Marre"),
        ("Mr", "Mr"),
        ("Gen-Dr Emil Hartog", "Emil Hartog"),
    ],
)
def test_strip_name(vocabulary, mention, name):
    assert strip_name(mention, vocabulary, TITLES) == name


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Drovensky", "Drovenskyy"),
        ("Drovenskyi", "Drovenskiy"),
        ("Sergei Odei", "Sergey Odey"),
        ("Erdoğan", "erdogan"),
        ("Łask", "Lask"),
    ],
)
def test_spellings_meet(one, two):
    assert name_key(one) == name_key(two)


def test_different_names_stay_apart():
    assert name_key("Halvane") != name_key("Halvorn")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Tobin Marsh", "Tobin J. Marsh", True),
        ("T. Marsh", "Tobin Marsh", True),
        ("Mohamad Fuz Harun", "Fuz Harun", True),
        ("Katja Halvane", "Teodor Halvane", False),
        ("Tobin Marsh", "Tobin Marrad", False),
    ],
)
def test_full_names_of_one_person(one, two, same):
    assert may_be_same_person(name_words(one), name_words(two)) is same


def test_slug_is_ascii():
    assert slug("Élise d'Amarant-Łask") == "elise-damarant-lask"
    assert slug("Вук").isascii()
    assert slug("…") == "unnamed"


@pytest.mark.parametrize(
    ("text", "proper", "shown"), [("A diplomat", False, "a diplomat"), ("VTS", False, "VTS"), ("Staff", True, "Staff")]
)
def test_as_written(text, proper, shown):
    assert tidy_phrase(text, proper) == shown
