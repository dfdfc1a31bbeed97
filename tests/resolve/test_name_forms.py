"""Names as strings, names of one person across articles, and names that are two people's."""

import pytest

from pipeline.core.language import load_language
from pipeline.core.storage.article_failures import ArticleNet
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.manual_decisions import MergeDecisions
from pipeline.resolve.name_forms import may_be_same_person, name_words, slug
from pipeline.resolve.speaker_registry import merge_same_people
from pipeline.resolve.vocabulary import build_vocabulary, strip_name

TITLES = frozenset({"mr", "ms", "dr", "gen", "president"})


@pytest.mark.parametrize(("mention", "name"), [
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
])  # fmt: skip
def test_strip_name(vocabulary, mention, name):
    assert strip_name(mention, vocabulary, TITLES) == name


@pytest.mark.parametrize(("one", "two", "same"), [
    ("Tobin Marsh", "Tobin J. Marsh", True),
    ("T. Marsh", "Tobin Marsh", True),
    ("Mohamad Fuz Harun", "Fuz Harun", True),
    ("Katja Halvane", "Teodor Halvane", False),
    ("Tobin Marsh", "Tobin Marrad", False),
])  # fmt: skip
def test_full_names_of_one_person(one, two, same):
    assert may_be_same_person(name_words(one), name_words(two)) is same


def test_slug_is_ascii():
    assert slug("Élise d'Amarant-Łask") == "elise-damarant-lask"
    assert slug("Вук").isascii()
    assert slug("…") == "unnamed"


KNOWN = Gazetteer(
    [
        GazetteerEntry("Norway", (), "", "country"),
        GazetteerEntry("Volodymyr Taranenko", ("Taranenko", "Wołodymyr Taranienko"), "", "person"),
        GazetteerEntry("Anton Delčić", (), "", "person"),
        GazetteerEntry("Aleksandr Velikov", (), "", "person"),
        GazetteerEntry("Oleksandr Velikov", (), "", "person"),
    ],
    build_vocabulary(load_language()),
)


def one_speaker(a: str, b: str, *others: str, decisions: MergeDecisions | None = None) -> bool:
    """Return True when two names, `a` quoted twice and `b` once, are one speaker's; each has its own article."""
    uses = [(name, "", str(number)) for number, name in enumerate((a, a, b, *others))]
    return merge_same_people(uses, KNOWN, decisions or MergeDecisions(), ArticleNet()).are_merged(a, b)


SAME = [
    # Words that are no name before a name.
    ("Anna Korvath", "Superintendent Anna Korvath"),
    ("Anna Korvath", "Lead Anna Korvath"),
    ("Anna Korvath", "States Anna Korvath"),
    ("Anna Korvath", "Harbour Post Anna Korvath"),
    ("Tesk Korvath", "Harbour Agency Tesk Korvath"),
    ("Tesk Korvath", "Norway Tesk Korvath"),
    ("Tesk Korvath", "Harbour Mayor Tesk Korvath"),
    ("Peter van der Molen", "Guardian Peter van der Molen"),
    # Romanisations.
    ("Evgeny Kuznetsov", "Yevgeniy Kuznecow"),
    ("Mikhail Zaharchuk", "Mikhail Zakharczuk"),
    ("Maxim Belikov", "Maksym Belikow"),
    ("Lev Dombrovetsky", "Lew Dombrovecky"),
    ("Volodymyr Taranenko", "Vladimir Taranenko"),
    ("Volodymyr Taranenko", "Uladzimir Taranenko"),
    ("Volodymyr Taranenko", "Wladimir Taranienko"),
    ("Anton Delčić", "Anton Delczić"),
    ("Anton Delčić", "Anton Delchich"),
    # A middle initial of somebody known.
    ("Anton Delčić", "Anton L. Delčić"),
    ("Anton L. M. Delčić", "Anton Delčić"),
]
DIFFERENT = [
    ("Maria Korvath", "Anna Maria Korvath"),
    ("Anna Korvath", "wife of Anna Korvath"),
    ("Anna Korvath", "Lise and Anna Korvath"),
    ("Anna Korvath", "J. Anna Korvath"),
    ("Korvath", "Superintendent Korvath"),
    ("Velde Korvath", "Tesk Velde Korvath"),
    ("Lise Korvath", "Anna Korvath"),
    ("Oleksandr Marenko", "Aleksandr Marenko"),
    ("Volodymyr Marenko", "Vladimir Marenko"),
    ("Alexander Velikov", "Oleksandr Velikov"),
    ("Wei Chan", "Wei Czan"),
    ("Uri Levinson", "Yuri Levinson"),
    ("Mario Belfonte", "Marie Belfonte"),
    ("Ravi Sharmana", "Ravi Sarmana"),
    ("Carl Lewinger", "Carl Levinger"),
    ("Jonas Feld", "Jonas P. Feld Jr."),
    ("Anton Delčić Jr.", "Anton Delchich"),
    ("Anna Korvath", "Anna Lise Korvath"),
    ("Anna Korvath", "Anna L. Korvath"),
    ("Anton Delčić", "Anton Lise Delčić"),
    ("Anton Taraninko", "Anton Taranenko"),
]


@pytest.mark.parametrize(("a", "b", "same"), [(*pair, True) for pair in SAME] + [(*pair, False) for pair in DIFFERENT])
def test_two_names(a, b, same):
    assert one_speaker(a, b) is same
    assert not one_speaker("Anton Delčić", "Anton L. Delčić", "Anton P. Delčić")


def test_a_middle_name_counts_where_an_article_has_both():
    uses = [("Anna Lise Korvath", form, "a") for form in ("Anna Korvath", "Korvath")] + [("Anna Korvath", "", "b")] * 3
    found = merge_same_people(uses, KNOWN, MergeDecisions(), ArticleNet())
    assert found.canonical_name("Anna Lise Korvath") == "Anna Korvath"


def test_a_decision_keeps_two_names_apart():
    apart = MergeDecisions(different={frozenset(("anton delcyc", "anton l delcyc"))})
    assert not one_speaker("Anton Delčić", "Anton L. Delčić", decisions=apart)
    assert not one_speaker("Anton Delčić", "Lead Anton L. Delčić", "Anton L. Delčić", decisions=apart)


def test_the_known_or_most_quoted_name_is_shown():
    names = ["Vladimir Taranenko"] * 3 + ["Lise L. Feld", "Lise Feld"] * 2 + ["Lise L. Feld"]
    found = merge_same_people([(name, "", "a") for name in names], KNOWN, MergeDecisions(), ArticleNet())
    assert found.canonical_name("Vladimir Taranenko") == "Volodymyr Taranenko"
    assert found.canonical_name("Lise Feld") == "Lise L. Feld"
