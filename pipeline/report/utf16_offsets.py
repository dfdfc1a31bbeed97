"""Convert offsets to those of JavaScript, which counts UTF-16 units: a code point beyond U+FFFF counts twice."""

from __future__ import annotations

import re
from bisect import bisect_left

_BEYOND_FFFF = re.compile(r"[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """Converts offsets of one text from code points to UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._double = [match.start() for match in _BEYOND_FFFF.finditer(text)]

    def convert(self, offset: int) -> int:
        """Return an offset in code points as one in UTF-16 units."""
        return offset + bisect_left(self._double, offset)
