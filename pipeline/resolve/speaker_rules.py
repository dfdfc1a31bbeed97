"""Registry of the rules that resolve a speaker: each is registered where it is defined, under its published name.

A rule's function may be renamed, its name in `resolved_by` may not. The table of the rules in docs/speakers.md is
printed from here (`python -m benchmarks.ablate rules`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

# What a rule goes by: one with few decisions is judged mostly by its kind. `nobody`: it gives no speaker.
Kind = Literal["name", "description", "pronoun", "phrase", "no source", "nobody"]
Function = TypeVar("Function", bound=Callable[..., Any])
QUESTION, UNRESOLVED = "question", "unresolved"


@dataclass(frozen=True)
class SpeakerRule:
    """One rule: a function of the article and a source mention, or a quote without one, that returns a resolution.

    It returns None where it does not apply, and a resolution without a speaker where it recognises that the text does
    not tell who speaks. `is_form`: after it the source mention is a form of the speaker's name.
    """

    name: str
    order: float
    kind: Kind
    example: str
    apply: Callable[..., Any]
    takes: Literal["source", "quote", "headline"]
    is_form: bool

    @property
    def summary(self) -> str:
        """What it does: the first line of its function."""
        return (inspect.getdoc(self.apply) or "").partition("\n")[0]


RULES: dict[str, SpeakerRule] = {}


def speaker_rule(
    name: str,
    *,
    order: float,
    kind: Kind,
    example: str,
    takes: Literal["source", "quote", "headline"] = "source",
    is_form: bool = False,
) -> Callable[[Function], Function]:
    """Register a rule: of those that take the same, the first by `order` that applies decides.

    The one that takes a `headline` resolves its quotes after all others.
    """

    def register(function: Function) -> Function:
        if name in RULES or any(rule.order == order and rule.takes == takes for rule in RULES.values()):
            raise ValueError(f"two rules of the name {name} or the order {order}")
        RULES[name] = SpeakerRule(name, order, kind, example, function, takes, is_form)
        return function

    return register


def rules_for(takes: str) -> list[SpeakerRule]:
    """Return the rules for a `source`, a `quote` without one or a `headline`, in their order."""
    return sorted((rule for rule in RULES.values() if rule.takes == takes), key=lambda rule: rule.order)


def format_rules() -> Iterator[str]:
    """Yield the lines of a Markdown table of all rules, in the order in which they are tried."""
    yield "| rule | what it does | example |\n|---|---|---|"
    for rule in (*rules_for("quote"), *rules_for("source"), *rules_for("headline")):
        yield f"| `{rule.name}` | {rule.summary} | {rule.example} |"
