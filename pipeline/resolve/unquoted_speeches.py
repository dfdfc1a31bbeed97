"""Speeches in the first person that extraction may have left out: behind a dash, or between quotation marks."""

from __future__ import annotations

import re

from pipeline.core.text import Span
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

# Up to the next dash: "- I trust him - she said".
_DASH_SPEECH = re.compile(r"(?:^|(?<=[.?!]))[ \t]*[-–—] (?P<speech>[^\n]*?)(?= [-–—] |$)", re.MULTILINE)
# Also one that goes on in the next paragraph.
_MARKED_SPEECH = re.compile(r"“(?P<speech>[^“”\n]+)")


def find_speeches(text: str, vocabulary: Vocabulary) -> list[Span]:
    """Return the speeches of a text that have a pronoun of the first person, in order."""
    first_person = re.compile(rf"\b(?:{word_pattern(vocabulary.first_person_pronouns)})\b", re.IGNORECASE)
    found = [match.span("speech") for pattern in (_DASH_SPEECH, _MARKED_SPEECH) for match in pattern.finditer(text)]
    return sorted((start, end) for start, end in found if first_person.search(text, start, end))
