"""Speakers within one article: one case for each phenomenon, with negatives."""

from __future__ import annotations

import pytest

# Name of the case, text, rows of (content, source, cue), speakers expected.
CASES = [
    (
        "full name with a title",
        '"We will hold," Defence Minister Yelko Marrad said on Monday.',
        [('"We will hold,"', "Defence Minister Yelko Marrad", "said")],
        ["Yelko Marrad"],
    ),
    (
        "full name before its role",
        '"The bread is gone," said Benno Rask, a baker in Ostry.',
        [('"The bread is gone,"', "Benno Rask", "said")],
        ["Benno Rask"],
    ),
    (
        "role word before the name",
        '"It was arranged," government spokeswoman Nadia Sarkel told reporters.',
        [('"It was arranged,"', "government spokeswoman Nadia Sarkel", "told")],
        ["Nadia Sarkel"],
    ),
    (
        "phrase, comma, name",
        'The boiler failed, according to the headmistress, Lise Amarant. "It is cold," Amarant said.',
        [
            ("The boiler failed", "the headmistress, Lise Amarant", "according to"),
            ('"It is cold,"', "Amarant", "said"),
        ],
        ["Lise Amarant", "Lise Amarant"],
    ),
    (
        "hyphen, initials, particles",
        '"No," said Mr. Tobin J. Okafor-Lind. "Yes," said Greta van der Moor. '
        '"No," Okafor-Lind said. "Yes," van der Moor said.',
        [
            ('"No,"', "Mr. Tobin J. Okafor-Lind", "said"),
            ('"Yes,"', "Greta van der Moor", "said"),
            ('"No,"', "Okafor-Lind", "said"),
            ('"Yes,"', "van der Moor", "said"),
        ],
        ["Tobin J. Okafor-Lind", "Greta van der Moor", "Tobin J. Okafor-Lind", "Greta van der Moor"],
    ),
    (
        "transliterations meet",
        '"We wait," said Andriy Velenskyi. "We still wait," Velenskiy said later.',
        [('"We wait,"', "Andriy Velenskyi", "said"), ('"We still wait,"', "Velenskiy", "said")],
        ["Andriy Velenskyi", "Andriy Velenskyi"],
    ),
    (
        "surname of somebody the gazetteer knows",
        '"Not yet," Zelinskiy said.',
        [('"Not yet,"', "Zelinskiy", "said")],
        ["Volodar Zelinskyy"],
    ),
    (
        "surname before the full name",
        "Gavrel says no to a pause\n\nPresident Anton Gavrel said on Monday that he would not pause.",
        [("no to a pause", "Gavrel", "says"), ("he would not pause", "President Anton Gavrel", "said")],
        ["Anton Gavrel", "Anton Gavrel"],
    ),
    (
        "two of one surname, by title",
        'Ms. Katja Halvane met Mr. Teodor Halvane. "It is late," Mr. Halvane said. "It is early," Ms. Halvane said.',
        [('"It is late,"', "Mr. Halvane", "said"), ('"It is early,"', "Ms. Halvane", "said")],
        ["Teodor Halvane", "Katja Halvane"],
    ),
    (
        "two of one surname, by first name",
        '"Late," said Katja Halvane. "Early," said Teodor Halvane. "Very late," Katja said.',
        [
            ('"Late,"', "Katja Halvane", "said"),
            ('"Early,"', "Teodor Halvane", "said"),
            ('"Very late,"', "Katja", "said"),
        ],
        ["Katja Halvane", "Teodor Halvane", "Katja Halvane"],
    ),
    (
        "he and she by title",
        'Mr. Anton Gavrel met Ms. Nadia Sarkel on Monday. "It was short," she said. He said it was long.',
        [('"It was short,"', "she", "said"), ("it was long", "He", "said")],
        ["Nadia Sarkel", "Anton Gavrel"],
    ),
    (
        "gender by role",
        'Spokeswoman Nadia Sarkel spoke after General Luk Tarrasov. "It was short," she said.',
        [('"It was short,"', "she", "said")],
        ["Nadia Sarkel"],
    ),
    (
        "gender by the gazetteer",
        'Ilse Korvath met Benno Rask in the rain. "It was wet," she said.',
        [('"It was wet,"', "she", "said")],
        ["Ilse Korvath"],
    ),
    (
        "pronouns go on about one person",
        "Solveig Marre died on Monday. She hated bargains. In her book she wrote that peace was a chair.",
        [("peace was a chair", "she", "wrote")],
        ["Solveig Marre"],
    ),
    (
        "who",
        '"It is over," said Ines Toll, who added that the shop would close.',
        [('"It is over,"', "Ines Toll", "said"), ("the shop would close", "who", "added")],
        ["Ines Toll", "Ines Toll"],
    ),
    (
        "they is an organisation, never one person",
        'Concord Relief met Benno Rask. Concord Relief said the trucks were late. "We need fuel," they said.',
        [("the trucks were late", "Concord Relief", "said"), ('"We need fuel,"', "they", "said")],
        ["Concord Relief", "Concord Relief"],
    ),
    (
        "it is a state",
        "Velmora said the pause was over. It said the guns would speak.",
        [("the pause was over", "Velmora", "said"), ("the guns would speak", "It", "said")],
        ["Velmora", "Velmora"],
    ),
    (
        "role by title before the name",
        'Mayor Teo Marl opened the fair. "We have eleven varieties," the mayor said.',
        [('"We have eleven varieties,"', "the mayor", "said")],
        ["Teo Marl"],
    ),
    (
        "role by apposition",
        'Teo Marl, the mayor of Ostry, opened the fair. "We have one band," the mayor said.',
        [('"We have one band,"', "the mayor", "said")],
        ["Teo Marl"],
    ),
    (
        "role by relative clause",
        'Tomas Reyk, who leads the mission, came late. "The road is mined," the leader of the mission said.',
        [('"The road is mined,"', "the leader of the mission", "said")],
        ["Tomas Reyk"],
    ),
    (
        "role by its state, two of one office",
        "Foreign Minister Ilse Korvath of Kestria met Velmoran Foreign Minister Rustam Odei. "
        '"No," the Velmoran foreign minister said.',
        [('"No,"', "the Velmoran foreign minister", "said")],
        ["Rustam Odei"],
    ),
    (
        "role from the gazetteer, by the state alone",
        '"We will answer," the Kestrian foreign minister said on Monday.',
        [('"We will answer,"', "the Kestrian foreign minister", "said")],
        ["Ilse Korvath"],
    ),
    (
        "another role is no match",
        'Prime Minister Teodor Halvane arrived. "The budget is late," the finance minister said.',
        [('"The budget is late,"', "the finance minister", "said")],
        ["the finance minister"],
    ),
    (
        "organisation by acronym",
        "The Meridian News Agency (MNA) reported losses. MNA said the office would close.",
        [("the office would close", "MNA", "said")],
        ["Meridian News Agency"],
    ),
    (
        "organisation by its last word",
        "The Grain Growers' Union complained. The union said prices had doubled.",
        [("prices had doubled", "The union", "said")],
        ["Grain Growers' Union"],
    ),
    (
        "capital and building as their state",
        "Sorrin said it would wait. The Citadel added that patience was long.",
        [("it would wait", "Sorrin", "said"), ("patience was long", "The Citadel", "added")],
        ["Velmora", "Velmora"],
    ),
    (
        "government as its state",
        "The Kestrian government said the bridge was open.",
        [("the bridge was open", "The Kestrian government", "said")],
        ["Kestria"],
    ),
    (
        "an office of a state is not the state",
        "Kestria's finance ministry said the crown was stable.",
        [("the crown was stable", "Kestria's finance ministry", "said")],
        ["Kestria's finance ministry"],
    ),
    (
        "transcript",
        "Colonel Tomas Reyk took questions.\n\nQ: Is there a truce?\n\nREYK: There is a quiet.\n\nQ: And then?",
        [
            ("Is there a truce?", "Q", None),
            ("There is a quiet.", "REYK", None),
            ("And then?", "Q", None),
        ],
        [None, "Tomas Reyk", None],
    ),
    (
        "floating in the same paragraph",
        '"It is cold," said Lise Amarant. "The boiler failed."',
        [('"It is cold,"', "Lise Amarant", "said"), ('"The boiler failed."', None, None)],
        ["Lise Amarant", "Lise Amarant"],
    ),
    (
        "floating in the next paragraph",
        '"It is cold," said Lise Amarant.\n\n"The boiler failed."',
        [('"It is cold,"', "Lise Amarant", "said"), ('"The boiler failed."', None, None)],
        ["Lise Amarant", "Lise Amarant"],
    ),
    (
        "floating, the sentence before names the speaker",
        'Benno Rask was blunt. "The bread is gone."',
        [('"The bread is gone."', None, None)],
        ["Benno Rask"],
    ),
    (
        "floating, the sentence after names the speaker",
        '"It is cold," said Lise Amarant.\n\n"The bread is gone." Benno Rask shrugged.',
        [('"It is cold,"', "Lise Amarant", "said"), ('"The bread is gone."', None, None)],
        ["Lise Amarant", "Benno Rask"],
    ),
    (
        "floating with nobody near",
        '"The bread is gone."',
        [('"The bread is gone."', None, None)],
        [None],
    ),
    (
        "a cue without a subject shares it",
        "Lise Amarant closed the door and said that it was cold.",
        [("it was cold", None, "said")],
        ["Lise Amarant"],
    ),
    (
        "passive",
        "Asked whether the pause would hold, Pavlo Renn smiled.",
        [("whether the pause would hold", None, "Asked")],
        [None],
    ),
    (
        "collective",
        "Ilse Korvath met Rustam Odei. The two ministers said the talks had been useful.",
        [("the talks had been useful", "The two ministers", "said")],
        ["Ilse Korvath and Rustam Odei"],
    ),
    (
        "two names",
        "Ines Toll and Benno Rask said the shop would close.",
        [("the shop would close", "Ines Toll and Benno Rask", "said")],
        ["Ines Toll and Benno Rask"],
    ),
    (
        "anonymous",
        'A person familiar with the talks said the map was new. "It is small," the person said.',
        [("the map was new", "A person familiar with the talks", "said"), ('"It is small,"', "the person", "said")],
        ["a person familiar with the talks", "a person familiar with the talks"],
    ),
    (
        "anonymous with a name inside stays anonymous",
        "A spokesman for Foreign Minister Rustam Odei said the letter had come.",
        [("the letter had come", "A spokesman for Foreign Minister Rustam Odei", "said")],
        ["a spokesman for Rustam Odei"],
    ),
    (
        "whose office",
        'Anton Gavrel was away. "He is resting," his office said.',
        [('"He is resting,"', "his office", "said")],
        ["Anton Gavrel's office"],
    ),
    (
        "the maker of a count",
        "Forty shells fell, according to a count kept by Open Ledger Watch.",
        [("Forty shells fell", "a count kept by Open Ledger Watch", "according to")],
        ["Open Ledger Watch"],
    ),
]


