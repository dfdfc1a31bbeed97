"""Predict stances by keywords: the baseline that needs no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.core.targets import Target
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.target_terms import term_pattern


def predict_keywords(items: Sequence[ClassifierInput], target: Target, rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a label for each quote by the words of its content and cue.

    A quote that has none of the target's relevance terms is unrelated. Of the others, the first rule with a word in the
    quote decides; where there is none, the quote is neutral. The last label stands in for labels that the target lacks.
    The rules are `stance.keyword_rules` of the language: words by the role of the label that they speak for, in order.
    """
    terms = term_pattern(target.relevance_terms)
    patterns = {role: term_pattern(words) for role, words in rules.items()}

    def find_role(text: str) -> str:
        if not (terms and terms.search(text)):
            return "unrelated"
        return next((role for role, words in patterns.items() if words and words.search(text)), "neutral")

    roles = [find_role(f"{item.cue} {item.text}") for item in items]
    return [getattr(target.roles, role) or target.labels[-1] for role in roles]
