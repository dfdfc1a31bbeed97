"""Mutate texts and files at random in ways in which real input is broken."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from random import Random

from pipeline.core.language import load_language

QUOTATION_MARKS = sorted(
    {mark for pair in load_language("en").marks for mark in pair} | {"`", "´", "‹", "›", "＂", "''"}
)
# Zero-width, bidi, combining, astral, surrogates, unusual spaces, line ends, full-width, ligatures, controls, markup.
ODD_STRINGS = (
    "\u200b", "\u200d", "\u2066", "\u202e", "\u202c", "\u0301", "\u0323\u0301" * 40, "🙂", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\ud83d", "\udc00", "\u00a0", "\u2009", "\u3000", "\r", "\r\n", "\n", "\n\n", "\u2028", "\x0b", "\x0c", "\x85",
    "\0", "\x1b[31m", "\x7f", "ﬁ", "Ａ", "ß", "İ", "Σ", "אב", "عربي", "漢字", "한", "ก็", "\ufeff", "\ufffd", "\ufffe",
    "\U0010ffff", "\u0378", "&amp;", "&quot;", "&#8220;", "&zwnj;", "<b>", "</p>", "=1+1", "\t", "%s", "{}", "\\",
    "--", "—", "...", "…", "1.5",
)  # fmt: skip
REPORTING_WORDS = (
    "said", "said that", "according to", "told", "Q:", "A:", "REYK:", "he", "she", "they", "it", "who", "the minister",
    "Gavrel", "Ilse Korvath", "Mr", "and", ",", ".", ":", ";", "?", "(", ")", "—", "not", "will", "adding that", "’s",
)  # fmt: skip
BYTE_SNIPPETS = (
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\r", b"\n", b"\r\n",
    b'"', b'""', b",", b";", b"\t", b"{", b"}", b"[", b"]", b"\\u0000", b"\\ud800", b"null", b"1e999", b"<", b">",
    b"<script>", b"<![CDATA[", b"<!--", b"&", b"&#0;", b"WARC/1.0\r\n", b"Content-Length: 7\r\n",
    b"HTTP/1.1 200 OK\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08",
    b"PAR1", b"-1", b"99999999999999999999", b"'", b"=cmd", b"charset=utf-7",
)  # fmt: skip


def mutate_text(random: Random, texts: list[str]) -> str:
    """Choose one of the texts and change it in one to eight ways.

    Parameters
    ----------
    random : Random
        The generator of all random choices.
    texts : list of str
        Valid articles.
    """
    text = random.choice(texts)
    for _ in range(random.randint(1, 8)):
        text = random.choice(TEXT_MUTATIONS)(random, text, texts)
    return text


def mutate_bytes(random: Random, data: bytes, gzipped: bool) -> bytes:
    """Change a file in one to twelve places; a gzipped one before or after it is compressed."""
    inside = gzipped and random.random() < 0.7
    if inside:
        try:
            data = gzip.decompress(data)
        except EOFError:  # the file itself is broken
            inside = False
    for _ in range(random.randint(1, 12)):
        data = random.choice(BYTE_MUTATIONS)(random, data)
    return gzip.compress(data, 1, mtime=0) if inside else data


def _draw_span(random: Random, size: int, longest: int) -> tuple[int, int]:
    start = random.randint(0, size)
    return start, min(size, start + random.randint(1, longest))


def _splice_texts(random: Random, text: str, texts: list[str]) -> str:
    other = random.choice(texts)
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def _delete_span(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), 200)
    return text[:start] + text[end:]


def _duplicate_span(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), 400)
    return text[:end] + text[start:end] * random.choice((1, 1, 2, 20, 100)) + text[end:]


def _replace_marks(random: Random, text: str, texts: list[str]) -> str:
    share = random.choice((0.1, 0.5, 1))
    return "".join(random.choice(QUOTATION_MARKS) if c in "“”‘’\"'«»„" and random.random() < share else c for c in text)


def _insert_pieces(random: Random, text: str, pieces: tuple[str, ...] | list[str]) -> str:
    for _ in range(random.choice((1, 3, 20))):
        at = random.randint(0, len(text))
        text = text[:at] + random.choice(pieces) * random.choice((1, 1, 1, 5, 50)) + text[at:]
    return text


def _insert_odd_strings(random: Random, text: str, texts: list[str]) -> str:
    return _insert_pieces(random, text, ODD_STRINGS)


def _insert_marks(random: Random, text: str, texts: list[str]) -> str:
    return _insert_pieces(random, text, QUOTATION_MARKS)


def _insert_words(random: Random, text: str, texts: list[str]) -> str:
    return _insert_pieces(random, text, [f" {word} " for word in REPORTING_WORDS])


def _nest_marks(random: Random, text: str, texts: list[str]) -> str:
    """Put quotation marks around nested spans, some never closed."""
    start, end = _draw_span(random, len(text), 500)
    pairs = load_language("en").marks
    for _ in range(random.choice((1, 2, 5, 30))):
        left, right = random.choice(pairs)
        text = text[:start] + left + text[start:end] + random.choice((right, right, "")) + text[end:]
        end += len(left)
    return text


def _join_sentences(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), 20_000)
    return text[:start] + text[start:end].replace(".", ",").replace("\n", " ") + text[end:]


def _delete_spaces(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), random.choice((20, 200, 2_000)))
    return text[:start] + text[start:end].replace(" ", "") + text[end:]


def _break_lines(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), 2_000)
    return text[:start] + text[start:end].replace(" ", random.choice(("\n", "\n\n", "\r\n"))) + text[end:]


def _shuffle_parts(random: Random, text: str, texts: list[str]) -> str:
    parts = text.split(random.choice(("\n", " ", ". ")))
    random.shuffle(parts)
    return random.choice(("\n", " ", ". ")).join(parts)


def _change_case(random: Random, text: str, texts: list[str]) -> str:
    start, end = _draw_span(random, len(text), 2_000)
    change: Callable[[str], str] = random.choice((str.upper, str.lower, str.title, str.swapcase))
    return text[:start] + change(text[start:end]) + text[end:]


def _repeat_text(random: Random, text: str, texts: list[str]) -> str:
    return random.choice((" ", "\n\n")).join([text] * random.choice((1, 1, 2, 5)))[:60_000]


TEXT_MUTATIONS: tuple[Callable[[Random, str, list[str]], str], ...] = (
    _splice_texts, _delete_span, _duplicate_span, _replace_marks, _insert_odd_strings, _insert_marks, _insert_words,
    _nest_marks, _join_sentences, _delete_spaces, _break_lines, _shuffle_parts, _change_case, _repeat_text,
)  # fmt: skip


def _overwrite_byte(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _delete_bytes(random: Random, data: bytes) -> bytes:
    start, end = _draw_span(random, len(data), random.choice((1, 20, 2_000)))
    return data[:start] + data[end:]


def _truncate(random: Random, data: bytes) -> bytes:
    return data[: random.randint(0, len(data))]


def _repeat_bytes(random: Random, data: bytes) -> bytes:
    start, end = _draw_span(random, len(data), random.choice((4, 200, 5_000)))
    return data[:end] + data[start:end] * random.choice((1, 3, 50)) + data[end:]


def _insert_snippet(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(BYTE_SNIPPETS) * random.choice((1, 1, 1, 10, 1_000)) + data[at:]


def _copy_bytes(random: Random, data: bytes) -> bytes:
    (start, end), at = _draw_span(random, len(data), 2_000), random.randint(0, len(data))
    return data[:at] + data[start:end] + data[at:]


BYTE_MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _overwrite_byte,
    _overwrite_byte,
    _delete_bytes,
    _truncate,
    _repeat_bytes,
    _insert_snippet,
    _insert_snippet,
    _copy_bytes,
)
