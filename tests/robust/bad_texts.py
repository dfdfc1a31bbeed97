"""Broken texts: bytes, characters, marks, lines."""

import json

from tests.robust.bad_inputs import STORY, register_file

LINE = 50_000_000  # characters of a line that never ends
ENGLISH = " ".join(f"On day {n} the monitors at the mill counted {7 * n} shots." for n in range(1, 200))


def _json(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def _rows(middle: bytes) -> bytes:
    """Return a JSONL file whose second row is broken."""
    return _json(STORY).encode() + middle + b"\n" + _json(ENGLISH[:600]).encode()


HALVED = STORY.replace("truce", "tr\ud83duce").replace("Kolm", "K\udc00olm\ud800")
register_file("lone surrogates escaped in JSON", "m.jsonl",
              lambda: json.dumps({"text": HALVED, "title": "Quiet\udfff night", "\ud800": 1}), taken=1)  # fmt: skip
register_file(
    "lone surrogates in the columns of JSON", "m.jsonl", lambda: '{"\\ud800body\\udfff": "x"}\n', "missing_column"
)
register_file("bidi marks and overrides", "m.txt",
    lambda: STORY.replace(" ", " \u202e\u2067", 40).replace("a", "a\u200f\u061c") + "\u202c" * 1000,
              taken=1)  # fmt: skip
register_file(
    "180,000 combining characters on one letter", "m.txt", lambda: STORY + " a" + "\u0301\u0323" * 90_000, taken=1
)
register_file("entities in entities, 45,000 deep", "m.txt",
              lambda: f"{STORY} &{'amp;' * 45_000}quot; and &{'amp;' * 30}lt;", taken=1)  # fmt: skip
register_file("entities hidden in entities, 22,000 deep", "m.txt", lambda: f"{STORY} {'&zw' * 22_000}{'nj;' * 22_000}",
              "long_word")  # fmt: skip


register_file(
    "byte order marks inside a text", "m.txt", lambda: "\ufeff\ufeff" + STORY.replace(" ", "\ufeff \ufffe"), taken=1
)
register_file("no spaces: 150,000 letters", "m.txt", lambda: STORY + " " + "guns" * 37_500, "long_word")
register_file("words of 1,000 marks each", "m.txt", lambda: ENGLISH + (" " + "“(" * 500) * 57, taken=1, long=True)
register_file("3,000 quotation marks in a paragraph", "m.txt", lambda: ENGLISH[:3000].replace(" ", ' "') * 5, taken=1)
register_file("100,000 quotation marks in a paragraph", "m.txt", lambda: ENGLISH + ' "”' * 50_000, "too_long")
register_file("57,000 opening marks, none closed", "m.txt", lambda: ENGLISH + " “‘" * 28_500, taken=1, long=True)
register_file("3,700 pronouns that speak", "m.txt",
    lambda: (ENGLISH + "\n\n" + ("He said that she will stay, and she said that he may go. " * 3200))[:199_000],
              taken=1, long=True)  # fmt: skip
register_file("28,000 lines of a word", "m.txt", lambda: ENGLISH + "\n" + "a\n" * 28_000, taken=1, long=True)
register_file("a text of two million characters", "m.txt", lambda: ENGLISH * 200, "too_long")
register_file("a line of 50 MB in a text", "m.txt", lambda: "guns " * (LINE // 5), "too_long", long=True)
register_file("a line of 50 MB in JSONL", "m.jsonl", lambda: _rows(b'{"text": "' + b"guns " * (LINE // 5) + b'"}'),
              "too_long", taken=2, long=True)  # fmt: skip
register_file("a string of 50 MB in JSON", "m.json",
              lambda: json.dumps([{"text": STORY}, {"text": "guns " * (LINE // 5)}]), "too_long", taken=1,
              long=True)  # fmt: skip
register_file("a title of 20,000 characters", "m.jsonl",
              lambda: _json(STORY) + json.dumps({"text": ENGLISH[:600], "title": "guns " * 4000}), "bad_row",
              taken=1)  # fmt: skip
