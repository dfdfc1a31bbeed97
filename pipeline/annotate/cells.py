"""Text in a spreadsheet's cell, and in a terminal: an article is hostile input to both."""

from __future__ import annotations

import re
import unicodedata

# What spreadsheets may take for a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
# Marks that turn the direction of writing: they can hide what a line says.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]")


def to_cell(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet could run as a formula; `from_cell` takes it away."""
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(text: str) -> str:
    """The text of a cell, with plain line ends."""
    text = text.replace("\r\n", "\n")
    return text[1:] if _NEUTRALISED.match(text) else text


def plain(text: str) -> str:
    """The text as a terminal may show it: no escape sequences, control characters or turned directions."""
    text = _DIRECTION.sub("", _ESCAPE.sub("", text))
    return "".join(
        " " if sign == "\t" else sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc"
    )
