"""Explanations of quotes and of sentences without any, by the learned extractor and by the rules."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.api.extractor import Extractor
from pipeline.extract.learned.feature_wording import RANKER_GROUPS, group_of
from pipeline.extract.quote_explainer import explain, trace_extraction
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
def rules_only(extractor):
    """Return an extractor with the same settings and without weights."""
    return QuoteExtractor(extractor.language, replace(extractor.quote_extractor.config, learned=False))


@pytest.fixture(scope="module")
def explained(extractor):
    return extractor.explain(TEXT)


def test_explaining_does_not_change_the_quotes(extractor, explained):
    assert explained[0] == extractor(TEXT)
    assert len(explained[1].quotes) == len(explained[0]) == 3


def test_an_explanation_has_the_scores_of_the_quote(explained):
    for quote, explanation in zip(explained[0], explained[1].quotes, strict=True):
        assert explanation.extractor == "learned"
        assert quote.rule == f"learned:{explanation.rule}"
        assert explanation.scores["speech"] == pytest.approx(quote.speech_score, abs=1e-4)
        assert explanation.scores["score"] >= explanation.scores["least"]
        assert {one.feature for one in explanation.score_contributions} <= set(RANKER_GROUPS)
        assert not any(one.rejected_because == "" for one in explanation.rejected)
        assert all(one.score <= explanation.scores["score"] for one in explanation.rejected)


def test_other_contents_of_the_cue_lost_to_the_whole_of_an_interrupted_quote(explained):
    quote, explanation = explained[0][1], explained[1].quotes[1]
    assert len(quote.content) == 2
    same = [one for one in explanation.rejected if one.cue == quote.cue]
    assert {one.rejected_because for one in same} == {"another content of its cue scores higher"}
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
def test_why_a_sentence_has_no_quote(explained, opening, reason):
    found = {s.reason for s in explained[1].unquoted if TEXT[s.sentence[0] :].startswith(opening)}
    assert found == ({reason} if reason else set())


def test_a_sentence_without_any_quote_tells_the_most_probable_cue(explained):
    (why,) = [s.why for s in explained[1].unquoted if TEXT[s.sentence[0] :].startswith("It rained")]
    assert "“rained”" in why
    assert "below" in why


def test_a_belief_is_a_quote_in_the_other_profile():
    quotes, explained = Extractor(profile="attribution").explain("She believes the treaty is dead.")
    assert [quote.quoted for quote in quotes] == ["the treaty is dead"]
    assert explained.unquoted == []


def test_contributions_of_the_linear_model_add_up_to_its_log_odds(extractor, read):
    doc, quotes = read
    trace = trace_extraction(extractor.quote_extractor, doc)
    for quote in quotes:
        k = next(k for k in trace.chosen if trace.candidate_quotes[k].content == quote.content)
        p = trace.article.p_cue_hashed[trace.token_candidates[k].cue]
        contributions = trace.explain_quote(quote.content).cue_contributions
        assert sum(one.contribution for one in contributions) == pytest.approx(np.log(p / (1 - p)), abs=1e-6)


def test_features_have_the_values_that_their_names_say(extractor, read):
    trace = trace_extraction(extractor.quote_extractor, read[0])
    rows = trace.predictions["rows"]
    for numbers, one in zip(rows.numbers, trace.token_candidates, strict=True):
        has = dict(zip(rows.number_names, numbers, strict=True))
        if one.cue >= 0:
            assert has["cue probability"] == pytest.approx(trace.article.p_cue[one.cue])
            assert has["speaker probability"] == pytest.approx(one.p_speaker)
            assert has["start - cue"] == one.parts[0][0] - one.cue
        assert has["parts"] == len(one.parts)
        assert has["length"] == sum(last - first for first, last in one.parts)
        assert has["has cue"] == (one.cue >= 0)
        chosen = [trace.article.parts(proposal) for proposal in trace.article.speech_proposals.chosen]
        assert has["chosen by speech rules"] == (one.parts in chosen)
        assert 0 <= has["own score"] <= 1


def test_every_feature_is_in_one_group(extractor, read):
    rows = trace_extraction(extractor.quote_extractor, read[0]).predictions["rows"]
    names = {*rows.number_names, *rows.category_names}
    assert {name for group in RANKER_GROUPS.values() for name in group} <= names
    assert {name for name in names if group_of(name) is None} == {"attribution: exact", "attribution: match"}


def test_every_group_that_is_erased_changes_scores(extractor, read):
    trace = trace_extraction(extractor.quote_extractor, read[0])
    without = trace.scores_without_group
    assert set(without) == set(RANKER_GROUPS)
    assert all(
        len(scores) == len(trace.token_candidates) and not np.allclose(scores, trace.score)
        for scores in without.values()
    )


def test_explanations_name_the_rule_and_the_rejected_candidates(rules_only, read):
    doc, _ = read
    quotes = rules_only(doc)
    explained_quotes, explanations = explain(rules_only, doc)
    assert explained_quotes == quotes
    assert [explanation.extractor for explanation in explanations.quotes] == ["rules"] * len(quotes)
    assert [explanation.rule for explanation in explanations.quotes] == [quote.rule for quote in quotes]
    assert "learned: false" in explanations.quotes[0].notes[0]
    reasons = {TEXT[s.sentence[0] : s.sentence[0] + 9]: s.reason for s in explanations.unquoted}
    assert reasons == {"The so-ca": "scare quote", "She belie": "no cue", "It rained": "no cue", "Neither s": "unsaid"}


def test_a_rejected_later_rule_is_shown(rules_only, extractor):
    doc = next(extractor.parser.pipe(["Auer urged Quenda to sign the truce."]))
    (explanation,) = explain(rules_only, doc)[1].quotes
    assert explanation.rule == "infinitive"
    assert [(one.rule, one.rejected_because) for one in explanation.rejected] == [
        ("object_after", "a rule before it in the order had an opinion")
    ]


def test_a_cue_that_no_rule_can_use(rules_only, extractor):
    doc = next(extractor.parser.pipe(["The claim that Auer made was denied."]))
    (unquoted,) = explain(rules_only, doc)[1].unquoted
    assert unquoted.reason == "no candidate"
    assert "“claim”" in unquoted.why


def test_an_empty_text_has_nothing_to_explain(extractor):
    quotes, explained = extractor.explain("")
    assert quotes == explained.quotes == explained.unquoted == []
