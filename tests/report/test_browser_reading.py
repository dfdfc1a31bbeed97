"""Search in words, export, keys, and the way back."""

import csv
import io
import json

import pytest

from pipeline.core.text import escape_cell
from pipeline.report.html_page import PAGE
from tests.report import chromium
from tests.report.browsing import count, wait_for_hash, wait_for_view
from tests.worlds.news import HOSTILE
from tests.worlds.page_project import article_id_of

chromium.skip_without_chromium()


def active_quote(page):
    return page.evaluate("document.activeElement.closest('[data-quote]')?.dataset.quote ?? null")


def test_the_search_says_what_it_searched_for(open_page):
    page = open_page("#quotes?q=truce+OR+inch+-tolvar+“on+friday”")
    said = page.locator("#searched").inner_text()
    assert "the sentence, the speaker with aliases and role, the side, the headline and the outlet" in said
    assert "“truce” or “inch”, and “on friday”, without “tolvar”" in said


def test_the_search_says_what_it_does_not_understand(open_page):
    page = open_page("#quotes?q=tru*+OR")
    assert "have no meaning here" in page.locator("#searched").inner_text()
    assert "OR needs a word on both sides" in page.locator("#searched").inner_text()


def test_a_search_can_be_in_the_words_of_quotes_alone(open_page):
    page = open_page("#quotes?q=kestria")
    assert count(page).startswith("2 of 35")
    assert "In the words of the quote: 0 of 2." in page.locator("#searched").inner_text()
    page.goto(page.url.split("#")[0] + "#quotes?q=inch+OR+kestria")
    page.get_by_text("In the words of the quote: 1 of 3").wait_for()
    page.get_by_role("link", name="show these alone").click()
    wait_for_hash(page, "in=words")
    assert count(page).startswith("1 of 35")
    assert "Searched the words of the quotes alone" in page.locator("#searched").inner_text()


def test_an_empty_result_has_a_sentence(open_page):
    page = open_page("#quotes?q=zebra")
    assert page.locator("#folded").inner_text() == "No quote matches: take a filter or a word away."


def test_the_search_finds_a_speaker_by_alias(open_page):
    page = open_page("#quotes?q=foreign+minister")
    assert page.locator("#people").inner_text() == "Speakers of that name: Ilse Korvath (1 quote with a stance)"
    page.locator("#people").get_by_role("link").click()
    wait_for_view(page, "speaker")


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("korvath inch", "Speakers with a word of the search in their name: Ilse Korvath (1 quote with a stance)"),
        # Who has two of the words comes before who has one.
        (
            "foreign minister gavrel",
            "Speakers with a word of the search in their name: Ilse Korvath (1 quote with a stance)",
        ),
        ("zebra inch", ""),
    ],
)
def test_a_search_with_a_name_and_other_words_leads_to_the_speaker(open_page, search, expected):
    page = open_page("#quotes?q=" + search.replace(" ", "+"))
    assert page.locator("#people").inner_text() == expected


