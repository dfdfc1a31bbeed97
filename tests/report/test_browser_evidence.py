"""What lies between quotes, quotes without a date, captions, unsure speakers, and words that are not of the quote."""

import json

import pytest

from pipeline.core import paths
from pipeline.core.schema.data_tables import ARTICLES, QUOTES
from pipeline.core.schema.position_tables import changes as change_table
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from tests.report import chromium
from tests.report.browsing import count, open_project, wait_for_view
from tests.worlds import page_project
from tests.worlds.news import HOSTILE
from tests.worlds.page_project import quote_id_of, write_project
from tests.worlds.rows import LABELS, TARGETS

chromium.skip_without_chromium()
CHANGES = change_table(tuple(TARGETS), tuple(label for label in LABELS if label != "unrelated"))


def rewrite(path, table, change):
    """Change the rows of a table, each by a function."""
    tables.write(table, [row | change(row) for row in tables.iterate_rows(path)], path)


def test_a_change_says_what_lies_between_and_that_it_is_more_likely_wrong(page, tmp_path, monkeypatch):
    monkeypatch.setitem(page_project.SIDES, "Ilse Korvath", "Velmora")
    root = write_project(tmp_path)
    earlier = {"before_quote_id": quote_id_of("Kestria ready to sign"), "probability_real": 0.31}
    rewrite(root / paths.CHANGES, CHANGES, lambda row: earlier)
    open_project(page, root, "#changes")
    change = page.locator("#change-list > li").inner_text()
    assert "earlier, 1 Mar 2024" in change
    assert "both speakers are right: 31 %: more likely wrong than right" in change
    page.get_by_role("link", name="1 quote with a stance between them").click()
    wait_for_view(page, "quotes")
    assert count(page) == "4 of 35 quotes (3 with copies counted once)"


def test_neighbours_have_nothing_between_them(page, tmp_path):
    open_project(page, write_project(tmp_path), "#changes")
    change = page.locator("#change-list > li").inner_text()
    assert "between them" not in change
    assert "more likely wrong" not in change


@pytest.fixture
def undated(page, tmp_path):
    """Write a project in which the quote of Vuk has no date."""
    root = write_project(tmp_path)
    rewrite(root / paths.CHANGES, CHANGES, lambda row: {"before_quote_id": "left out"})
    hide = {"published_at": None, "published_time": None}
    rewrite(root / paths.ARTICLES, ARTICLES, lambda row: hide if row["source"] == "<b>Harbour</b> Post" else {})
    return root


def test_quotes_without_a_date_are_counted_above_the_picture(page, undated):
    open_project(page, undated, "")
    caption = page.locator("#picture-0 .drawn").inner_text()
    assert caption == "Drawn: 2 of 3 quotes with a stance; the others are counted below."
    box = page.locator("#picture-0 .left-out")
    box.locator("summary").click()
    assert "1 quote with a stance, but in an article without a date" in box.inner_text()


def test_quotes_without_a_date_are_a_group_of_their_own(page, undated):
    open_project(page, undated, "#side/Velmora")
    view = page.locator("#view-side")
    assert view.get_by_role("heading", name="1 quote without a date").is_visible()
    rows = view.locator("table.years").first.locator("tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [
        ["2025", "–", "1", "1"],
        ["no", "date", "1", "–", "1"],
        ["all", "1", "1", "2"],
    ]


def test_before_and_after_are_not_claimed_without_a_date(page, undated):
    of_vuk = {"speaker": "Vuk", "speaker_id": "person:vuk"}
    rewrite(undated / paths.QUOTES, QUOTES, lambda row: of_vuk if row["speaker"] == "Anton Gavrel" else {})
    open_project(page, undated, "#quote/" + quote_id_of("No inch"))
    assert page.locator("#beside-0 h3").all_inner_texts() == [
        *("Before", "After"),
        "Without a date: before or after is not known",
    ]
    assert page.locator("#beside-0 .columns li.quote").count() == 0
    page.goto((undated / "reports/index.html").as_uri() + "#quote/" + quote_id_of(HOSTILE))
    page.locator("#beside-0 h3", has_text="This quote has no date").wait_for()
    assert page.locator("#beside-0 h2").inner_text() == "Ceasefire: what Vuk also said"
    assert page.locator("#beside-0 h3").count() == 1


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (4, "3 sides with a stance: too few stances to sum up any of them."),
        (
            5,
            "3 sides with a stance. Mostly favor: Orlen; too few stances to sum up: 2.",
        ),
    ],
)
def test_a_caption_sums_up_five_stances(page, tmp_path, monkeypatch, number, expected):
    monkeypatch.setitem(page_project.SIDES, "Mattias Lunde", "Orlen")
    root = write_project(tmp_path)
    quotes = tables.iterate_rows(root / paths.QUOTES)
    ids = [row["quote_id"] for row in quotes if row["speaker"] == "Mattias Lunde"][:number]
    in_favor = lambda row: {"label": "favor"} if row["quote_id"] in ids else {}  # noqa: E731
    rewrite(root / paths.STANCES, stance_table(LABELS), in_favor)
    open_project(page, root, "")
    assert page.locator("#picture-0 figcaption").inner_text().startswith(expected)


