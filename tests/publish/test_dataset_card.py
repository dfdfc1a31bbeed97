"""The dataset card of a small table; and splits: related articles share one, new articles hardly move the others."""

import json
from collections import Counter
from random import Random

import pytest

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.publish import dataset_card
from pipeline.publish.dataset_card import CardFacts
from pipeline.publish.publication_plan import ArticleGroups, ArticlePlan, choose_split
from tests.worlds.news import harbour_article, harbour_articles
from tests.worlds.rows import ROOT, TARGETS

PLANS = {str(n): ArticlePlan("train", "unknown", False, "en", False) for n in range(4)}
METRICS = json.loads((ROOT / "reports/scores.json").read_text(encoding="utf-8"))
KNOWN = {"url": "https://data.example/d", "project_url": "https://code.example/p", "contact": "desk@paper.example"}


@pytest.mark.parametrize(("config", "said", "unsaid"), [
    ({}, ["no address yet", "**No contact is set for this dataset**", "cite the version"], ["What changed", "url = "]),
    ({**KNOWN, "since_last_version": ["A column <b> is new."], "published_on": "2031-02-03"},
     ["- **Project:** [https://code.example/p](https://code.example/p)\n", "- A column &lt;b> is new.\n",
      "- **Corrections and removals:** desk@paper.example\n", "  year = {2031},\n",
      "  url = {https://data.example/d},\n"],
     ["No contact", "no address yet"]),
    ({"project_url": "https://code.example/p"}, ["  url = {https://code.example/p},\n"], []),
    ({"name": "Mine", "excerpt_words": 7},
     ["title = {Mine}", "| `unknown` | 4 | withheld |", "`unknown`: the licence of 4 texts is not stated",
      "at most 7, and with the title"], []),
])  # fmt: skip
def test_the_card_says_what_the_config_says_and_what_it_does_not(config, said, unsaid):
    text = dataset_card.render_card_text(PublishConfig(**config), TARGETS, CardFacts([], PLANS, METRICS))
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_what_was_not_measured_is_said():
    nothing = {"real_quotes": [], "behaviours": {"ceasefire": {"kinds": {}}}, "agreement": {"spans": None}}
    metrics = METRICS | nothing | {"extraction": {"on": {"quotes": 0, "articles": 0}}}
    text = dataset_card.render_card_text(PublishConfig(), TARGETS, CardFacts([], PLANS, metrics))
    assert "No figures on real quotes are stored for this model" in text
    assert "| content, exact | not measured | not measured |" in text
    assert not any(words in text for words in ("invented pairs", "two annotators have", "expect less on other news"))


def test_the_card_shows_a_figure_and_its_code_runs(published, tmp_path, monkeypatch):
    monkeypatch.chdir(published)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    text = dataset_card.read_card(published / paths.PUBLISHED)[1]
    assert f"]({dataset_card.FIGURE})" in text
    assert (published / paths.PUBLISHED / dataset_card.FIGURE).read_bytes().startswith(b"\x89PNG")
    values: dict = {}
    exec(text.split("```python\n")[1].split("\n```")[0], values)
    assert len(values["found"]) < len(values["quotes"])


SHARES = {"train": 80, "validation": 10, "test": 10}
TEXTS = {a["article_id"]: a["text"] for a in harbour_articles(60)}


def grouped(texts: dict[str, str], keys: list[tuple[str, str]] = ()) -> dict[str, str]:
    groups = ArticleGroups()
    for article_id, text in texts.items():
        groups.add(article_id, text)
    for article_id, key in keys:
        groups.join(article_id, key)
    return {article_id: groups.group_of(article_id) for article_id in texts}


def test_a_reprint_with_a_few_edits_joins_its_original():
    (first, text), *_ = TEXTS.items()
    edited = text.replace("The mayor", "On Friday the mayor").replace("told the council", "told the whole council")
    groups = grouped({**TEXTS, "0000": edited})
    assert groups[first] == groups["0000"] == "0000"
    assert len(set(groups.values())) == len(TEXTS)


def test_groups_are_transitive_and_do_not_depend_on_the_order():
    a, b, c, *_ = TEXTS
    keys = [(a, "q1"), (b, "q1"), (b, "q2"), (c, "q2")]
    expected = grouped(TEXTS, keys)
    assert {expected[i] for i in (a, b, c)} == {min(a, b, c)}
    shuffled = list(TEXTS.items())
    Random(1).shuffle(shuffled)
    assert grouped(dict(shuffled), keys[::-1]) == expected


def test_new_articles_move_only_related_articles():
    before = {i: choose_split(group, SHARES) for i, group in grouped(TEXTS).items()}
    more = {a["article_id"]: a["text"] for a in (harbour_article(n) for n in range(100, 160))}
    after = {i: choose_split(group, SHARES) for i, group in grouped({**more, **TEXTS}).items()}
    assert {i: after[i] for i in before} == before


def test_split_sizes_are_close_to_the_shares():
    counts = Counter(choose_split(f"key {n}", SHARES) for n in range(5000))
    assert counts["train"] == pytest.approx(4000, abs=100)
    assert counts["validation"] == pytest.approx(500, abs=80)


@pytest.mark.parametrize("shares", [{"train": 1}, {"a": 0, "train": 3, "b": 0}])
def test_a_share_of_zero_gives_an_empty_split(shares):
    assert {choose_split(f"key {n}", shares) for n in range(200)} == {"train"}
