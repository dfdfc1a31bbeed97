"""Sources without a name: documents, collectives, interviewers, offices by date; one case for each phenomenon."""

from __future__ import annotations

import pytest

from pipeline.resolve.article_context import Publication
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from tests.resolve.conftest import ENTRIES, locate

TWO = "President Anton Gavrel of Velmora met President Milena Dravic-Oss of Kestria in Lorne. "
CASES = [
    (
        "her statement is hers",
        'Ms. Nadia Sarkel resigned. "It is time," her statement read.',
        [('"It is time,"', "her statement", "read")],
        [("Nadia Sarkel", "person")],
    ),
    (
        "the study of those who published it",
        'Open Ledger Watch published a study on Monday. "Nobody counted them," the study said.',
        [('"Nobody counted them,"', "the study", "said")],
        [("Open Ledger Watch", "organisation")],
    ),
    (
        "a document of nobody stays a document",
        'A lawsuit was filed in Tolvar. "They knew," the lawsuit said.',
        [('"They knew,"', "the lawsuit", "said")],
        [("the lawsuit", "document")],
    ),
    (
        "the two presidents by name",
        f"{TWO}The two presidents said the talks had been useful.",
        [("the talks had been useful", "The two presidents", "said")],
        [("Anton Gavrel and Milena Dravic-Oss", "group")],
    ),
    (
        "three presidents are not these two",
        f"{TWO}The three presidents said the talks had been useful.",
        [("the talks had been useful", "The three presidents", "said")],
        [("the three presidents", "group")],
    ),
    (
        "two names with what they are, and a friend behind a dash",
        "Velmoran leader Anton Gavrel and Kestrian counterpart Milena Dravic-Oss - a friend of Dario Venn - said no.",
        [
            (
                "no",
                "Velmoran leader Anton Gavrel and Kestrian counterpart Milena Dravic-Oss - a friend of Dario Venn -",
                "said",
            )
        ],
        [("Anton Gavrel and Milena Dravic-Oss", "group")],
    ),
    (
        "both governments stay so",
        "Kestria and Velmora signed. Both governments said it was late.",
        [("it was late", "Both governments", "said")],
        [("both governments", "group")],
    ),
    (
        "the Velmoran is a person",
        f'{TWO}"No," the Velmoran said.',
        [('"No,"', "the Velmoran", "said")],
        [("Anton Gavrel", "person")],
    ),
    (
        "the Citadel is a seat, not a person",
        f'{TWO}"No," the Citadel said.',
        [('"No,"', "the Citadel", "said")],
        [("Velmora", "country")],
    ),
    (
        "the younger of two",
        "Pavel Marre came with his father, Ivo Marre. The younger Marre said it was cold.",
        [("it was cold", "The younger Marre", "said")],
        [("Pavel Marre", "person")],
    ),
    (
        "a firm is not its research",
        "Orbis Research was closed. Orbis said on Monday that it was sorry.",
        [("it was sorry", "Orbis", "said")],
        [("Orbis", "organisation")],
    ),
    (
        "somebody named",
        'A widow named Ilka Moro wept. "It is over," she said.',
        [('"It is over,"', "she", "said")],
        [("Ilka Moro", "person")],
    ),
    (
        "a surname that is a title",
        'Robert Marshal left. "It was late," Marshal said.',
        [('"It was late,"', "Marshal", "said")],
        [("Robert Marshal", "person")],
    ),
    (
        "a king by his title",
        'King Oskar spoke. "We are tired," the king said.',
        [('"We are tired,"', "the king", "said")],
        [("King Oskar", "person")],
    ),
    (
        "a former president is not the president",
        'President Anton Gavrel listened. "It was better," a former president said.',
        [('"It was better,"', "a former president", "said")],
        [("a former president", "anonymous")],
    ),
    (
        "the interviewer",
        "Dario Venn met Ms. Harriet Blomley of the Daily Ledger in Lorne.\n\nQ: Is it late?\n\nVENN: It is early.",
        [("Is it late?", "Q", None), ("It is early.", "VENN", None)],
        [("Harriet Blomley", "person"), ("Dario Venn", "person")],
    ),
    (
        "no interviewer is named",
        "Dario Venn took questions in Lorne.\n\nQ: Is it late?\n\nVENN: It is early.",
        [("Is it late?", "Q", None), ("It is early.", "VENN", None)],
        [(None, "unknown"), ("Dario Venn", "person")],
    ),
]


