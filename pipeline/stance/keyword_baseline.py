"""Keyword rules: the baseline that needs no training."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.target_terms import term_pattern

# In order; the first that is met decides. A quote that names the target and meets none is neutral.
RULES = (
    ("against", r"not|no|never|cannot|refus\w*|reject\w*|rul(?:es?|ed|ing) out|oppos\w*|against|\w+n['’]t"),
    ("conditional", r"if|unless|until|once|only|provided|on condition|after"),
    ("favor", r"call\w*|urg\w*|must|should|want\w*|need\w*|demand\w*|welcom\w*|support\w*|back\w*|agree\w*|accept\w*"),
)
_PATTERNS = [(label, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for label, words in RULES]


def predict_keywords(items: Sequence[ClassifierInput], terms: Sequence[str], labels: Sequence[str]) -> list[str]:
    """A label for each quote, by the words of its content and cue.

    Parameters
    ----------
    items : sequence of Item
        Quotes.
    terms : sequence of str
        Relevance terms of the target; a quote with none of them is `unrelated`.
    labels : sequence of str
        Labels of the target; a rule whose label is not among them gives the last.
    """
    pattern = term_pattern(terms)
    given = []
    for item in items:
        text = f"{item.cue} {item.text}"
        label = "unrelated"
        if pattern and pattern.search(text):
            label = next((label for label, words in _PATTERNS if words.search(text)), "neutral")
        given.append(label if label in labels else labels[-1])
    return given
