"""Ways through the page, its first screen, which changes come first, and whom a comparison shows."""

import pytest

from pipeline.core import paths
from tests.report.browsing import count, see, texts, walk
from tests.worlds.page_project import article_id_of, quote_id_of

READY = "#quote/" + quote_id_of("Kestria ready to sign")
READY_ARTICLE = article_id_of("Kestria ready to sign")
# Where one begins, and the steps from there.
WALKS = {
    "the first screen": ["", "see #pictures h2 >> nth=0 = Does the speaker want",
        "see #pictures h2 >> nth=1 = Does the speaker want",
        "see #picture-0 figcaption = 2 sides with a stance: too few stances to sum up any of them.",
        "see #latest .who >> nth=0 = Anton Gavrel", "see #latest .who >> nth=2 = Ilse Korvath",
        "see #changed = Velmora on a ceasefire, from ▲ favor by Vuk (1 Jun 2024) | to ● neutral by Anton Gavrel (20",
        "see #changed a = doves would not buy one inch",
        "see #recent-changes > li = Velmora, side: ceasefire | ▲ favor 85 % | ● neutral 70 % | are right: 62 %",
        ".trust-line a", "see #view-reports table.trust"],
    "what is not drawn is folded away, counted, and leads to its quotes": ["",
        "see #picture-0 .left-out summary = Not in the picture: 32 of 35 quotes", "no #picture-0 .left-out ul",
        "#picture-0 .left-out summary",
        "see #picture-0 .left-out li = 1 quote unknown: the program is not sure enough of any stance (it abstains)",
        "see #picture-0 .left-out li = 30 quotes about something else",
        "see #picture-0 .left-out li = 1 quote that is a copy of another one",
        "#picture-0 .left-out li >> nth=0 >> text=1 quote", "see address = #quotes?t.ceasefire=unknown",
        "#quote-list .open", "see .fact = ? unknown | so it abstains; it finds neutral most probable, with 40 %"],
    "marks by keyboard": ["", "focus #picture-0 .mark", "see .mark[aria-describedby=tip]:focus", "press ArrowRight",
        "see .mark[aria-label$='Anton Gavrel']:focus", "see #tip = doves would not buy", "press ArrowDown",
        "see .mark[aria-label$='Ilse Korvath']:focus", "press Home Enter", "see #quote-title:focus",
        "press Escape", "see .mark[aria-label$='Ilse Korvath']:focus"],
    "a link to the original article that tells it nothing of the reader": ["#article/" + READY_ARTICLE,
        "see a[rel~=noreferrer][href='https://northwire.example/1'] = original article"],
    "the only change has nothing between its quotes": ["", "text=The only possible change",
        "see #change-list > li = Velmora, side: ceasefire", "no #change-list .between", "no text=more likely wrong",
        "#change-list .half:last-child >> text=open the quote",
        "see #view-quote blockquote = Anton Gavrel told the Citadel that | would not buy one inch"],
    "a card": [READY, "see .card .by = — Ilse Korvath Kestria",
        "see .card = Northwire · 1 March 2024 · Kestria ready to sign | Direct quote: all of it in quotation marks",
        "see .fact = ▲ favor 93 % | Words that show it: sign the truce",
        "see .card .around p = Rain fell. “We will sign"],
    "a speaker": ["", "header nav >> text=Speakers", "#speaker-list >> text=Ilse Korvath",
        "see #view-speaker h1 = Ilse Korvath", "see #view-speaker = Also: the Foreign Minister",
        "see #view-speaker li.quote = favor 93 % | We will sign the truce on Friday | 1 March 2024",
        "see #speaker-picture-1 = No quote on this page is about it.",
        "see .latest-of = Latest quote: 2 March 2024 (Ceasefire:", "#view-speaker >> text='Compare'",
        "see #comparison .lane-name = Ilse Korvath"],
    "a side": ["", "#picture-0 .lane-name >> text=Velmora",
        "see #side-picture-0 .lanes = All of Velmora | Anton Gavrel | Vuk",
        "see #side-picture-0 figcaption = 1 quote with a stance and 1 neutral: too few stances to sum up. Between",
        "see #view-side .change"],
    "a comparison, whose field keeps the focus": ["#compare", "see #comparison .lane-name >> nth=0 = Velmora",
        "see #comparison .lane-name >> nth=1 = Kestria", "see .compared > section >> nth=0 >> li.quote >> nth=1",
        "no .compared > section >> nth=1 >> li.quote >> nth=1", "focus #compare-on", "press ArrowDown",
        "see address = on=territorial_concession", "see #compare-on:focus",
        "see #comparison figcaption = Velmora: too few stances to sum up; | Kestria:"],
    "an article": ["#article/" + article_id_of("No inch"),
        "see .text mark.indirect.taken = 1 ●🕊️ doves would not buy one inch 🕊️ of the Basin",
        "see .margin li = Gavrel | 1 Anton Gavrel ● neutral (ceasefire) ▼ against (territorial concession)",
        ".margin .chip", "see #view-quote blockquote = doves would not buy"],
    "the quotes of an article, a card, and back": ["#articles", "text=Thirty ferries", "text=Next →",
        "see text=Quote 1 of 30", "press j", "see text=Quote 2 of 30", "see mark.chosen = Ferry number 1 waits",
        "press k", "see text=Quote 1 of 30", "press Enter", "see #view-quote .steps = Back to the article | 1 of 30",
        "press Escape", "see #view-article"],
    **{
        f"no such {view}": [f"#{view}/none", f"see #{view}-title = No such {view} on this page"]
        for view in ("quote", "article", "speaker", "side")
    },
    **{
        f"the address {start}": [start, "see #view-overview", "no main > section:visible >> nth=1"]
        for start in ("#", "#nowhere?q=1", "#%E0%A4%A")
    },
}  # fmt: skip


