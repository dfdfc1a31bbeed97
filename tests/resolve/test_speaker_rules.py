"""Rules have declared names: the data publishes them, and no name rests on how a function is called."""

import pytest

from pipeline.core.config import ROOT
from pipeline.resolve.speaker_rules import DECISION_COUNTS, RULES, format_rules, rules_for, speaker_rule


def test_the_certainties_are_of_known_rules():
    assert set(DECISION_COUNTS) <= set(RULES)


def test_the_table_in_the_documentation_is_the_registry():
    assert "\n".join(format_rules()) in (ROOT / "docs/speakers.md").read_text(encoding="utf-8")


def test_no_function_stands_under_two_names():
    functions = [rule.apply for rule in RULES.values()]
    assert len(set(functions)) == len(functions)


@pytest.mark.parametrize(("name", "order"), [("full_name", 5), ("new", rules_for("source")[0].order)])
def test_two_rules_share_neither_name_nor_order(name, order):
    with pytest.raises(ValueError, match="two rules"):
        speaker_rule(name, order=order, kind="name", example="")(lambda article, source: None)


def test_a_rule_without_which_others_decide(monkeypatch: pytest.MonkeyPatch, resolve_text):
    line = "Ilse Korvath came. ⟨Korvath⟩ ‹said› ⟦it was late⟧."
    assert [quote.resolved_by for quote in resolve_text(line)] == ["surname"]
    monkeypatch.delitem(RULES, "surname")
    assert [quote.resolved_by for quote in resolve_text(line)] != ["surname"]
