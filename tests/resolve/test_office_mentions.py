"""Institutions, names beside an office, and headlines: one case for each phenomenon, with negatives."""

from __future__ import annotations

import pytest

# Name of the case, text, rows of (content, source, cue), speakers expected.
CASES = [
    (
        "a ministry keeps its state and department, the next mention means it",
        "The Kestrian Defence Ministry reported calm. The ministry said the guns were cold.",
        [("calm", "The Kestrian Defence Ministry", "reported"), ("the guns were cold", "The ministry", "said")],
        ["Kestrian Defence Ministry", "Kestrian Defence Ministry"],
    ),
    (
        "department after of",
        "The Ministry of Foreign Affairs of Velmora said the note had come.",
        [("the note had come", "The Ministry of Foreign Affairs of Velmora", "said")],
        ["Ministry of Foreign Affairs of Velmora"],
    ),
    (
        "two ministries of one department stay apart",
        "Velmora's Defence Ministry saw gains. Kestria's Defence Ministry saw none. "
        "The Velmoran defence ministry said the hill was taken.",
        [
            ("gains", "Velmora's Defence Ministry", "saw"),
            ("none", "Kestria's Defence Ministry", "saw"),
            ("the hill was taken", "The Velmoran defence ministry", "said"),
        ],
        ["Velmora's Defence Ministry", "Kestria's Defence Ministry", "Velmora's Defence Ministry"],
    ),
    (
        "the ministry is the one named last",
        "Velmora's Defence Ministry saw gains. Kestria's Defence Ministry saw none. The ministry said the hill held.",
        [("the hill held", "The ministry", "said")],
        ["Kestria's Defence Ministry"],
    ),
    (
        "another department is another ministry",
        "The Kestrian Defence Ministry reported calm. The finance ministry said the crown was stable.",
        [("the crown was stable", "The finance ministry", "said")],
        ["the finance ministry"],
    ),
    (
        "a spokeswoman of a ministry is no ministry",
        "Kestrian Foreign Ministry spokeswoman Lise Amarant said the note had come.",
        [("the note had come", "Kestrian Foreign Ministry spokeswoman Lise Amarant", "said")],
        ["Lise Amarant"],
    ),
    (
        "office, state, name",
        "The Kestrian ambassador to Velmora Pavlo Renn said the road was shut. Renn added that it would stay shut.",
        [
            ("the road was shut", "The Kestrian ambassador to Velmora Pavlo Renn", "said"),
            ("it would stay shut", "Renn", "added"),
        ],
        ["Pavlo Renn", "Pavlo Renn"],
    ),
    (
        "office, body, name",
        "The head of the Ministry of Foreign Affairs Bram Ostrander said the note had come.",
        [("the note had come", "The head of the Ministry of Foreign Affairs Bram Ostrander", "said")],
        ["Bram Ostrander"],
    ),
    (
        "office of a name by mistake of a translator",
        "“It burned,” said the governor of Serhij Marrad.",
        [("“It burned,”", "the governor of Serhij Marrad", "said")],
        ["Serhij Marrad"],
    ),
    (
        "somebody's adviser is not that somebody",
        "The adviser of President Anton Gavrel said the road was shut.",
        [("the road was shut", "The adviser of President Anton Gavrel", "said")],
        ["the adviser of Anton Gavrel"],
    ),
    (
        "a name between commas after its office",
        "The army was calm. “We wait,” said its spokesman, General Keith Marrad.",
        [("“We wait,”", "its spokesman", "said")],
        ["Keith Marrad"],
    ),
    (
        "a name after a comma that begins a clause is no apposition",
        "According to the shopkeeper, Keith Marrad left early.",
        [("Keith Marrad left early", "the shopkeeper", "According to")],
        ["the shopkeeper"],
    ),
    (
        "a dotted abbreviation is no initial",
        "The U.S. Oksana Marrad spoke of was cold. “It is cold,” Marrad said.",
        [("“It is cold,”", "Marrad", "said")],
        ["Oksana Marrad"],
    ),
    (
        "the politician is whom the text goes on about",
        "Anton Gavrel arrived late. He was tired. “I walked,” the politician said.",
        [("“I walked,”", "the politician", "said")],
        ["Anton Gavrel"],
    ),
    (
        "two people may be the politician",
        "Anton Gavrel arrived late. Yelko Marrad waited for him. “I walked,” the politician said.",
        [("“I walked,”", "the politician", "said")],
        ["the politician"],
    ),
    (
        "of another state",
        "Rustam Odei, the Velmoran foreign minister, arrived. “I walked,” the Kestrian politician said.",
        [("“I walked,”", "the Kestrian politician", "said")],
        ["the Kestrian politician"],
    ),
    (
        "the leader of a state by the gazetteer",
        "Volodar Zelinskyy met Rustam Odei. “We agree,” the Kestrian leader said.",
        [("“We agree,”", "the Kestrian leader", "said")],
        ["Volodar Zelinskyy"],
    ),
    (
        "gender by the given name",
        "Elena Marrad met Viktor Renn. “It was short,” she said. “It was long,” he said.",
        [("“It was short,”", "she", "said"), ("“It was long,”", "he", "said")],
        ["Elena Marrad", "Viktor Renn"],
    ),
    (
        "marks alone are nobody",
        "- said the road was shut.",
        [("the road was shut", "-", "said")],
        [None],
    ),
    (
        "a state and its allies",
        "Kestria and its allies said the pause was short.",
        [("the pause was short", "Kestria and its allies", "said")],
        ["Kestria and its allies"],
    ),
    (
        "names in front of a noun are no speakers",
        "Kestrian and Velmoran leaders said the pause was short.",
        [("the pause was short", "Kestrian and Velmoran leaders", "said")],
        ["Kestrian and Velmoran leaders"],
    ),
    (
        "an acronym needs the initials of the name",
        "The fleet of Grain Growers (HRT) sailed. HRT said the fleet was full.",
        [("the fleet was full", "HRT", "said")],
        ["HRT"],
    ),
    (
        "a headline is no name",
        "Kestria Troop Training Will Never Trigger War: it was said on Monday.",
        [("it was said on Monday", "Kestria Troop Training Will Never Trigger War", None)],
        [None],
    ),
]


@pytest.mark.parametrize(("name", "text", "rows", "expected"), CASES, ids=[case[0] for case in CASES])
def test_speakers(speakers, name, text, rows, expected):
    assert [quote.speaker for quote in speakers(text, rows)] == expected


KINDS = [
    ("The Kestrian Defence Ministry said it.", ("it", "The Kestrian Defence Ministry", "said"), "organisation"),
    ("Andriy Velmarko denied it.", ("it", "Andriy Velmarko", "denied"), "person"),
    (
        "Ostry Frontline Media Platform reported it.",
        ("it", "Ostry Frontline Media Platform", "reported"),
        "organisation",
    ),
    ("“No,” the Ostry Steel CEO said.", ("“No,”", "the Ostry Steel CEO", "said"), "anonymous"),
]


@pytest.mark.parametrize(("text", "row", "kind"), KINDS)
def test_kind(speakers, text, row, kind):
    (quote,) = speakers(text, [row])
    assert quote.kind == kind
