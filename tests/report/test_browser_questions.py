"""Ten questions of a reader, each with the clicks that lead from the first screen to the words that answer it."""

import pytest

from tests.report import chromium

chromium.skip_without_chromium()
MENU = "header nav >> text={}"
# Question, what is clicked (or typed, after `=`) in turn, where the answer stands, and words of it.
QUESTIONS = [
    (
        "Did Korvath ever accept a truce, and when?",
        [MENU.format("Speakers"), "#speaker-list >> text=Ilse Korvath"],
        "#view-speaker li.quote",
        ["favor 93 %", "We will sign the truce on Friday", "1 March 2024"],
    ),
    ("Who changed on the ceasefire?", [MENU.format("Changes")], "#change-list h3", ["Velmora, side: ceasefire"]),
    (
        "Which sentence says so?",
        [MENU.format("Changes"), "#change-list .half:last-child >> text=open the quote"],
        "#view-quote blockquote",
        ["Anton Gavrel told the Citadel that", "would not buy one inch"],
    ),
    (
        "Where does Velmora stand, and who speaks for it?",
        ["#picture-0 .lane-name >> text=Velmora"],
        "#side-picture-0 .lanes",
        ["All of Velmora", "Vuk", "Anton Gavrel"],
    ),
    ("Which sides speak of land?", [], "#picture-1 .lanes", ["Velmora"]),
    ("How often is a stance wrong?", [], "#trust-text", ["has not been measured on real news"]),
    (
        "What did the foreign minister say?",
        ["#search-button", "#f-q=foreign minister"],
        "#quote-list",
        ["We will sign the truce on Friday", "Ilse Korvath"],
    ),
    ("How do the sides differ?", [MENU.format("Compare")], "#comparison figcaption", ["Velmora: ", "; Kestria: "]),
    (
        "Where in its article does the latest stance stand?",
        ["#latest li:first-child .open", "text=Open the article"],
        "#view-article mark.chosen",
        ["would not buy one inch"],
    ),
    (
        "What else was said?",
        [MENU.format("Quotes"), "#folded >> text=more quotes"],
        "#count",
        ["35 of 35 quotes"],
    ),
]


@pytest.mark.parametrize(("steps", "place", "words"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_two_clicks_lead_to_the_answer(open_page, steps, place, words):
    page = open_page(viewport={"width": 1280, "height": 860})
    assert len(steps) <= 2
    for step in steps:
        field, typed, text = step.partition("=") if step.startswith("#f-") else (step, "", "")
        if typed:
            page.fill(field, text)
        else:
            page.locator(step).first.click()
    page.locator(place, has_text=words[0]).first.wait_for()
    answer = page.locator(place, has_text=words[0]).first.inner_text()
    assert [word for word in words if word not in answer] == []
