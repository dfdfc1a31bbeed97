"""Names of the rules in the column `rule` and in the settings, whatever the functions are called."""

from __future__ import annotations

from typing import Literal, get_args

RuleName = Literal[
    "quoted_before",
    "quoted_after",
    "after_phrase",
    "inserted",
    "clause_after",
    "clause_before",
    "infinitive",
    "object_as",
    "preposition",
    "object_after",
    "turn",
    "colon",
    "floating",
]
RULE_NAMES: tuple[RuleName, ...] = get_args(RuleName)
