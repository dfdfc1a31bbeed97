"""Manual decisions about names, and the review of names to decide about."""

import csv
import io
import itertools

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.language import load_language
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.manual_decisions import MergeDecisions, read_merge_decisions
from pipeline.resolve.speaker_registry import SpeakerRegistry, merge_review_csv
from pipeline.resolve.vocabulary import build_vocabulary

HEADER = "a,b,decision,note\n"
VOCABULARY = build_vocabulary(load_language())


def registry(*names: str, merges: MergeDecisions | None = None, kind: str = "person") -> SpeakerRegistry:
    known = Gazetteer(
        [GazetteerEntry("Ilse Korvath", (), "", "person"), GazetteerEntry("Ilse Korvat", (), "", "person")], VOCABULARY
    )
    found = SpeakerRegistry(known, merges or MergeDecisions())
    for number, name in enumerate(names):
        found.add(name, kind, f"a{number}")
    return found


@pytest.mark.parametrize("step", [1, -1])
def test_a_long_chain_of_merges_is_walked_once(tmp_path, step):
    """Each name once more at each row would be 200 million steps."""
    names = ["Ana " + "a".join("bcdfghklmn"[int(digit)] for digit in f"{n:05}") for n in range(20_001)]
    rows = [f"{one},{other},same,\n" for one, other in itertools.pairwise(names)][::step]
    path = tmp_path / "merges.csv"
    path.write_text("a,b,decision,note\n" + "".join(rows), encoding="utf-8")
    decisions = read_merge_decisions(path)
    assert decisions.canonical_name(names[-1]) == decisions.canonical_name(names[1]) == names[0]


@pytest.mark.parametrize("text", [None, "", HEADER])
def test_no_decisions(tmp_path, text):
    path = tmp_path / "merges.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert read_merge_decisions(path) == MergeDecisions()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("one,two\n", "columns"),
        (f"{HEADER}Lise Amarant,,same,\n", "empty"),
        (f"{HEADER}Lise Amarant,Amarant,perhaps,\n", "perhaps"),
        (f"{HEADER}Lise Amarant,Amarant\n", "cells"),
        (f'{HEADER}Lise Amarant,"Lise\nAmarant",same,\n', "`b` has a line break"),
        (f"{HEADER}Lise Amarant,Amarant,same,\nIvo Amarant,Amarant,same,\n", "too"),
        (f"{HEADER}Lise Amarant,Amarant,same,\nAmarant,Lise Amarant,same,\n", "another row"),
        (f"{HEADER}Lise Amarant,Amarant,different,\nLise Amarant,Amarant,same,\n", "another row"),
        (f"{HEADER}Lise Amarant,Amarant,same,\nLise Amarant,Amarant,different,\n", "other rows"),
    ],
)
def test_a_wrong_row_is_an_error(tmp_path, text, word):
    path = tmp_path / "merges.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParleyError, match=word):
        read_merge_decisions(path)


def test_decisions_merge_names_or_keep_them_apart(tmp_path):
    path = tmp_path / "merges.csv"
    path.write_text(f"{HEADER}Anton Taranov,Anton Taraninko,same,one founder\n", encoding="utf-8")
    found = registry("Anton Taranov", "Anton Taraninko", merges=read_merge_decisions(path))
    assert [(row["name"], row["n_quotes"], row["aliases"]) for row in found.rows()] == [
        ("Anton Taranov", 2, ["Anton Taraninko"])
    ]


PAIRS = [
    (("Lise Amarant", "Amarant"), "surname alone"),
    (("Andriy Drovenskyi", "Andriy Drovenskoi"), ""),
    (("Oleh Sinehub", "Oleh Synehubo"), "spellings one letter apart"),
    (("T. Halvane", "Teodor Halvane"), "names that fit each other"),
    (("Marl Teo", "Teo Marl"), "the same words in another order"),
    (("Katja Halvane", "Teodor Halvane"), None),
    (("Jonas Feld Jr.", "Jonas Feld Sr."), None),
    (("Halvane", "Halvane"), None),
    (("Ilse Korvath", "Ilse Korvat"), None),
]


@pytest.mark.parametrize(("names", "reason"), [case for case in PAIRS if case[1] != ""])
def test_pairs_in_the_review(names, reason):
    found = registry(*names)
    rows = list(csv.DictReader(io.StringIO(merge_review_csv(found))))
    assert [row["reason"] for row in rows] == ([reason] if reason else [])
    assert len(found.speakers) == 2


def test_spellings_of_one_name_are_not_in_the_review():
    found = registry("Andriy Drovenskyi", "Andrii Drovenskyy")
    assert len(found.speakers) == 1
    assert merge_review_csv(found).count("\n") == 1


def test_decided_pairs_are_not_in_the_review():
    merges = MergeDecisions(different={frozenset(("lyse amarant", "amarant"))})
    assert merge_review_csv(registry("Lise Amarant", "Amarant", merges=merges)).count("\n") == 1


@pytest.mark.parametrize(("name", "shared"), [("Institute", False), ("Open Ledger Watch", True), ("Ledger", True)])
def test_a_common_noun_stays_with_its_article(name, shared):
    assert (len(registry(name, name, kind="organisation").speakers) == 1) is shared


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "'="])
def test_formulas_are_escaped_and_a_row_can_move_to_the_decisions(tmp_path, sign):
    names = (f"{sign}Lise Amarant", f"{sign}Lise Amarand")
    (row,) = csv.DictReader(io.StringIO(merge_review_csv(registry(*names))))
    assert {row["a"], row["b"]} == {f"'{name}" for name in names}
    text = io.StringIO()
    writer = csv.writer(text)  # line ends as a spreadsheet saves them
    writer.writerows([("a", "b", "decision", "note"), (row["a"], row["b"], "same", "")])
    path = tmp_path / "merges.csv"
    path.write_text(f"\ufeff{text.getvalue()}", encoding="utf-8", newline="")
    merges = read_merge_decisions(path)
    assert {merges.canonical_name(name) for name in names} <= set(names)
    assert len({merges.canonical_name(name) for name in names}) == 1
    assert merge_review_csv(registry(*names, merges=merges)).count("\n") == 1
