"""Quotes without a date, copies, unsure speakers, rates of stances, and words that are not of the quote."""

import json

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.report import run
from tests.report.browsing import see, texts, walk
from tests.worlds.news import HOSTILE
from tests.worlds.page_project import article_id_of, quote_id_of, write_project

NO_INCH, READY = quote_id_of("No inch"), quote_id_of("Kestria ready to sign")


NO_DATE = {"published_at": None, "published_time": None}
# The quote of Vuk has no date.
UNDATED = {
    paths.CHANGES: lambda _: {"before_quote_id": "left out"},
    paths.ARTICLES: lambda row: NO_DATE if row["article_id"] == article_id_of(HOSTILE) else {},
}


def of_quote(quote_id, values):
    return lambda row: values if row["quote_id"] == quote_id else {}


def test_quotes_without_a_date_are_counted_beside_the_marks_and_above_the_picture(open_project):
    page = open_project("", UNDATED)
    see(page, "#picture-0 .drawn", "Drawn: 2 of 3 quotes about it; the others are counted below.")
    assert [texts(page, f"#picture-{n} .lane-count") for n in (0, 1)] == [["1 + 1", "1"], ["1 + 1"]]
    walk(page, "#picture-0 .left-out summary")
    see(page, "#picture-0 .left-out", "1 quote about it, but in an article without a date")
    walk(page, "go #side/Velmora", "see #view-side h3 = 1 quote without a date")
    rows = [" ".join(row.split()) for row in texts(page, "#view-side table.years >> nth=0 >> tbody tr")]
    assert rows == ["2025 – 1 1", "no date 1 – 1", "all 1 1 2"]


def test_copies_count_once_and_one_that_takes_no_stance_is_explained(open_page, open_project):
    see(open_page(), "#taking", "; 4 of the quotes take a stance (3 with copies counted once, as below)")
    unrelated = of_quote(quote_id_of("Truce nearer"), {"label": "unrelated"})
    page = open_project("", {paths.STANCES: unrelated})
    walk(page, "#picture-0 .left-out summary", "#picture-1 .left-out summary")
    see(page, "#picture-0 .left-out", "one quote is counted here by a copy that is about it")
    # No copy takes a stance on the other target.
    assert texts(page, "#picture-1 .left-out li")[-1] == "1 quote that is a copy of another one"


@pytest.mark.parametrize(("columns", "expected"), [
    ({"certainty": 0.69}, ["Speaker: about 7 of 10 like this are right"]),
    ({"certainty": 0.9}, []),
    ({"certainty": 0.0, "speaker": None, "speaker_id": None}, []),
    ({"certainty": 1.0, "corrected_by": "Ada <b>Wrede"}, ["Speaker corrected by Ada <b>Wrede"]),
    ({"certainty": 0.5, "corrected_by": "Ada"}, ["Speaker corrected by Ada"]),
    ({"versions": ["a", "b"]}, ["In 2 versions of the article"]),
    ({"versions": ["a"], "vanished": True}, ["Not in the newest version of the article"]),
])  # fmt: skip
def test_a_card_says_how_unsure_its_speaker_is_who_corrected_it_and_in_which_versions(open_project, columns, expected):
    page = open_project("#quote/" + NO_INCH, {paths.QUOTES: of_quote(NO_INCH, columns)})
    page.locator(".card .by").wait_for()
    assert texts(page, ".speaker-note, .version-note") == expected
    walk(page, "go #quote/" + quote_id_of(HOSTILE), "see .card .by = Vuk")
    assert page.locator(".speaker-note").count() == 0


def test_a_card_says_how_often_stances_like_its_own_were_right(open_page, tmp_path):
    root = write_project(tmp_path)
    scores = json.loads((root / paths.SCORES).read_text(encoding="utf-8"))
    kept = {"favor": {"favor": 27, "neutral": 4}, "against": {"favor": 3}}
    figures = {"calibration_error": {"value": 0.02, "low": 0.01, "high": 0.03}, "kept_stances": kept}
    names = ("f1_favor_against", "baseline_f1_favor_against", "difference", "kept_right", "stances_kept_right")
    figures |= {name: {"value": 0.6, "low": 0.5, "high": 0.7} for name in names}
    figures |= {"quotes": 40, "kept": 0.9, "baseline_name": "keywords"}
    a_war = {"name": "A war", "description": "quotes.", "licence": "none", "targets": {"ceasefire": figures}}
    tables.write_text(root / paths.SCORES, json.dumps(scores | {"real_quotes": [a_war]}))
    run.run(root)
    page = open_page("#quote/" + READY, (root / "reports/index.html").as_uri())
    see(page, ".fact", "To real quotes the program gave “favor” on this question 30 times; 90 % of these were right.")
    assert "real quotes" not in page.locator(".fact").nth(1).inner_text()
    walk(page, "go #quote/" + NO_INCH)
    see(page, ".fact", "Of all 34 stances on this question", "79 % were right; only 4 of them were “neutral”, too few")


def test_words_outside_the_quote_are_named_apart(open_project):
    place = {}

    def find_place(row):
        if row["article_id"] == article_id_of("Kestria ready to sign"):
            start = row["text"].index("Tolvar")
            place.update(start=start, end=start + len("Tolvar"))
        return {}

    def add_evidence(row):
        return {"evidence": [*row["evidence"], place]} if row["quote_id"] == READY and row["evidence"] else {}

    page = open_project("#quote/" + READY, {paths.ARTICLES: find_place, paths.STANCES: add_evidence})
    see(page, ".fact", "Tolvar", "Words that show it: sign the truce From the sentence around it: Tolvar")
    assert texts(page, "blockquote .evidence.outside") == ["Tolvar"]
    assert page.locator("blockquote mark .evidence.outside").count() == 0
