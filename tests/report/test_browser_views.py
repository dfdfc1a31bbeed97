"""The page in a browser: search, filters, links, paging, navigation and keyboard use."""

import re
from urllib.parse import quote as quoted

import pytest

from pipeline.core import paths
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from pipeline.report import run
from tests.report import chromium
from tests.worlds.news import war_news
from tests.worlds.page_project import article_id_of, write_page, write_project
from tests.worlds.rows import LABELS, TARGETS

chromium.skip_without_chromium()
KESTRIA = "Kestria ready to sign"


def count(page):
    return page.locator("#count strong").inner_text()


def speakers(page):
    return page.locator("#quote-list .who").all_inner_texts()


def wait_for_hash(page, pattern):
    page.wait_for_function("pattern => new RegExp(pattern).test(location.hash)", arg=pattern)


FILTERS = [
    ({"q": "truce"}, 2),
    ({"q": "TRUCE  friday"}, 2),
    ({"q": "“on friday”"}, 2),
    ({"q": "“friday on”"}, 0),
    ({"q": "truce inch"}, 0),
    # Title and source are searched, other sentences of the paragraph are not.
    ({"q": "ledger"}, 1),
    ({"q": "cheered"}, 0),
    ({"q": "Dóves"}, 1),
    ({"speaker": "ilse korvath"}, 2),
    ({"speaker": "v"}, 4),
    ({"speaker": "Vuk"}, 1),
    ({"kind": "person"}, 34),
    ({"type": "indirect"}, 2),
    ({"t.ceasefire": "favor"}, 3),
    ({"t.ceasefire": "~unrelated"}, 4),
    # By the published label: the quote that the model would call neutral is unknown.
    ({"t.ceasefire": "neutral"}, 1),
    ({"t.ceasefire": "unknown"}, 1),
    ({"t.territorial_concession": "unrelated"}, 32),
    ({"t.ceasefire": "favor", "t.territorial_concession": "conditional"}, 1),
    ({"source": "Northwire"}, 2),
    ({"from": "2024-03-02"}, 3),
    ({"to": "2024-03-02"}, 32),
    ({"from": "2024-03-02", "to": "2024-03-02"}, 1),
    ({"sure": "kept"}, 34),
    ({"sure": "80"}, 33),
    ({"sure": "60"}, 34),
    ({"sure": "90", "t.ceasefire": "favor"}, 2),
    ({"q": "no such words"}, 0),
]


@pytest.fixture(scope="module")
def one_page(browser, address):
    """Return one page for many tests; each opens its own address."""
    page = browser.new_page()
    page.goto(address)
    yield page
    page.close()


@pytest.mark.parametrize(("settings", "expected"), FILTERS)
def test_filters_from_the_address(one_page, address, settings, expected):
    one_page.goto(address + "#quotes?" + "&".join(f"{name}={quoted(value)}" for name, value in settings.items()))
    for name, value in settings.items():
        one_page.wait_for_function(
            "([name, value]) => document.getElementsByName(name)[0].value === value", arg=[name, value]
        )
    assert count(one_page).startswith(f"{expected} of 35 quotes")
    assert one_page.locator("#quote-list > li").count() == min(expected, 25)


def test_filters_from_the_form_write_the_address(open_page):
    page = open_page("#quotes")
    page.get_by_label("words, or a").fill("truce")
    page.get_by_label("ceasefire", exact=True).select_option("favor")
    assert count(page) == "2 of 35 quotes (1 with copies counted once)"
    assert "ceasefire: favor" in page.locator("#count").inner_text()
    wait_for_hash(page, r"^#quotes\?q=truce&t\.ceasefire=favor$")
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_function("() => document.querySelector('#count').textContent.startsWith('35 of')")


def test_the_count_is_announced_to_screen_readers(open_page):
    status = open_page("#quotes").get_by_role("status")
    assert status.get_attribute("aria-live") == "polite"
    assert status.inner_text().startswith("35 of 35")


@pytest.mark.parametrize(
    ("sort", "first"), [("", "Anton Gavrel"), ("oldest", "Mattias Lunde"), ("unsure", "speaker not known")]
)
def test_order_of_quotes(open_page, sort, first):
    assert speakers(open_page(f"#quotes?sort={sort}"))[0] == first


