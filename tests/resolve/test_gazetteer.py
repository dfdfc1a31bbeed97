"""The gazetteer and its file."""

from pathlib import Path

import pytest

from pipeline.core.config import CONFIGS
from pipeline.core.errors import ParleyError
from pipeline.core.language import load_language
from pipeline.resolve.entities import Entity, add_gazetteer_facts
from pipeline.resolve.gazetteer import COLUMNS, Gazetteer, GazetteerEntry, read_gazetteer

HEADER = ",".join(COLUMNS)

LANGUAGE = load_language()


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "speakers.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_rows(tmp_path):
    found = read_gazetteer(write(tmp_path, "Kestria,Tolvar|Linden House,,country,,,,,,,invented"), LANGUAGE)
    assert found.entries == [GazetteerEntry("Kestria", ("Tolvar", "Linden House"), "", "country", note="invented")]
    assert found.find("the Linden House") is found.entries[0]


@pytest.mark.parametrize(
    ("rows", "row", "word"),
    [
        (["Kestria,,,kingdom,,,,,,,"], 2, "kind"),
        ([",,,country,,,,,,,"], 2, "name"),
        (["Kestria,Tolvar,,country,,,,,,,", "Velmora,tolvar,,country,,,,,,,"], 3, "row 2"),
        (["Kestria,,Q1,country,,,,,,,", "Velmora,,Q1,country,,,,,,,"], 3, "Q1"),
        (["Kestria,,12,country,,,,,,,"], 2, "qid"),
        (["Pavlo Renn,,,person,,,soon,,,,"], 2, "from"),
        (["Pavlo Renn,,,person,,,,,,he,"], 2, "gender"),
        (["Pavlo Renn,,,person,,,,,2022-13-45x,,"], 2, "seen"),
        (["Kestria,Tolvar"], 2, "cells"),
    ],
)
def test_an_error_names_the_wrong_row(tmp_path, rows, row, word):
    path = write(tmp_path, *rows)
    with pytest.raises(ParleyError) as caught:
        read_gazetteer(path, LANGUAGE)
    assert f"{path}, row {row}" in str(caught.value)
    assert word in str(caught.value)


def test_a_wrong_header_and_a_missing_file_are_errors(tmp_path):
    with pytest.raises(ParleyError, match="columns"):
        read_gazetteer(write(tmp_path, header="name,aliases"), LANGUAGE)
    with pytest.raises(ParleyError, match="no such file"):
        read_gazetteer(tmp_path / "none.csv", LANGUAGE)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Kestria", "Kestria"),
        ("Kestrian", "Kestria"),
        ("Tamrahi", "Tamrah"),
        ("Quendan", "Quenda"),
        ("Tolvar", "Kestria"),
        ("Kestrel", None),
        ("Osian", "Osia"),
        ("Ostan", None),
    ],
)
def test_states_by_word(vocabulary, word, state):
    states = {"Kestria": ("Tolvar",), "Tamrah": (), "Quenda": (), "Osia": ()}
    known = Gazetteer([GazetteerEntry(*each, "", "country") for each in states.items()], vocabulary)
    found = known.find_state(word)
    assert (found.name if found else None) == state


@pytest.mark.parametrize(("country", "words"), [("Kestria", {"foreign", "kestria"}), ("", {"foreign"})])
def test_words_of_an_office(vocabulary, country, words):
    person = Entity("Pavlo Renn", "person")
    entry = GazetteerEntry("Pavlo Renn", (), "", "person", country=country, role="foreign minister")
    add_gazetteer_facts(person, Gazetteer([entry], vocabulary), "")
    assert [role.words for role in person.roles] == [words]


def test_the_file_of_the_project_is_valid():
    known = read_gazetteer(CONFIGS / "speakers.csv", LANGUAGE)
    kinds = {entry.kind for entry in known.entries}
    assert len(known.entries) > 300
    assert kinds == {"person", "organisation", "country"}
    assert all(entry.note for entry in known.entries)
    assert all(not entry.qid for entry in known.entries if entry.note.startswith("invented"))
