"""The vocabulary of a language, read from its file."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline import resolve
from pipeline.core.config import build_config
from pipeline.core.corrections import COLUMNS
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language
from pipeline.resolve.gazetteer import KINDS
from pipeline.resolve.manual_decisions import DECISIONS, MERGE_COLUMNS
from pipeline.resolve.sides import SIDE_COUNTS
from pipeline.resolve.speaker_rules import RULES
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary

SOURCES = sorted(Path(resolve.__file__).parent.rglob("*.py"))
# Lists that other lists include, and that no rule asks for by themselves.
ONLY_INCLUDED = {"short_titles", "indefinite", "indefinite_articles", "offices"}
# Columns, rules and lists, whose names happen to be words.
NAMES_OF_DATA = {"a", "from", "to", *RULES, *(field.name for field in fields(Vocabulary))}
NAMES_OF_DATA |= {*SIDE_COUNTS, *KINDS, *COLUMNS, *MERGE_COLUMNS, *DECISIONS}
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
    """Small words, endings, pronouns and given names stand in the language's file alone."""
    english = set(_words([language.mentions, language.pronouns, language.given_names])) - NAMES_OF_DATA
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
