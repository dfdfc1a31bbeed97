"""Search in words, export, keys, and the way back."""

import csv
import io
import json

import pytest

from pipeline.core.text import escape_cell
from tests.report.browsing import active_quote, see, walk
from tests.worlds.news import HOSTILE

SEARCHED = "the sentence, the speaker with aliases and role, the side, the headline and the outlet"
# Where one begins, and the steps from there.
WALKS = {
    "what was searched for": ["#quotes?q=truce+OR+inch+-tolvar+“on+friday”",
        f"see #searched = {SEARCHED} | “truce” or “inch”, and “on friday”, without “tolvar”"],
    "what a search does not understand": ["#quotes?q=tru*+OR",
        "see #searched = have no meaning here | OR needs a word on both sides"],
    "a search in the words of quotes alone": ["#quotes?q=kestria", "see #count = 2 of 35",
        "see #searched = In the words of the quote: 0 of 2.", "go #quotes?q=inch+OR+kestria",
        "see #searched = In the words of the quote: 1 of 3", "text=show these alone", "see address = in=words",
        "see #count = 1 of 35", "see #searched = Searched the words of the quotes alone"],
    "nothing was found": ["#quotes?q=zebra", "see #folded = No quote matches: take a filter or a word away."],
    "no quote has all words": ["#quotes?q=zebra+%22on+friday%22", 'text=Search for zebra OR "on friday"',
        "see #count = 2 of"],
    "a speaker by alias": ["#quotes?q=foreign+minister",
        "see #people = Speakers of that name: Ilse Korvath (1 quote with a stance in all)", "#people a",
        "see #view-speaker"],
    "the list of keys": ["", "press ?", "see #keys", "press Escape", "no #keys", "#keys-button", "#keys button",
        "no #keys"],
    "a slash goes to the search": ["", "press /", "see #view-quotes", "see #f-q:focus", "type inch/",
        "see address = inch%2F", "press Escape", "see #f-q:not(:focus)"],
    "from the search to its first result": ["#quotes", "press /", "type inch", "press Enter",
        "see #quote-list > li:first-child:focus", "press Enter", "see #view-quote blockquote = one inch"],
    "keys in a list of changes": ["#changes", "see #change-list .half", "press j j Enter",
        "see #view-quote .steps = 2 of 2", "press Escape", "see .half[aria-label=later]:focus"],
}  # fmt: skip


@pytest.mark.parametrize(("start", "steps"), [(start, steps) for start, *steps in WALKS.values()], ids=WALKS)
def test_a_way_leads_there(open_page, start, steps):
    walk(open_page(start), *steps)


def test_the_words_of_the_search_alone_are_highlighted(open_page):
    page = open_page("#quotes?q=truce+OR+ceasefire")
    see(page, "#quote-list .tags", "Ceasefire:")
    assert set(page.evaluate("[...CSS.highlights.get('found')].map((each) => String(each).toLowerCase())")) == {"truce"}


def test_on_a_phone_the_first_screen_has_a_picture_with_marks_for_a_finger(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    walk(page, "see #latest li", "see #legend = neutral")
    lanes = page.locator("#picture-0 .lane")
    assert lanes.first.bounding_box()["y"] < 844
    assert lanes.last.bounding_box()["y"] < page.locator("#picture-0 figcaption").bounding_box()["y"]
    assert page.locator("#legend").bounding_box()["y"] < page.locator("#pictures").bounding_box()["y"]
    boxes = [mark.bounding_box() for mark in page.locator("#pictures .mark").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24


def saved(page, save):
    """Return the name of a saved file, and its text."""
    with page.expect_download() as download:
        save()
    return download.value.suggested_filename, download.value.path().read_text(encoding="utf-8-sig")


def press_button(page, name):
    return lambda: page.get_by_role("button", name=name, exact=True).click()


def test_the_filtered_quotes_are_saved_as_csv_or_json(open_page):
    page = open_page("#quotes?side=Velmora&sort=oldest")
    name, text = saved(page, press_button(page, "CSV"))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert name == "quotes.csv"
    assert [row["speaker"] for row in rows] == ["Vuk", "Anton Gavrel"]
    assert rows[0]["article_title"] == HOSTILE
    assert (rows[0]["ceasefire"], rows[0]["ceasefire_probability"], rows[0]["side"]) == ("favor", "0.85", "Velmora")
    walk(page, "go #quotes?speaker=Ilse+Korvath&source=Northwire", "see #count = 1 of 35")
    (record,) = json.loads(saved(page, press_button(page, "JSON"))[1])
    expected = {"content": "“We will sign the truce on Friday,”", "ceasefire_evidence_words": "sign the truce"}
    expected |= {"article_url": "https://northwire.example/1", "published_at": "2024-03-01"}
    assert record == record | expected


def test_quotes_that_are_folded_away_can_be_saved_too(open_page):
    page = open_page("#quotes?from=2023-01-01")
    see(page, "#export", "Save these 4 quotes:", "all 34 quotes that match:")
    _, text = saved(page, press_button(page, "CSV of all"))
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == 34
    page.locator("#f-show").select_option("all")
    assert page.get_by_role("button", name="CSV of all").count() == 0
    names = [saved(page, lambda key=key: page.keyboard.press(key))[0] for key in "eE"]
    assert names == ["quotes.csv", "quotes.json"]


def test_no_cell_is_a_formula(call):
    cells = ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "'=1", "＝1", "plain, with a comma", 'a "b"']
    written = call("export.js", "return given.map(csvCell);", cells)
    assert [next(csv.reader([cell])) for cell in written] == [[escape_cell(cell)] for cell in cells]


def test_keys_go_from_quote_to_quote_open_one_and_close_it(open_page):
    page = open_page("#quotes")
    ids = [item.get_attribute("data-quote") for item in page.locator("#quote-list > li").all()]
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        walk(page, f"press {key}")
        assert active_quote(page) == ids[expected]
    walk(page, "press Enter", "see .steps = 2 of 4", "press Escape", "see #view-quotes")
    assert active_quote(page) == ids[1]
    walk(page, "press Enter", "see .steps = 2 of 4", "press j", "see .steps = 3 of 4")
    assert page.url.endswith("#quote/" + ids[2])


def test_back_keeps_the_place_and_the_quote(open_page):
    page = open_page("#quotes?show=all")
    page.locator("#quote-list > li").nth(20).get_by_role("link", name="Open this quote").focus()
    top = page.evaluate("scrollY")
    assert top > 500
    chosen = active_quote(page)
    walk(page, "press Enter", "see #view-quote")
    assert page.evaluate("scrollY") == 0
    walk(page, "back", "see #view-quotes")
    for steps in ([], ["press Enter", "see #view-quote", "press Escape", "see #view-quotes"]):
        walk(page, *steps)
        page.wait_for_function("top => Math.abs(scrollY - top) < 2", arg=top)
        assert active_quote(page) == chosen


def test_navigation_by_tab(open_page):
    page = open_page("#overview")
    walk(page, "press Tab", "see #skip:focus")
    assert page.locator("#skip").bounding_box()["x"] >= 0
    walk(page, "press Enter", "see #main:focus", "focus header nav >> text=Quotes", "press Enter")
    walk(page, "see #quotes-title:focus", "focus #f-q", "type inch", "see #count = 1 of 35", "press Tab")
    walk(page, "see #more-filters:focus")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
