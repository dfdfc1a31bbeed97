"""The simplest baseline of extraction: whatever stands between quotation marks is a quote, by nobody."""

from __future__ import annotations

import re

from pipeline.evaluate.span_scores import QuoteSpans

# Single marks are left out: an apostrophe looks like one.
_PAIRS = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("„", "”"))
_BETWEEN = re.compile("|".join(f"{a}[^{a}{b}\n]+{b}" for a, b in _PAIRS))
# Fewer words are mostly titles and words held at arm's length.
FEWEST_WORDS = 3


def quotes_between_marks(text: str) -> list[QuoteSpans]:
    """Contents between double quotation marks of one paragraph, of three words or more, in the order of the text."""
    found = [match for match in _BETWEEN.finditer(text) if len(match.group().split()) >= FEWEST_WORDS]
    return [QuoteSpans([match.span()], type="direct") for match in found]
