"""Normalise the characters of a text: line ends, spaces, invisible characters, HTML entities, composition.

Quotation marks stay as they are: quotes are recognised by them.
"""

import re
import unicodedata
from html import unescape
from html.entities import html5

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Space, tab, and every space of another width; not the line feed.
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_FEED = re.compile(r" ?\n ?")
# `&amp;amp;amp;` is `&`, whatever its depth: unescaped one by one, a long chain would take quadratic time.
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Planes 0 and 1. Above are ideographs, and tag characters, which spell flags and stay with their emoji.
_FIRST_PLANES = [chr(code) for code in range(0x20000)]
# Controls, byte order marks, soft hyphens, zero-width marks, surrogates; not what becomes spaces.
_DROPPED = "".join(c for c in _FIRST_PLANES if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t\x1f")
_INVISIBLE = re.compile(f"[{re.escape(_DROPPED)}]")
# Unicode's composition puts them in order.
_COMBINING = "".join(c for c in _FIRST_PLANES if unicodedata.combining(c))
# No script stacks more (Unicode Standard Annex #15, stream-safe text); composing them takes quadratic time.
MAX_COMBINING = 30
_COMBINING_STACK = re.compile(f"([{_COMBINING}]{{{MAX_COMBINING}}})[{_COMBINING}]+")


def normalise_text(text: str) -> str:
    """Return a text with normalised characters.

    HTML entities become their character, line ends line feeds, spaces of any kind one space, invisible characters are
    dropped, and the rest is composed (Unicode NFC), at most 30 combining characters on one.
    """
    text = _ENTITY.sub(
        lambda m: unescape(m[0]) if m[1][0] == "#" or f"{m[1]};" in html5 else m[0], _AMPERSANDS.sub("&", text)
    )
    text = _INVISIBLE.sub("", LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", _COMBINING_STACK.sub(r"\1", text))
    return _AROUND_LINE_FEED.sub("\n", _SPACES.sub(" ", text))


def folded_words(text: str) -> list[str]:
    """Return the words of a text without punctuation and case."""
    return re.findall(r"\w+", text.casefold())


# A word in small letters, the end of a sentence, and a capitalised word: not `U.S.Army`, `Node.js` or `v2.Next`.
_GLUED = re.compile(
    r"(?<![\w.@/])[^\W\d_]*[^\W\d_A-Z]{2}[.!?](?P<marks>[\"“”‘’'»«]{0,2})(?=[^\W\d_a-z][^\W\d_A-Z]+(?![\w./@]))"
)
_OPENING, _STRAIGHT = "“‘«", "\"'"
# Endings of addresses, which some pages write with a capital letter.
_ADDRESS = re.compile(r"(?:Com|Net|Org|Info|Gov|Edu|Co)\b")


def separate_sentences(line: str) -> str:
    """Return a line with a space between sentences that lack one; separating it again changes nothing.

    A straight quotation mark between the two closes a quotation if the line has opened one, or else it opens one.
    """
    if not _GLUED.search(line):
        return line
    parts, done, read, before = [], 0, 0, dict.fromkeys(_STRAIGHT, 0)
    for match in _GLUED.finditer(line):
        start = match.start("marks")
        before = {mark: count + line.count(mark, read, start) for mark, count in before.items()}
        read = start
        if line[match.end()].isupper() and not _ADDRESS.match(line, match.end()):
            marks = match["marks"]
            closing = int(bool(marks) and marks not in _OPENING)  # how many belong to the first sentence
            if len(marks) == 2:
                closing = 1 if marks[0] == marks[1] or marks[1] in _OPENING else 2
            elif marks in before:
                closing = before[marks] % 2
            split = start + closing
            parts += [line[done:split], " "]
            done = split
    return "".join([*parts, line[done:]])
