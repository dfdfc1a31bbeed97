"""The dataset card of a small table."""

import json

import pytest

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.publish import dataset_card
from pipeline.publish.dataset_card import CardFacts
from pipeline.publish.publication_plan import ArticlePlan
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