@pytest.mark.parametrize(("name", "text", "rows", "expected"), CASES, ids=[case[0] for case in CASES])
def test_sources(speakers, name, text, rows, expected):
    assert [(quote.speaker, quote.kind) for quote in speakers(text, rows)] == expected


def test_members(speakers):
    (both,) = speakers(
        "Kestria and Velmora signed. Both governments said it was late.",
        [("it was late", "Both governments", "said")],
    )
    assert both.members == ["Kestria", "Velmora"]


AFFILIATIONS = [
    ("A Kestrian official said it was late.", "A Kestrian official", "Kestria"),
    ("A person close to the Concord of States said it was late.", None, "Concord of States"),
    ("A person familiar with the talks said it was late.", None, None),
    ("A widow said it was late.", "A widow", None),
]


@pytest.mark.parametrize(("text", "source", "expected"), AFFILIATIONS)
def test_affiliation(speakers, text, source, expected):
    source = source or text.removesuffix(" said it was late.")
    (quote,) = speakers(text, [("it was late", source, "said")])
    assert (quote.kind, quote.affiliation) == ("anonymous", expected)


def test_steps_and_certainty(speakers):
    text = 'Mr. Anton Gavrel spoke on Monday. "It was short," he said.\n\n"Nobody knows."'
    rows = [('"It was short,"', "he", "said"), ('"Nobody knows."', None, None)]
    first, second = speakers(text, rows)
    assert [(step.rule, first.words(step.span)) for step in first.steps] == [
        ("personal", "he"),
        ("named", "Anton Gavrel"),
    ]
    assert 0 < second.certainty < 1
    assert 0 < first.certainty < 1
    (nobody,) = speakers('"Nobody knows."', [('"Nobody knows."', None, None)])
    assert (nobody.certainty, [step.speaker for step in nobody.steps]) == (0.0, [None])


HOLDERS = [
    GazetteerEntry("Yelko Marrad", (), "", "person", "Kestria", "defence minister", "2021-04-01", "2023-09-06"),
    GazetteerEntry("Luk Tarrasov", (), "", "person", "Kestria", "defence minister", "2023-09-06", ""),
]


@pytest.mark.parametrize(
    ("text", "date", "expected"),
    [
        ("The Kestrian defence minister said it was late.", "2022-05-01", "Yelko Marrad"),
        ("The Kestrian defence minister said it was late.", "2024-05-01", "Luk Tarrasov"),
        ("The Kestrian defence minister said it was late.", "", "the Kestrian defence minister"),
        ("Kestria shut the bridge. The defence minister said it was late.", "2024-05-01", "Luk Tarrasov"),
        ("Kestria met Velmora. The defence minister said it was late.", "2024-05-01", "the defence minister"),
    ],
)
def test_an_office_holder_on_the_date_of_the_article(parser, vocabulary, text, date, expected):
    source = text[text.index("The ") if text.startswith("The ") else text.index(". ") + 2 : text.index(" said")]
    quotes = locate(text, [("it was late", source, "said")])
    (doc,) = parser.pipe([text])
    resolve(doc, quotes, Gazetteer([*ENTRIES[:2], *HOLDERS], vocabulary), Publication("", date))
    assert [quote.speaker[:1].lower() + quote.speaker[1:] for quote in quotes] == [expected[:1].lower() + expected[1:]]


@pytest.mark.parametrize(("source", "expected"), [("Harbour Post", "Harbour Post"), ("", None)])
def test_a_newsroom_is_the_publisher(parser, gazetteer, source, expected):
    text = "Our correspondent said the road was shut."
    quotes = locate(text, [("the road was shut", "Our correspondent", "said")])
    (doc,) = parser.pipe([text])
    assert resolve(doc, quotes, gazetteer, Publication(source))[0].speaker == expected
