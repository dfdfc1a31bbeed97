"""Offsets as JavaScript counts them: in UTF-16 units, where a code point beyond U+FFFF counts twice."""

from __future__ import annotations

import re
from bisect import bisect_left

_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


class Utf16:
    """Turns offsets of one text from code points to UTF-16 units.

    Parameters
    ----------
    text : str
        The text that the offsets count in.
    """

    def __init__(self, text: str) -> None:
        self.astral = [match.start() for match in _ASTRAL.finditer(text)]

    def __call__(self, offset: int) -> int:
        """The offset in UTF-16 units of an offset in code points."""
        return offset + bisect_left(self.astral, offset)
