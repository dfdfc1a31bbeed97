"""The lists of the page in a browser: filters, order, paging, speakers, articles, print."""

from urllib.parse import quote as quoted

import pytest

from pipeline.core import paths
from tests.report.browsing import count, see, texts, walk
from tests.worlds.news import war_news
from tests.worlds.page_project import write_page
from tests.worlds.project import Story
from tests.worlds.rows import LABELS, article, quote, stances

# With `show` all quotes; without, those that take a stance.
FILTERS = [
    ({}, 4), ({"show": "all"}, 35),
    ({"q": "TRUCE  friday"}, 2), ({"q": "“friday on”"}, 0), ({"q": "truce OR inch"}, 3),
    ({"q": "truce -tolvar"}, 1), ({"q": 'ilse -"in tolvar"'}, 1),
    # Words, or their beginnings; not what stands within a word.
    ({"q": "tru"}, 2), ({"q": "ruce"}, 0), ({"q": "truces"}, 2), ({"q": '"truces"'}, 0), ({"q": "friday -truces"}, 2),
    # Title, outlet, alias and side are searched, other sentences of the paragraph are not.
    ({"q": "cheered"}, 0), ({"q": "foreign minister"}, 2), ({"q": "Dóves"}, 1),
    ({"speaker": "The Foreign Minister"}, 2), ({"speaker": "v"}, 4),
    ({"side": "Velmora"}, 2), ({"kind": "person", "show": "all"}, 34), ({"type": "indirect"}, 1),
    ({"t.ceasefire": "~unrelated"}, 4), ({"t.ceasefire": "~"}, 3),
    # By the published label: the quote that the model would call neutral is unknown.
    ({"t.ceasefire": "neutral"}, 1),
    ({"t.ceasefire": "favor", "t.territorial_concession": "conditional"}, 1),
    ({"source": "Northwire"}, 2), ({"source": "~", "show": "all"}, 1), ({"dated": "~", "show": "all"}, 1),
    ({"side": "~", "show": "all"}, 31), ({"kind": "~", "show": "all"}, 1),
    ({"to": "2024-03-02", "show": "all"}, 32),
    ({"from": "2024-03-02", "to": "2024-03-02"}, 1),
    ({"sure": "90", "t.ceasefire": "favor"}, 2),
]  # fmt: skip


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


WALKS = {
    "a count that is announced to screen readers": ["#quotes", "see #count[aria-live=polite] = 4 of 35"],
    "a quote": ["#quotes?speaker=Ilse+Korvath&from=2024-03-01&to=2024-03-01",
        "see #quote-list .passage = “We will sign the truce on Friday,” Ilse Korvath said in Tolvar.",
        "see #quote-list mark.direct = “We will sign the truce on Friday,”", "see #quote-list .said-by = Ilse Korvath",
        "see #quote-list .cue = said", "see #quote-list .evidence = sign the truce",
        "see #quote-list .tags = Ceasefire: ▲ favor 93 %", "see #quote-list > li = 1 copy elsewhere",
        "see #quote-list .side = Kestria"],
    "quotes without a stance are folded away": ["#quotes?q=ferry", "see #count = 0 of 35 quotes",
        "see #folded = No quote that takes a stance matches. 30 quotes match", "#folded a", "see address = show=all",
        "see #count = 30 of 35 quotes", "see #quote-list > li >> nth=0 = about something else"],
    "pages": ["#quotes?show=all", "see #quote-pager button:disabled = Previous", "#quote-pager >> text=Next",
        "see address = page=2", "no #quote-list > li >> nth=10", "focus #f-q", "type ferry",
        "see #quote-pager = Page 1 of 2"],
    "speakers": ["#speakers", "see #count = , 3 speakers", "see #view-speakers = First those with most quotes",
        "see #speaker-list > li:has-text('Ilse Korvath') = also the Foreign Minister | 1 quote Ceasefire: ▲ 1",
        "see #side-list = Velmora | Velmora 2 Kestria 1"],
    "articles": ["#articles?q=inch", "see #count = , 1 article", "see #article-list = No inch · 1 quote",
        "text=Clear all", "see #article-list > li >> nth=6"],
    "filters apply to all lists": ["#quotes?speaker=Vuk", "header nav >> text=Articles",
        "see address = #articles?speaker=Vuk", "see #count = 1 of 35"],
    "which outlet published most": ["", "header nav >> text=Counts",
        "see #view-counts = rows with the same numbers can have different intervals",
        "see #counts-body tr >> nth=0 = Amsel Gazette | 1 30 – – – – – –",
        "see #counts-body tr >> nth=1 = Northwire | 2 2 100 (21 to 100) 1 – 1 – –", "#counts-head >> text=favor",
        "see #counts-head [aria-sort=descending] = favor", "see #counts-body tr >> nth=0 = <b>Harbour</b> Post",
        "#counts-head >> text=favor", "see #counts-body tr >> nth=0 = Amsel Gazette"],
    "counts by speaker, side and month": ["#counts?show=all&from=2024-01-01",
        "see #count = 4 of 35 quotes (3 with copies counted once), 3 rows", "#counts-by >> text=Speaker",
        "see #counts-body tr >> nth=1 = Ilse Korvath | 2 1 100 (21 to 100) 1 –", "#counts-by >> text=Side",
        "see #counts-body tr >> nth=0 = Velmora | 2 2 100 (21 to 100) 1 – 1 –", "#counts-by >> text=Month",
        "see #counts-body tr >> nth=0 = 2024-03 | 2 1 100 (21 to 100) 1 –", "#counts-on >> text=Territorial concession",
        "see #counts-body tr >> nth=2 = 2025-01 | 1 1 0 (0 to 79) – – – 1 –", "#counts-body >> text=2025-01",
        "see address = to=2025-01-31", "see #count = 1 of 35"],
    "the share in favor, with its interval and what is withheld": ["#quotes?side=Velmora",
        "see #shares li = 100 % in favor, 1 of 1 stance (95 % interval 21 to 100 %, if every label is right)",
        "see #shares li = 1 neutral quote takes no stance.", "go #quotes?t.ceasefire=unknown",
        "see #shares li = Ceasefire: no share, because the filter selects by this stance.", "go #quotes?show=all",
        "see #shares li >> nth=0 = Withheld (unknown): 1 of the 4 quotes that may be about it, 25 %."],
    "undated quotes where a period is filtered": ["#quotes?show=all&q=guns&from=2020-01-01", "see #count = 0 of 35",
        "see #undated = 1 quote without a date matches too, but is not counted", "go #quotes?q=guns&from=2020-01-01",
        "no #undated", "go #counts?by=month", "#counts-body >> text=no date", "see address = dated=%7E",
        "see #count = 1 of 35", "go #counts?by=side", "#counts-body tr:has-text('no known side') a >> nth=-1",
        "see #active = ceasefire: unknown; side or body: no known side; show: all quotes"],
    "oldest first": ["#quotes?show=all&sort=oldest", "see #quote-list .who >> nth=0 = Mattias Lunde"],
    "latest first": ["#quotes?show=all", "see #quote-list .who >> nth=0 = Anton Gavrel"],
}  # fmt: skip


