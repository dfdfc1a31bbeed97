"""Offsets as JavaScript counts them."""

import pytest

from pipeline.report.utf16_offsets import Utf16Offsets


@pytest.mark.parametrize(
    ("text", "offset", "expected"), [("abc", 2, 2), ("🕊abc", 1, 2), ("a🕊🕊b", 3, 5), ("a🕊", 1, 1), ("é—", 2, 2)]
)
def test_utf16(text, offset, expected):
    assert Utf16Offsets(text).convert(offset) == expected == len(text[:offset].encode("utf-16-le")) // 2
