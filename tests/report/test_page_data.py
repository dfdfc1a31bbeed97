"""The data of the page: what its scripts read, which articles it shows, and the sentences around a quote."""

from functools import partial

import pytest

from pipeline.core.language import load_language
from pipeline.core.targets import LabelRoles, Target
from pipeline.report import page_data, run
from pipeline.report.page_data import abbreviations_of, find_window
from tests.worlds.page_project import write_project


def test_roles_of_the_labels_come_with_the_data():
    roles = LabelRoles(favor="yes", against="no", unrelated="off_topic")
    data = page_data.PageData({"truce": Target("?", ["yes", "no", "off_topic"], roles=roles)}, {}, with_texts=True)
    expected = {"favor": "yes", "against": "no", "conditional": None, "neutral": None, "unrelated": "off_topic"}
    assert data.to_dict()["roles"] == expected


@pytest.mark.parametrize(("title", "text", "expected"), [
    (None, "Rain fell on\nthe market until the evening came, and on.", "Rain fell on the market until the evening"),
    (None, "Rain.", "Rain."),
    ("Weather", "Rain fell.", None),
    # A text that may not be passed on, and one without words.
    (None, None, None),
    (None, " \n", None),
])  # fmt: skip
def test_an_article_without_a_title_has_its_first_words(title, text, expected):
    data = page_data.PageData({"truce": Target("?", ["favor", "against"])}, {}, with_texts=False)
    names = ("article_id", "source", "author", "url", "published_at", "language", "newest_version")
    data.add_article({**dict.fromkeys(names), "title": title, "text": text})
    assert data.articles[0].get("opening") == expected


SIZES = [("c", 5, 10), ("a", 4, 10), ("b", 3, 10)]


@pytest.mark.parametrize(("sizes", "limits", "articles", "quotes"), [
    (SIZES, {"max_quotes": 12, "max_characters": 30}, "abc", 12),
    # Whole articles, the same ones whatever else is there.
    (SIZES, {"max_quotes": 8}, "ab", 7),
    ([*SIZES, ("d", 1, 1)], {"max_quotes": 8}, "ab", 7),
    # A single large one is still shown.
    (SIZES, {"max_quotes": 1}, "a", 4),
])  # fmt: skip
def test_a_sample_has_whole_articles_and_is_stable(sizes, limits, articles, quotes):
    sample = run.sample_articles(sizes, **limits)
    assert (sample.articles, sample.quotes) == (frozenset(articles), quotes)
    assert sample.total_quotes == sum(number for _, number, _ in sizes)


@pytest.mark.parametrize(("limit", "said", "gone"), [
    # A long text is reduced to the sentences of its quotes.
    ({"max_characters": 100}, ["too long for this page", "Ilse Korvath said in Tolvar."], "Nobody cheered"),
    ({"max_quotes": 3}, ["of 35 quotes: those of"], "too long for this page"),
])  # fmt: skip
def test_the_page_says_that_it_does_not_show_all(tmp_path, monkeypatch, limit, said, gone):
    monkeypatch.setattr(run, "sample_articles", partial(run.sample_articles, **limit))
    run.run(write_project(tmp_path))
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    assert [words for words in said if words not in page] == []
    assert gone not in page


SENTENCES = [
    ("Rain fell. “We stay,” said Thorne. All left.", ["We stay", "said"], "“We stay,” said Thorne."),
    ("He spoke. “Go!” he said. “Now.” It rained.", ["Go!", "Now."], "“Go!” he said. “Now.”"),
    # A rank or an initial is no end of a sentence.
    ("Snow. Then Gen. B. J. Ostrander said it held.", ["said", "it held"], "Then Gen. B. J. Ostrander said it held."),
    ("Snow fell. On Jan. 17 she said it held.", ["it held"], "On Jan. 17 she said it held."),
    ("The crew of No. 17 said it held. 12 left.", ["it held"], "The crew of No. 17 said it held."),
    # A short word before a number is none either.
    ("Renn said no. 17 boats sank in May. 12 men died.", ["boats sank"], "17 boats sank in May."),
    ("At 3.5 per cent, said Tarr, it rose. Good.", ["it rose"], "At 3.5 per cent, said Tarr, it rose."),
    ("One.\n\nTwo, she said.", ["she said"], "Two, she said."),
]


@pytest.mark.parametrize(("text", "held", "expected"), SENTENCES)
def test_window(text, held, expected):
    spans = [(text.index(words), text.index(words) + len(words)) for words in held]
    start, end = find_window(text, (0, len(text)), spans, abbreviations_of(load_language("en")))
    assert text[start:end] == expected


def test_a_source_outside_of_the_paragraph_does_not_widen_the_window():
    text = "Thorne spoke. It rained.\nWe stay. We go."
    assert find_window(text, (25, 40), [(25, 33), (0, 6)]) == (25, 33)