@pytest.mark.parametrize(("name", "text", "rows", "expected"), CASES, ids=[case[0] for case in CASES])
def test_speakers(speakers, name, text, rows, expected):
    assert [quote.speaker for quote in speakers(text, rows)] == expected


KINDS = [
    ('"No," said Benno Rask.', ('"No,"', "Benno Rask", "said"), "person", "full_name"),
    ("Velmora said it would wait.", ("it would wait", "Velmora", "said"), "country", "known_name"),
    ("Two bakers said the flour was gone.", ("the flour was gone", "Two bakers", "said"), "group", "group"),
    ("A diplomat said the soup was cold.", ("the soup was cold", "A diplomat", "said"), "anonymous", "anonymous"),
    ("The notice said the road was shut.", ("the road was shut", "The notice", "said"), "document", "noun_phrase"),
    ('"No."', ('"No."', None, None), "unknown", "unresolved"),
]


@pytest.mark.parametrize(("text", "row", "kind", "rule"), KINDS)
def test_kind_and_rule(speakers, text, row, kind, rule):
    (quote,) = speakers(text, [row])
    assert (quote.kind, quote.resolved_by) == (kind, rule)


def test_a_quote_of_the_headline_has_the_speaker_of_the_text(speakers):
    text = '"We owe them nothing"\n\n"We owe them nothing," said Yelko Marrad on Monday.'
    rows = [('"We owe them nothing"', None, None), ('"We owe them nothing,"', "Yelko Marrad", "said")]
    assert [quote.speaker for quote in speakers(text, rows)] == ["Yelko Marrad", "Yelko Marrad"]


def test_an_article_without_quotes(speakers):
    assert speakers("Nothing was said.", []) == []


def test_the_same_result_twice(speakers):
    text, rows = CASES[10][1], CASES[10][2]
    assert [q.to_dict() for q in speakers(text, rows)] == [q.to_dict() for q in speakers(text, rows)]
