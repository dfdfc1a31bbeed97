"""Headline, author and lines of a raw document; its characters are normalised, its sentences and paragraphs parted."""

from textwrap import fill
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import GERMAN

from pipeline.core.text import unwrap
from pipeline.ingest.article_cleaning import (
    MAX_PARAGRAPH_WORDS,
    ArticleCleaner,
    drop_repeated_lines,
    reject_other_language,
    split_dump,
)
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument
from pipeline.ingest.unicode_normalisation import MAX_COMBINING, normalise_text, separate_sentences


def clean(text: str, **fields: Any) -> dict[str, Any]:
    """Return the article of a text, however short it is."""
    row = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, **fields))
    assert isinstance(row, dict)
    return row


BODY = "“The guns fell silent at noon and the ferry sailed,” said Ilse Korvath."


@pytest.mark.parametrize(("title", "body", "expected"), [
    ("Guns fall silent", "Guns fall silent.\n\nThe ferry sailed.", "Guns fall silent\n\nThe ferry sailed."),
    # A title cut from the first line.
    ("“The guns fell silent at noon and the", BODY, BODY), ("The guns fell silent at noon and", BODY, BODY),
    *(
        (title, BODY, f"{title}\n\n{BODY}")
        for title in (
            "The guns fell silent", "The guns fell silent at noon, and nobody", "Guns fall silent at noon on the river",
        )
    ),
])  # fmt: skip
def test_a_title_is_in_the_text_once(title: str, body: str, expected: str) -> None:
    row = clean(body, title=title)
    assert (row["title"], row["text"]) == (title, expected)


@pytest.mark.parametrize(("text", "title"), [
    ("Ferries cross again\n\nThe boats sailed at noon.", "Ferries cross again"),
    ("Advertisement\nBy Anna Kessel\nFerries cross again\nThe boats sailed at noon.", "Ferries cross again"),
    ("The boats sailed at noon.\n\nNobody was hurt.", None), ("Ferries cross again", None),
    ("one " * 30 + "\n\nThe boats sailed at noon.", None), ("He said:\n\n“No.”", None),
])  # fmt: skip
def test_headline_of_plain_text(text: str, title: str | None) -> None:
    row = clean(text, headline_in_text=True)
    assert row["title"] == title
    assert row["text"].startswith(title or text.strip()[:10])


@pytest.mark.parametrize(("url", "expected"), [
    ("https://paper.example/a", "https://paper.example/a"), ("paper.example/data:1", "paper.example/data:1"),
    ("https://me:secret@paper.example/a@b", "https://paper.example/a@b"),
    (" JavaScript:alert(1)", None), ("data:text/html,x", None), (None, None),
])  # fmt: skip
def test_an_address_runs_no_program_and_has_no_password(url: str | None, expected: str | None) -> None:
    assert clean(BODY, url=url)["url"] == expected


@pytest.mark.parametrize(("line", "author"), [
    ("By Anna Kessel, Northwire correspondent", "Anna Kessel"), ("By Lise Varga-Holm in Sorrin", "Lise Varga-Holm"),
    ("By Anna Kessel and Marlo Tennant", None), ("Daily Ledger staff", None),
])  # fmt: skip
def test_author_of_plain_text(line: str, author: str | None) -> None:
    text = f"Ferries cross again\n{line}\nPublished at 09:20\nThe boats sailed at noon."
    row = clean(text, headline_in_text=True)
    assert (row["author"], row["dates"]) == (author, [])
    assert row["text"] == "Ferries cross again\n\nThe boats sailed at noon."


def test_boilerplate_may_be_left_and_the_language_of_short_texts_is_not_guessed() -> None:
    cleaner = ArticleCleaner(IngestConfig(min_words=1, strip_boilerplate=False))
    row = cleaner.clean(RawDocument(None, "Advertisement\nThe boats sailed."))
    assert isinstance(row, dict)
    assert row["text"] == "Advertisement\n\nThe boats sailed."
    names = "Korvath met Dravic-Oss in Belhaven; Odei and Venn stayed in Sorrin."
    assert reject_other_language(names, IngestConfig()) is None
    assert "(de)" in str(reject_other_language(GERMAN, IngestConfig()))


