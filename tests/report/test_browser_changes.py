"""Which changes are shown first, and whom a comparison shows where nobody is named."""

import pytest

from pipeline.core import paths
from pipeline.core.schema.data_tables import SPEAKERS
from pipeline.core.schema.position_tables import changes as change_table
from pipeline.core.storage import tables
from tests.report import chromium
from tests.report.browsing import open_project, wait_for_view
from tests.worlds import page_project
from tests.worlds.page_project import write_project
from tests.worlds.rows import LABELS, TARGETS

chromium.skip_without_chromium()
CHANGES = change_table(tuple(TARGETS), tuple(label for label in LABELS if label != "unrelated"))


def write_changes(root, rows):
    """Write the one change of the project once for each of `rows`, with their values."""
    (one,) = tables.iterate_rows(root / paths.CHANGES)
    tables.write(CHANGES, [one | {"change_id": str(n)} | row for n, row in enumerate(rows)], root / paths.CHANGES)


def test_changes_that_are_more_likely_right_come_first_and_a_question_can_be_chosen(page, tmp_path):
    root = write_project(tmp_path)
    land = {"target": "territorial_concession"}
    write_changes(root, [{"probability_real": 0.2}, {"probability_real": 0.7, **land}, {"probability_real": 0.5}])
    open_project(page, root, "#changes")
    said = page.locator("#changes-count")
    assert said.inner_text().startswith("3 possible changes, of which 2 are more likely right than wrong")
    shown = page.locator("#change-list > li").all_inner_texts()
    assert [("70 %." in text, "50 %." in text, "wrong than right" in text) for text in shown] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    page.get_by_role("link", name="Ceasefire", exact=True).click()
    page.get_by_text("2 possible changes, of which 1 is more likely right than wrong").wait_for()


@pytest.mark.parametrize(
    ("probabilities", "shown", "said"),
    [
        ([], 0, "No possible change was found: no speaker and no side"),
        ([0.49], 0, "differ once, but it is more likely that a stance or a speaker is wrong."),
        ([0.4, 0.3], 0, "differ 2 times, but"),
        # One of each speaker or side and target.
        ([0.6, 0.7, 0.4], 1, None),
    ],
)
def test_the_first_screen_shows_only_changes_that_are_more_likely_right(page, tmp_path, probabilities, shown, said):
    root = write_project(tmp_path)
    write_changes(root, [{"probability_real": value} for value in probabilities])
    open_project(page, root)
    page.locator("#latest li").first.wait_for()
    assert page.locator("#recent-changes > li").count() == shown
    assert page.locator("#changes-none").is_visible() == (said is not None)
    assert (said or "") in page.locator("#changes-none").inner_text()
    # Where there is none, the page still says what counts as one.
    link = page.locator("#all-changes")
    assert (link.inner_text() == "What counts as a change") == (not probabilities)
    link.click()
    wait_for_view(page, "changes")
    assert page.locator("header nav a[aria-current]").inner_text() == "Changes"


def test_where_only_one_side_takes_a_stance_two_speakers_are_compared(page, tmp_path, monkeypatch):
    monkeypatch.setitem(page_project.SIDES, "Ilse Korvath", None)
    root = write_project(tmp_path)
    no_side = [row | {"side": None} for row in tables.iterate_rows(root / paths.SPEAKERS)]
    tables.write(SPEAKERS, no_side, root / paths.SPEAKERS)
    open_project(page, root, "#compare")
    assert page.locator("#comparison .lane-name").all_inner_texts() == ["Anton Gavrel", "Ilse Korvath"]
    chosen = [page.locator(f"#compare-{name} option:checked").inner_text() for name in "ab"]
    assert chosen == ["Anton Gavrel (1)", "Ilse Korvath (1)"]


def test_a_card_has_the_question_first_that_it_was_opened_for(page, tmp_path):
    root = write_project(tmp_path)
    write_changes(root, [{"target": "territorial_concession", "probability_real": 0.7}])
    open_project(page, root, "#changes")
    first = page.locator(".fact h2").first
    page.get_by_role("link", name="open the quote").last.click()
    wait_for_view(page, "quote")
    assert page.locator(".fact h2").all_text_contents() == ["Territorial concession", "Ceasefire"]
    page.keyboard.press("Escape")
    wait_for_view(page, "changes")
    page.locator(".half").last.focus()
    page.keyboard.press("Enter")
    wait_for_view(page, "quote")
    assert first.text_content() == "Territorial concession"
    # From a picture, and by a link that names none.
    page.goto(page.url.split("#")[0] + "#overview")
    page.locator("#picture-1 .mark").last.click()
    wait_for_view(page, "quote")
    assert first.text_content() == "Territorial concession"
    page.goto(page.url.split("?")[0])
    page.wait_for_function("() => document.querySelector('.fact h2').textContent === 'Ceasefire'")


def test_the_first_screen_shows_nobody_twice_and_a_day_has_the_most_probable_change_first(page, tmp_path):
    root = write_project(tmp_path)
    land = {"target": "territorial_concession", "probability_real": 0.7}
    by_speaker = {"holder_kind": "speaker", "holder_id": "person:anton-gavrel", "holder": "Anton Gavrel"}
    write_changes(root, [{"probability_real": 0.6}, {"probability_real": 0.9, **by_speaker}, land])
    open_project(page, root)
    page.locator("#recent-changes li").first.wait_for()
    # All three have the same day, and Anton Gavrel speaks in each.
    assert page.locator("#recent-changes h3").all_inner_texts() == ["Anton Gavrel: ceasefire"]
    page.goto(page.url.split("#")[0] + "#changes")
    page.locator("#change-list > li").first.wait_for()
    probabilities = page.locator("#change-list > li > p:first-of-type").all_inner_texts()
    assert [text.split(": ")[1] for text in probabilities] == ["90 %.", "70 %.", "60 %."]
    assert page.locator("header nav a").all_inner_texts()[:2] == ["Positions", "Changes"]