def test_on_a_phone_the_first_screen_has_a_picture(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    lanes = page.locator("#picture-0 .lane")
    assert lanes.first.bounding_box()["y"] < 600
    assert lanes.last.bounding_box()["y"] < page.locator("#picture-0 figcaption").bounding_box()["y"]
    assert page.locator("#pictures").bounding_box()["y"] < page.locator("#legend").bounding_box()["y"]


def test_the_words_of_the_search_are_highlighted(open_page):
    page = open_page("#quotes?q=truce")
    assert page.evaluate("[...CSS.highlights.get('found')].map(String)")[:1] == ["truce"]


def test_words_of_the_page_itself_are_not_highlighted(open_page):
    page = open_page("#quotes?q=truce+OR+ceasefire")
    assert "Ceasefire:" in page.locator("#quote-list .tags").first.inner_text()
    assert set(page.evaluate("[...CSS.highlights.get('found')].map((each) => String(each).toLowerCase())")) == {"truce"}


def saved(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"quotes.{name.lower()}"
    return download.value.path().read_text(encoding="utf-8-sig")


def test_the_filtered_quotes_are_saved_as_csv_that_runs_nothing(open_page):
    page = open_page("#quotes?side=Velmora&sort=oldest")
    rows = list(csv.DictReader(io.StringIO(saved(page, "CSV"), newline="")))
    assert [row["speaker"] for row in rows] == ["Vuk", "Anton Gavrel"]
    assert rows[0]["article_title"] == HOSTILE
    assert (rows[0]["ceasefire"], rows[0]["ceasefire_probability"], rows[0]["side"]) == ("favor", "0.85", "Velmora")


def test_the_buttons_say_how_many_quotes_they_save_and_offer_those_folded_away(open_page):
    page = open_page("#quotes?from=2023-01-01")
    assert page.locator("#export").inner_text().startswith("Save these 4 quotes:")
    assert "all 34 quotes that match:" in page.locator("#export").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of all").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == 34
    page.locator("#f-show").select_option("all")
    assert page.get_by_role("button", name="CSV of all").count() == 0


def test_no_cell_is_a_formula(browser):
    page = browser.new_page()
    cells = ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "'=1", "＝1", "plain, with a comma", 'a "b"']
    script = (PAGE / "export.js").read_text(encoding="utf-8")
    written = page.evaluate(f"cells => {{ {script}; return cells.map(csvCell); }}", cells)
    assert [next(csv.reader([cell])) for cell in written] == [[escape_cell(cell)] for cell in cells]
    page.close()


def test_the_filtered_quotes_are_saved_as_json(open_page):
    (record,) = json.loads(saved(open_page("#quotes?speaker=Ilse+Korvath&source=Northwire"), "JSON"))
    assert record["content"] == "“We will sign the truce on Friday,”"
    assert record["ceasefire_evidence_words"] == "sign the truce"
    assert record["article_url"] == "https://northwire.example/1"
    assert record["published_at"] == "2024-03-01"


@pytest.mark.parametrize(("key", "suffix"), [("e", ".csv"), ("E", ".json")])
def test_a_key_saves_the_quotes_of_the_list(open_page, key, suffix):
    page = open_page("#quotes")
    with page.expect_download() as download:
        page.keyboard.press(key)
    assert download.value.suggested_filename == "quotes" + suffix


def test_the_key_that_saves_says_where_there_is_no_list(open_page):
    page = open_page()
    page.keyboard.press("e")
    page.get_by_text("There is no list to save here").wait_for()


def test_on_a_phone_marks_are_large_enough_for_a_finger_and_the_legend_has_meanings(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    page.locator("#latest li").first.wait_for()
    boxes = [mark.bounding_box() for mark in page.locator("#pictures .mark").all()]
    assert boxes
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
    assert page.locator("#legend .soft").first.is_visible()


@pytest.mark.parametrize(("width", "quotes", "folded"), [(390, 6, 1), (390, 4, 0), (1400, 6, 0)])
def test_many_compared_quotes_are_folded_away_on_a_phone_only(browser, width, quotes, folded):
    page = browser.new_page(viewport={"width": width, "height": 900})
    script = "".join((PAGE / name).read_text(encoding="utf-8") for name in ("dom.js", "compare.js"))
    lists = f"[foldedList(Array({quotes}).fill(0))].flat()"
    script += "\nconst quoteItem = () => element('li');"
    boxes = f"() => {{ {script} return {lists}.filter((node) => node.matches('details')).length; }}"
    assert page.evaluate(boxes) == folded
    page.close()


def test_slash_goes_to_the_search_from_every_view(open_page):
    page = open_page()
    page.keyboard.press("/")
    wait_for_view(page, "quotes")
    page.wait_for_function("() => document.activeElement.id === 'f-q'")
    page.keyboard.type("inch/")
    assert page.locator("#f-q").input_value() == "inch/"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "f-q"


def test_j_and_k_go_from_quote_to_quote_and_enter_opens_one(open_page):
    page = open_page("#quotes")
    ids = [item.get_attribute("data-quote") for item in page.locator("#quote-list > li").all()]
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert active_quote(page) == ids[expected]
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert page.locator(".steps").inner_text().split("\n")[2] == "2 of 4"
    page.keyboard.press("j")
    page.get_by_text("3 of 4").wait_for()
    assert page.url.endswith("#quote/" + ids[2])


def test_escape_closes_a_card_and_returns_to_its_quote(open_page):
    page = open_page("#quotes")
    page.keyboard.press("j")
    page.keyboard.press("j")
    chosen = active_quote(page)
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    page.keyboard.press("Escape")
    wait_for_view(page, "quotes")
    assert active_quote(page) == chosen


def test_enter_in_the_search_goes_to_the_first_result(open_page):
    page = open_page("#quotes")
    page.keyboard.press("/")
    page.keyboard.type("inch")
    page.keyboard.press("Enter")
    assert active_quote(page) == page.locator("#quote-list > li").first.get_attribute("data-quote")
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")


def test_enter_on_the_quote_of_an_article_opens_its_card(open_page):
    page = open_page("#article/" + article_id_of("Thirty ferries"))
    page.keyboard.press("j")
    page.locator("mark.chosen").wait_for()
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert "Ferry number 0 waits" in page.locator("blockquote").inner_text()


def test_the_list_of_keys_opens_and_closes(open_page):
    page = open_page()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.get_by_role("button", name="Keys").click()
    page.locator("#keys").get_by_role("button", name="Close").click()
    assert not page.locator("#keys").is_visible()


def test_back_keeps_the_place_and_the_quote(open_page):
    page = open_page("#quotes?show=all")
    page.locator("#quote-list > li").nth(20).get_by_role("link", name="Open this quote").focus()
    top = page.evaluate("scrollY")
    assert top > 500
    chosen = active_quote(page)
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    wait_for_view(page, "quotes")
    page.wait_for_function("top => Math.abs(scrollY - top) < 2", arg=top)
    assert active_quote(page) == chosen


def test_back_from_an_article_keeps_the_search(open_page):
    page = open_page("#quotes")
    page.get_by_role("searchbox").fill("inch")
    wait_for_hash(page, "q=inch")
    page.get_by_role("link", name="No inch").click()
    wait_for_view(page, "article")
    page.go_back()
    wait_for_view(page, "quotes")
    assert page.locator("#f-q").input_value() == "inch"
    assert count(page).startswith("1 of 35")


def test_navigation_by_tab(open_page):
    page = open_page("#overview")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    assert page.locator("#skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Quotes", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'quotes-title'")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("inch")
    assert count(page).startswith("1 of 35")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "more-filters"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
