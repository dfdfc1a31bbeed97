"""Finds the sentences around a quote: what is shown of its paragraph where its article is not open."""

from __future__ import annotations

import re

from pipeline.core.text import Span

# A full stop, its closing marks and white space, with something after it that can begin a sentence.
_SENTENCE_END = re.compile(r"""[.!?…][.!?…"'”’»)\]]*\s+(?=["'“‘«(\[¿¡—–-]*[\w])|\n+""")
# Initials and the commonest ranks and titles: a stop after them seldom ends a sentence.
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Gen|Adm|Col|Maj|Capt|Lt|Sgt|Dr|Prof|Mr|Mrs|Ms|Rev|Hon|Sen|Rep|Gov|St|Ret|Nos?)\.\Z"
)


def find_window(text: str, bounds: Span, spans: list[Span]) -> Span:
    """Return start and end of the whole sentences that contain `spans`, within `bounds`.

    Parameters
    ----------
    text : str
        Text of the article.
    bounds : tuple of int
        The paragraph or paragraphs of the quote, in code points of `text`.
    spans : list of tuple of int
        Parts of the quote, its cue and its source; those outside `bounds` are ignored.

    Returns
    -------
    tuple of int
        Start and end, in code points of `text`. Sentence ends are guessed from punctuation: a wrong guess shows less of
        the paragraph, but never less than the spans.
    """
    inside = [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]
    if not inside:
        return bounds
    first, last = min(start for start, _ in inside), max(end for _, end in inside)
    matches = _SENTENCE_END.finditer(text, *bounds)
    ends = [match.end() for match in matches if not _ABBREVIATION.search(text[: match.start() + 1][-8:])]
    start = max((end for end in ends if end <= first), default=bounds[0])
    end = min((end for end in ends if end >= last), default=bounds[1])
    return start, start + len(text[start:end].rstrip())
