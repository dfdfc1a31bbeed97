"""The lists of the page in a browser: filters, order, paging, speakers, articles, print."""

from urllib.parse import quote as quoted

import pytest

from pipeline.core import paths
from pipeline.core.schema.position_tables import changes as change_table
from pipeline.core.storage import tables
from pipeline.report import run
from tests.report import chromium
from tests.report.browsing import count, speakers, wait_for_hash
from tests.worlds.page_project import write_page, write_project
from tests.worlds.project import Story, write_tables
from tests.worlds.rows import LABELS, TARGETS, article, quote, stances

chromium.skip_without_chromium()

# With `show` all quotes; without, those that take a stance.
FILTERS = [
    ({}, 4),
    ({"show": "open"}, 5),
    ({"show": "all"}, 35),
    ({"q": "truce"}, 2),
    ({"q": "TRUCE  friday"}, 2),
    ({"q": "“on friday”"}, 2),
    ({"q": "“friday on”"}, 0),
    ({"q": "truce inch"}, 0),
    ({"q": "truce OR inch"}, 3),
    ({"q": "truce -tolvar"}, 1),
    ({"q": "truce NOT tolvar"}, 1),
    ({"q": "-truce"}, 2),
    ({"q": 'ilse -"in tolvar"'}, 1),
    ({"q": "(truce)"}, 2),
    # Words, or their beginnings; not what stands within a word.
    ({"q": "tru"}, 2),
    ({"q": "ruce"}, 0),
    # Title, outlet, alias and side are searched, other sentences of the paragraph are not.
    ({"q": "ledger"}, 1),
    ({"q": "cheered"}, 0),
    ({"q": "foreign minister"}, 2),
    ({"q": "velmora"}, 2),
    ({"q": "Dóves"}, 1),
    ({"speaker": "ilse korvath"}, 2),
    ({"speaker": "The Foreign Minister"}, 2),
    ({"speaker": "v"}, 4),
    ({"speaker": "Vuk"}, 1),
    ({"side": "Velmora"}, 2),
    ({"kind": "person", "show": "all"}, 34),
    ({"type": "indirect"}, 1),
    ({"t.ceasefire": "favor"}, 3),
    ({"t.ceasefire": "~unrelated"}, 4),
    # By the published label: the quote that the model would call neutral is unknown.
    ({"t.ceasefire": "neutral"}, 1),
    ({"t.ceasefire": "unknown"}, 1),
    ({"t.territorial_concession": "unrelated"}, 32),
    ({"t.ceasefire": "favor", "t.territorial_concession": "conditional"}, 1),
    ({"source": "Northwire"}, 2),
    ({"from": "2024-03-02"}, 3),
    ({"to": "2024-03-02", "show": "all"}, 32),
    ({"from": "2024-03-02", "to": "2024-03-02"}, 1),
    ({"sure": "80"}, 3),
    ({"sure": "60"}, 4),
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
    wanted = dict.fromkeys(one_page.evaluate("[...document.getElementById('filter').elements].map(e => e.name)"), "")
    one_page.goto(address + "#quotes?" + "&".join(f"{name}={quoted(value)}" for name, value in settings.items()))
    same = "wanted => Object.entries(wanted).every(([n, v]) => !n || document.getElementsByName(n)[0].value === v)"
    one_page.wait_for_function(same, arg=wanted | settings)
    assert count(one_page).startswith(f"{expected} of 35 quotes")
    assert one_page.locator("#quote-list > li").count() == min(expected, 25)


def test_filters_from_the_form_write_the_address(open_page):
    page = open_page("#quotes")
    page.get_by_role("searchbox").fill("truce")
    page.get_by_label("ceasefire", exact=True).select_option("favor")
    assert count(page) == "2 of 35 quotes (1 with copies counted once)"
    assert "ceasefire: favor" in page.locator("#count").inner_text()
    wait_for_hash(page, r"^#quotes\?q=truce&t\.ceasefire=favor$")
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_function("() => document.querySelector('#count').textContent.startsWith('4 of')")


def test_the_count_is_announced_to_screen_readers(open_page):
    status = open_page("#quotes").locator("#count")
    assert status.get_attribute("aria-live") == "polite"
    assert status.inner_text().startswith("4 of 35")


@pytest.mark.parametrize(
    ("sort", "first"), [("", "Anton Gavrel"), ("oldest", "Mattias Lunde"), ("unsure", "speaker not known")]
)
def test_order_of_quotes(open_page, sort, first):
    assert speakers(open_page(f"#quotes?show=all&sort={sort}"))[0] == first


def test_a_quote_shows_its_sentence_with_content_cue_and_evidence_marked(open_page):
    item = open_page("#quotes?speaker=Ilse+Korvath&from=2024-03-01&to=2024-03-01").locator("#quote-list > li")
    assert item.locator(".passage").inner_text() == "“We will sign the truce on Friday,” Ilse Korvath said in Tolvar."
    assert item.locator("mark.direct").inner_text() == "“We will sign the truce on Friday,”"
    assert item.locator(".said-by").inner_text() == "Ilse Korvath"
    assert item.locator(".cue").inner_text() == "said"
    assert item.locator(".evidence").all_inner_texts() == ["sign the truce"]
    assert item.locator(".tags").inner_text() == "Ceasefire: ▲ favor 93 %"
    assert "1 copy elsewhere" in item.inner_text()
    assert item.locator(".side").inner_text() == "Kestria"


def test_quotes_without_a_stance_are_folded_away_and_a_link_shows_them(open_page):
    page = open_page("#quotes?q=ferry")
    assert count(page) == "0 of 35 quotes"
    assert page.locator("#folded").inner_text().startswith("No quote that takes a stance matches. 30 quotes match")
    page.locator("#folded").get_by_role("link").click()
    wait_for_hash(page, "show=all")
    assert count(page) == "30 of 35 quotes"
    assert "about something else" in page.locator("#quote-list > li").first.inner_text()


def test_the_page_number_is_in_the_address(open_page):
    page = open_page("#quotes?show=all")
    assert page.get_by_role("button", name="Previous").is_disabled()
    page.get_by_role("button", name="Next").click()
    wait_for_hash(page, "page=2")
    page.wait_for_function("() => document.querySelectorAll('#quote-list > li').length === 10")
    page.get_by_role("searchbox").fill("ferry")
    assert page.locator("#quote-pager").inner_text().count("Page 1 of 2") == 1


def test_the_speakers_of_the_filtered_quotes_with_their_stances(open_page):
    page = open_page("#speakers")
    assert count(page).endswith(", 3 speakers")
    first = page.locator("#speaker-list > li", has_text="Ilse Korvath")
    assert "also the Foreign Minister" in first.inner_text()
    assert " ".join(first.locator(".tallies").inner_text().split()) == "1 quote Ceasefire: ▲ 1"
    assert page.locator("#side-list").inner_text().split("\n") == ["Velmora 2", "Kestria 1"]


def test_the_articles_are_those_of_the_filtered_quotes(open_page):
    page = open_page("#articles?q=inch")
    assert count(page).endswith(", 1 article")
    assert "No inch · 1 quote" in page.locator("#article-list").inner_text()
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_function("() => document.querySelectorAll('#article-list > li').length === 7")


def test_filters_apply_to_all_lists(open_page):
    page = open_page("#quotes?speaker=Vuk")
    page.get_by_role("link", name="Articles", exact=True).click()
    wait_for_hash(page, r"^#articles\?speaker=Vuk$")
    page.wait_for_function("() => document.querySelector('#count').textContent.startsWith('1 of 35')")


def test_print_shows_more_quotes_and_no_form(open_page):
    page = open_page("#quotes?show=all")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#quote-list > li").count() == 35
    assert not page.locator("#filter").is_visible()
    assert page.locator("#quote-list > li").first.evaluate("node => getComputedStyle(node).display") == "block"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#quote-list > li").count() == 25


def test_on_paper_that_is_narrower_than_the_screen_a_lane_has_all_its_marks(open_page):
    page = open_page("#compare", viewport={"width": 1400, "height": 900})
    page.locator("#comparison .mark").first.wait_for()
    page.emulate_media(media="print")
    page.evaluate("document.querySelector('main').style.width = '600px'")
    paper = page.locator("#comparison").bounding_box()
    marks = [mark.bounding_box() for mark in page.locator("#comparison .mark").all()]
    assert len(marks) == 3
    assert all(paper["x"] <= box["x"] and box["x"] + box["width"] <= paper["x"] + 600 for box in marks)


def test_additional_labels_get_a_colour_a_shape_and_a_row_in_the_lanes(browser, tmp_path):
    write_page(tmp_path, labels=["mixed", *LABELS, "seventh"])
    page = browser.new_page()
    page.goto((tmp_path / "reports/index.html").as_uri())
    labels = [text.split("\n")[0].split(" ")[:2] for text in page.locator("#legend li").all_inner_texts()]
    assert [words[1] for words in labels] == ["favor", "conditional", "neutral", "against", "mixed", "seventh"]
    assert len({words[0] for words in labels}) >= 5
    assert "seventh" in page.locator("#f-t\\.ceasefire").inner_text()
    page.close()


@pytest.fixture(scope="module")
def accented(browser, tmp_path_factory):
    """Return a page whose only article has letters before its quote that lose their accents in a search."""
    root = write_project(tmp_path_factory.mktemp("accented"))
    text = "Talks\n\nIn Ka\u0301va\u0301ra\u0301 Vuk said: “We will sign the truce.” Doves flew."
    row = article(text, source="Northwire", published_at="2024-03-01")
    of = quote(row, "“We will sign the truce.”", cue="said", source="Vuk", speaker="Vuk")
    write_tables(root, [Story(row, [(of, stances(of, "favor", "favor"))])])
    tables.write(change_table(tuple(TARGETS), ("favor",)), [], root / paths.CHANGES)
    run.run(root)
    page = browser.new_page()
    page.goto((root / "reports/index.html").as_uri() + "#quotes")
    yield page
    page.close()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"q": "kavara"}, 1),
        # The first words would be lost.
        ({"q": "in"}, 1),
        ({"q": "truce"}, 1),
        ({"q": "dove"}, 0),
        ({"q": "we", "in": "words"}, 1),
        ({"q": "vuk", "in": "words"}, 0),
    ],
)
def test_a_search_looks_in_the_sentence_although_the_text_before_it_gets_shorter(accented, settings, expected):
    accented.locator("#f-in").select_option(settings.get("in", ""))
    accented.locator("#f-q").fill(settings["q"])
    assert count(accented).startswith(f"{expected} of 1 quote")
