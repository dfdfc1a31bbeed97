"""Characters are normalised, and sentences without a space between them get one."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.input_mutations import ODD_STRINGS
from pipeline.ingest.unicode_normalisation import (
    MAX_COMBINING,
    normalise_text,
    separate_sentences,
)


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
        ("bad \ud800 half", "bad half"),
        # Left as they are: marks of every kind, text that only looks like an entity, other scripts.
        ("“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'", "“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'"),
        ("½ of 20 °C – Łódź", "½ of 20 °C – Łódź"),
        # Entities in entities, and stacked combining characters.
        ("&amp;amp;quot;", '"'),
        ("&" + "amp;" * 5000 + "lt;", "<"),
        ("&#38;#x26;AMP;amp", "&amp"),
        ("a&amp b", "a&amp b"),
        ("R&D; &amp; R&D", "R&D; & R&D"),
        ("a" + "\u0323" * MAX_COMBINING, "ạ" + "\u0323" * (MAX_COMBINING - 1)),
        ("x" + "\u0323" * 5000, "x" + "\u0323" * MAX_COMBINING),
    ],
)
def test_normalise_text(text: str, expected: str) -> None:
    assert normalise_text(text) == expected


PIECES = st.lists(st.sampled_from([*ODD_STRINGS, "&amp;", "&", "amp;", "\u0301", "\u0323", "é"])).map("".join)


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=()))
    | PIECES
    | st.text(alphabet="&amp;#quot83217x \u200b\u00ad\r\n\t\u037e\u0301e")
)
def test_normalise_is_idempotent_and_writable(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("It is over.They left.", "It is over. They left."),
        ("Is it over?They left!Nobody spoke.", "Is it over? They left! Nobody spoke."),
        ("“It is over.”She left.", "“It is over.” She left."),
        ("She said.“It is over.”", "She said. “It is over.”"),
        ('"It is over."She left.', '"It is over." She left.'),
        ('She wrote."It is over."', 'She wrote. "It is over."'),
        ('"It is over.""They left."', '"It is over." "They left."'),
        ("«It is over.»She left.", "«It is over.» She left."),
        ("It is over.Łukasz left.", "It is over. Łukasz left."),
        *(
            (line, line)
            for line in [
                "It is over. They left.", "The U.S.Army left.", "Dr.Brandt and St.Mary", "It cost 3.Five were left.",
                "See Harbour.Com or www.harbour.example.Then leave.", "He writes Node.js and file.Name.txt every day.",
                "Write to press@harbour.Example or read harbour.example/News.", "It is over.ém left.", "",
            ]
        ),
    ],
)  # fmt: skip
def test_a_space_is_put_between_sentences(line: str, expected: str) -> None:
    assert separate_sentences(line) == expected


@given(st.text(alphabet="ab.A\"“” 'd!", max_size=30))
def test_nothing_is_lost_and_a_second_time_changes_nothing(line: str) -> None:
    separated = separate_sentences(line)
    assert separated.replace(" ", "") == line.replace(" ", "")
    assert separate_sentences(separated) == separated
