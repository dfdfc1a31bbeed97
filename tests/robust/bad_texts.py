"""Broken texts: bytes, characters, marks, lines."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from tests.robust.bad_inputs import STORY, register_case

LINE = 50_000_000  # characters of a line that never ends
ENGLISH = " ".join(f"On day {n} the monitors at the mill counted {7 * n} shots." for n in range(1, 200))


def _json(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def _rows(folder: Path, middle: bytes) -> None:
    """Return a JSONL file whose second row is broken."""
    one, other = _json(STORY).encode(), _json(ENGLISH[:600]).encode()
    (folder / "m.jsonl").write_bytes(one + middle + b"\n" + other)


@register_case("bad UTF-8 in a text", "bad_encoding")
def _(folder: Path) -> None:
    (folder / "m.txt").write_bytes(STORY.encode() + b" caf\xe9 \xff\xfe")


@register_case("bad UTF-8 in a row of JSONL", "bad_encoding", taken=2)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": "caf\xe9"}')


@register_case("bad UTF-8 in the columns of a CSV", "missing_column")
def _(folder: Path) -> None:
    (folder / "m.csv").write_bytes(b"caf\xe9\xff\x81,\xc3\xa9t\xc3\xa9\n1,2\n")


@register_case("NUL bytes in a text", "bad_encoding")
def _(folder: Path) -> None:
    (folder / "m.txt").write_bytes(STORY.encode().replace(b" ", b"\0 "))


@register_case("NUL bytes in rows of JSONL", "bad_row", taken=2)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": "a\0b"}')


@register_case("lone surrogates escaped in JSON", taken=1)
def _(folder: Path) -> None:
    halved = STORY.replace("truce", "tr\ud83duce").replace("Kolm", "K\udc00olm\ud800")
    (folder / "m.jsonl").write_text(json.dumps({"text": halved, "title": "Quiet\udfff night", "\ud800": 1}) + "\n")


@register_case("lone surrogates in the columns of JSON", "missing_column")
def _(folder: Path) -> None:
    (folder / "m.jsonl").write_text('{"\\ud800body\\udfff": "x"}\n')


@register_case("lone surrogates as bytes", "bad_encoding")
def _(folder: Path) -> None:
    (folder / "m.txt").write_bytes(STORY.encode() + b" \xed\xa0\xbd\xed\xb8\x80")


@register_case("bidi marks and overrides", taken=1)
def _(folder: Path) -> None:
    marked = STORY.replace(" ", " \u202e\u2067", 40).replace("a", "a\u200f\u061c") + "\u202c" * 1000
    (folder / "m.txt").write_text(marked, encoding="utf-8")


@register_case("combining characters, decomposed", taken=1)
def _(folder: Path) -> None:
    accented = STORY.replace("Kolm", "Kölm").replace("Odei", "Ödèi")
    (folder / "m.txt").write_text(unicodedata.normalize("NFD", accented), encoding="utf-8")


@register_case("180,000 combining characters on one letter", taken=1)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(STORY + " a" + "\u0301\u0323" * 90_000, encoding="utf-8")


@register_case("entities in entities, 45,000 deep", taken=1)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(f"{STORY} &{'amp;' * 45_000}quot; and &{'amp;' * 30}lt;", encoding="utf-8")


@register_case("entities hidden in entities, 22,000 deep", "long_word")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(f"{STORY} {'&zw' * 22_000}{'nj;' * 22_000}", encoding="utf-8")


@register_case("mixed line ends", taken=1)
def _(folder: Path) -> None:
    ends = ["\r", "\n", "\r\n", "\u2028", "\x0b", "\x85", "\n\r"]
    lines = STORY.replace("\n\n", " ").replace(". ", ".\n").split("\n")
    text = "".join(line + ends[n % len(ends)] for n, line in enumerate(lines))
    (folder / "m.txt").write_bytes(text.encode())


@register_case("byte order mark, UTF-8", taken=1)
def _(folder: Path) -> None:
    (folder / "m.jsonl").write_text(_json(STORY), encoding="utf-8-sig")


@register_case("byte order mark, UTF-16", taken=1)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(STORY, encoding="utf-16")


@register_case("byte order marks inside a text", taken=1)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text("\ufeff\ufeff" + STORY.replace(" ", "\ufeff \ufffe"), encoding="utf-8")


@register_case("no spaces: 150,000 letters", "long_word")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(STORY + " " + "guns" * 37_500, encoding="utf-8")


@register_case("no spaces: a story in one word", "too_short")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text("".join(STORY.split()), encoding="utf-8")


@register_case("words of 1,000 marks each", taken=1, long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + (" " + "“(" * 500) * 57, encoding="utf-8")


@register_case("100,000 quotation marks in one word", "long_word")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(STORY + " " + '"' * 100_000, encoding="utf-8")


@register_case("3,000 quotation marks in a paragraph", taken=1)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH[:3000].replace(" ", ' "') * 5, encoding="utf-8")


@register_case("100,000 quotation marks in a paragraph", "too_long")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + ' "”' * 50_000, encoding="utf-8")


@register_case("57,000 quotation marks in a paragraph", taken=1, long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + ' "”' * 28_500, encoding="utf-8")


@register_case("57,000 opening marks, none closed", taken=1, long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + " “‘" * 28_500, encoding="utf-8")


@register_case("3,700 pronouns that speak", taken=1, long=True)
def _(folder: Path) -> None:
    text = ENGLISH + "\n\n" + ("He said that she will stay, and she said that he may go. " * 3200)
    (folder / "m.txt").write_text(text[:199_000], encoding="utf-8")


@register_case("55,000 lines of a word", "too_long", long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + "\n" + "a\n" * 55_000, encoding="utf-8")


@register_case("28,000 lines of a word", taken=1, long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH + "\n" + "a\n" * 28_000, encoding="utf-8")


@register_case("a text of two million characters", "too_long")
def _(folder: Path) -> None:
    (folder / "m.txt").write_text(ENGLISH * 200, encoding="utf-8")


@register_case("a line of 50 MB in a text", "too_long", long=True)
def _(folder: Path) -> None:
    (folder / "m.txt").write_text("guns " * (LINE // 5))


@register_case("a line of 50 MB in JSONL", "too_long", taken=2, long=True)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": "' + b"guns " * (LINE // 5) + b'"}')


@register_case("a line of 50 MB of brackets in JSONL", "too_long", taken=2, long=True)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": [' + b"[]," * (LINE // 3) + b"[]]}")


@register_case("5 MB of brackets in JSONL", "bad_row", taken=2, long=True)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": [' + b"[]," * 1_600_000 + b"[]]}")


@register_case("a string of 50 MB in JSON", "too_long", taken=1, long=True)
def _(folder: Path) -> None:
    (folder / "m.json").write_text(json.dumps([{"text": STORY}, {"text": "guns " * (LINE // 5)}]))


@register_case("JSON nested 100,000 deep", "bad_row", taken=2)
def _(folder: Path) -> None:
    _rows(folder, b"[" * 100_000)


@register_case("JSON with numbers that are none", "bad_row", taken=2)
def _(folder: Path) -> None:
    _rows(folder, b'{"text": ' + b"9" * 5000 + b"}")


@register_case("a title of 20,000 characters", "bad_row", taken=1)
def _(folder: Path) -> None:
    rows = [{"text": STORY}, {"text": ENGLISH[:600], "title": "guns " * 4000}]
    (folder / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
