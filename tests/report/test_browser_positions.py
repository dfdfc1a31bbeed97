"""The first screen, cards, speakers, sides, comparison and changes, by mouse and by keyboard."""

import itertools

import pytest

from pipeline.report.html_page import PAGE
from tests.report import chromium
from tests.report.browsing import wait_for_hash, wait_for_view
from tests.worlds.news import HOSTILE
from tests.worlds.page_project import article_id_of, quote_id_of

chromium.skip_without_chromium()
CEASEFIRE = "#picture-0"


def lane_names(page, picture=CEASEFIRE):
    return page.locator(f"{picture} .lane-name").all_inner_texts()


def labels_of_marks(page, picture=CEASEFIRE):
    return [mark.get_attribute("aria-label") for mark in page.locator(f"{picture} .mark").all()]


def card_of(title):
    return "#quote/" + quote_id_of(title)


def test_the_first_screen_asks_both_questions_and_draws_a_mark_for_each_stance(open_page):
    page = open_page()
    questions = page.locator("#pictures h2").all_inner_texts()
    assert [question.split("\n")[0] for question in questions] == ["CEASEFIRE", "TERRITORIAL CONCESSION"]
    assert all("Does the speaker want" in question for question in questions)
    assert lane_names(page) == ["Velmora", "Kestria"]
    assert labels_of_marks(page) == [
        "favor, 1 June 2024, Vuk",
        "neutral, 20 January 2025, Anton Gavrel",
        # Copies of one quote are one mark.
        "favor, 1 March 2024, Ilse Korvath",
    ]
    shapes = [path.get_attribute("d").count("L") for path in page.locator(f"{CEASEFIRE} .mark path").all()]
    assert shapes == [2, 0, 2]


def test_no_caption_sums_up_a_few_stances(open_page):
    page = open_page()
    caption = page.locator(f"{CEASEFIRE} figcaption").inner_text()
    assert caption == "2 sides with a stance: too few stances to sum up any of them."
    page = open_page("#side/Velmora")
    caption = page.locator("#side-picture-0 figcaption").inner_text()
    assert caption.startswith("2 quotes with a stance: too few stances to sum up. Between")


def test_what_is_not_drawn_is_folded_away_and_counted(open_page):
    page = open_page()
    box = page.locator(f"{CEASEFIRE} details")
    assert box.locator("summary").inner_text() == "Not in the picture: 32 of 35 quotes"
    assert not box.locator("ul").is_visible()
    box.locator("summary").click()
    assert box.locator("li").all_inner_texts() == [
        "1 quote unknown: the program is not sure enough of any stance (it abstains)",
        "30 quotes about something else",
        "1 quote that is a copy of another one",
    ]
    box.get_by_role("link", name="1 quote", exact=True).click()
    wait_for_hash(page, r"^#quotes\?t\.ceasefire=unknown$")


def test_lanes_of_speakers(open_page):
    page = open_page()
    page.locator("#lanes-by").get_by_role("link", name="Speakers").click()
    wait_for_hash(page, "by=speaker")
    assert lane_names(page) == ["Anton Gavrel", "Ilse Korvath", "Vuk"]


def test_a_mark_shows_its_quote_and_a_click_opens_it(open_page):
    page = open_page()
    mark = page.locator(f"{CEASEFIRE} .mark").nth(2)
    mark.hover()
    assert "“We will sign the truce on Friday,”" in page.locator("#tip").inner_text()
    assert "▲ favor 93 %" in page.locator("#tip").inner_text()
    # The whole sentence is shown, with the words of the quote in bold.
    assert page.locator("#tip .passage").inner_text().endswith("Friday,” Ilse Korvath said in Tolvar.")
    assert page.locator("#tip mark").evaluate("node => getComputedStyle(node).fontWeight") == "700"
    mark.click()
    wait_for_view(page, "quote")
    assert page.title().startswith("Ilse Korvath, 1 March 2024")
    assert not page.locator("#tip").is_visible()


def test_a_click_near_a_mark_opens_it_and_its_card_steps_through_the_lane(open_page):
    page = open_page()
    box = page.locator(f"{CEASEFIRE} .mark").first.bounding_box()
    page.mouse.click(box["x"] + 14, box["y"] + 12)
    wait_for_view(page, "quote")
    assert "1 of 2" in page.locator(".steps").inner_text()
    page.get_by_role("link", name="Next →").click()
    page.wait_for_function("() => document.title.startsWith('Anton Gavrel')")
    page.get_by_role("link", name="Positions").last.click()
    wait_for_view(page, "overview")


