"""Which articles are shown on the page, and what the page says about the others."""

from functools import partial

from pipeline.report import page_plan, run
from tests.worlds.page_project import write_project

SIZES = [("c", 5, 10), ("a", 4, 10), ("b", 3, 10)]


def test_all_articles_are_shown_if_they_fit():
    sample = page_plan.sample_articles(SIZES, max_quotes=12, max_characters=30)
    assert sample == page_plan.ArticleSample(frozenset("abc"), 12, 12, True)


def test_a_sample_has_whole_articles_and_is_stable():
    sample = page_plan.sample_articles(SIZES, max_quotes=8)
    assert (sample.articles, sample.quotes, sample.total_quotes) == (frozenset("ab"), 7, 12)
    assert page_plan.sample_articles([*SIZES, ("d", 1, 1)], max_quotes=8).articles == sample.articles


def test_a_single_large_article_is_still_shown():
    assert page_plan.sample_articles(SIZES, max_quotes=1).articles == frozenset("a")


def test_long_texts_are_reduced_to_the_sentences_of_quotes(tmp_path, monkeypatch):
    sample = partial(page_plan.sample_articles, max_characters=100)
    monkeypatch.setattr(page_plan, "sample_articles", sample)
    run.run(write_project(tmp_path))
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    assert "too long for this page" in page
    assert "Nobody cheered" not in page
    assert "Ilse Korvath said in Tolvar." in page


def test_the_page_says_that_it_shows_a_sample(tmp_path, monkeypatch):
    sample = partial(page_plan.sample_articles, max_quotes=3)
    monkeypatch.setattr(page_plan, "sample_articles", sample)
    counts = run.run(write_project(tmp_path))
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    assert f"This page contains {counts['quotes']} of 35 quotes" in page