@pytest.fixture
def speaking(page, tmp_path, monkeypatch):
    """Return a function that opens a page on which four sides have stances on a ceasefire, each in `labels` of it."""
    root = write_project(tmp_path)

    def opened(hash_, labels):
        sides = [side for side, given in labels.items() for _ in given]
        given = [label for of in labels.values() for label in of]
        quotes = list(tables.iterate_rows(root / paths.QUOTES))
        ids = [row["quote_id"] for row in quotes if row["speaker"] == "Mattias Lunde"][: len(sides)]
        side_of, label_of = dict(zip(ids, sides, strict=True)), dict(zip(ids, given, strict=True))
        rewrite(root / paths.QUOTES, QUOTES, lambda row: {"side": side_of.get(row["quote_id"])})
        first = lambda row: row["quote_id"] in ids and row["target"] == "ceasefire"  # noqa: E731
        rewrite(
            root / paths.STANCES,
            stance_table(LABELS),
            lambda row: {"label": label_of[row["quote_id"]] if first(row) else "unrelated"},
        )
        open_project(page, root, hash_)
        return page

    return opened


STANCES_OF_SIDES = {
    "Orlen": ["neutral"] * 6 + ["against"] * 2,
    "Zubria": ["against"] * 4 + ["favor"] * 2,
    "Marovia": ["favor"] * 3 + ["against"] * 3,
    "Quenda": ["against"],
}


def test_a_caption_names_who_stands_where_by_most_of_their_stances(speaking):
    page = speaking("", STANCES_OF_SIDES)
    assert page.locator("#picture-0 figcaption").inner_text().split("\n")[0] == (
        "4 sides with a stance. Mostly neutral: Orlen; mostly against: Zubria; without a majority: Marovia; "
        "too few stances to sum up: 1."
    )
    page.locator("#picture-0 figcaption").get_by_role("link", name="Zubria").click()
    wait_for_view(page, "side")


def test_lanes_can_be_ordered_by_a_stance(speaking):
    page = speaking("", STANCES_OF_SIDES)
    lanes = page.locator("#picture-0 .lane-name")
    assert lanes.all_inner_texts() == ["Orlen", "Marovia", "Zubria", "Quenda"]
    page.locator("#lanes-order").get_by_role("link", name="against").click()
    page.wait_for_function("() => document.querySelector('#picture-0 .lane-name').textContent === 'Zubria'")
    assert lanes.all_inner_texts() == ["Zubria", "Marovia", "Orlen", "Quenda"]
    assert page.url.endswith("#overview?order=against")
    page.locator("#lanes-by").get_by_role("link", name="Speakers").click()
    assert "order=against" in page.url


def test_the_number_of_a_lane_tells_marks_from_quotes_without_a_date(page, undated):
    open_project(page, undated)
    assert page.locator("#picture-0 .lane-count").all_inner_texts() == ["1 + 1", "1"]
    assert page.locator("#picture-1 .lane-count").all_inner_texts() == ["1 + 1"]
    assert page.locator("#picture-0 .drawn").inner_text().startswith("Drawn: 2 of 3")


def test_copies_of_which_one_takes_no_stance_are_explained(page, tmp_path):
    root = write_project(tmp_path)
    copy = quote_id_of("Truce nearer")
    rewrite(
        root / paths.STANCES,
        stance_table(LABELS),
        lambda row: {"label": "unrelated"} if row["quote_id"] == copy else {},
    )
    open_project(page, root)
    page.locator("#picture-0 .left-out summary").click()
    assert (
        "one quote is counted here by a copy that takes a stance" in page.locator("#picture-0 .left-out").inner_text()
    )
    # No copy takes a stance on the other target.
    page.locator("#picture-1 .left-out summary").click()
    items = page.locator("#picture-1 .left-out li").all_inner_texts()
    assert items[-1] == "1 quote that is a copy of another one"


def test_the_first_screen_counts_copies_once(page, tmp_path):
    open_project(page, write_project(tmp_path))
    assert (
        page.locator("#taking").inner_text() == "; 4 of the quotes take a stance (3 with copies counted once, as below)"
    )


