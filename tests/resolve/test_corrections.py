"""The file of corrections, and which quotes its rows correct."""

import pytest

from pipeline.core.errors import ParleyError
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.manual_decisions import Corrections, ShownQuote, match_corrections, read_corrections
from pipeline.resolve.vocabulary import Vocabulary
from tests.worlds.rows import TARGETS

HEADER = "quote,name,speaker,kind,target,label,by,note\n"
KNOWN = Gazetteer([GazetteerEntry("Kestria", ("Tolvar",), "Q999000002", "country")], Vocabulary())


def read(tmp_path, text: str) -> Corrections:
    path = tmp_path / "corrections.csv"
    path.write_text(text, encoding="utf-8")
    return read_corrections(path, TARGETS)


@pytest.mark.parametrize("text", ["", HEADER])
def test_no_corrections(tmp_path, text):
    assert not read(tmp_path, text)
    assert not read_corrections(tmp_path / "missing.csv", TARGETS)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("one,two\n", "columns"),
        (f"{HEADER}a-1,,Teo Marl,,,,a reader\n", "cells"),
        (f"{HEADER},,Teo Marl,,,,a reader,\n", "row 2: a row corrects a quote or a name"),
        (f"{HEADER}a-1,Lise Amarant,Teo Marl,,,,a reader,\n", "a quote or a name"),
        (f"{HEADER}a-1,,Teo Marl,human,,,a reader,\n", "human"),
        (f"{HEADER}a-1,,Teo Marl,,,,,\n", "`by` is empty"),
        (
            f"{HEADER}a-1,,Teo Marl,,,,a reader,\na-1,,Lise Amarant,,,,a reader,\n",
            "row 3: `a-1` is corrected in .* row 2",
        ),
        (f'{HEADER}a-1,,"Teo\nMarl",,,,a reader,\n', "`speaker` has a line break"),
        (f"{HEADER}a-1,,Teo\0Marl,,,,a reader,\n", "`speaker` has a line break or another control"),
        (f"{HEADER}a-1,,Teo Marl,,,,a \x1b[31mreader,\n", "`by` has a line break or another control"),
        (f"{HEADER}a-1,,Teo \u202eMarl,,,,a reader,\n", "`speaker` has a line break or another control"),
        (f"{HEADER},Andrij Feld,Teo Marl,,,,a reader,\n,Andriy Feld,,,,,a reader,\n", "row 2 too"),
    ],
)
def test_a_wrong_row_is_an_error(tmp_path, text, word):
    with pytest.raises(ParleyError, match=word):
        read(tmp_path, text)


QUOTES = [
    ShownQuote("a-1", "Lise Amarant", "person"),
    ShownQuote("a-2", "Harbour Guard", "organisation"),
    ShownQuote("a-3", None, "unknown"),
]


@pytest.mark.parametrize(
    ("row", "corrected"),
    [
        ("a-1,,Teo Marl,,,,a reader,", {"a-1": ("Teo Marl", "person")}),
        ("a-1,,,,,,a reader,", {"a-1": (None, "unknown")}),
        ("a-3,,Teo Marl,anonymous,,,a reader,", {"a-3": ("Teo Marl", "anonymous")}),
        (",Lise  Amarant,Tolvar,,,,a reader,", {"a-1": ("Tolvar", "country")}),
        ("a-1,,Harbour Guard,,,,a reader,", {"a-1": ("Harbour Guard", "organisation")}),
        (",Amarant,Teo Marl,,,,a reader,", {}),
    ],
)
def test_what_a_row_corrects(tmp_path, row, corrected):
    found, warnings = match_corrections(read(tmp_path, f"{HEADER}{row}\n"), QUOTES, KNOWN)
    columns = {quote_id: correction.speaker_columns() for quote_id, correction in found.items()}
    assert {quote_id: (of["speaker"], of["kind"]) for quote_id, of in columns.items()} == corrected
    assert len(warnings) == (not corrected)


def test_a_quote_counts_before_its_name_and_names_may_be_swapped(tmp_path):
    rows = (
        ",Lise Amarant,Teo Marl,,,,a reader,",
        ",Teo Marl,Lise Amarant,,,,a reader,",
        "a-1,,Ilse Korvath,,,,the editor,",
    )
    quotes = [*QUOTES, ShownQuote("b-1", "Lise Amarant", "person"), ShownQuote("b-2", "Teo Marl", "person")]
    found, warnings = match_corrections(read(tmp_path, HEADER + "".join(f"{row}\n" for row in rows)), quotes, KNOWN)
    assert {quote_id: correction.speaker for quote_id, correction in found.items()} == {
        "a-1": "Ilse Korvath",
        "b-1": "Teo Marl",
        "b-2": "Lise Amarant",
    }
    assert warnings == []
