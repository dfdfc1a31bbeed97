"""The time axis of the pictures: articles that lie far off, and lanes without a date."""

import json

import pytest

from pipeline.core.storage import tables
from tests.report import chromium
from tests.report.browsing import open_project, wait_for_hash
from tests.worlds.page_project import FREE, SVG, metrics
from tests.worlds.project import Story, copy_configs, write_tables
from tests.worlds.rows import article, quote, stances

chromium.skip_without_chromium()
WEEKS = [f"2024-0{month}-1{day}" for month in (3, 4, 5) for day in range(4)]


def open_days(page, root, days):
    """Open the page of a project whose articles have these days, with a quote of Tarr in each."""
    stories = []
    for number, day in enumerate(days):
        of = article(f"Talks {number}\n\nWe want a truce {number}, said Tarr.", published_at=day)
        said = quote(of, f"We want a truce {number}", cue="said", source="Tarr", speaker="Tarr")
        stories.append(Story(of, [(said, stances(said, "favor", "unrelated"))]))
    write_tables(root, stories)
    copy_configs(root, "targets.yaml")
    tables.write_text(root / "configs/publish.yaml", json.dumps({"name": "Days", **FREE}))
    tables.write_text(root / "reports/scores.json", json.dumps(metrics(len(days), len(days))))
    tables.write_text(root / "reports/figures/labels.svg", SVG)
    open_project(page, root)
    page.locator("#latest-title").wait_for()
    page.locator("#picture-0 .strip").first.wait_for()


def marks(page):
    """Return the places of the marks from left to right, as shares of the width of their lane."""
    strip = page.locator("#picture-0 .strip").bounding_box()
    boxes = [mark.bounding_box() for mark in page.locator("#picture-0 .mark path").all()]
    return sorted((box["x"] + box["width"] / 2 - strip["x"]) / strip["width"] for box in boxes)


@pytest.mark.parametrize(
    ("far", "place", "said"),
    [
        ("1998-03-02", 0, "Not to scale: 1 quote from long before, at the left edge."),
        ("2051-03-02", -1, "Not to scale: 1 quote from long after, at the right edge."),
        # Half a year before is no reason to break the axis.
        ("2023-09-12", 0, ""),
    ],
)
def test_an_article_from_long_ago_does_not_push_the_others_together(page, tmp_path, far, place, said):
    open_days(page, tmp_path, [*WEEKS, far])
    places = marks(page)
    caption = page.locator("#picture-0 figcaption").inner_text()
    assert said in caption
    assert ("Not to scale" in caption) == bool(said)
    rest = places[1:] if place == 0 else places[:-1]
    # All others keep more than half of the width, where the axis is broken.
    assert (rest[-1] - rest[0] > 0.5) == bool(said)
    page.locator(f"#picture-0 .mark[aria-label*='{far[:4]}']").click()
    wait_for_hash(page, "^#quote/")
    assert far[:4] in page.locator("#view-quote h1").inner_text()


def test_a_lane_without_a_date_says_so_and_leads_to_the_quote(page, tmp_path):
    open_days(page, tmp_path, [None])
    lane = page.locator("#picture-0 .lane")
    assert lane.locator(".mark").count() == 0
    link = lane.locator(".undated")
    assert link.text_content() == "no date"
    link.focus()
    page.keyboard.press("Enter")
    wait_for_hash(page, "^#quote/")


def test_a_lane_of_several_quotes_without_a_date_counts_them(page, tmp_path):
    open_days(page, tmp_path, [None, None])
    assert page.locator("#picture-0 .undated").text_content() == "2 quotes, none with a date"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2022-01-28", "2022-02-03", "2022-02-20"], ["28 Jan 2022", "20 Feb 2022"]),
        (["2022-02-03"], ["3 Feb 2022"]),
        (["2022-01-28", "2022-02-20", "2022-03-20"], ["Feb 2022", "Mar"]),
    ],
)
def test_the_axis_of_a_short_time_has_the_days_of_its_ends(page, tmp_path, days, expected):
    open_days(page, tmp_path, days)
    texts = page.locator("#picture-0 .axis text")
    assert texts.all_text_contents() == expected
    if len(expected) > 1:
        first, second = (texts.nth(index).bounding_box() for index in (0, 1))
        assert first["x"] + first["width"] < second["x"]