def test_marks_by_keyboard(open_page):
    page = open_page()
    first = page.locator(f"{CEASEFIRE} .mark").first
    assert page.locator(f"{CEASEFIRE} .mark[tabindex='0']").count() == 1
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("Anton Gavrel")
    assert "doves would not buy" in page.locator("#tip").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("Ilse Korvath")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert page.evaluate("document.activeElement.id") == "quote-title"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # Three of a cell stand side by side; more become one mark, and no mark with a number covers another.
        ([100, 100, 101], [1, 1, 1]),
        ([100, 100, 101, 101], [4]),
        ([*range(90, 130), *range(90, 130)], [None]),
    ],
)
def test_marks_of_a_dense_lane_do_not_cover_each_other(browser, days, expected):
    page = browser.new_page()
    script = (PAGE / "mark_places.js").read_text(encoding="utf-8")
    script += "\nconst STANCES = [{ index: 0 }];"
    script += "\nconst dayX = (day, width) => 12 + (Number(day) / 1000) * (width - 24);"
    script += "\nconst compareText = (a, b) => a - b;"
    quotes = "days.map((day) => ({ day: String(day), stances: [{ label: STANCES[0] }] }))"
    marks = f"placeMarks({quotes}, {{ index: 0 }}, 1000, false)"
    found = page.evaluate(
        f"days => {{ {script} return {marks}.map((mark) => [mark.x, mark.radius, mark.quotes.length]); }}", days
    )
    assert sum(number for _, _, number in found) == len(days)
    if expected != [None]:
        assert [number for _, _, number in found] == expected
    numbered = [(x, radius) for x, radius, number in found if number > 1]
    assert all(b - a >= r + q for (a, r), (b, q) in itertools.pairwise(numbered))
    page.close()


def test_the_latest_stances_and_the_recent_changes(open_page):
    page = open_page()
    page.locator("#recent-changes > li").first.wait_for()  # drawn after the first picture
    assert page.locator("#latest .who").all_inner_texts() == ["Anton Gavrel", "Vuk", "Ilse Korvath"]
    change = page.locator("#recent-changes > li")
    assert change.locator("h3").inner_text() == "Velmora, side: ceasefire"
    assert [half.split("\n")[0] for half in change.locator(".half").all_inner_texts()] == [
        "▲ favor 85 %",
        "● neutral 70 %",
    ]
    assert page.locator("#changes-title-1").inner_text() == "Possible changes"
    assert "both speakers are right: 62 %" in change.inner_text()
    page.get_by_role("link", name="The only possible change").click()
    wait_for_view(page, "changes")
    assert page.locator("#change-list > li").count() == 1


def test_trust_is_on_the_first_screen_with_a_way_to_the_figures(open_page):
    page = open_page()
    page.locator(".trust-line").get_by_role("link").click()
    wait_for_view(page, "reports")
    assert page.locator("table.trust").first.is_visible()


def test_a_card_shows_words_speaker_stance_evidence_and_source(open_page):
    page = open_page(card_of("Kestria ready to sign"))
    wait_for_view(page, "quote")
    card = page.locator(".card")
    assert card.locator(".by").inner_text() == "— Ilse Korvath Kestria"
    assert "Northwire · 1 March 2024 · Kestria ready to sign" in card.inner_text()
    facts = card.locator(".fact").first.inner_text()
    assert "▲ favor 93 %" in facts
    assert "Words that show it: sign the truce" in facts
    assert "Direct quote: all of it in quotation marks" in card.inner_text()


@pytest.mark.parametrize(("width", "opened"), [(390, False), (1400, True)])
def test_the_paragraph_of_a_card_is_folded_away_where_there_is_no_room(open_page, width, opened):
    page = open_page(card_of("Kestria ready to sign"), viewport={"width": width, "height": 900})
    wait_for_view(page, "quote")
    paragraph = page.locator(".card .around")
    assert paragraph.locator("p").is_visible() == opened
    if not opened:
        paragraph.locator("summary").click()
    assert paragraph.locator("p").inner_text().startswith("Rain fell. “We will sign")


def test_a_card_explains_what_is_unknown(open_page):
    page = open_page("#quotes?t.ceasefire=unknown")
    page.get_by_role("link", name="Open this quote").click()
    wait_for_view(page, "quote")
    fact = page.locator(".fact").first.inner_text()
    assert "? unknown" in fact
    assert "so it abstains; it finds neutral most probable, with 40 %" in fact


def test_open_the_article_lands_on_the_sentence(open_page):
    page = open_page(card_of("Kestria ready to sign"))
    page.get_by_role("link", name="Open the article").click()
    wait_for_view(page, "article")
    chosen = page.locator("mark.chosen")
    assert chosen.inner_text() == "1 ▲“We will sign the truce on Friday,”"
    assert page.evaluate("document.activeElement.matches('mark.chosen')")
    box = chosen.bounding_box()
    assert 0 < box["y"] < 720