@pytest.mark.parametrize(
    ("title", "day", "said"),
    [("Kestria ready to sign", "2 March 2024", "favor"), ("Thirty ferries", "11 November 2023", "unrelated")],
)
def test_a_speaker_has_the_day_of_the_latest_quote_also_where_it_is_folded_away(page, tmp_path, title, day, said):
    root, of = write_project(tmp_path), quote_id_of(title)
    (speaker,) = [row["speaker_id"] for row in tables.iterate_rows(root / paths.QUOTES) if row["quote_id"] == of]
    open_project(page, root, "#speaker/" + speaker)
    line = page.locator(".latest-of")
    assert line.inner_text().startswith(f"Latest quote: {day} (Ceasefire: ")
    assert said in line.inner_text()
    line.get_by_role("link").click()
    wait_for_view(page, "quote")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"certainty": 0.69}, ["Speaker: about 7 of 10 like this are right"]),
        ({"certainty": 0.8}, []),
        ({"certainty": 0.0, "speaker": None, "speaker_id": None}, []),
        ({"certainty": 1.0, "corrected_by": "Ada <b>Wrede"}, ["Speaker corrected by Ada <b>Wrede"]),
        ({"certainty": 0.5, "corrected_by": "Ada"}, ["Speaker corrected by Ada"]),
    ],
)
def test_a_card_says_how_unsure_its_speaker_is_or_who_corrected_it(page, tmp_path, columns, expected):
    root, of = write_project(tmp_path), quote_id_of("No inch")
    rewrite(root / paths.QUOTES, QUOTES, lambda row: columns if row["quote_id"] == of else {})
    open_project(page, root, "#quote/" + of)
    page.locator(".card .by").wait_for()
    assert page.locator(".speaker-note").all_inner_texts() == expected
    page.goto((root / "reports/index.html").as_uri() + "#quote/" + quote_id_of(HOSTILE))
    page.wait_for_function("() => document.title.startsWith('Vuk')")
    assert page.locator(".speaker-note").count() == 0


def test_a_card_says_how_often_stances_like_its_own_were_right(page, tmp_path):
    root = write_project(tmp_path)
    scores = json.loads((root / paths.SCORES).read_text(encoding="utf-8"))
    kept = {"favor": {"favor": 27, "neutral": 4}, "against": {"favor": 3}}
    figures = {"calibration_error": {"value": 0.02, "low": 0.01, "high": 0.03}, "kept_stances": kept}
    names = ("f1_favor_against", "baseline_f1_favor_against", "difference", "kept_right", "stances_kept_right")
    figures |= {name: {"value": 0.6, "low": 0.5, "high": 0.7} for name in names}
    figures |= {"quotes": 40, "kept": 0.9, "baseline_name": "keywords"}
    scores["real_quotes"] = [
        {"name": "A war", "description": "quotes.", "licence": "none", "targets": {"ceasefire": figures}}
    ]
    tables.write_text(root / paths.SCORES, json.dumps(scores))
    open_project(page, root, "#quote/" + quote_id_of("Kestria ready to sign"))
    facts = page.locator(".fact").all_inner_texts()
    assert "To real quotes the program gave “favor” on this question 30 times; 90 % of these were right." in facts[0]
    assert "real quotes" not in facts[1]
    page.goto(page.url.split("#")[0] + "#quote/" + quote_id_of("No inch"))
    page.get_by_text("Of all 34 stances on this question").wait_for()
    facts = page.locator(".fact").all_inner_texts()
    assert "79 % were right; only 4 of them were “neutral”, too few" in facts[0]


def test_words_outside_the_quote_are_named_apart(page, tmp_path):
    root, of = write_project(tmp_path), quote_id_of("Kestria ready to sign")
    text = next(row["text"] for row in tables.iterate_rows(root / paths.ARTICLES) if of.startswith(row["article_id"]))
    at = text.index("Tolvar")
    more = {"start": at, "end": at + len("Tolvar")}
    added = lambda row: {"evidence": [*row["evidence"], more]} if row["quote_id"] == of and row["evidence"] else {}  # noqa: E731
    rewrite(root / paths.STANCES, stance_table(LABELS), added)
    open_project(page, root, "#quote/" + of)
    fact = page.locator(".fact").first.inner_text()
    assert "Words that show it: sign the truce\n\nFrom the sentence around it: Tolvar" in fact
    assert page.locator("blockquote .evidence.outside").all_inner_texts() == ["Tolvar"]
    assert page.locator("blockquote mark .evidence.outside").count() == 0
