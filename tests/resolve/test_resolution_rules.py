"""Rules have declared names: the data publishes them, and no name rests on how a function is called."""

from __future__ import annotations

import re

import pytest

from pipeline.core.config import ROOT
from pipeline.resolve import resolution_rules
from pipeline.resolve.certainty import DECISION_COUNTS
from pipeline.resolve.resolution_rules import (
    HEADLINE_SPEAKER,
    NAMING_RULES,
    RULES_WITHOUT_SOURCE,
    SOURCE_RULES,
    UNRESOLVED,
)

LINE = (
    "Ilse Korvath came. ⟨She⟩ ‹said› ⟦it was late⟧. ⟦“We will wait.”⟧¶"
    "⟨The union⟩ ‹said› ⟦so⟧. ⟦The two ministers met⟧, ⟨it⟩ ‹said›."
)


def test_names_are_unique_and_known_to_the_certainties():
    names = [*RULES_WITHOUT_SOURCE, *SOURCE_RULES, HEADLINE_SPEAKER]
    assert len(set(names)) == len(names)
    assert set(DECISION_COUNTS) <= set(names)
    assert set(NAMING_RULES) <= set(SOURCE_RULES)


def test_the_documentation_says_of_each_rule_what_it_does():
    section = (ROOT / "docs/speakers.md").read_text(encoding="utf-8").split("\n## Rules\n")[1].split("\n## ")[0]
    documented = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE)
    assert documented == [*RULES_WITHOUT_SOURCE, *SOURCE_RULES, HEADLINE_SPEAKER, UNRESOLVED]


def test_no_function_stands_under_two_names():
    functions = [*RULES_WITHOUT_SOURCE.values(), *SOURCE_RULES.values()]
    assert len(set(functions)) == len(functions)


def test_renaming_a_function_changes_nothing(monkeypatch: pytest.MonkeyPatch, resolve_text):
    before = resolve_text(LINE)
    assert [quote.resolved_by for quote in before] == ["personal", "running_speaker", "noun_phrase", "thing"]
    for table in (resolution_rules.RULES_WITHOUT_SOURCE, resolution_rules.SOURCE_RULES):
        for name, rule in table.items():

            def renamed(*arguments, rule=rule):
                return rule(*arguments)

            monkeypatch.setitem(table, name, renamed)
    assert resolve_text(LINE) == before