@pytest.mark.parametrize(("start", "steps"), [(start, steps) for start, *steps in WALKS.values()], ids=WALKS)
def test_a_way_leads_there(open_page, start, steps):
    walk(open_page(start), *steps)


def test_the_first_screen_draws_a_mark_for_each_stance(open_page):
    page = open_page()
    assert texts(page, "#picture-0 .lane-name") == ["Velmora", "Kestria"]
    assert [mark.get_attribute("aria-label") for mark in page.locator("#picture-0 .mark").all()] == [
        "favor, 1 June 2024, Vuk",
        "neutral, 20 January 2025, Anton Gavrel",
        # Copies of one quote are one mark.
        "favor, 1 March 2024, Ilse Korvath",
    ]
    assert page.locator("#picture-0 .mark[tabindex='0']").count() == 1
    shapes = [path.get_attribute("d").count("L") for path in page.locator("#picture-0 .mark path").all()]
    assert shapes == [2, 0, 2]


def test_a_mark_shows_its_quote_and_a_click_opens_it(open_page):
    page = open_page()
    mark = page.locator("#picture-0 .mark").nth(2)
    mark.hover()
    # The whole sentence is shown, with the words of the quote in bold.
    see(page, "#tip", "▲ favor 93 %", "“We will sign the truce on Friday,” Ilse Korvath said in Tolvar.")
    assert page.locator("#tip mark").inner_text() == "“We will sign the truce on Friday,”"
    assert page.locator("#tip mark").evaluate("node => getComputedStyle(node).fontWeight") == "700"
    mark.click()
    walk(page, "see #view-quote", "no #tip")
    assert page.title().startswith("Ilse Korvath, 1 March 2024")


def test_a_click_near_a_mark_opens_it_and_its_card_steps_through_the_lane(open_page):
    page = open_page()
    box = page.locator("#picture-0 .mark").first.bounding_box()
    page.mouse.click(box["x"] + 14, box["y"] + 12)
    walk(page, "see .steps = 1 of 2", "text=Next →", "see .card .by = Anton Gavrel", "see .steps = 2 of 2")
    walk(page, "#view-quote .steps >> text=Positions", "see #view-overview")


def test_open_the_article_lands_on_the_sentence(open_page):
    page = open_page(READY)
    walk(page, "text=Open the article", "see mark.chosen:focus = 1 ▲“We will sign the truce on Friday,”")
    assert 0 < page.locator("mark.chosen").bounding_box()["y"] < 720


