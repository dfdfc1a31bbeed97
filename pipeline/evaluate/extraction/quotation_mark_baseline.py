"""The simplest baseline of extraction: all text between quotation marks is a quote, without source or cue."""

from __future__ import annotations

import re

from pipeline.evaluate.span_scores import QuoteSpans

# Single marks are left out: an apostrophe looks like one.
_PAIRS = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("„", "”"))
_BETWEEN = re.compile("|".join(f"{a}[^{a}{b}\n]+{b}" for a, b in _PAIRS))
# Shorter ones are mostly titles and words that the writer distances himself from.
MIN_WORDS = 3


def quotes_between_marks(text: str) -> list[QuoteSpans]:
    """Return the contents between double quotation marks of one paragraph that have three words or more."""
    matches = [match for match in _BETWEEN.finditer(text) if len(match.group().split()) >= MIN_WORDS]
    return [QuoteSpans([match.span()], type="direct") for match in matches]