def test_a_quote_shows_its_sentence_with_content_speaker_and_cue_marked(open_page):
    item = open_page("#quotes?speaker=Ilse+Korvath&from=2024-03-01&to=2024-03-01").locator("#quote-list > li")
    assert item.locator(".passage").inner_text() == "“We will sign the truce on Friday,” Ilse Korvath said in Tolvar."
    assert item.locator("mark.direct").inner_text() == "“We will sign the truce on Friday,”"
    assert item.locator(".said-by").inner_text() == "Ilse Korvath"
    assert item.locator(".cue").inner_text() == "said"
    assert "▲ favor 93 %" in item.locator(".tags").inner_text()
    assert "the same in 1 more quote" in item.inner_text()


def test_an_unknown_label_shows_what_is_most_probable_in_its_details(open_page):
    tags = open_page("#quotes?t.ceasefire=unknown").locator("#quote-list .tags")
    assert tags.inner_text().split("\n") == ["ceasefire: ? unknown", "territorial concession: ? unknown"]
    tags.get_by_text("ceasefire: ? unknown").click()
    assert "not sure enough; most probable: neutral 40 %" in tags.inner_text()
    assert "unrelated" not in tags.inner_text()


def test_an_unknown_label_is_counted_above_the_drawing_and_not_drawn(browser, tmp_path):
    root = write_project(tmp_path)
    rows = tables.read(root / paths.STANCES)
    ilse = {q["quote_id"] for story in war_news() for q, _ in story.quotes if q["speaker"] == "Ilse Korvath"}
    for row in rows:
        row["abstained"] = row["abstained"] or (row["quote_id"] in ilse and row["target"] == "ceasefire")
    tables.write(stance_table(LABELS), rows, root / paths.STANCES)
    run.run(root)
    page = browser.new_page()
    page.goto((root / "reports/index.html").as_uri() + "#speakers?speaker=Ilse+Korvath")
    captions = page.locator("#speaker-list figcaption").all_inner_texts()
    assert captions[0] == "ceasefire: no dated quote known to be about it; 1 unknown"
    assert page.locator("#speaker-list .point").count() == 0
    page.get_by_text("As a table").click()
    assert "favor" not in page.locator("#speaker-list tbody").inner_text()
    page.close()


def test_a_link_opens_the_article_at_the_quote_and_back(open_page):
    page = open_page("#quotes?q=doves")
    page.get_by_role("link", name="No inch").click()
    page.wait_for_selector("#view-article:not([hidden])")
    assert page.locator(".text mark.indirect").inner_text() == "1 I🕊️ doves would not buy one inch 🕊️ of the Basin"
    assert page.evaluate("document.activeElement.dataset.quote").startswith(article_id_of("No inch"))
    assert page.title().startswith("No inch")
    page.go_back()
    page.wait_for_selector("#view-quotes:not([hidden])")
    assert count(page).startswith("1 of 35")


def test_a_marked_quote_links_to_its_entry(open_page):
    page = open_page("#article/" + article_id_of("Thirty ferries"))
    page.get_by_role("link", name="Quote 7, direct").click()
    page.wait_for_function("() => document.activeElement.matches('#view-article li')")
    assert "Ferry number 6 waits" in page.evaluate("document.activeElement.textContent")


def test_an_article_links_only_to_web_addresses(open_page):
    link = open_page("#article/" + article_id_of(KESTRIA)).get_by_role("link", name="at its publisher")
    assert link.get_attribute("href") == "https://northwire.example/1"
    assert "noreferrer" in link.get_attribute("rel")


def test_the_headline_is_shown_once(open_page):
    page = open_page("#article/" + article_id_of("Weather"))
    assert page.locator(".text").inner_text() == "It rained on the Anse."


@pytest.mark.parametrize("hash_", ["#article/none", "#article"])
def test_an_unknown_article_gives_a_message(open_page, hash_):
    assert open_page(hash_).locator("#article-title").inner_text() == "No such article on this page"


