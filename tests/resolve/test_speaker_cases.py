"""Cases of `tests/cases/en/speakers` (a quote gets the speaker that its line names), rules, certainties and reader."""

import re

import pytest

from pipeline.core.config import ROOT
from pipeline.reader.speaker_pointer import Pointing
from pipeline.resolve import speaker_rules
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.entities import Entity, Role, classify_entity
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.reader_choice import READER
from pipeline.resolve.speaker_rules import DECISION_COUNTS, RULES, format_rules, rules_for, speaker_rule
from tests.cases.marked_text import CASES, parse_quotes, parse_speaker_case, read_lines

LINES = [case for path in sorted((CASES / "speakers").glob("*.txt")) for case in read_lines(path)]


@pytest.mark.parametrize(("where", "line"), LINES, ids=[where for where, _ in LINES])
def test_speakers(parser, gazetteer, where, line):
    case = parse_speaker_case(line, where)
    (doc,) = parser.pipe([case.text])
    quotes = resolve(doc, case.quotes, gazetteer, case.publication)
    assert case.actual_answers(quotes) == case.answers


def test_steps_and_certainty(resolve_text):
    first, second = resolve_text("Mr. Anton Gavrel spoke on Monday. ⟦“It was short,”⟧ ⟨he⟩ ‹said›.¶⟦“Nobody knows.”⟧")
    steps = [(step.rule, first.words(step.span)) for step in first.steps]
    assert steps == [("personal", "he"), ("named", "Anton Gavrel")]
    assert [0 < quote.certainty < 1 for quote in (first, second)] == [True, True]
    (unresolved,) = resolve_text("⟦“Nobody knows.”⟧")
    assert (unresolved.certainty, [step.speaker for step in unresolved.steps]) == (0.0, [None])


def test_the_certainties_are_of_known_rules_and_the_table_in_the_documentation_is_the_registry():
    assert set(DECISION_COUNTS) <= set(RULES)
    assert "\n".join(format_rules()) in (ROOT / "docs/speakers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "order"), [("full_name", 5), ("new", rules_for("source")[0].order)])
def test_two_rules_share_neither_name_nor_order(name, order):
    with pytest.raises(ValueError, match="two rules"):
        speaker_rule(name, order=order, kind="name", example="")(lambda article, source: None)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch):
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


@pytest.fixture
def read(parser, gazetteer):
    """Function that resolves a marked text whose last quote the reader gives to somebody, None for nobody."""

    def resolve_text(line: str, name: str | None, probability: float):
        text, quotes = parse_quotes(line)
        (doc,) = parser.pipe([text])
        spans = [match.span() for match in re.finditer(re.escape(name), text)][-1:] if name else []
        starts, ends = ({span[side]: probability for span in spans} for side in (0, 1))
        pointing = Pointing(starts, ends, 1 - probability if name else probability)
        return resolve(doc, quotes, gazetteer, pointings={tuple(quotes[-1].content): pointing})[-1]

    return resolve_text


NAMED = "⟨Ilse Korvath⟩ ‹said› ⟦it was late⟧ when Nadia Sarkel left."


def test_both_together_are_more_certain_than_the_rules(read, resolve_text):
    alone, both = resolve_text(NAMED)[-1], read(NAMED, "Ilse Korvath", 0.99)
    assert both.speaker == alone.speaker == "Ilse Korvath"
    assert both.resolved_by == alone.resolved_by == "full_name"
    assert both.certainty > max(0.95, read(NAMED, "Nadia Sarkel", 0.7).certainty)


def test_a_sure_reader_decides_against_an_unsure_rule(read, resolve_text):
    line = "Nadia Sarkel met Ilse Korvath. ⟦“It was late.”⟧"
    assert resolve_text(line)[-1].certainty < 0.8
    quote = read(line, "Ilse Korvath", 0.99)
    assert (quote.speaker, quote.resolved_by, quote.kind) == ("Ilse Korvath", READER, "person")
    assert quote.steps[0].rule == READER


def test_a_surname_becomes_the_full_name_and_a_name_inside_the_source_mention_is_not_its_speaker(read):
    assert read("Nadia Sarkel came. ⟦“It was late.”⟧ Then Sarkel left.", "Sarkel", 0.99).speaker == "Nadia Sarkel"
    assert read("⟨A spokesman for Kestria⟩ ‹said› ⟦it was late⟧.", "Kestria", 0.99).speaker == "a spokesman for Kestria"


@pytest.mark.parametrize(("line", "name", "is_clear"), [
    ("Belto Roth met his son Tomas Roth. ⟨Roth⟩ ‹said› ⟦it was late⟧.", "Belto Roth", False),
    ("Belto Roth met his wife Zinta Roth. ⟨Mrs. Roth⟩ ‹said› ⟦it was late⟧.", "Zinta Roth", True),
    ("Belto Roth met his wife Zinta Roth. ⟨Roth⟩ ‹said› ⟦it rained⟧. ⟨She⟩ ‹said› ⟦it was late⟧.", "Zinta Roth", True),
    ("Okwe Roth left. ⟨Ms. Roth⟩ ‹said› ⟦it was late⟧. Ilwe Roth stayed.", "Okwe Roth", False),
    ("Okwe Roth left. Ms. Roth stayed. ⟨She⟩ ‹said› ⟦it was late⟧. Ilwe Roth slept.", "Okwe Roth", False),
    ("Hugo Roth left. ⟨Ms. Roth⟩ ‹said› ⟦it was late⟧. Ida Roth stayed.", "Ida Roth", True),
    ("Mr. Benno Rask met Mr. Viktor Renn. ⟨He⟩ ‹said› ⟦it was late⟧.", "Benno Rask", False),
    ("Mr. Benno Rask met Mr. Viktor Renn. ⟨He⟩ ‹said› ⟦it rained⟧. ⟨He⟩ ‹said› ⟦it was late⟧.", "Benno Rask", False),
    ("Mayor Ana Toll met the mayor of Ostry, Nora Tamm. ⟨The mayor⟩ ‹said› ⟦it was late⟧.", "Nora Tamm", False),
])  # fmt: skip
def test_a_speaker_is_certain_unless_the_words_fit_two_people(read, line, name, is_clear):
    assert (read(line, name, 0.99).certainty >= 0.9) == is_clear


@pytest.mark.parametrize(("source", "name"), [
    ("The ministry", "Benno Rask"), ("It", "Benno Rask"), ("She", "Benno Rask"), ("Ministers Renn and Rask", "Rask"),
])  # fmt: skip
def test_the_reader_gives_no_ministry_a_man_no_man_is_she_and_two_are_not_one(read, source, name):
    quote = read(f"Mr. Benno Rask met Viktor Renn. ⟨{source}⟩ ‹said› ⟦it was late⟧.", name, 0.99)
    assert quote.resolved_by != READER


@pytest.mark.parametrize(("noun", "label", "kind"), [
    ("drummer", "GPE", "person"),  # by the ending of the noun, against the label of the parse
    ("drummer", "ORG", "person"),
    ("retailer", "ORG", "organisation"),  # ends like a noun for a person, but is a firm
    ("broadcaster", "ORG", "organisation"),
    ("harbour", "ORG", "organisation"),
])  # fmt: skip
def test_a_noun_for_people_makes_a_person(gazetteer, noun, label, kind):
    mentions = [NameMention(start, start + 12, "Rosta Sorrin", label=label, is_subject=True) for start in (0, 40)]
    entity = Entity("Rosta Sorrin", "", mentions, [Role(noun, frozenset())])
    assert classify_entity(entity, gazetteer, sources=[(0, 12)]) == kind
