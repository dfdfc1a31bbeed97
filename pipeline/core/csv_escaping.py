"""Escape text for CSV files: a spreadsheet must not run the text of an article as a formula."""

from __future__ import annotations

import re

# What spreadsheets may take for a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def escape_cell(text: str) -> str:
    """Return the text, with an apostrophe in front if a spreadsheet could run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Return the text of a cell without the apostrophe of `escape_cell`, with `\\n` as line ends."""
    text = text.replace("\r\n", "\n")
    return text[1:] if _NEUTRALISED.match(text) else text
