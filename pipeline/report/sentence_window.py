"""Find the sentences around a quote, which are shown in place of its paragraph."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.core.language import Language
from pipeline.core.text import Span

# A full stop, its closing marks and white space, with something after it that can begin a sentence.
_SENTENCE_END = re.compile(r"""[.!?…][.!?…"'”’»)\]]*\s+(?=["'“‘«(\[¿¡—–-]*[\w])|\n+""")
_LAST_WORD = re.compile(r"\b(\w+)\.\Z")
_INITIAL = re.compile("[A-Z]")


def abbreviations_of(language: Language) -> frozenset[str]:
    """Return the words of a language whose full stop ends no sentence: its abbreviations, and short names of months."""
    months = (name.capitalize() for names in language.dates.months for name in names[1:])
    return frozenset([*language.abbreviations, *months])


def find_window(text: str, bounds: Span, spans: list[Span], abbreviations: Collection[str] = ()) -> Span:
    """Return start and end of the whole sentences that contain `spans`, all in code points of `text`.

    They are guessed from punctuation: a wrong guess shows less of the paragraph, but never less than the spans.
    `bounds` are the paragraph or paragraphs of the quote, `spans` its parts, cue and source (those outside are
    ignored). The full stop of one of the `abbreviations` ends no sentence, nor does that of an initial.
    """
    inside = [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]
    if not inside:
        return bounds
    first, last = min(start for start, _ in inside), max(end for _, end in inside)
    matches = _SENTENCE_END.finditer(text, *bounds)
    ends = [match.end() for match in matches if not _is_abbreviated(text, match.start() + 1, abbreviations)]
    start = max((end for end in ends if end <= first), default=bounds[0])
    end = min((end for end in ends if end >= last), default=bounds[1])
    return start, start + len(text[start:end].rstrip())


def _is_abbreviated(text: str, end: int, abbreviations: Collection[str]) -> bool:
    """Return whether an initial or an abbreviation with its full stop ends at an offset."""
    match = _LAST_WORD.search(text[max(0, end - 20) : end])
    if match is None:
        return False
    return match.group(1) in abbreviations or bool(_INITIAL.fullmatch(match.group(1)))
