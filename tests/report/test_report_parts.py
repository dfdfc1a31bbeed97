"""What the page is put together from: sentences, offsets, the sample, figures, scores."""

from functools import partial

import pytest

from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.targets import LabelRoles, Target
from pipeline.report import article_sample, page_data, page_plan, run
from pipeline.report.inline_svg import figures
from pipeline.report.score_table import build_score_rows
from pipeline.report.sentence_window import find_window
from pipeline.report.utf16_offsets import Utf16Offsets
from tests.worlds.page_project import metrics, write_project

SENTENCES = [
    ("Rain fell. “We stay,” said Thorne. All left.", ["We stay", "said"], "“We stay,” said Thorne."),
    ("He spoke. “Go!” he said. “Now.” It rained.", ["Go!", "Now."], "“Go!” he said. “Now.”"),
    # A rank or an initial is no end of a sentence.
    ("Snow. Then Gen. B. J. Ostrander said it held.", ["said", "it held"], "Then Gen. B. J. Ostrander said it held."),
    ("At 3.5 per cent, said Tarr, it rose. Good.", ["it rose"], "At 3.5 per cent, said Tarr, it rose."),
    ("One.\n\nTwo, she said.", ["she said"], "Two, she said."),
    ("No end here at all", ["end"], "No end here at all"),
]


@pytest.mark.parametrize(("text", "held", "expected"), SENTENCES)
def test_window(text, held, expected):
    spans = [(text.index(words), text.index(words) + len(words)) for words in held]
    start, end = find_window(text, (0, len(text)), spans, load_language("en").abbreviations)
    assert text[start:end] == expected


def test_a_source_outside_of_the_paragraph_does_not_widen_the_window():
    text = "Thorne spoke. It rained.\nWe stay. We go."
    assert find_window(text, (25, 40), [(25, 33), (0, 6)]) == (25, 33)


@pytest.mark.parametrize(
    ("text", "offset", "expected"), [("abc", 2, 2), ("🕊abc", 1, 2), ("a🕊🕊b", 3, 5), ("a🕊", 1, 1), ("é—", 2, 2)]
)
def test_utf16(text, offset, expected):
    assert Utf16Offsets(text).convert(offset) == expected == len(text[:offset].encode("utf-16-le")) // 2


SIZES = [("c", 5, 10), ("a", 4, 10), ("b", 3, 10)]


def test_all_is_shown_that_fits():
    sample = article_sample.sample_articles(SIZES, max_quotes=12, max_characters=30)
    assert sample == article_sample.ArticleSample(frozenset("abc"), 12, 12, True)


def test_a_sample_is_of_whole_articles_and_does_not_move():
    sample = article_sample.sample_articles(SIZES, max_quotes=8)
    assert (sample.articles, sample.quotes, sample.total_quotes) == (frozenset("ab"), 7, 12)
    assert article_sample.sample_articles([*SIZES, ("d", 1, 1)], max_quotes=8).articles == sample.articles


def test_one_article_too_large_is_shown_all_the_same():
    assert article_sample.sample_articles(SIZES, max_quotes=1).articles == frozenset("a")


def test_long_texts_are_left_out_and_the_sentences_stay(tmp_path, monkeypatch):
    sample = partial(article_sample.sample_articles, max_characters=100)
    monkeypatch.setattr(page_plan, "sample_articles", sample)
    run.run(write_project(tmp_path))
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    assert "too long for this page" in page
    assert "Nobody cheered" not in page
    assert "Ilse Korvath said in Tolvar." in page


def test_a_sample_is_said_to_be_one(tmp_path, monkeypatch):
    sample = partial(article_sample.sample_articles, max_quotes=3)
    monkeypatch.setattr(page_plan, "sample_articles", sample)
    counts = run.run(write_project(tmp_path))
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    assert f"This page holds {counts['quotes']} of 35 quotes" in page