def test_copy_link_and_citation(browser, address):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + card_of("Kestria ready to sign"))
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_text("The citation is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Ilse Korvath (Kestria): “We will sign the truce on Friday,” Northwire, “Kestria ready to sign”, 1 March 2024, "
        f"https://northwire.example/1. Quote {quote_id_of('Kestria ready to sign')}."
    )
    context.close()


@pytest.mark.parametrize("view", ["quote", "article", "speaker", "side"])
def test_an_unknown_id_gives_a_message(open_page, view):
    page = open_page(f"#{view}/none")
    assert page.locator(f"#{view}-title").inner_text() == f"No such {view} on this page"


def test_a_speaker_has_lanes_aliases_quotes_and_a_way_to_compare(open_page):
    page = open_page("#speaker/person:ilse-korvath")
    view = page.locator("#view-speaker")
    assert view.locator("h1").inner_text() == "Ilse Korvath"
    assert "Also: the Foreign Minister" in view.inner_text()
    assert labels_of_marks(page, "#speaker-picture-0") == ["favor, 1 March 2024, Ilse Korvath"]
    assert "takes a stance" in view.locator("#speaker-picture-1").inner_text()
    assert view.locator("li.quote").count() == 1
    page.get_by_role("link", name="Compare", exact=True).last.click()
    wait_for_hash(page, "compare")
    assert page.locator("#compare-a").input_value() == "speaker:person:ilse-korvath"


def test_a_side_has_the_lanes_of_its_speakers_and_its_changes(open_page):
    page = open_page("#side/Velmora")
    assert lane_names(page, "#side-picture-0") == ["All of Velmora", "Anton Gavrel", "Vuk"]
    assert page.locator("#view-side .change").count() == 1
    assert page.locator("#view-side").get_by_text("2 quotes that take a stance").is_visible()


def test_two_sides_are_compared_over_time(open_page):
    page = open_page("#compare")
    assert lane_names(page, "#comparison") == ["Velmora", "Kestria"]
    columns = [column.locator("li.quote").count() for column in page.locator(".compared > section").all()]
    assert columns == [2, 1]
    page.locator("#compare-on").select_option("territorial_concession")
    wait_for_hash(page, "on=territorial_concession")
    assert page.locator("#comparison figcaption").inner_text().startswith("Velmora: too few stances to sum up;")
    # Nobody is compared with itself.
    assert "Velmora" not in page.locator("#compare-b").inner_text()
    page.locator("#compare-b").select_option("speaker:person:vuk")
    wait_for_hash(page, r"b=speaker%3Aperson%3Avuk")
    assert lane_names(page, "#comparison") == ["Velmora", "Vuk"]


def test_an_article_marks_quotes_by_type_and_stance_with_speakers_in_the_margin(open_page):
    page = open_page("#article/" + article_id_of("No inch"))
    mark = page.locator(".text mark.indirect.taken")
    assert mark.inner_text() == "1 ●🕊️ doves would not buy one inch 🕊️ of the Basin"
    margin = " ".join(page.locator(".margin li").inner_text().split())
    assert margin == "1 Anton Gavrel ● neutral (ceasefire) ▼ against (territorial concession)"
    page.get_by_role("link", name="Card of quote 1").click()
    wait_for_view(page, "quote")


def test_next_and_previous_quote_of_an_article(open_page):
    page = open_page("#article/" + article_id_of("Thirty ferries"))
    page.get_by_role("link", name="Next →").click()
    page.get_by_text("Quote 1 of 30").wait_for()
    page.keyboard.press("j")
    page.get_by_text("Quote 2 of 30").wait_for()
    assert "Ferry number 1 waits" in page.locator("mark.chosen").inner_text()
    page.keyboard.press("k")
    page.get_by_text("Quote 1 of 30").wait_for()


def test_an_article_links_only_to_web_addresses(open_page):
    page = open_page("#article/" + article_id_of("Kestria ready to sign"))
    link = page.get_by_role("link", name="original article")
    assert link.get_attribute("href") == "https://northwire.example/1"
    assert "noreferrer" in link.get_attribute("rel")
    page.goto(page.url.split("#")[0] + "#article/" + article_id_of(HOSTILE))
    assert page.get_by_role("link", name="original article").count() == 0


def test_the_headline_is_shown_once(open_page):
    page = open_page("#article/" + article_id_of("Weather"))
    assert page.locator(".text").inner_text().strip() == "It rained on the Anse."
    assert "No quote was found" in page.locator("#view-article").inner_text()


@pytest.mark.parametrize("hash_", ["", "#", "#nowhere?q=1", "#%E0%A4%A"])
def test_an_unknown_address_shows_the_first_screen(open_page, hash_):
    page = open_page(hash_)
    assert page.locator("main > section:visible").count() == 1
    assert page.locator("#view-overview").is_visible()
