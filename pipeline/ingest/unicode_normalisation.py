"""One spelling of characters for all articles. Quotation marks are never touched."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.entities import html5

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Space, tab, and every space of another width; not the line feed.
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_FEED = re.compile(r" ?\n ?")
# `&amp;amp;amp;` is `&`, whatever its depth: peeled one by one, a long chain would take the square of its length.
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


# Planes 0 and 1. Above there are ideographs, and tag characters, which spell flags and stay with their emoji.
_FIRST_PLANES = [chr(code) for code in range(0x20000)]


def _invisible_characters() -> str:
    """Characters that are dropped: controls, byte order marks, soft hyphens, zero-width and bidi marks, surrogates."""
    keep = set("\n\t\x1f")  # white space, turned into spaces
    return "".join(c for c in _FIRST_PLANES if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in keep)


def _combining_characters() -> str:
    """Characters that are put in order by Unicode's composition."""
    return "".join(c for c in _FIRST_PLANES if unicodedata.combining(c))


_INVISIBLE = re.compile(f"[{re.escape(_invisible_characters())}]")
# No script stacks more (Unicode Standard Annex #15, stream-safe text); composing takes the square of their number.
MAX_COMBINING = 30
_COMBINING_STACK = re.compile(f"([{_combining_characters()}]{{{MAX_COMBINING}}})[{_combining_characters()}]+")
# Entities inside entities in earnest are two or three deep.
MAX_PASSES = 20


def normalise_text(text: str) -> str:
    """Clean the characters of a text; doing it twice changes nothing more.

    Line ends become line feeds, spaces of any kind one space, invisible characters go, escaped HTML entities become
    their character, and the rest is composed (Unicode NFC), at most 30 combining characters on one. Entities hidden in
    entities more than 20 deep are left.

    Examples
    --------
    >>> normalise("\\ufeffR\\u00a0&amp;\\u200b D\\r\\n")
    'R & D\\n'
    """
    for count in range(2 * MAX_PASSES):
        cleaned = _LINE_ENDS.sub("\n", text)
        cleaned = _INVISIBLE.sub("", cleaned)
        if count < MAX_PASSES:
            cleaned = _ENTITY.sub(_unescape_entity, _AMPERSANDS.sub("&", cleaned))
        cleaned = unicodedata.normalize("NFC", _COMBINING_STACK.sub(r"\1", cleaned))
        cleaned = _AROUND_LINE_FEED.sub("\n", _SPACES.sub(" ", cleaned))
        if cleaned == text:
            break
        text = cleaned  # an entity may hide another, or a character that is dropped
    return text


def normalise_line(text: str) -> str:
    """The same for a field that is one line: headline, author."""
    return " ".join(normalise_text(text).split())


def split_lines(text: str) -> list[str]:
    """Lines of a normalised text that hold something."""
    return [line for line in (line.strip() for line in text.split("\n")) if line]


def _unescape_entity(match: re.Match[str]) -> str:
    name = match.group(1)
    return unescape(match.group()) if name.startswith("#") or f"{name};" in html5 else match.group()