ACTIVE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">
<script>a()</script><foreignObject><p>b</p></foreignObject><image href="https://c.example/d.png"/>
<style>*{background:url(https://e.example)}</style><use xlink:href="#f"/>
<clipPath id="f"><rect/></clipPath>
<g clip-path="url(#f)" style="fill:red" fill="url(https://g.example)">
<text onclick="h()">kept &lt;b&gt;</text></g></svg>"""


def test_a_figure_can_neither_act_nor_load(tmp_path):
    titled = ACTIVE.replace("<script>", '<title>A "caption"</title><script>')
    (tmp_path / "one.svg").write_text(titled, encoding="utf-8")
    (figure,) = figures(tmp_path)
    drawn = str(figure["svg"])
    for gone in ("script", "onload", "onclick", "foreignObject", "example", "style", "href", "image", "use"):
        assert gone not in drawn.replace("http://www.w3.org", "")
    assert 'clip-path="url(#one-f)"' in drawn
    assert 'id="one-f"' in drawn
    assert "kept &lt;b&gt;" in drawn
    assert 'aria-label="A &quot;caption&quot;"' in drawn
    assert "title" not in drawn
    assert figure["caption"] == 'A "caption"'


def test_figures_come_by_name_each_with_a_caption(tmp_path):
    for name in ("risk_coverage", "labels"):
        title = "<title>Quotes of this run by label.</title><script>" if name == "labels" else "<script>"
        (tmp_path / f"{name}.svg").write_text(ACTIVE.replace("<script>", title), encoding="utf-8")
    assert [(f["name"], f["caption"]) for f in figures(tmp_path)] == [
        ("labels", "Quotes of this run by label."),
        ("risk_coverage", "Risk coverage."),
    ]


def test_a_broken_figure_is_named(tmp_path):
    (tmp_path / "one.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(DataError, match=r"one\.svg"):
        list(figures(tmp_path))


def test_the_score_stands_beside_baseline_and_agreement():
    measured = metrics(0, 0)
    measured["agreement"] = {"spans": {"speaker": {"f1": 0.891}}, "alpha": {"ceasefire": {"agree": 0.976}}}
    measured["stance"] = {"ceasefire": {**measured["stance"]["ceasefire"], "majority": {"accuracy": {"value": 0.6}}}}
    rows = {row["what"]: row for row in build_score_rows(measured, LabelRoles())}
    assert rows["quotes found, with the right speaker: F1"]["agreement"] == "89.1"
    right = rows["ceasefire: share of labels right"]
    assert (right["value"], right["interval"], right["baseline"], right["agreement"]) == (
        "61.0",
        "52.0 to 73.0",
        "60.0",
        "97.6",
    )
    assert rows["quotes found exactly: F1"]["agreement"] == "–"


def test_without_gold_nothing_is_claimed_of_extraction():
    measured = metrics(0, 0)
    measured["extraction"]["on"] = {"articles": 0, "quotes": 0}
    assert not [row for row in build_score_rows(measured, LabelRoles()) if row["what"].startswith("quotes")]


def test_a_speaker_that_the_table_does_not_know_is_of_unknown_kind():
    data = page_data.PageData({"truce": Target("?", ["favor", "against"])}, {}, with_texts=True)
    row = {"speaker": "Vuk", "speaker_id": "person:vuk"}
    assert data._speaker_position(row) == data._speaker_position(row) == 0
    assert data.speakers == [{"id": "person:vuk", "kind": "unknown", "name": "Vuk"}]


def test_roles_of_the_labels_come_with_the_data():
    roles = LabelRoles(favor="yes", against="no", unrelated="off_topic")
    data = page_data.PageData({"truce": Target("?", ["yes", "no", "off_topic"], roles=roles)}, {}, with_texts=True)
    expected = {"favor": "yes", "against": "no", "conditional": None, "neutral": None, "unrelated": "off_topic"}
    assert data.to_dict()["roles"] == expected
