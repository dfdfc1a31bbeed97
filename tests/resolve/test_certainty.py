"""Certainties: the shares by rule, pooled where a rule has few decisions, and speakers that are left open."""

import pytest

from pipeline.resolve import speaker_rules
from pipeline.resolve.article_resolver import resolve
from tests.cases.marked_text import parse_quotes


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch):
    """Set the counts of decisions for one test."""

    def set_counts(**values: tuple[int, int]) -> None:
        monkeypatch.setattr(speaker_rules, "DECISION_COUNTS", values)
        speaker_rules.rule_certainty.cache_clear()

    yield set_counts
    monkeypatch.undo()
    speaker_rules.rule_certainty.cache_clear()


def test_a_rule_with_few_decisions_is_judged_by_its_kind(counts):
    counts(personal=(27, 30), several=(2, 10), role=(1, 1))
    kind = 30 / 42
    assert speaker_rules.rule_certainty("personal") == pytest.approx((27 + 5 * kind) / 35)
    assert speaker_rules.rule_certainty("several") == pytest.approx((2 + 5 * kind) / 15)
    assert speaker_rules.rule_certainty("relative") == pytest.approx(kind)
    assert speaker_rules.rule_certainty("document") == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("least", "speakers"), [(0.0, ["Ilse Korvath", "Ilse Korvath"]), (0.5, ["Ilse Korvath", None])]
)
def test_an_uncertain_speaker_is_left_open(counts, parser, gazetteer, least, speakers):
    counts(full_name=(40, 40), personal=(5, 40))
    text, quotes = parse_quotes("⟨Ilse Korvath⟩ ‹said› ⟦it was late⟧. ⟨She⟩ ‹added› that ⟦it rained⟧.")
    (doc,) = parser.pipe([text])
    found = resolve(doc, quotes, gazetteer, least_certainty=least)
    assert [quote.speaker for quote in found] == speakers
    assert [quote.certainty > 0 for quote in found] == [speaker is not None for speaker in speakers]
    assert found[1].kind == ("person" if speakers[1] else "unknown")
    assert found[1].resolved_by == ("personal" if speakers[1] else "unresolved")
