"""The sentences around a quote: what is shown of a paragraph when its article is not open."""

from __future__ import annotations

import re

from pipeline.core.text import Span

# A full stop, its closing marks and white space, with something after it that can begin a sentence.
_END = re.compile(r"""[.!?…][.!?…"'”’»)\]]*\s+(?=["'“‘«(\[¿¡—–-]*[\w])|\n+""")
# Initials and the commonest ranks and titles: a stop after them seldom ends a sentence.
_SHORT = re.compile(r"\b(?:[A-Z]|Gen|Adm|Col|Maj|Capt|Lt|Sgt|Dr|Prof|Mr|Mrs|Ms|Rev|Hon|Sen|Rep|Gov|St|Ret|Nos?)\.\Z")


def window(text: str, bounds: Span, spans: list[Span]) -> Span:
    """Start and end of the whole sentences that hold `spans`, within `bounds`.

    Parameters
    ----------
    text : str
        Text of the article.
    bounds : tuple of int
        The paragraph or paragraphs of the quote, in code points of `text`.
    spans : list of tuple of int
        Parts of the quote, its cue and its source; those that lie outside of `bounds` do not count.

    Returns
    -------
    tuple of int
        Start and end, in code points of `text`. Ends are guessed from punctuation: too early a guess only shows less
        of the paragraph, never less than the spans.
    """
    held = [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]
    if not held:
        return bounds
    first, last = min(start for start, _ in held), max(end for _, end in held)
    ends = [match.end() for match in _END.finditer(text, *bounds) if not _SHORT.search(text[: match.start() + 1][-8:])]
    start = max((end for end in ends if end <= first), default=bounds[0])
    end = min((end for end in ends if end >= last), default=bounds[1])
    return start, start + len(text[start:end].rstrip())
