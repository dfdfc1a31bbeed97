"""The pictures: places of marks, articles that lie far off, lanes without a date, and what the captions sum up."""

import itertools

import pytest

from pipeline.core import paths
from tests.report.browsing import see, texts, walk
from tests.worlds.project import Story
from tests.worlds.rows import article, quote, stances

WEEKS = [f"2024-0{month}-1{day}" for month in (3, 4, 5) for day in range(4)]


def tell(day, number):
    """Return an article of this day with a quote of Tarr, who is in favor."""
    of = article(f"Talks {number}\n\nWe want a truce {number}, said Tarr.", published_at=day)
    said = quote(of, f"We want a truce {number}", cue="said", source="Tarr", speaker="Tarr", certainty=1.0)
    return Story(of, [(said, stances(said, "favor", "unrelated"))])


@pytest.fixture
def open_days(open_project):
    """Open the page of articles of these days."""

    def opened(days):
        page = open_project(stories=[tell(day, number) for number, day in enumerate(days)])
        page.locator("#picture-0 .strip").first.wait_for()
        return page

    return opened


def marks(page):
    """Return the places of the marks from left to right, as shares of the width of their lane."""
    strip = page.locator("#picture-0 .strip").bounding_box()
    boxes = [mark.bounding_box() for mark in page.locator("#picture-0 .mark path").all()]
    return sorted((box["x"] + box["width"] / 2 - strip["x"]) / strip["width"] for box in boxes)


@pytest.mark.parametrize(("far", "place", "said"), [
    ("1998-03-02", 0, "Not to scale: 1 quote from long before, at the left edge."),
    ("2051-03-02", -1, "Not to scale: 1 quote from long after, at the right edge."),
    # Half a year before is no reason to break the axis.
    ("2023-09-12", 0, ""),
])  # fmt: skip
def test_an_article_from_long_ago_does_not_push_the_others_together(open_days, far, place, said):
    page = open_days([*WEEKS, far])
    places = marks(page)
    caption = page.locator("#picture-0 figcaption").inner_text()
    assert said in caption
    assert ("Not to scale" in caption) == bool(said)
    rest = places[1:] if place == 0 else places[:-1]
    # All others keep more than half of the width, where the axis is broken.
    assert (rest[-1] - rest[0] > 0.5) == bool(said)
    walk(page, f"#picture-0 .mark[aria-label*='{far[:4]}']", f"see #view-quote h1 = {far[:4]}")


@pytest.mark.parametrize(("number", "words"), [(1, "no date"), (2, "2 quotes, none with a date")])
def test_a_lane_without_a_date_says_so_and_leads_to_its_quotes(open_days, number, words):
    page = open_days([None] * number)
    assert page.locator("#picture-0 .mark").count() == 0
    assert page.locator("#picture-0 .undated").text_content() == words
    leads_to = "#quote/" if number == 1 else "#speaker/"
    walk(page, "focus #picture-0 .undated", "press Enter", f"see address = {leads_to}")


@pytest.mark.parametrize(("days", "expected"), [
    # Three of a cell stand side by side; more become one mark, and no mark with a number covers another.
    ([100, 100, 101], [1, 1, 1]),
    ([100, 100, 101, 101], [4]),
    ([*range(90, 130), *range(90, 130)], None),
])  # fmt: skip
def test_marks_of_a_dense_lane_do_not_cover_each_other(call, days, expected):
    code = """
        const STANCES = [{ index: 0 }];
        const dayX = (day, width) => 12 + (Number(day) / 1000) * (width - 24);
        const compareText = (a, b) => a - b;
        const quotes = given.map((day) => ({ day: String(day), stances: [{ label: STANCES[0] }] }));
        return placeMarks(quotes, { index: 0 }, 1000, false).map((mark) => [mark.x, mark.radius, mark.quotes.length]);
    """
    found = call("mark_places.js", code, days)
    assert sum(number for *_, number in found) == len(days)
    assert expected is None or [number for *_, number in found] == expected
    numbered = [(x, radius) for x, radius, number in found if number > 1]
    assert all(b - a >= r + q for (a, r), (b, q) in itertools.pairwise(numbered))


@pytest.fixture
def open_sides(open_project):
    """Open the page where only these sides have stances on a ceasefire, each in `labels` of it."""

    def opened(labels):
        given = [(side, label) for side, of in labels.items() for label in of]
        chosen = {}

        def give_side(row):
            if row["speaker"] == "Mattias Lunde" and len(chosen) < len(given):
                chosen[row["quote_id"]] = given[len(chosen)]
            side, _ = chosen.get(row["quote_id"], (None, None))
            return {"side": side, "side_by": side and "state"}

        def give_label(row):
            _, label = chosen.get(row["quote_id"], (None, "unrelated"))
            return {"label": label if row["target"] == "ceasefire" else "unrelated"}

        return open_project(changes={paths.QUOTES: give_side, paths.STANCES: give_label})

    return opened


