"""Rules have declared names: data and settings name them, and no name rests on how a function is called."""

from __future__ import annotations

import pytest

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned.prepared_article import RULE_NUMBERS
from pipeline.extract.quote_explainer import explain
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.rules.cue_proposals import CONTENT_RULES
from pipeline.extract.rules.rule_names import RULE_NAMES
from pipeline.parse.parser import Parser

TEXT = "According to Renn, it rained. Auer urged Quenda to sign the truce. The mayor said that the bridge was open."


def test_names_are_unique_and_those_of_the_settings() -> None:
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    assert len(set(RULE_NAMES)) == len(RULE_NAMES)
    assert set(CONTENT_RULES) < set(RULE_NAMES) == set(config.confidence) == set(RULE_NUMBERS)
    assert len(set(RULE_NUMBERS.values())) == len(RULE_NUMBERS)


def test_renaming_a_function_changes_no_quote_and_no_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = QuoteExtractor(load_language("en"), ExtractConfig(learned=False))
    doc = next(Parser(extractor.language).pipe([TEXT]))
    before = explain(extractor, doc)
    assert [quote.rule for quote in extractor(doc)] == ["after_phrase", "infinitive", "clause_after"]
    for name, rule in CONTENT_RULES.items():

        def renamed(*arguments, rule=rule):
            return rule(*arguments)

        monkeypatch.setitem(CONTENT_RULES, name, renamed)
    assert explain(extractor, doc) == before
