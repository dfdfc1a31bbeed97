"""Text in a spreadsheet's cell: an article is hostile input to it."""

from __future__ import annotations

import re

# What spreadsheets may take for a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def escape_cell(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet could run as a formula; `from_cell` takes it away."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """The text of a cell, with plain line ends."""
    text = text.replace("\r\n", "\n")
    return text[1:] if _NEUTRALISED.match(text) else text
