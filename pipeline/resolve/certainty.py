"""Certainty of a resolved speaker: the share of a rule's decisions that were right on annotated quotes."""

from __future__ import annotations

from functools import lru_cache

# Right decisions and all decisions by rule, from annotated spans, as `python -m benchmarks.speaker_certainty --counts`
# prints them for gold. These are the GenderGapTracker's development articles and openly licensed news; on neither half
# of the open news were all errors read.
DECISION_COUNTS = {
    "announced_role": (1, 1),
    "anonymous": (45, 76),
    "body": (68, 80),
    "described": (2, 2),
    "document": (43, 65),
    "full_name": (680, 699),
    "government": (17, 20),
    "group": (225, 267),
    "headline_speaker": (0, 1),
    "known_name": (16, 21),
    "made_by": (1, 1),
    "members": (1, 3),
    "named_so": (1, 1),
    "noun_phrase": (103, 192),
    "office_then_name": (24, 24),
    "own_subject": (10, 11),
    "pair": (19, 27),
    "personal": (308, 337),
    "role": (70, 73),
    "running_speaker": (182, 209),
    "same_noun": (30, 65),
    "several": (18, 48),
    "short_form": (13, 13),
    "single_name": (150, 188),
    "state_leader": (17, 17),
    "surname": (485, 486),
    "thing": (15, 23),
    "title_as_surname": (3, 3),
    "turn": (215, 226),
    "with_others": (1, 3),
}
# Rules by what they go by. A rule with few decisions has the share of all decisions of its kind.
RULE_KINDS = {
    "name": (
        *("turn", "full_name", "surname", "known_name", "short_form", "single_name", "body", "title_as_surname"),
        *("named_so", "office_then_name", "in_apposition", "pair", "with_others", "younger_or_elder", "newsroom"),
    ),
    "description": (
        *("role", "state_leader", "announced_role", "described", "of_a_people", "government", "same_noun", "members"),
    ),
    "pronoun": ("first_person", "personal", "several", "thing", "relative"),
    "phrase": ("anonymous", "group", "noun_phrase", "document", "made_by"),
    "no source": ("question", "own_subject", "running_speaker", "headline_speaker"),
}
MIN_DECISIONS = 20


@lru_cache(maxsize=256)
def rule_certainty(rule: str) -> float:
    """Return the probability, 0 to 1, that a speaker resolved by a rule is right.

    It is the share of right decisions of the rule, or of all rules of its kind where the rule has fewer than
    `MIN_DECISIONS`; one right and one wrong decision are added, so that no rule counts as perfect (Laplace smoothing).
    """
    rules: tuple[str, ...] = (rule,)
    if DECISION_COUNTS.get(rule, (0, 0))[1] < MIN_DECISIONS:
        rules = next((names for names in RULE_KINDS.values() if rule in names), rules)
    counts = [DECISION_COUNTS[name] for name in rules if name in DECISION_COUNTS]
    return (sum(right for right, _ in counts) + 1) / (sum(total for _, total in counts) + 2)
