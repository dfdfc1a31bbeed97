"""Seeded mutations of texts and of files, as broken input has them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from random import Random

from pipeline.core.language import load_language

MARKS = sorted({mark for pair in load_language("en").marks for mark in pair} | {"`", "´", "‹", "›", "＂", "''"})
# Zero-width, bidi, combining, astral, surrogates, spaces of odd width, line ends, full-width, ligatures, controls.
ODD = (
    "\u200b", "\u200d", "\u2066", "\u202e", "\u202c", "\u0301", "\u0323\u0301" * 40, "🙂", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\ud83d", "\udc00", "\u00a0", "\u2009", "\u3000", "\r", "\r\n", "\n", "\n\n", "\u2028", "\x0b", "\x0c", "\x85",
    "\0", "\x1b[31m", "\x7f", "ﬁ", "Ａ", "ß", "İ", "Σ", "אב", "عربي", "漢字", "한", "ก็", "\ufeff", "\ufffd", "\ufffe",
    "\U0010ffff", "\u0378", "&amp;", "&quot;", "&#8220;", "&zwnj;", "<b>", "</p>", "=1+1", "\t", "%s", "{}", "\\",
    "--", "—", "...", "…", "1.5",
)  # fmt: skip
WORDS = (
    "said", "said that", "according to", "told", "Q:", "A:", "REYK:", "he", "she", "they", "it", "who", "the minister",
    "Gavrel", "Ilse Korvath", "Mr", "and", ",", ".", ":", ";", "?", "(", ")", "—", "not", "will", "adding that", "’s",
)  # fmt: skip
BYTES = (
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\r", b"\n", b"\r\n",
    b'"', b'""', b",", b";", b"\t", b"{", b"}", b"[", b"]", b"\\u0000", b"\\ud800", b"null", b"1e999", b"<", b">",
    b"<script>", b"<![CDATA[", b"<!--", b"&", b"&#0;", b"WARC/1.0\r\n", b"Content-Length: 7\r\n",
    b"HTTP/1.1 200 OK\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08",
    b"PAR1", b"-1", b"99999999999999999999", b"'", b"=cmd", b"charset=utf-7",
)  # fmt: skip


def mutated_text(random: Random, texts: list[str]) -> str:
    """One of the texts, changed in one to eight ways.

    Parameters
    ----------
    random : Random
        All that is drawn is drawn from it.
    texts : list of str
        Sound articles.
    """
    text = random.choice(texts)
    for _ in range(random.randint(1, 8)):
        text = random.choice(CHANGES)(random, text, texts)
    return text


def mutated_bytes(random: Random, data: bytes, packed: bool) -> bytes:
    """A file, changed in one to twelve places; a gzipped one either inside or as it lies."""
    inside = packed and random.random() < 0.7
    if inside:
        try:
            data = gzip.decompress(data)
        except EOFError:  # broken as it lies
            inside = False
    for _ in range(random.randint(1, 12)):
        data = random.choice(DAMAGES)(random, data)
    return gzip.compress(data, 1, mtime=0) if inside else data


def _span(random: Random, size: int, longest: int) -> tuple[int, int]:
    start = random.randint(0, size)
    return start, min(size, start + random.randint(1, longest))


def _splice(random: Random, text: str, texts: list[str]) -> str:
    other = random.choice(texts)
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def _delete(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), 200)
    return text[:start] + text[end:]


def _duplicate(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), 400)
    return text[:end] + text[start:end] * random.choice((1, 1, 2, 20, 100)) + text[end:]


def _swap_marks(random: Random, text: str, texts: list[str]) -> str:
    share = random.choice((0.1, 0.5, 1))
    return "".join(random.choice(MARKS) if c in "“”‘’\"'«»„" and random.random() < share else c for c in text)


def _insert(random: Random, text: str, pieces: tuple[str, ...] | list[str]) -> str:
    for _ in range(random.choice((1, 3, 20))):
        at = random.randint(0, len(text))
        text = text[:at] + random.choice(pieces) * random.choice((1, 1, 1, 5, 50)) + text[at:]
    return text


def _insert_odd(random: Random, text: str, texts: list[str]) -> str:
    return _insert(random, text, ODD)


def _insert_marks(random: Random, text: str, texts: list[str]) -> str:
    return _insert(random, text, MARKS)


def _insert_words(random: Random, text: str, texts: list[str]) -> str:
    return _insert(random, text, [f" {word} " for word in WORDS])


def _nest(random: Random, text: str, texts: list[str]) -> str:
    """Quotation marks in quotation marks, some never closed."""
    start, end = _span(random, len(text), 500)
    pairs = load_language("en").marks
    for _ in range(random.choice((1, 2, 5, 30))):
        left, right = random.choice(pairs)
        text = text[:start] + left + text[start:end] + random.choice((right, right, "")) + text[end:]
        end += len(left)
    return text


def _long_sentence(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), 20_000)
    return text[:start] + text[start:end].replace(".", ",").replace("\n", " ") + text[end:]


def _no_spaces(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), random.choice((20, 200, 2_000)))
    return text[:start] + text[start:end].replace(" ", "") + text[end:]


def _short_lines(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), 2_000)
    return text[:start] + text[start:end].replace(" ", random.choice(("\n", "\n\n", "\r\n"))) + text[end:]


def _shuffle(random: Random, text: str, texts: list[str]) -> str:
    parts = text.split(random.choice(("\n", " ", ". ")))
    random.shuffle(parts)
    return random.choice(("\n", " ", ". ")).join(parts)


def _case(random: Random, text: str, texts: list[str]) -> str:
    start, end = _span(random, len(text), 2_000)
    change: Callable[[str], str] = random.choice((str.upper, str.lower, str.title, str.swapcase))
    return text[:start] + change(text[start:end]) + text[end:]


def _grow(random: Random, text: str, texts: list[str]) -> str:
    return random.choice((" ", "\n\n")).join([text] * random.choice((1, 1, 2, 5)))[:60_000]


CHANGES: tuple[Callable[[Random, str, list[str]], str], ...] = (
    _splice, _delete, _duplicate, _swap_marks, _insert_odd, _insert_marks, _insert_words, _nest, _long_sentence,
    _no_spaces, _short_lines, _shuffle, _case, _grow,
)  # fmt: skip


def _flip(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _cut(random: Random, data: bytes) -> bytes:
    start, end = _span(random, len(data), random.choice((1, 20, 2_000)))
    return data[:start] + data[end:]


def _end(random: Random, data: bytes) -> bytes:
    return data[: random.randint(0, len(data))]


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = _span(random, len(data), random.choice((4, 200, 5_000)))
    return data[:end] + data[start:end] * random.choice((1, 3, 50)) + data[end:]


def _put(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(BYTES) * random.choice((1, 1, 1, 10, 1_000)) + data[at:]


def _move(random: Random, data: bytes) -> bytes:
    (start, end), at = _span(random, len(data), 2_000), random.randint(0, len(data))
    return data[:at] + data[start:end] + data[at:]


DAMAGES: tuple[Callable[[Random, bytes], bytes], ...] = (_flip, _flip, _cut, _end, _repeat, _put, _put, _move)
