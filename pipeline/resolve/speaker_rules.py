"""Registry of the rules that resolve a speaker: each is registered where it is defined, under its published name.

A rule's function may be renamed, its name in `resolved_by` may not. The table of the rules in docs/speakers.md is
printed from here (`python -m benchmarks.ablate rules`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

# What a rule goes by: one with few decisions is judged mostly by its kind. `nobody`: it gives no speaker.
Kind = Literal["name", "description", "pronoun", "phrase", "no source", "nobody"]
Takes = Literal["source", "quote"]
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
    takes: Takes
    is_form: bool


RULES: dict[str, SpeakerRule] = {}


def speaker_rule(
    name: str, order: float, kind: Kind, example: str, *, takes: Takes = "source", is_form: bool = False
) -> Callable[[Function], Function]:
    """Register a rule: of those that take the same, the first by `order` that applies decides."""

    def register(function: Function) -> Function:
        if name in RULES or any(rule.order == order and rule.takes == takes for rule in RULES.values()):
            raise ValueError(f"two rules of the name {name} or the order {order}")
        RULES[name] = SpeakerRule(name, order, kind, example, function, takes, is_form)
        return function

    return register


def rules_for(takes: Takes) -> list[SpeakerRule]:
    """Return the rules for a `source`, or for a `quote` without one, in their order."""
    return sorted((rule for rule in RULES.values() if rule.takes == takes), key=lambda rule: rule.order)


def format_rules() -> Iterator[str]:
    """Yield the lines of a Markdown table of all rules, in the order in which they are tried."""
    yield "| rule | a sentence that it decides |\n|---|---|"
    for rule in (*rules_for("quote"), *rules_for("source")):
        yield f"| `{rule.name}` | {rule.example} |"


# Right decisions and all decisions by rule, from annotated spans, as `python -m benchmarks.speaker_certainty --gold
# open_gold.jsonl --half y --counts` prints them: 112 articles of the open gold's training part, whose errors nobody
# read while the rules were made. For `turn` they are those of the quotes that Parley extracts there: a label is right
# where the annotators have one (73 of 73), but some turns that it opens are not whose words it says.
DECISION_COUNTS = {
    "anonymous": (11, 19),
    "body": (36, 39),
    "body_name": (40, 47),
    "document": (16, 23),
    "full_name": (175, 178),
    "government": (11, 13),
    "group": (82, 91),
    "known_name": (9, 10),
    "joined": (3, 3),
    "members": (1, 3),
    "noun_phrase": (52, 84),
    "office_then_name": (10, 10),
    "pair": (5, 9),
    "personal": (59, 60),
    "personal_unsure": (23, 25),
    "role": (36, 36),
    "running_speaker": (24, 33),
    "same_phrase": (9, 13),
    "several": (8, 25),
    "short_form": (2, 2),
    "single_name": (46, 55),
    "surname": (121, 122),
    "turn": (52, 61),
}
# What its kind says about a rule, itself included, counts as much as so many decisions of its own.
KIND_WEIGHT = 5


@lru_cache(maxsize=256)
def rule_certainty(rule: str) -> float:
    """Return the probability, 0 to 1, that a speaker resolved by a rule is right."""
    kind = RULES[rule].kind if rule in RULES else None
    return smoothed_share(rule, DECISION_COUNTS, [name for name, other in RULES.items() if other.kind == kind])


def smoothed_share(rule: str, counts: Mapping[str, tuple[int, int]], alike: Iterable[str]) -> float:
    """Return the share of right decisions of a rule, drawn towards that of all rules that go by the same (`alike`).

    The fewer decisions the rule has, the more it is drawn. One right and one wrong decision are added to a kind, so
    that none counts as perfect (Laplace smoothing). `counts` are right decisions and all decisions by rule.
    """
    of_kind = [counts[name] for name in alike if name in counts]
    kind_share = (sum(right for right, _ in of_kind) + 1) / (sum(total for _, total in of_kind) + 2)
    right, total = counts.get(rule, (0, 0))
    return (right + KIND_WEIGHT * kind_share) / (total + KIND_WEIGHT)