@pytest.mark.parametrize("hash_", ["", "#", "#nowhere?q=1", "#%E0%A4%A"])
def test_an_unknown_address_shows_the_overview(open_page, hash_):
    page = open_page(hash_)
    assert page.locator("main > section:visible").count() == 1
    assert page.locator("#view-overview").is_visible()


def test_the_page_number_is_in_the_address(open_page):
    page = open_page("#quotes")
    assert page.get_by_role("button", name="Previous").is_disabled()
    page.get_by_role("button", name="Next").click()
    wait_for_hash(page, "page=2")
    assert page.locator("#quote-list > li").count() == 10
    page.get_by_label("words, or a").fill("ferry")
    assert page.locator("#quote-pager").inner_text().count("Page 1 of 2") == 1


def test_a_speaker_has_a_timeline_as_text_and_table(open_page):
    page = open_page("#speakers?speaker=Anton+Gavrel")
    assert count(page) == "1 of 35 quotes, 1 speaker"
    names = [figure.get_attribute("aria-label") for figure in page.locator("#speaker-list svg").all()]
    assert names == ["ceasefire: 2025-01 neutral 1", "territorial concession: 2025-01 against 1"]
    page.get_by_text("As a table").click()
    row = " ".join(page.locator("#speaker-list tbody tr").inner_text().split())
    assert row == "2025-01-20 neutral 70 % against 70 % No inch"


def test_copies_count_once_in_a_timeline(open_page):
    page = open_page("#speakers?speaker=Ilse+Korvath")
    assert page.locator("#speaker-list svg").first.get_attribute("aria-label") == "ceasefire: 2024-03 favor 1"
    assert page.get_by_role("link", name="1 quote of Ilse Korvath").is_visible()


def test_the_comparison_counts_copies_once_and_links_to_the_quotes(open_page):
    page = open_page("#sides")
    rows = [re.split(r"\t", row)[1:] for row in page.locator("#cross tbody tr").all_inner_texts()]
    assert rows[0] == ["0", "0", "1", "0", "1", "0", "2"]
    assert rows[-1] == ["0", "1", "1", "0", "31", "1", "34"]
    page.locator("#cross tbody tr").first.get_by_role("link").first.click()
    page.wait_for_selector("#view-quotes:not([hidden])")
    assert speakers(page) == ["Vuk"]
    assert [page.locator(f'[name="t.{target}"]').input_value() for target in TARGETS] == ["favor", "conditional"]


def test_the_articles_are_those_of_the_filtered_quotes(open_page):
    assert count(open_page("#articles")).endswith(", 7 articles")
    page = open_page("#articles?q=inch")
    assert page.locator("#article-list > li").count() == 1
    assert "No inch · 1 quote" in page.locator("#article-list").inner_text()


def test_filters_apply_to_all_views(open_page):
    page = open_page("#quotes?speaker=Vuk")
    page.get_by_role("link", name="Side by side").click()
    wait_for_hash(page, r"^#sides\?speaker=Vuk$")
    assert count(page).startswith("1 of 35")


def test_keyboard_navigation(open_page):
    page = open_page("#overview")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    assert page.locator("#skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Quotes", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'quotes-title'")
    page.get_by_label("words, or a").focus()
    page.keyboard.type("inch")
    assert count(page).startswith("1 of 35")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-speaker"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_print_shows_more_quotes_and_no_form(open_page):
    page = open_page("#quotes")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#quote-list > li").count() == 35
    assert not page.locator("#filter").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#quote-list > li").count() == 25


def test_additional_labels_get_a_colour_a_shape_and_a_lane(browser, tmp_path):
    write_page(tmp_path, labels=["mixed", *LABELS, "seventh"])
    page = browser.new_page()
    page.goto((tmp_path / "reports/index.html").as_uri() + "#speakers")
    lanes = page.locator(".charts svg").first.locator("text").all_text_contents()[:6]
    assert [lane.split(" ", 1)[1] for lane in lanes] == [
        "favor",
        "conditional",
        "neutral",
        "against",
        "mixed",
        "seventh",
    ]
    assert len({lane.split(" ")[0] for lane in lanes}) >= 5
    page.goto((tmp_path / "reports/index.html").as_uri() + "#sides")
    assert "seventh" in page.locator("#cross thead").inner_text()
    page.close()
