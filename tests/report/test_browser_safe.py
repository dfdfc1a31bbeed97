"""The page is safe: it runs nothing from articles, makes no requests, and is accessible."""

import pytest

from tests.report.browsing import see, walk
from tests.worlds.news import HOSTILE, RLO
from tests.worlds.page_project import article_id_of, quote_id_of, write_public_page

BAD = "#article/" + article_id_of(HOSTILE)
VIEWS = [
    "#overview", "#quotes", "#speakers", "#speaker/person:ilse-korvath", "#side/Velmora", "#compare", "#changes",
    "#counts", "#quote/" + quote_id_of("Kestria ready to sign"), "#articles", "#reports",
    "#article/" + article_id_of("Kestria ready to sign"), BAD,
]  # fmt: skip


def show_each_view(page):
    """Show one view after the other, and yield its address."""
    for hash_ in VIEWS:
        walk(page, f"go {hash_}")
        view = hash_[1:].split("?")[0].split("/")[0]
        page.wait_for_selector(f"#view-{view}:not([hidden])", state="attached")
        yield hash_


@pytest.mark.parametrize("hash_", [
    "#overview", "#quotes?q=cease", "#speakers", "#speaker/person:vuk", "#articles", BAD,
    *(f"#{place}%3Cimg%20src=x%20onerror=window.hacked=4%3E" for place in ("compare?a=", "quote/", "quotes?q=")),
    # Names that every object of a script inherits.
    "#compare?a=constructor:x&b=__proto__:x", "#speaker/constructor", "#toString",
    "#quotes?t.constructor=favor&t.ceasefire=__proto__&type=constructor",
])  # fmt: skip
def test_a_hostile_article_is_inert(open_page, hash_):
    page = open_page(hash_)
    for mark in page.locator(".mark").all():
        mark.hover(force=True)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.locator("script").count() == 3


def test_a_hostile_article_is_shown_as_text_with_its_direction_isolated(open_page):
    page = open_page(BAD)
    assert page.locator("#article-title").inner_text() == HOSTILE
    assert HOSTILE in page.locator(".text mark").inner_text()
    assert page.locator('a[href^="javascript"]').count() == 0
    walk(page, "go #quotes?speaker=Vuk", "see #quote-list .passage")
    passage = page.locator("#quote-list .passage")
    assert RLO in passage.inner_text()
    assert passage.get_attribute("dir") == "auto"
    assert page.locator("#quote-list a > bdi").count() == page.locator("#quote-list a:not(.open)").count() == 3


def test_markup_from_strings_is_blocked(browser, address):
    page = browser.new_page()
    page.goto(address)
    write = "() => { try { document.body.innerHTML = '<p>'; return 'taken'; } catch (e) { return e.name; } }"
    assert page.evaluate(write) == "TypeError"
    page.close()


@pytest.mark.parametrize(("licenses", "said"), [
    ([{"license": "mine", "source": "Northwire"}],
     ["The text of this article may not be passed on", "licence of the text: mine"]),
    ([], ["The licence of this text is not stated, so it may not be passed on"]),
])  # fmt: skip
def test_an_article_without_its_text_says_so(open_page, tmp_path, licenses, said):
    write_public_page(tmp_path, licenses=licenses, redistributable=["cc0-1.0"], excerpt_words=4, excerpt_share=1.0)
    page = open_page("#article/" + article_id_of("No inch"), (tmp_path / "reports/public.html").as_uri())
    see(page, "#view-article", *said)
    see(page, "#view-article mark.indirect", "🕊️ doves would not buy …")
    walk(page, "no #view-article .text", "go #quote/" + quote_id_of("No inch"))
    if not licenses:
        see(page, "#view-quote", "Only the first words: the licence of the text is not stated")


def test_the_first_screen_works_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    walk(page, "see #view-overview .trust-line", "see #view-reports figure", "no #filters")
    assert page.locator("#view-reports figure svg").evaluate("node => getComputedStyle(node).overflow") == "visible"
    assert "scripts are switched off" in page.locator("#view-overview").inner_text()


def test_no_view_needs_horizontal_scrolling_on_a_phone_or_shows_a_missing_value(open_page):
    page = open_page(viewport={"width": 360, "height": 740})
    for hash_ in show_each_view(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, hash_
        wide = """[...document.querySelectorAll("main *")]
            .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1)
            .filter(e => e.matches("th") || /auto|scroll/.test(getComputedStyle(e).overflowX))
            .map(e => e.outerHTML.slice(0, 80))"""
        assert page.evaluate(wide) == [], hash_
        words = page.locator("main").inner_text()
        assert not [word for word in ("null", "undefined", "[object", "NaN") if word in words], hash_


def test_light_and_dark_theme_by_system_and_by_button(open_page):
    colour = "getComputedStyle(document.body).backgroundColor"
    page = open_page(color_scheme="dark")
    dark = page.evaluate(colour)
    button = page.get_by_role("button", name="Theme")
    button.click()
    light = page.evaluate(colour)
    assert (light, button.inner_text()) == ("rgb(255, 255, 255)", "Theme: light")
    button.click()
    assert page.evaluate(colour) == dark != light
    assert button.inner_text() == "Theme: dark"


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_axe_finds_no_serious_accessibility_problem(open_page, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    for hash_ in show_each_view(page):
        found = Axe().run(page).response
        assert found["passes"]
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in serious] == [], hash_