LAND = {"target": "territorial_concession"}


def changes(*rows):
    """Write the one change of the project once for each of `rows`, with their values."""
    return {paths.CHANGES: lambda _: [{"change_id": str(n)} | values for n, values in enumerate(rows)]}


def side_of_korvath(side):
    return {paths.QUOTES: lambda row: {"side": side, "side_by": "state"} if row["speaker"] == "Ilse Korvath" else {}}


def test_changes_that_are_more_likely_right_come_first_and_a_question_can_be_chosen(open_project):
    given = ({"probability_real": 0.2}, {"probability_real": 0.7, **LAND}, {"probability_real": 0.5})
    page = open_project("#changes", changes(*given))
    see(page, "#changes-count", "3 possible changes, of which 2 are more likely right than wrong")
    shown = texts(page, "#change-list > li")
    found = [[words for words in ("70 %.", "50 %.", "wrong than right") if words in text] for text in shown]
    assert found == [["70 %."], ["50 %."], ["wrong than right"]]
    walk(page, "#changes-on >> text=Ceasefire")
    see(page, "#changes-count", "2 possible changes, of which 1 is more likely right than wrong")


@pytest.mark.parametrize(("probabilities", "shown", "said"), [
    ([], 0, "No possible change was found: no speaker and no side"),
    ([0.49], 0, "differ once, but it is more likely that a stance or a speaker is wrong."),
    # One of each speaker or side and target.
    ([0.6, 0.7, 0.4], 1, None),
])  # fmt: skip
def test_the_first_screen_shows_only_changes_that_are_more_likely_right(open_project, probabilities, shown, said):
    page = open_project("", changes(*({"probability_real": value} for value in probabilities)))
    page.locator("#latest li").first.wait_for()
    assert page.locator("#recent-changes > li").count() == shown
    walk(page, f"see #changes-none = {said}" if said else "no #changes-none")
    # Where there is none, the page still says what counts as one.
    link = page.locator("#all-changes")
    assert (link.inner_text() == "What counts as a change") == (not probabilities)
    link.click()
    walk(page, "see #view-changes", "see header nav a[aria-current] = Changes")


def test_a_change_says_what_lies_between_and_that_it_is_more_likely_wrong(open_project):
    earlier = {"before_quote_id": quote_id_of("Kestria ready to sign"), "probability_real": 0.31}
    page = open_project("#changes", {**changes(earlier), **side_of_korvath("Velmora")})
    likely = "both speakers are right: 31 %: more likely wrong than right"
    see(page, "#change-list > li", "earlier, 1 Mar 2024", likely)
    walk(page, "text=1 quote about it between them", "see #view-quotes")
    assert count(page) == "4 of 35 quotes (3 with copies counted once)"


def test_where_only_one_side_takes_a_stance_two_speakers_are_compared(open_project):
    page = open_project("#compare", {**side_of_korvath(None), paths.SPEAKERS: lambda row: {"side": None}})
    assert texts(page, "#comparison .lane-name") == ["Ilse Korvath", "Vuk"]
    chosen = [page.locator(f"#compare-{name} option:checked").inner_text() for name in "ab"]
    assert chosen == ["Ilse Korvath (1)", "Vuk (1)"]


def test_a_card_has_the_question_first_that_it_was_opened_for(open_project):
    page = open_project("#changes", changes({**LAND, "probability_real": 0.7}))
    first, land = ".fact h2 >> nth=0", "Territorial concession"
    ways = [
        (["#change-list .half >> nth=1 >> text=open the quote"], land),
        (["press Escape", "see #view-changes", "focus .half >> nth=1", "press Enter"], land),
        (["go #overview", "#picture-1 .mark >> nth=-1"], land),
        (["go #quote/" + quote_id_of("No inch")], "Ceasefire"),
    ]
    for steps, question in ways:
        walk(page, *steps, "see #view-quote")
        page.wait_for_function("words => document.querySelector('.fact h2').textContent === words", arg=question)
        assert page.locator(first).text_content() == question
