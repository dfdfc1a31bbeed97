"""Mutate texts and files at random in ways in which real input is broken."""

import gzip
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

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


Mutation = Callable[[Random, Any, Sequence[Any]], Any]


def mutate_text(random: Random, texts: Sequence[str]) -> str:
    """Choose one of some valid articles and change it in one to eight ways."""
    text: str = random.choice(texts)
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
        data = random.choice(BYTE_MUTATIONS)(random, data, ())
    return gzip.compress(data, 1, mtime=0) if inside else data


def _rewrite(longest: int, change: Callable[[Random, Any], Any]) -> Mutation:
    """Return a mutation that replaces a span of at most so many characters or bytes by what `change` makes of it."""

    def mutate(random: Random, text: Any, _: Sequence[Any]) -> Any:
        start = random.randint(0, len(text))
        end = min(len(text), start + random.randint(1, random.choice((20, 200, longest))))
        return text[:start] + change(random, text[start:end]) + text[end:]

    return mutate


def _insert(pieces: Sequence[Any], numbers: Sequence[int], repeats: Sequence[int]) -> Mutation:
    def mutate(random: Random, text: Any, _: Sequence[Any]) -> Any:
        for _ in range(random.choice(numbers)):
            at = random.randint(0, len(text))
            text = text[:at] + random.choice(pieces) * random.choice(repeats) + text[at:]
        return text

    return mutate


def _splice(random: Random, text: str, texts: Sequence[str]) -> str:
    other = random.choice(texts)
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def _nest_marks(random: Random, text: str) -> str:
    """Put quotation marks around a text, some never closed."""
    for _ in range(random.choice((1, 2, 5, 30))):
        left, right = random.choice(load_language("en").marks)
        text = left + text + random.choice((right, right, ""))
    return text


def _replace_marks(random: Random, text: str) -> str:
    share = random.choice((0.1, 0.5, 1))
    return "".join(random.choice(QUOTATION_MARKS) if c in "“”‘’\"'«»„" and random.random() < share else c for c in text)


def _shuffle(random: Random, text: str) -> str:
    parts = text.split(random.choice(("\n", " ", ". ")))
    random.shuffle(parts)
    return random.choice(("\n", " ", ". ")).join(parts)


_FEW, _SOME = (1, 3, 20), (1, 1, 1, 5, 50)
TEXT_MUTATIONS: tuple[Mutation, ...] = (
    _splice,
    _insert(ODD_STRINGS, _FEW, _SOME),
    _insert(QUOTATION_MARKS, _FEW, _SOME),
    _insert([f" {word} " for word in REPORTING_WORDS], _FEW, _SOME),
    _rewrite(200, lambda random, text: ""),
    _rewrite(400, lambda random, text: text * random.choice((2, 2, 3, 21, 101))),
    _rewrite(500, _nest_marks),
    _rewrite(20_000, _replace_marks),
    _rewrite(20_000, _shuffle),
    _rewrite(20_000, lambda random, text: text.replace(".", ",").replace("\n", " ")),
    _rewrite(2_000, lambda random, text: text.replace(" ", random.choice(("", "\n", "\n\n", "\r\n")))),
    _rewrite(2_000, lambda random, text: random.choice((str.upper, str.lower, str.title, str.swapcase))(text)),
    lambda random, text, texts: random.choice((" ", "\n\n")).join([text] * random.choice((1, 1, 2, 5)))[:60_000],
)
BYTE_MUTATIONS: tuple[Mutation, ...] = (
    _insert(BYTE_SNIPPETS, (1,), (1, 1, 1, 10, 1_000)),
    _insert(BYTE_SNIPPETS, (1,), (1,)),
    _rewrite(1, lambda random, data: random.randbytes(1)),
    _rewrite(2_000, lambda random, data: b""),
    _rewrite(5_000, lambda random, data: data * random.choice((2, 2, 4, 51))),
    lambda random, data, _: data[: random.randint(0, len(data))],
)
