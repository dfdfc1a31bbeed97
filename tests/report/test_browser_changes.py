"""Which changes are shown first, what lies between their quotes, and whom a comparison shows where nobody is named."""

import pytest

from pipeline.core import paths
from tests.report.browsing import count, see, texts, walk
from tests.worlds.page_project import quote_id_of

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
