"""Rules have declared names: data and settings name them, and no name rests on how a function is called."""

from typing import get_args

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.quote import ANNOUNCED
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.rule_extractor import CONTENT_RULES
from pipeline.extract.rules.span_candidate import RuleName

RULE_NAMES = get_args(RuleName)


def test_names_are_unique_and_those_of_the_settings() -> None:
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    assert len(set(RULE_NAMES)) == len(RULE_NAMES)
    assert set(CONTENT_RULES) < set(RULE_NAMES) == {*config.confidence, ANNOUNCED}
