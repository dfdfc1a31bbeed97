"""The dataset card of a small table."""

import json

import pytest
import yaml

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.publish import dataset_card
from pipeline.publish.dataset_card import CardFacts, describe_topic, format_citation
from pipeline.publish.dataset_rows import build_features
from pipeline.publish.parquet_shards import WrittenConfig
from pipeline.publish.publication_plan import ArticlePlan
from tests.worlds.rows import ROOT, TARGETS

PLANS = {str(n): ArticlePlan("train", "unknown", False, "en", False) for n in range(4)}
METRICS = json.loads((ROOT / "reports/scores.json").read_text(encoding="utf-8"))


def card_text(config, written=()):
    return dataset_card.render_card_text(config, TARGETS, CardFacts(written, PLANS, METRICS))


def test_what_is_not_known_is_said():
    text = card_text(PublishConfig())
    assert "- **Project:** no address yet (`project_url` in `configs/publish.yaml`)" in text
    assert "**No contact is set for this dataset**" in text
    assert "What changed" not in text
    assert "has a public address yet: cite the version" in text
    assert "url = " not in text


def test_what_was_not_measured_is_said():
    nothing = {"real_quotes": [], "behaviours": {"ceasefire": {"kinds": {}}}, "agreement": {"spans": None}}
    metrics = METRICS | nothing | {"extraction": {"on": {"quotes": 0, "articles": 0}}}
    text = dataset_card.render_card_text(PublishConfig(), TARGETS, CardFacts([], PLANS, metrics))
    assert "No figures on real quotes are stored for this model" in text
    assert "| content, exact | not measured | not measured |" in text
    assert not any(words in text for words in ("invented pairs", "two annotators have", "expect less on other news"))


def test_addresses_contact_and_changes_are_shown():
    known = {"url": "https://data.example/d", "project_url": "https://code.example/p", "contact": "desk@paper.example"}
    config = PublishConfig(**known, since_last_version=["A column <b> is new."], published_on="2031-02-03")
    text = card_text(config)
    assert "- **Project:** [https://code.example/p](https://code.example/p)\n" in text
    assert "- **Corrections and removals:** desk@paper.example\n" in text
    assert "write to desk@paper.example and" in text
    assert "- A column &lt;b> is new.\n" in text
    assert "  year = {2031},\n" in text
    assert "  url = {https://data.example/d},\n" in text
    assert not any(words in text for words in ("No contact", "no address yet"))


def test_without_an_address_of_the_dataset_the_project_is_cited():
    config = PublishConfig(project_url="https://code.example/p")
    assert "  url = {https://code.example/p},\n" in format_citation(config, TARGETS)


def test_the_card_names_each_column_of_what_was_written():
    columns = build_features(TARGETS)["quotes"]
    config = PublishConfig(name="Mine", excerpt_words=7)
    written = [WrittenConfig("quotes", columns, 3, "abc")]
    body = card_text(config, written)
    text = dataset_card.format_card(dataset_card.build_metadata(config, CardFacts(written, PLANS, METRICS)), body)
    head = yaml.safe_load(text.split("---\n")[1])
    assert [c["config_name"] for c in head["configs"]] == ["quotes"]
    assert (head["language"], head["withheld"]) == (["en"], {"articles": 4})
    about = "one row for each quote, with its speaker and its stance toward each target"
    assert head["configs"][0]["description"] == f"{about} (hash of the rows: abc)"
    assert head["configs"][0]["data_files"] == [{"split": "train", "path": "quotes/train-*.parquet"}]
    assert head["dataset_info"][0]["splits"][0]["num_examples"] == 3
    assert "- `type`, `content`, `parts`: " in text
    assert "title = {Mine}" in text
    assert "| `unknown` | 4 | withheld |" in text
    assert "`unknown`: the licence of 4 texts is not stated" in text
    assert "[the licence of the texts is not stated](#licence-and-citation)" in text
    assert "at most 7, and with the title" in text
    assert "`gold`" not in text.split("## Load it")[0]


@pytest.mark.parametrize(
    ("targets", "expected"), [("a", "a a"), ("ab", "a a or a b"), (["a_c", "b", "d"], "a a c, a b or a d")]
)
def test_the_topic_names_all_targets(targets, expected):
    assert describe_topic(dict.fromkeys(targets)) == expected


def test_the_card_shows_a_figure(published):
    folder = published / paths.PUBLISHED
    assert f"]({dataset_card.FIGURE})" in dataset_card.read_card(folder)[1]
    assert (folder / dataset_card.FIGURE).read_bytes().startswith(b"\x89PNG")


def test_the_code_of_the_card_runs(published, tmp_path, monkeypatch):
    monkeypatch.chdir(published)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    text = dataset_card.read_card(published / paths.PUBLISHED)[1]
    values: dict = {}
    exec(text.split("```python\n")[1].split("\n```")[0], values)
    assert len(values["found"]) < len(values["quotes"])