HEADLINE = "Velmora ready to sign the truce"
TEASER = "The foreign minister of Velmora said on Friday that she would sign"
LEAD = TEASER + ", whatever the terms."


@pytest.mark.parametrize(("body", "expected"), [
    ([HEADLINE, LEAD, "More."], [LEAD, "More."]),
    (["NORTHWIRE", HEADLINE.upper() + "!", LEAD], ["NORTHWIRE", LEAD]),
    ([TEASER + ".", "By Vuk Tarr", LEAD], ["By Vuk Tarr", LEAD]), ([TEASER, TEASER, LEAD], [LEAD]),
    ([LEAD, TEASER, "More."], [LEAD, TEASER, "More."]),  # the shorter one below: it may be a summary
    ([HEADLINE + ", says its minister.", LEAD], [HEADLINE + ", says its minister.", LEAD]),
    (["No truce now.", "No truce now. Never.", LEAD], ["No truce now.", "No truce now. Never.", LEAD]),
    (["One.", "Two.", "Three.", "Four.", "Five.", "Six.", HEADLINE], None),  # far below the top
    (["—", "***", LEAD], None), ([], None),
])  # fmt: skip
def test_lines_that_are_said_again_at_the_top_are_removed(body: list[str], expected: list[str] | None) -> None:
    assert drop_repeated_lines(HEADLINE, body) == (body if expected is None else expected)


@given(st.lists(st.text("ab \n.", max_size=16), max_size=9), st.none() | st.text("ab "))
def test_no_word_is_lost_with_a_repeated_line(body: list[str], title: str | None) -> None:
    kept = drop_repeated_lines(title, body)
    words = {word for line in [title or "", *kept] for word in line.replace(".", " ").split()}
    assert {word for line in body for word in line.replace(".", " ").split()} <= words


@pytest.mark.parametrize(("text", "expected"), [
    ("a\r\nb\rc", "a\nb\nc"), ("\ufeffTolvar", "Tolvar"), ("ten\u00a0 \u2009days\t now", "ten days now"),
    ("cease\u00adfire \u200bholds\u202e", "ceasefire holds"), ("Kolm\x00\x07\x1b[0m", "Kolm[0m"),
    ("Zele\u0301n", "Zel\u00e9n"), ("line \n  next", "line\nnext"), ("page\u2028break\x0cnew", "page\nbreak\nnew"),
    ("Bread &amp; Rope", "Bread & Rope"), ("&quot;No,&quot; she said", '"No," she said'),
    ("the army&#8217;s &#x201C;pause&#x201D;", "the army’s “pause”"),
    ("bad \ud800 half", "bad half"),
    # Left as they are: marks of every kind, text that only looks like an entity, other scripts.
    ("“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'", "“a” ‘b’ ''c'' „d“ «e» \"f\" 'g'"),
    ("½ of 20 °C – Łódź", "½ of 20 °C – Łódź"),
    # Entities in entities, and stacked combining characters.
    ("&amp;amp;quot;", '"'), ("&" + "amp;" * 5000 + "lt;", "<"),
    ("&#38;#x26;AMP;amp", "&amp"),
    ("a&amp b", "a&amp b"), ("R&D; &amp; R&D", "R&D; & R&D"),
    ("x" + "\u0323" * 5000, "x" + "\u0323" * MAX_COMBINING),
])  # fmt: skip
def test_normalise_text(text: str, expected: str) -> None:
    assert normalise_text(text) == expected


