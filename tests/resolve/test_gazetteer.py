"""The gazetteer and its file; the vocabulary of a language, read from its file."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline import resolve
from pipeline.core.config import CONFIGS, build_config
from pipeline.core.corrections import COLUMNS as CORRECTION_COLUMNS
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.language import Language, load_language
from pipeline.resolve.entities import Entity, add_gazetteer_facts
from pipeline.resolve.gazetteer import COLUMNS, KINDS, Gazetteer, GazetteerEntry, read_gazetteer
from pipeline.resolve.manual_decisions import DECISIONS, MERGE_COLUMNS
from pipeline.resolve.sides import SIDE_COUNTS
from pipeline.resolve.speaker_rules import RULES
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary

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


@pytest.mark.parametrize(("rows", "row", "word"), [
    (["Kestria,,,kingdom,,,,,,,"], 2, "kind"),
    ([",,,country,,,,,,,"], 2, "name"),
    (["Kestria,Tolvar,,country,,,,,,,", "Velmora,tolvar,,country,,,,,,,"], 3, "row 2"),
    (["Kestria,,Q1,country,,,,,,,", "Velmora,,Q1,country,,,,,,,"], 3, "Q1"),
    (["Kestria,,12,country,,,,,,,"], 2, "qid"),
    (["Pavlo Renn,,,person,,,soon,,,,"], 2, "from"),
    (["Pavlo Renn,,,person,,,2025-13-01,,,,"], 2, "from"),
    (["Pavlo Renn,,,person,,,,,,he,"], 2, "gender"),
    (["Pavlo Renn,,,person,,,,,2022-13-45x,,"], 2, "seen"),
    (["Kestria,Tolvar"], 2, "cells"),
])  # fmt: skip
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


@pytest.mark.parametrize(("word", "state"), [
    ("Kestria", "Kestria"),
    ("Kestrian", "Kestria"),
    ("Tamrahi", "Tamrah"),
    ("Quendan", "Quenda"),
    ("Tolvar", "Kestria"),
    ("Kestrel", None),
    ("Osian", "Osia"),
    ("Ostan", None),
])  # fmt: skip
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


SOURCES = sorted(Path(resolve.__file__).parent.rglob("*.py"))
# Lists that other lists include, and that no rule asks for by themselves.
ONLY_INCLUDED = {"short_titles", "indefinite", "indefinite_articles", "offices"}
# Columns, rules and lists, whose names happen to be words.
NAMES_OF_DATA = {"a", "from", "to", *RULES, *(field.name for field in fields(Vocabulary))}
NAMES_OF_DATA |= {*SIDE_COUNTS, *KINDS, *CORRECTION_COLUMNS, *MERGE_COLUMNS, *DECISIONS}
NAMES_OF_DATA |= {"male", "female", "plural", "first", "thing", "either"}


def test_a_list_includes_those_it_stands_beside():
    mentions = {"indefinite_articles": ["a"], "indefinite": ["another"], "indefinite_any": ["some"]}
    lists = build_vocabulary(build_config(Language, {"code": "xx", "mentions": mentions}))
    assert lists.indefinite == {"a", "another"}
    assert lists.indefinite_any == {"a", "another", "some"}
    assert lists.body == frozenset()


@pytest.mark.parametrize(
    "names", [{"peple": ["mayor"]}, {"people": "mayor"}, {"place_before": ["in", True]}, {"titles": ["Dr"]}]
)
def test_a_wrong_list_is_named(names):
    with pytest.raises(ConfigError, match=next(iter(names))):
        build_vocabulary(build_config(Language, {"code": "xx", "names": names}))


def test_every_list_is_in_the_language_file_and_read_by_a_rule(vocabulary):
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for field in fields(vocabulary):
        assert getattr(vocabulary, field.name), field.name
        if field.name not in ONLY_INCLUDED:
            assert re.search(rf"\.{field.name}\b", code), field.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_english_word_stands_in_the_code(language, path):
    """Small words, endings and pronouns stand in the language's file alone."""
    english = set(_words([language.mentions, language.pronouns])) - NAMES_OF_DATA
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1:
            # Regular expressions have a backslash; messages and docstrings, which are sentences, count as one string.
            words = re.findall(r"[a-z]{2,}", node.value) if "\\" in node.value else [node.value]
            assert english.isdisjoint(words), f"{path}:{node.lineno}"


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        assert isinstance(value, list | dict)
        for item in [*value.values(), *value] if isinstance(value, dict) else value:
            yield from _words(item)
