"""Citations of quotes: whose words stand in quotation marks."""

import json

import pytest

from pipeline.core import paths
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.report.html_page import PAGE
from tests.report import chromium
from tests.report.browsing import open_project
from tests.worlds.page_project import quote_id_of, write_project

chromium.skip_without_chromium()


@pytest.fixture(scope="module")
def cite(browser):
    """Return a function that evaluates an expression of `citation.js`."""
    page = browser.new_page()
    script = (PAGE / "citation.js").read_text(encoding="utf-8")
    yield lambda function, *arguments: page.evaluate(
        f"given => {{ {script}\nreturn {function}(...given); }}", arguments
    )
    page.close()


@pytest.mark.parametrize(
    ("type_", "parts", "expected"),
    [
        ("direct", ["“We will sign.”"], "“We will sign.”"),
        ("direct", ["‘We will sign,’"], "‘We will sign,’"),
        ("direct", ['"If they stop, so do we,"', '"If not, not."'], '"If they stop, so do we," … "If not, not."'),
        ("direct", ["„Nobody moved,“", "„I think.“"], "„Nobody moved,“ … „I think.“"),
        # A paragraph that goes on has no closing mark, an excerpt may have none, and a transcript has no marks at all.
        ("direct", ["“We wait.", "“We wait long.”"], "“We wait.” … “We wait long.”"),
        ("direct", ["‘Ask us first.", "‘Then go.’"], "‘Ask us first.’ … ‘Then go.’"),
        ("direct", ["“He said ‘no.’"], "“He said ‘no.’”"),
        ("direct", ['"We will sign the …'], '"We will sign the …"'),
        ("direct", ["“We will sign,” …"], "“We will sign,” …"),
        ("direct", ["We wait long.”"], "“We wait long.”"),
        ("direct", ['We wait long."'], '"We wait long."'),
        ("direct", ["We wait."], "“We wait.”"),
        ("direct", ["I am sorry. “If you stop,” she said."], "“I am sorry. ‘If you stop,’ she said.”"),
        ("direct", ["She said “stop.”"], "“She said ‘stop.’”"),
        # Marks around some of the words are inner ones: both outer ones are added at once.
        ("direct", ["“It” is over"], "“‘It’ is over”"),
        ("direct", ['"It" is over'], '“"It" is over”'),
        ("direct", ["‘It’ is over"], "“‘It’ is over”"),
        ("direct", ["“It” is not “that”"], "“‘It’ is not ‘that’”"),
        ("direct", ['"It" is not "that"'], '“"It" is not "that"”'),
        ("direct", ["'Tis over"], "“'Tis over”"),
        ("direct", ["‘Tis over, it isn’t on"], "“‘Tis over, it isn’t on”"),
        ("direct", ["'90s songs"], "“'90s songs”"),
        # Marks around all words stay, whatever is inside.
        ("direct", ["»Wir warten«", "»Vi väntar»"], "»Wir warten« … »Vi väntar»"),
        ("direct", ["«We wait.»", "„We go.”"], "«We wait.» … „We go.”"),
        ("direct", ["“He said “no” and “yes.””"], "“He said “no” and “yes.””"),
        ("direct", ['"He said "no" twice."'], '"He said "no" twice."'),
        ("direct", ["“It isn’t ours”,"], "“It isn’t ours”,"),
        ("direct", ["‘The dogs’ owners don’t know.’"], "‘The dogs’ owners don’t know.’"),
        ("direct", ["''We wait,''"], "''We wait,''"),
        ("direct", ["“We wait.\n\n“We go.”"], "“We wait.\n\n“We go.”"),
        ("direct", ['"We sign.”'], '"We sign.”'),
        # One mark without its partner gets that alone.
        ("direct", ["»We wait.", "„We go."], "»We wait.« … „We go.”"),
        ("direct", ["We wait.»", 'It is "over" now."'], '«We wait.» … "It is "over" now."'),
        ("direct", ["'We don't wait."], "'We don't wait.'"),
        ("direct", ["“"], "“”"),
        ("direct", [""], "“”"),
        # What the article tells in its own words is in no marks but its own.
        ("indirect", ["they would not sign"], "they would not sign (reported speech)."),
        ("indirect", ["He is", "her ally"], "He is … her ally (reported speech)."),
        ("mixed", ["it was “a forgery,” and old"], "it was “a forgery,” and old (partly reported speech)."),
    ],
)
def test_quotation_marks_stand_around_words_that_were_said_alone(cite, type_, parts, expected):
    assert cite("citedWords", parts, type_) == expected


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ({"title": "Truce nearer"}, "“Truce nearer”"),
        ({"title": "“No inch,” says Gavrel"}, "“‘No inch,’ says Gavrel”"),
        ({"opening": "Gavrel said that rain"}, "an article without a title that begins: Gavrel said that rain …"),
        ({}, "an article without a title"),
    ],
)
def test_an_article_without_a_title_is_cited_as_one(cite, article, expected):
    assert cite("citedTitle", article) == expected


def copied(browser, address, name):
    """Return what a button of a card puts on the clipboard, and what the page says then."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name=name).click()
    page.locator("#said:not([hidden])").wait_for()
    found = page.evaluate("navigator.clipboard.readText()"), page.locator("#said").inner_text()
    context.close()
    return found


def test_the_citation_of_reported_speech_has_no_marks(browser, address):
    text, _ = copied(browser, f"{address}#quote/{quote_id_of('No inch')}", "Copy citation")
    assert text == (
        "Anton Gavrel (Velmora): 🕊️ doves would not buy one inch 🕊️ of the Basin (reported speech). Northwire, "
        f"“No inch”, 20 January 2025. Quote {quote_id_of('No inch')}."
    )


def test_nothing_on_the_page_puts_reported_speech_in_marks(page, tmp_path):
    root = write_project(tmp_path)
    untitled = [
        row | ({"title": None} if row["title"] == "No inch" else {})
        for row in tables.iterate_rows(root / paths.ARTICLES)
    ]
    tables.write(ARTICLES, untitled, root / paths.ARTICLES)
    for view in (f"#quote/{quote_id_of('No inch')}", "#quotes?q=inch", "#articles?q=inch", "#speakers?q=inch"):
        open_project(page, root, view)
        page.locator("main > section:not([hidden]) >> text=Gavrel").first.wait_for()
        shown = page.locator("main").inner_text()
        assert "inch" in shown
        assert [line for line in shown.split("\n") if "Gavrel told" in line and "“" in line] == []
    page.goto(page.url.split("#")[0] + "#quotes?q=inch")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    (record,) = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (record["type"], record["content"]) == ("indirect", "🕊️ doves would not buy one inch 🕊️ of the Basin")


def test_a_link_to_a_file_says_that_it_leads_nobody_else_there(browser, address):
    text, said = copied(browser, f"{address}#quote/{quote_id_of('No inch')}", "Copy link")
    assert text == f"{address}#quote/{quote_id_of('No inch')}"
    assert said.startswith("The link is copied. It leads to a file on this computer: for others")