@pytest.mark.parametrize(("line", "expected"), [
    ("Is it over?They left!Nobody spoke.", "Is it over? They left! Nobody spoke."),
    ("“It is over.”She left.", "“It is over.” She left."), ('"It is over."She left.', '"It is over." She left.'),
    ('She wrote."It is over."', 'She wrote. "It is over."'),
    ('"It is over.""They left."', '"It is over." "They left."'),
    ("«It is over.»She left.", "«It is over.» She left."), ("It is over.Łukasz left.", "It is over. Łukasz left."),
    *(
        (line, line)
        for line in [
            "It is over. They left.", "The U.S.Army left.", "Dr.Brandt and St.Mary", "It cost 3.Five were left.",
            "See Harbour.Com or www.harbour.example.Then leave.", "He writes Node.js and file.Name.txt every day.",
            "Write to press@harbour.Example or read harbour.example/News.", "It is over.ém left.", "",
        ]
    ),
])  # fmt: skip
def test_a_space_is_put_between_sentences(line: str, expected: str) -> None:
    assert separate_sentences(line) == expected


@given(st.text(alphabet="ab.A\"“” 'd!", max_size=30))
def test_nothing_is_lost_and_a_second_time_changes_nothing(line: str) -> None:
    separated = separate_sentences(line)
    assert separated.replace(" ", "") == line.replace(" ", "")
    assert separate_sentences(separated) == separated


def test_glued_furniture_is_cut() -> None:
    glued = (
        "President Gavrel Ivo GavrelEnvoys leave Belhaven Ferries sail again MORE said that the hill is not for sale. "
        "The lease will lapse, the envoys fear By RADU PELL The mill is shut.pic.example"
    )
    tweet = "The hill is ours, according to the palace.pic.twitter.com/YChC — Radu Pell (@radupell) June 16, 2020"
    quoted = "“The hill is ours.” t.co/YChC — Radu Pell (@radupell) June 16, 2020"
    caption = "Image caption The Ledger says that the lease will lapse"
    assert clean("\n\n".join([caption, glued, tweet, quoted]))["text"].split("\n\n") == [
        "The Ledger says that the lease will lapse",
        "President Gavrel said that the hill is not for sale. The lease will lapse, the envoys fear",
        "The mill is shut.pic.example",
        "The hill is ours, according to the palace.",
        "Radu Pell (@radupell) June 16, 2020",
        "“The hill is ours.” — Radu Pell (@radupell) June 16, 2020",
    ]


SENTENCES = "The boats of Ostry sailed at noon. “The river is quiet. Nobody fires,” said Gen. Varga, and he left. " * 40
CAPTION = "A soldier of Alvenia passes a burnt bus of the MNA. (MNA Photo/Radu Pell, File) "


def test_a_page_without_paragraphs_is_split_at_sentences() -> None:
    dump = f"{SENTENCES}{CAPTION}{SENTENCES}___ {CAPTION}".strip()
    parts = split_dump(dump)
    assert " ".join(parts) == dump
    assert parts.count(CAPTION.strip()) == 2
    assert max(len(part.split()) for part in parts) < 80
    assert all(part.count("“") == part.count("”") and not part.startswith("Varga") for part in parts)


def test_lines_that_were_broken_at_a_width_are_joined_and_others_are_not() -> None:
    paragraphs = ["The truce holds", SENTENCES[:700].strip(), SENTENCES[58:600].strip()]
    wrapped, whole = ("\n\n".join(fill(each, width) for each in paragraphs) for width in (64, 9999))
    assert clean(wrapped)["text"] == clean(whole)["text"] == unwrap(wrapped) == whole
    set_in = "\n".join(fill(each, 64, initial_indent="     ") for each in paragraphs)
    assert clean(set_in)["text"] == whole
    assert unwrap(other := "Talks\nA long day at noon\nBoats\nGuns\nThe rest of it") == other


def test_a_mark_that_nothing_closes_stops_no_split_for_ever() -> None:
    parts = split_dump("“The river is quiet, they say. " + "The boats sailed at noon. " * 200)
    lengths = [len(part.split()) for part in parts]
    assert max(lengths) < MAX_PARAGRAPH_WORDS + 20
    assert min(lengths[:-1]) >= 50  # as long as paragraphs of news


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"“”\"'() .", "He left. ", "Gen. ", "(MNA) ", "a "]), max_size=900))
def test_splitting_loses_nothing(pieces: list[str]) -> None:
    line = "".join(pieces)
    assert "".join("".join(split_dump(line)).split()) == "".join(line.split())