# The six neutral quotes of Orlen take no stance.
FOUR_SIDES = {"Orlen": ["neutral"] * 6 + ["against"] * 2, "Zubria": ["against"] * 4 + ["favor"] * 2}
FOUR_SIDES |= {"Marovia": ["favor"] * 3 + ["against"] * 3, "Quenda": ["against"]}


@pytest.mark.parametrize(("labels", "expected"), [
    # Who has the larger share comes first, not who has more stances.
    ({"Zubria": ["favor"] * 4 + ["against"] * 2, "Orlen": ["favor"] * 5, "Quenda": ["against"]},
     "3 sides with a stance. Mostly favor: Orlen (100 % of 5 stances), Zubria (67 % of 6); too few stances to sum up: "
     "1."),
    (FOUR_SIDES,
     "4 sides with a stance. Mostly against: Zubria (67 % of 6 stances); without a majority: Marovia; too few stances "
     "to sum up: 2."),
    ({"Orlen": ["neutral"] * 6, "Zubria": ["favor"] * 5, "Quenda": ["favor"]},
     "2 sides with a stance, 1 with neutral quotes alone. Mostly favor: Zubria (100 % of 5 stances); too few stances "
     "to sum up: 1."),
])  # fmt: skip
def test_a_caption_sums_up_five_stances_of_a_side(open_sides, labels, expected):
    see(open_sides(labels), "#picture-0 figcaption", expected)


def test_lanes_can_be_ordered_by_a_stance(open_sides):
    page = open_sides(FOUR_SIDES)
    assert texts(page, "#picture-0 .lane-name") == ["Marovia", "Zubria", "Orlen", "Quenda"]
    walk(page, "#lanes-order >> text=against", "see #picture-0 .lane-name >> nth=0 = Zubria")
    assert texts(page, "#picture-0 .lane-name") == ["Zubria", "Marovia", "Orlen", "Quenda"]
    assert page.url.endswith("#overview?order=against")
    walk(page, "#lanes-by >> text=Speakers", "see address = order=against")


@pytest.mark.parametrize(("certainties", "labels", "said"), [
    ([0.95], ["favor"], "latest: 11 Nov 2023"),
    ([0.85], ["favor"], "latest: one uncertain quote"),
    ([0.85, 0.85], ["favor", "favor"], "latest: 11 Nov 2023"),
    ([0.85, 0.85], ["favor", "against"], "latest: one uncertain quote"),
    ([0.95], ["neutral"], None),
])  # fmt: skip
def test_the_latest_stance_of_a_lane_needs_a_sure_speaker_or_two_quotes(open_project, certainties, labels, said):
    chosen = {}

    def give_speaker(row):
        if row["speaker"] != "Mattias Lunde" or len(chosen) == len(labels):
            return {"speaker": None, "speaker_id": None, "side": None}
        chosen[row["quote_id"]] = labels[len(chosen)]
        return {"certainty": certainties[len(chosen) - 1]}

    def give_label(row):
        label = chosen.get(row["quote_id"], "unrelated") if row["target"] == "ceasefire" else "unrelated"
        return {"label": label, "abstained": False}

    page = open_project(changes={paths.QUOTES: give_speaker, paths.STANCES: give_label, paths.CHANGES: lambda _: []})
    page.locator("#picture-0 .lane").first.wait_for()
    shown = [text.replace("▲ ", "") for text in texts(page, "#picture-0 .lane-latest")]
    assert shown == ([said] if said else [])


def test_a_body_of_which_the_data_tells_no_part_in_the_conflict_is_no_side(open_project):
    """Velmora is a side by an office of it; for Kestria speaks somebody of the place alone, as for an institute."""
    by = {"Kestria": "member", "Velmora": "office"}
    page = open_project(changes={paths.QUOTES: lambda row: {"side_by": by.get(row["side"])}})
    walk(page, "#lanes-by >> text=Sides")
    assert texts(page, "#picture-0 .lane-name") == ["Velmora"]
    said = "1 quote about it, of a body of which the data does not say that it is a party"
    walk(page, "#picture-0 .left-out summary", f"see #picture-0 .left-out li = {said}")
    walk(page, "#lanes-by >> text=Other bodies", "see #picture-0 .lane-name = Kestria", "#picture-0 .lane-name")
    see(page, "#view-side", "1 speaker speaks for this body")
