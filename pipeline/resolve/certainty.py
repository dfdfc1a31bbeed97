"""Certainty of a resolved speaker: the share of a rule's decisions that were right on annotated quotes."""

from __future__ import annotations

# Right decisions and all decisions by rule, with annotated spans: the odd documents of data/annotations/quotes.jsonl
# (sorted by article_id) and of the GenderGapTracker's annotations. `reports/speakers.md` has all of the project's own.
DECISION_COUNTS = {
    "announced_role": (1, 1),
    "anonymous": (35, 41),
    "body": (10, 10),
    "described": (1, 1),
    "document": (4, 6),
    "full_name": (213, 213),
    "government": (3, 3),
    "group": (38, 47),
    "headline_speaker": (2, 2),
    "known_name": (16, 16),
    "made_by": (1, 1),
    "members": (2, 2),
    "noun_phrase": (38, 57),
    "of_a_people": (2, 2),
    "own_subject": (3, 3),
    "pair": (2, 2),
    "personal": (135, 147),
    "question": (16, 20),
    "relative": (1, 1),
    "role": (16, 16),
    "running_speaker": (75, 81),
    "same_noun": (13, 18),
    "several": (3, 7),
    "single_name": (29, 30),
    "surname": (125, 126),
    "thing": (9, 14),
    "turn": (28, 28),
}
# Prior of every rule: so many decisions, of which that share is right.
PRIOR_SHARE, PRIOR_WEIGHT = 0.85, 5


def rule_certainty(rule: str) -> float:
    """Return the probability, 0 to 1, that a speaker resolved by a rule is right.

    The counts are smoothed towards a common prior, so that a rule seen once does not count as perfect (Laplace
    smoothing with a prior).
    """
    right, total = DECISION_COUNTS.get(rule, (0, 0))
    return (right + PRIOR_SHARE * PRIOR_WEIGHT) / (total + PRIOR_WEIGHT)
