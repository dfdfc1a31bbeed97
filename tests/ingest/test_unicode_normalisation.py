import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.unicode_normalisation import normalise_line, normalise_text, split_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffTolvar", "Tolvar"),
        ("ten\u00a0 \u2009days\t now", "ten days now"),
        ("cease\u00adfire \u200bholds\u202e", "ceasefire holds"),
        ("Kolm\x00\x07\x1b[0m", "Kolm[0m"),
        ("Zele\u0301n", "Zel\u00e9n"),
        ("line \n  next", "line\nnext"),
        ("page\u2028break\x0cnew", "page\nbreak\nnew"),
        ("Bread &amp; Rope", "Bread & Rope"),
        ("&quot;No,&quot; she said", '"No," she said'),
        ("the army&#8217;s &#x201C;pause&#x201D;", "the army’s “pause”"),
        ("&amp;quot;twice&amp;quot;", '"twice"'),
        ("bad \ud800 half", "bad half"),
        # Left as they are: marks of every kind, text that only looks like an entity, other scripts.
        ("“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'", "“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'"),
        ("R&D; costs & AT&T", "R&D; costs & AT&T"),
        ("½ of 20 °C – Łódź", "½ of 20 °C – Łódź"),
    ],
)
def test_normalise_text(text: str, expected: str) -> None:
    assert normalise_text(text) == expected


@settings(deadline=None)
@given(st.text() | st.text(alphabet="&amp;#quot83217x \u200b\u00ad\r\n\t\u037e\u0301e"))
def test_normalise_is_idempotent_and_writable(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


def test_lines_and_one_line() -> None:
    assert split_lines("a\n\n b \n \nc") == ["a", "b", "c"]
    assert normalise_line(" Truce\n talks  &amp; bread ") == "Truce talks & bread"


def test_skipped_unicode_planes_have_no_special_characters() -> None:
    above = map(chr, range(0x20000, 0xE0000))
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") or unicodedata.combining(c) for c in above)
