"""Why quotes were taken and why sentences gave none: by the learned extractor, and by the rules alone."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.api.extractor import Extractor
from pipeline.extract.learned.feature_wording import COLUMNS, GROUPS, KEYS
from pipeline.extract.quote_explainer import explain, trace
from pipeline.extract.quote_extractor import QuoteExtractor

TEXT = (
    "President Ada Halvane said on Monday that the truce would hold until spring. "
    "“We will not stop,” said Nadia Sarkel, the spokeswoman. “The river is ours.” "
    "The so-called “peace ship” left the harbour. She believes the treaty is dead. It rained in Port Amsel all day. "
    "Neither side announced a truce. Kestria's army, according to Bram Odei, had lost forty men."
)


@pytest.fixture(scope="module")
def extractor():
    return Extractor(profile="speech")


@pytest.fixture(scope="module")
def read(extractor):
    doc = next(extractor.parser.pipe([TEXT]))
    return doc, extractor.quote_extractor(doc)


@pytest.fixture(scope="module")
def alone(extractor):
    """The same settings without weights."""
    return QuoteExtractor(extractor.language, replace(extractor.quote_extractor.config, learned=False))


@pytest.fixture(scope="module")
def told(extractor):
    return extractor.explain(TEXT)


def test_explaining_changes_nothing(extractor, told):
    assert told[0] == extractor(TEXT)
    assert len(told[1].accounts) == len(told[0]) == 3


def test_an_account_has_the_scores_of_the_quote(told):
    for quote, account in zip(told[0], told[1].accounts, strict=True):
        assert account.path == "learned"
        assert quote.rule == f"learned:{account.rule}"
        assert account.scores["speech"] == pytest.approx(quote.speech_score, abs=1e-4)
        assert account.scores["score"] >= account.scores["least"]
        assert {push.feature for push in account.decided} <= set(GROUPS)
        assert not any(one.lost == "" for one in account.lost)
        assert all(one.score <= account.scores["score"] for one in account.lost)


def test_other_contents_of_the_cue_lost_to_the_whole_of_an_interrupted_quote(told):
    quote, account = told[0][1], told[1].accounts[1]
    assert len(quote.content) == 2
    same = [one for one in account.lost if one.cue == quote.cue]
    assert {one.lost for one in same} == {"another content of its cue scores higher"}
    assert all(one.content != quote.content for one in same)


@pytest.mark.parametrize(
    ("opening", "reason"),
    [
        ("The so-called", "scare quote"),
        ("She believes", "no speech"),
        ("Neither side", "unsaid"),
        ("President", None),
        ("Kestria", None),
    ],
)
def test_why_a_sentence_gave_none(told, opening, reason):
    found = {s.reason for s in told[1].silences if TEXT[s.sentence[0] :].startswith(opening)}
    assert found == ({reason} if reason else set())


def test_a_sentence_without_any_quote_tells_the_likeliest_cue(told):
    (why,) = [s.why for s in told[1].silences if TEXT[s.sentence[0] :].startswith("It rained")]
    assert "“rained”" in why
    assert "below" in why


def test_a_belief_is_no_silence_in_the_other_profile():
    quotes, told = Extractor(profile="attribution").explain("She believes the treaty is dead.")
    assert [quote.quoted for quote in quotes] == ["the treaty is dead"]
    assert told.silences == []


def test_pushes_of_the_linear_model_add_up_to_its_log_odds(extractor, read):
    doc, quotes = read
    seen = trace(extractor.quote_extractor, doc)
    for quote in quotes:
        k = next(k for k in seen.kept if seen.quotes[k].content == quote.content)
        p = seen.x.hashed[seen.found[k].cue]
        pushes = seen.account(quote.content).cue_pushes
        assert sum(push.push for push in pushes) == pytest.approx(np.log(p / (1 - p)), abs=1e-6)


def test_names_stand_at_the_columns_that_they_name(extractor, read):
    seen = trace(extractor.quote_extractor, read[0])
    numbers, keys = seen.asked["rows"]
    assert len(keys) == len(KEYS)
    assert {*COLUMNS, *KEYS} == {name for group in GROUPS.values() for name in group}
    for row, one in zip(numbers, seen.found, strict=True):
        has = dict(zip(COLUMNS, row, strict=False))
        if one.cue >= 0:
            assert has["cue"] == pytest.approx(seen.x.p[one.cue])
            assert has["speaker"] == pytest.approx(one.speaker_p)
            assert has["first from cue"] == one.parts[0][0] - one.cue
        assert has["parts"] == len(one.parts)
        assert has["tokens"] == sum(last - first for first, last in one.parts)
        assert has["has cue"] == (one.cue >= 0)
        assert has["chosen by the speech rules"] == any(seen.x.parts(f) == one.parts for f in seen.x.speech.chosen)
        assert 0 <= has["own"] <= 1


def test_what_is_erased_counts(extractor, read):
    seen = trace(extractor.quote_extractor, read[0])
    without = seen._without
    assert set(without) == set(GROUPS)
    assert all(len(scores) == len(seen.found) and not np.allclose(scores, seen.score) for scores in without.values())


def test_the_rules_name_themselves_and_what_they_won_over(alone, read):
    doc, _ = read
    quotes = alone(doc)
    found = explain(alone, doc, quotes)
    assert [account.path for account in found.accounts] == ["rules"] * len(quotes)
    assert [account.rule for account in found.accounts] == [quote.rule for quote in quotes]
    assert "learned: false" in found.accounts[0].notes[0]
    reasons = {TEXT[s.sentence[0] : s.sentence[0] + 9]: s.reason for s in found.silences}
    assert reasons == {"The so-ca": "scare quote", "She belie": "no cue", "It rained": "no cue", "Neither s": "unsaid"}


def test_a_later_rule_that_lost_is_shown(alone, extractor):
    doc = next(extractor.parser.pipe(["Auer urged Quenda to sign the truce."]))
    (account,) = explain(alone, doc, alone(doc)).accounts
    assert account.rule == "infinitive"
    assert [(one.rule, one.lost) for one in account.lost] == [
        ("object_after", "a rule before it in the order had an opinion")
    ]


def test_a_cue_that_no_rule_can_use(alone, extractor):
    doc = next(extractor.parser.pipe(["The claim that Auer made was denied."]))
    (silence,) = explain(alone, doc, alone(doc)).silences
    assert silence.reason == "no candidate"
    assert "“claim”" in silence.why


def test_an_empty_text_has_nothing_to_explain(extractor):
    quotes, told = extractor.explain("")
    assert quotes == told.accounts == told.silences == []
