"""Stage `ingest` as a whole: input, config, checks of articles, order."""

from __future__ import annotations

import json

import pytest
from ingest_inputs import GERMAN, OTHER, STORY, Project

from pipeline.core import paths
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.text import article_id
from pipeline.ingest.config import COLUMNS, IngestConfig


def test_config_file_has_the_defaults() -> None:
    from pipeline.core.config import CONFIGS, load_config, read_yaml

    assert load_config(IngestConfig, CONFIGS / "ingest.yaml") == IngestConfig()
    assert list(read_yaml(CONFIGS / "ingest.yaml")) == list(IngestConfig.__dataclass_fields__)


def test_column_mapping(project: Project) -> None:
    both = ["Anna Kessel", "Marlo Tennant"]
    rows = [
        {"meta": {"Story": {"body": STORY}, "by": both}, "headline": "A", "when": 1710148800},
        {"meta": {"story": {"body": " "}}, "fallback": [*OTHER.split("\n\n")], "headline": "B"},
    ]  # fmt: skip
    project.config["columns"] = COLUMNS | {
        "text": ["meta.story.body", "fallback"], "author": ["meta.by"], "published_at": ["when"]
    }  # fmt: skip
    project.add("a.jsonl", "\n".join(json.dumps(row) for row in rows))
    project.run()
    one, two = project.articles
    assert one["text"] == f"A\n\n{STORY}"
    assert (one["author"], one["published_at"]) == ("Anna Kessel, Marlo Tennant", "2024-03-11")
    assert (one["published_time"], one["date_given"], one["date_problem"]) == ("09:20:00Z", "1710148800", None)
    assert two["text"] == f"B\n\n{OTHER}"


def test_order_ids_and_paths(project: Project) -> None:
    for name, text in [("b/2.txt", STORY), ("a.txt", OTHER), ("b/10.txt", STORY.upper())]:
        project.add(name, text)
    for name in (".hidden/x.txt", ".x.txt", "SOURCES.yaml", "README.md", "LICENSE", "b/README.txt"):
        project.add(name, STORY)
    assert project.run() == {"articles": 2, "rejected": 1}
    assert [row["raw_path"] for row in project.articles] == ["a.txt", "b/10.txt"]
    assert all(row["article_id"] == article_id(row["text"]) for row in project.articles)
    files = sorted((project.root / paths.ARTICLES).iterdir())
    first = [path.read_bytes() for path in files]
    project.run()
    assert first == [path.read_bytes() for path in files]


def test_rejects_of_articles(project: Project) -> None:
    project.config |= {"max_characters": 2000}
    project.add("a.txt", STORY)
    project.add("b.txt", "Too short to say anything.")
    project.add("c.txt", "Advertisement\n\nShare this article\n")
    project.add("d.txt", STORY * 12)
    project.add("e.txt", STORY * 60)
    project.add("f.txt", GERMAN)
    project.add("g.txt", STORY)
    project.add("h.txt", STORY + " It rained.")
    project.add("i.odt", "PK")
    project.add("j.txt", " \n")
    assert project.run() == {"articles": 1, "rejected": 9}
    assert [reason for _, _, reason in project.reasons()] == [
        "too_short", "empty", "too_long", "too_long", "other_language", "duplicate", "near_duplicate", "unknown_format",
        "empty",
    ]  # fmt: skip
    details = {row["reason"]: row["detail"] for row in project.rejects}
    assert "de" in details["other_language"]
    original_id = project.articles[0]["article_id"]
    assert f"article {original_id} (a.txt)" in details["duplicate"]
    assert f"article {original_id} (a.txt)" in details["near_duplicate"]


@pytest.mark.parametrize("content", [None, "hidden", "x.odt"])
def test_no_input_is_an_error(project: Project, content: str | None) -> None:
    if content is None:
        project.config["input"] = "data/none"
    else:
        project.add({"hidden": ".x.txt"}.get(content, content), STORY)
    with pytest.raises(ParleyError) as error:
        project.run()
    assert error.value.fix
    assert str(project.root) not in str(error.value) or content is None


@pytest.mark.parametrize(
    "bad",
    [
        {"near_duplicate_threshold": 0}, {"columns": {"text": []}}, {"columns": {"body": ["x"]}},
        {"columns": {"text": "x"}}, {"language": "xx"}, {"min_words": 0}, {"include": [1]},
    ],
)  # fmt: skip
def test_invalid_config_is_an_error(project: Project, bad: dict[str, object]) -> None:
    project.add("a.txt", STORY)
    project.config |= bad
    with pytest.raises(ConfigError):
        project.run()
