"""Manual decisions about names, the review of names to decide about, and corrections of quotes."""

import csv
import io
import itertools

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.language import load_language
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.manual_decisions import (
    Corrections,
    MergeDecisions,
    ShownQuote,
    match_corrections,
    read_corrections,
    read_merge_decisions,
)
from pipeline.resolve.speaker_registry import SpeakerRegistry, merge_review_csv
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary
from tests.worlds.rows import TARGETS

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


@pytest.mark.parametrize(("text", "word"), [
    ("one,two\n", "columns"),
    (f"{HEADER}Lise Amarant,,same,\n", "empty"),
    (f"{HEADER}Lise Amarant,Amarant,perhaps,\n", "perhaps"),
    (f"{HEADER}Lise Amarant,Amarant\n", "cells"),
    (f'{HEADER}Lise Amarant,"Lise\nAmarant",same,\n', "`b` has a line break"),
    (f"{HEADER}Lise Amarant,Amarant,same,\nIvo Amarant,Amarant,same,\n", "too"),
    (f"{HEADER}Lise Amarant,Amarant,same,\nAmarant,Lise Amarant,same,\n", "another row"),
    (f"{HEADER}Lise Amarant,Amarant,different,\nLise Amarant,Amarant,same,\n", "another row"),
    (f"{HEADER}Lise Amarant,Amarant,same,\nLise Amarant,Amarant,different,\n", "other rows"),
])  # fmt: skip
def test_a_wrong_row_is_an_error(tmp_path, text, word):
    path = tmp_path / "merges.csv"
    assert read_merge_decisions(path) == MergeDecisions()
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


@pytest.mark.parametrize(("names", "reason"), [
    (("Lise Amarant", "Amarant"), "surname alone"),
    (("Oleh Sinehub", "Oleh Synehubo"), "spellings one letter apart"),
    (("T. Halvane", "Teodor Halvane"), "names that fit each other"),
    (("Marl Teo", "Teo Marl"), "the same words in another order"),
    (("Katja Halvane", "Teodor Halvane"), None),
    (("Jonas Feld Jr.", "Jonas Feld Sr."), None),
    (("Halvane", "Halvane"), None),
    (("Ilse Korvath", "Ilse Korvat"), None),
    (("Andriy Drovenskyi", "Andrii Drovenskyy"), None),  # two spellings of one name
    (("Ivo Amarant", "Amarant"), None),  # decided
])  # fmt: skip
def test_pairs_in_the_review(names, reason):
    found = registry(*names, merges=MergeDecisions(different={frozenset(("yvo amarant", "amarant"))}))
    rows = list(csv.DictReader(io.StringIO(merge_review_csv(found))))
    assert [row["reason"] for row in rows] == ([reason] if reason else [])
    assert len(found.speakers) == (1 if "Andriy Drovenskyi" in names else 2)


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


CORRECTIONS = "quote,name,speaker,kind,target,label,by,note\n"
KNOWN = Gazetteer([GazetteerEntry("Kestria", ("Tolvar",), "Q999000002", "country")], Vocabulary())


def read(tmp_path, text: str) -> Corrections:
    path = tmp_path / "corrections.csv"
    path.write_text(text, encoding="utf-8")
    return read_corrections(path, TARGETS)


@pytest.mark.parametrize(("text", "word"), [
    ("one,two\n", "columns"),
    (f"{CORRECTIONS}a-1,,Teo Marl,,,,a reader\n", "cells"),
    (f"{CORRECTIONS},,Teo Marl,,,,a reader,\n", "row 2: a row corrects a quote or a name"),
    (f"{CORRECTIONS}a-1,Lise Amarant,Teo Marl,,,,a reader,\n", "a quote or a name"),
    (f"{CORRECTIONS}a-1,,Teo Marl,human,,,a reader,\n", "human"),
    (f"{CORRECTIONS}a-1,,Teo Marl,,,,,\n", "`by` is empty"),
    (f"{CORRECTIONS}a-1,,Teo Marl,,,,a reader,\na-1,,Amarant,,,,a,\n", "row 3: `a-1` is corrected in .* row 2"),
    (f'{CORRECTIONS}a-1,,"Teo\nMarl",,,,a reader,\n', "`speaker` has a line break"),
    (f"{CORRECTIONS}a-1,,Teo\0Marl,,,,a reader,\n", "`speaker` has a line break or another control"),
    (f"{CORRECTIONS}a-1,,Teo Marl,,,,a \x1b[31mreader,\n", "`by` has a line break or another control"),
    (f"{CORRECTIONS}a-1,,Teo \u202eMarl,,,,a reader,\n", "`speaker` has a line break or another control"),
    (f"{CORRECTIONS},Andrij Feld,Teo Marl,,,,a reader,\n,Andriy Feld,,,,,a reader,\n", "row 2 too"),
])  # fmt: skip
def test_a_wrong_correction_is_an_error(tmp_path, text, word):
    assert not read(tmp_path, CORRECTIONS)
    assert not read_corrections(tmp_path / "missing.csv", TARGETS)
    with pytest.raises(ParleyError, match=word):
        read(tmp_path, text)


QUOTES = [
    ShownQuote("a-1", "Lise Amarant", "person"),
    ShownQuote("a-2", "Harbour Guard", "organisation"),
    ShownQuote("a-3", None, "unknown"),
]


@pytest.mark.parametrize(("row", "corrected"), [
    ("a-1,,Teo Marl,,,,a reader,", {"a-1": ("Teo Marl", "person")}),
    ("a-1,,,,,,a reader,", {"a-1": (None, "unknown")}),
    ("a-3,,Teo Marl,anonymous,,,a reader,", {"a-3": ("Teo Marl", "anonymous")}),
    (",Lise  Amarant,Tolvar,,,,a reader,", {"a-1": ("Tolvar", "country")}),
    ("a-1,,Harbour Guard,,,,a reader,", {"a-1": ("Harbour Guard", "organisation")}),
    (",Amarant,Teo Marl,,,,a reader,", {}),
])  # fmt: skip
def test_what_a_row_corrects(tmp_path, row, corrected):
    found, warnings = match_corrections(read(tmp_path, f"{CORRECTIONS}{row}\n"), QUOTES, KNOWN)
    columns = {quote_id: correction.speaker_columns() for quote_id, correction in found.items()}
    assert {quote_id: (of["speaker"], of["kind"]) for quote_id, of in columns.items()} == corrected
    assert len(warnings) == (not corrected)


def test_a_quote_counts_before_its_name_and_names_may_be_swapped(tmp_path):
    rows = ",Lise Amarant,Teo Marl,,,,me,\n,Teo Marl,Lise Amarant,,,,me,\na-1,,Ilse Korvath,,,,me,\n"
    quotes = [*QUOTES, ShownQuote("b-1", "Lise Amarant", "person"), ShownQuote("b-2", "Teo Marl", "person")]
    found, warnings = match_corrections(read(tmp_path, CORRECTIONS + rows), quotes, KNOWN)
    speakers = {quote_id: correction.speaker for quote_id, correction in found.items()}
    assert speakers == {"a-1": "Ilse Korvath", "b-1": "Teo Marl", "b-2": "Lise Amarant"}
    assert warnings == []
