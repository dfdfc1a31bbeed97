"""What a licence withholds is not in the folder; the offsets of a row select the text that it had."""

import json
from pathlib import Path

import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.publish_config import PublishConfig, load_publish_config, measure
from pipeline.core.quote import row_parts
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import plan_withholding
from pipeline.core.text import join_parts
from pipeline.publish import dataset_card
from pipeline.publish.dataset_rows import check_offsets, sha256
from pipeline.publish.gold_rows import count_withheld
from pipeline.publish.hub_upload import push
from pipeline.publish.run import run
from tests.publish.hostile_projects import count_rebuilt
from tests.worlds.news import harbour_articles
from tests.worlds.project import Story, write_tables
from tests.worlds.published_project import write_project
from tests.worlds.rows import TARGETS, article, quote, stances, write_json_lines

CONFIGS = ("quotes", "articles", "speakers", "gold")
# Columns that are no text of the article, and the headline, which is passed on as its title.
DATA = {"title", "article_title", "url", "article_url", "content_sha256", "text_sha256"}


def rows(folder: Path, config: str) -> list[dict]:
    return tables.read(folder / config)


@pytest.mark.parametrize("config", CONFIGS)
def test_withheld_texts_are_not_in_the_folder(published, config):
    articles = tables.read(published / paths.ARTICLES)
    texts = {a["article_id"]: a["text"] for a in articles if a["raw_path"].startswith("mine/")}
    kept_back = [row for row in rows(published / paths.PUBLISHED, config) if row.get("article_id") in texts]
    assert len(kept_back) == (0 if config == "speakers" else 8)
    for row in kept_back:
        for name, value in row.items():
            if isinstance(value, str) and name not in DATA:
                assert len(value.removesuffix("…").split()) <= 15, name
        assert [row.get(name) for name in ("text", "context", "cue")] == [None] * 3
        if "parts" in row:  # whoever has the article can cut the words from it
            assert sha256(join_parts(texts[row["article_id"]], row_parts(row))) == row["content_sha256"]


def test_rows_say_what_is_withheld(published):
    folder = published / paths.PUBLISHED
    licences = {(row["license"], row["text"] is None) for row in rows(folder, "articles")}
    assert licences == {("cc-by-4.0", False), ("unknown", True)}
    for row in rows(folder, "quotes"):
        assert row["excerpt"] == (row["article_license"] == "unknown") == row["content"].endswith(" …")
        assert row["cue_start"] is not None


def test_a_row_with_a_wrong_offset_is_not_published():
    row = {"quote_id": "q", "content": "No", "parts": [{"start": 0, "end": 2}], "cue": None, "cue_start": None}
    row |= {"cue_end": None, "source": "Ada", "source_start": 4, "source_end": 7}
    check_offsets(row, "No, Ada said")
    with pytest.raises(DataError, match="`source`"):
        check_offsets({**row, "source_start": 5}, "No, Ada said")
    with pytest.raises(DataError, match="`content`"):
        check_offsets({**row, "content": "Yes"}, "No, Ada said")


@pytest.mark.parametrize("fields", [{}, {"id": "T-own"}])
def test_an_annotated_quote_that_is_not_found_in_its_article_is_withheld_and_counted(tmp_path, monkeypatch, fields):
    root = write_project(tmp_path, harbour_articles(3), redistributable=[])
    texts = [row["text"] for row in tables.read(root / paths.ARTICLES)]
    assert run(root)["gold"] == 23
    path = root / paths.ANNOTATIONS / "stance.jsonl"
    first, *others = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    write_json_lines(path, [first | {"context": first["context"].replace("said", "sa1d")} | fields, *others])
    counts = run(root)
    assert (counts["gold"], counts["gold withheld"]) == ((23, 1) if fields else (22, 1))
    for text in texts:
        assert count_rebuilt(text, published_strings(root)) <= measure(text).characters * 0.1
    told = list(push("amsel/quotes", root / paths.PUBLISHED, dry_run=True))
    assert "Withheld: the text of 3 articles, whose licence does not allow it." in told
    assert any(line.startswith("Withheld: 1 annotated quote (not found in its article, ") for line in told)
    assert count_withheld(root, load_publish_config(root / paths.CONFIGS), TARGETS) == 1
    assert "1 annotated quote is withheld whole" in dataset_card.read_card(root / paths.PUBLISHED)[1]


def published_strings(root: Path) -> set[str]:
    configs = (config["config_name"] for config in dataset_card.read_card(root / paths.PUBLISHED)[0]["configs"])
    found = [row for config in configs for row in rows(root / paths.PUBLISHED, config)]
    return {value for row in found for value in row.values() if isinstance(value, str)}


def test_near_identical_quotes_show_the_same_words(tmp_path):
    """A copy with a longer article around it would show more of the quote."""
    words = "“We will sign no truce while a single one of their boats lies in the channel,”"
    pairs = []
    for n, rest in enumerate(("It rained.", "It rained. " * 60)):
        of = article(f"News {n}\n\n{words} said Ada Wrede.\n\n{rest}", source=f"Paper {n}", raw_path=f"mine/{n}.txt")
        pairs.append((of, quote(of, words, cue="said", source="Ada Wrede", speaker="Ada Wrede", group_id="g1")))
    write_tables(tmp_path, [Story(of, [(found, stances(found, "against"))]) for of, found in pairs])
    plan = plan_withholding(tmp_path, PublishConfig())
    shown = {plan.publish("quotes", found)["content"] for _, found in pairs}
    assert len(shown) == 1


def test_a_title_that_does_not_fit_is_hidden_also_where_it_is_short(tmp_path):
    of = article("No deal now\n\nBo Lind said no.", title="No deal now", raw_path="mine/a.txt")
    found = quote(of, "no.", cue="said", source="Bo Lind", speaker="Bo Lind")
    write_tables(tmp_path, [Story(of, [(found, stances(found, "against"))])])
    shown = plan_withholding(tmp_path, PublishConfig(excerpt_share=0.3)).publish("articles", of)
    assert (shown["title"], shown["raw_path"]) == ("…", "mine/a.txt")  # the speaker took what short names may have


def test_the_id_of_a_speaker_whose_name_does_not_fit_is_a_hash(tmp_path):
    names = {"Mia Eck": "no one", "Ned Lum": "one day", "Ivo Ral": "day two", "Ada Fen": "two of us"}
    of = article(
        "\n\n".join(["News", *(f"{name} said {words}." for name, words in names.items())]), raw_path="mine/a.txt"
    )
    told = {
        name: {"speaker": name, "source": name, "speaker_id": f"person:{name.lower().replace(' ', '-')}"}
        for name in names
    }
    found = [quote(of, f"{words}.", cue="said", **told[name]) for name, words in names.items()]
    write_tables(tmp_path, [Story(of, [(each, stances(each, "against")) for each in found])])
    plan = plan_withholding(tmp_path, PublishConfig(excerpt_share=0.3))
    shown = [plan.publish("quotes", each) for each in found]
    assert {(row["speaker"] == "…", row["speaker_id"].startswith("withheld:")) for row in shown} == {(0, 0), (1, 1)}
