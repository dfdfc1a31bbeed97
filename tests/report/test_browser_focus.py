"""Where the focus of the keyboard is after a step, a change of a field, and the way back."""

from tests.report import chromium
from tests.report.browsing import wait_for_hash, wait_for_view
from tests.worlds.page_project import article_id_of, quote_id_of

chromium.skip_without_chromium()


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def test_back_to_a_view_in_which_no_quote_had_the_focus_gives_it_to_the_heading(open_page):
    page = open_page("#quote/" + quote_id_of("No inch"))
    page.evaluate("dispatchEvent(new Event('scroll'))")
    page.wait_for_function("() => history.state !== null")
    page.get_by_role("link", name="Articles", exact=True).click()
    wait_for_view(page, "articles")
    page.go_back()
    wait_for_view(page, "quote")
    assert focused(page) == "quote-title"


def test_a_field_of_the_comparison_keeps_the_focus_when_it_changes(open_page):
    page = open_page("#compare")
    page.locator("#compare-on").focus()
    page.keyboard.press("ArrowDown")
    wait_for_hash(page, "on=territorial_concession")
    page.wait_for_function("() => document.activeElement.id === 'compare-on'")
    page.keyboard.press("ArrowUp")
    wait_for_hash(page, "on=ceasefire")


def test_j_and_k_go_through_speakers_and_articles_and_through_the_quotes_of_changes(open_page):
    page = open_page("#speakers")
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert focused(page) == page.locator("#speaker-list .who").nth(expected).inner_text()
    page.keyboard.press("Enter")
    wait_for_view(page, "speaker")
    page.goto(page.url.split("#")[0] + "#changes")
    page.locator("#change-list .half").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert "2 of 2" in page.locator(".steps").inner_text()
    page.keyboard.press("Escape")
    wait_for_view(page, "changes")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "later"


def test_escape_returns_from_a_card_to_the_article_that_it_was_opened_from(open_page):
    page = open_page("#articles")
    page.get_by_role("link", name="Thirty ferries").click()
    wait_for_view(page, "article")
    page.keyboard.press("j")
    page.locator("mark.chosen").wait_for()
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    steps = page.locator("#view-quote .steps").inner_text()
    assert steps.startswith("Back to the article")
    assert "1 of 30" in steps
    page.keyboard.press("Escape")
    wait_for_view(page, "article")


def test_a_look_into_an_article_does_not_leave_the_list(open_page):
    page = open_page("#quotes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    page.get_by_role("link", name="Open the article").click()
    wait_for_view(page, "article")
    page.get_by_role("link", name="Open this quote").click()
    wait_for_view(page, "quote")
    assert "1 of 4" in page.locator("#view-quote .steps").inner_text()


def test_the_search_is_one_click_away_on_every_view(open_page):
    page = open_page("#article/" + article_id_of("No inch"))
    page.get_by_role("button", name="Search", exact=True).click()
    wait_for_view(page, "quotes")
    page.wait_for_function("() => document.activeElement.id === 'f-q'")


def test_a_screen_reader_reads_the_quote_of_the_mark_that_has_the_focus(open_page):
    page = open_page()
    page.locator("#picture-0 .mark").first.focus()
    described = page.evaluate("document.getElementById(document.activeElement.getAttribute('aria-describedby')).id")
    assert described == "tip"


def test_where_no_quote_has_all_words_a_link_searches_for_one_of_them(open_page):
    page = open_page("#quotes?q=zebra+%22on+friday%22")
    page.get_by_role("link", name='Search for zebra OR "on friday"').click()
    wait_for_hash(page, "OR")
    page.wait_for_function("() => document.querySelector('#count').textContent.startsWith('2 of')")