@pytest.mark.parametrize(("start", "steps"), [(start, steps) for start, *steps in WALKS.values()], ids=WALKS)
def test_a_way_leads_there(open_page, start, steps):
    walk(open_page(start), *steps)


def test_filters_from_the_form_write_the_address(open_page):
    page = open_page("#quotes")
    page.get_by_role("searchbox").fill("truce")
    page.get_by_label("ceasefire", exact=True).select_option("favor")
    assert count(page) == "2 of 35 quotes (1 with copies counted once)"
    walk(page, "see address = #quotes?q=truce&t.ceasefire=favor", "header nav >> text=Speakers")
    walk(page, "see #active = Filtered: Search: truce; ceasefire: favor", "#active button", "see #count:focus")
    walk(page, "see #count = 4 of", "no #active", "focus #f-q", "type inch", "text=Clear all", "see #count = 4 of")


def test_print_shows_more_quotes_and_no_controls(open_page):
    page = open_page("#quotes?show=all")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#quote-list > li").count() == 35
    controls = ":is(button, input, select, .switch, .order, .skip, header nav, summary) >> visible=true"
    assert not page.locator(controls).count()
    assert page.locator("#quote-list > li").first.evaluate("node => getComputedStyle(node).display") == "block"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#quote-list > li").count() == 25
    walk(page, "go #overview", "see #latest li")
    assert not page.locator(controls).count()


def test_least_certain_first_goes_by_the_target_that_is_shown(open_project):
    """On a ceasefire Korvath is surer than Vuk, on territorial concession, of which she says nothing, less sure."""
    p = {"ceasefire": {"Korvath": 0.9, "Vuk": 0.8}, "territorial_concession": {"Korvath": 0.5, "Vuk": 0.8}}
    people = {quote["quote_id"]: quote["speaker"] for story in war_news() for quote, _ in story.quotes}

    def give(row):
        who = next((name for name in ("Korvath", "Vuk") if name in (people[row["quote_id"]] or "")), None)
        return {f"p_{row['label']}": p[row["target"]][who]} if who else {}

    page = open_project("#quotes?sort=unsure&t.ceasefire=favor", {paths.STANCES: give})
    see(page, "#quote-list .who >> nth=0", "Vuk")
    walk(page, "go #quotes?sort=unsure", "see #quote-list .who >> nth=1 = Vuk")


def test_additional_labels_get_a_colour_a_shape_and_a_row_in_the_lanes(open_page, tmp_path):
    write_page(tmp_path, labels=["mixed", *LABELS, "seventh"])
    page = open_page("", (tmp_path / "reports/index.html").as_uri())
    page.locator("#legend li").first.wait_for()
    labels = [text.split("\n")[0].split(" ")[:2] for text in texts(page, "#legend li")]
    assert [words[1] for words in labels] == ["favor", "conditional", "neutral", "against", "mixed", "seventh"]
    assert len({words[0] for words in labels}) >= 5
    assert "seventh" in page.locator("#f-t\\.ceasefire").inner_text()


def test_a_search_looks_in_the_sentence_although_the_text_before_it_gets_shorter(open_project):
    """The letters before the quote lose their accents in a search."""
    text = "Talks\n\nIn Ka\u0301va\u0301ra\u0301 Vuk said: “We will sign the truce.” Doves flew."
    row = article(text, source="Northwire", published_at="2024-03-01")
    of = quote(row, "“We will sign the truce.”", cue="said", source="Vuk", speaker="Vuk", certainty=1.0)
    page = open_project("#quotes", stories=[Story(row, [(of, stances(of, "favor", "favor"))])])
    # Without the right places the first words would be lost, or the next sentence be found.
    for words, place, expected in (
        ("kavara", "", 1), ("in", "", 1), ("truce", "", 1), ("dove", "", 0), ("we", "words", 1), ("vuk", "words", 0),
    ):  # fmt: skip
        page.locator("#f-in").select_option(place)
        page.locator("#f-q").fill(words)
        assert count(page).startswith(f"{expected} of 1 quote")
