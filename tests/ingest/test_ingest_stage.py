"""The stage as a whole: input, config, checks on articles, order."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ingest_inputs import OTHER, STORY, Project

from pipeline.core import paths
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.text import article_id
from pipeline.ingest import run as ingest
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.language_detection import detect_language
from pipeline.ingest.raw_document import RawDocument

GERMAN = (
    "Die Fähren überqueren den Fluss seit Montag wieder, sagte der Hafenmeister von Ostry am Abend vor Journalisten. "
    "Er hoffe, dass die Waffen noch lange schweigen, denn im Frühjahr müsse das Getreide auf die andere Seite gebracht "
    "werden, und ohne die Boote gehe das nicht."
)


def test_config_file_holds_the_defaults() -> None:
    from pipeline.core.config import CONFIGS, load_config, read_yaml

    assert load_config(IngestConfig, CONFIGS / "ingest.yaml") == IngestConfig()
    assert list(read_yaml(CONFIGS / "ingest.yaml")) == list(IngestConfig.__dataclass_fields__)


def test_columns_mapping(project: Project) -> None:
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
    assert (one["author"], one["published_at"]) == ("Anna Kessel, Marlo Tennant", "2024-03-11T09:20:00Z")
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
    assert [path.stem for path in files] == sorted({row["article_id"][:2] for row in project.articles})
    project.run()
    assert first == [path.read_bytes() for path in files]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ([], [], ["a.txt", "sample/b.txt", "sample/deep/c.txt"]),
        (["sample/*"], [], ["sample/b.txt", "sample/deep/c.txt"]),
        ([], ["sample/*"], ["a.txt"]),
        (["*.txt"], ["*/deep/*"], ["a.txt", "sample/b.txt"]),
    ],
)
def test_patterns(project: Project, include: list[str], exclude: list[str], expected: list[str]) -> None:
    project.config |= {"include": include, "exclude": exclude, "near_duplicate_threshold": 1}
    for number, name in enumerate(["a.txt", "sample/b.txt", "sample/deep/c.txt"]):
        project.add(name, f"{STORY} Boat {number}.")
    project.run()
    assert [row["raw_path"] for row in project.articles] == expected


def test_single_file_and_absolute_input(project: Project, tmp_path: Path) -> None:
    path = project.add("news/a.txt", STORY)
    project.config["input"] = str(path)
    assert project.run() == {"articles": 1, "rejected": 0}
    assert project.articles[0]["raw_path"] == "a.txt"


def test_links(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.txt").write_text(OTHER, encoding="utf-8")
    project.add("a.txt", STORY)
    (project.raw / "file.txt").symlink_to(outside / "far.txt")
    (project.raw / "folder").symlink_to(outside)
    (project.raw / "loop").symlink_to(project.raw)
    (project.raw / "nothing.txt").symlink_to(tmp_path / "none")
    (project.raw / "same.txt").symlink_to(project.raw / "a.txt")
    project.run()
    assert [row["raw_path"] for row in project.articles] == ["a.txt"]
    broken = [(name, None, "bad_file") for name in ("folder", "loop", "nothing.txt")]
    assert project.reasons() == [("file.txt", None, "bad_file"), *broken, ("same.txt", None, "duplicate")]
    project.config["links_out"] = True
    project.run()
    assert [row["raw_path"] for row in project.articles] == ["a.txt", "file.txt"]
    assert project.reasons() == [*broken, ("same.txt", None, "duplicate")]


def test_rejects_of_articles(project: Project) -> None:
    project.config |= {"max_characters": 2000}
    project.add("a.txt", STORY)
    project.add("b.txt", "Too short to say anything.")
    project.add("c.txt", "Advertisement\n\nShare this article\n")
    project.add("d.txt", STORY * 8)
    project.add("e.txt", STORY * 60)
    project.add("f.txt", GERMAN)
    project.add("g.txt", STORY)
    project.add("h.txt", STORY + " It rained.")
    project.add("i.pdf", "%PDF")
    project.add("j.txt", " \n")
    assert project.run() == {"articles": 1, "rejected": 9}
    assert [reason for _, _, reason in project.reasons()] == [
        "too_short", "empty", "too_long", "too_long", "other_language", "duplicate", "near_duplicate", "unknown_format",
        "empty",
    ]  # fmt: skip
    details = {row["reason"]: row["detail"] for row in project.rejects}
    assert "de" in details["other_language"]
    kept = project.articles[0]["article_id"]
    assert f"article {kept} (a.txt)" in details["duplicate"]
    assert f"article {kept} (a.txt)" in details["near_duplicate"]


@pytest.mark.parametrize("content", [None, "hidden", "x.pdf"])
def test_nothing_to_read(project: Project, content: str | None) -> None:
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
def test_config_that_means_nothing(project: Project, bad: dict[str, object]) -> None:
    project.add("a.txt", STORY)
    project.config |= bad
    with pytest.raises(ConfigError):
        project.run()


def test_title_is_not_doubled() -> None:
    config = IngestConfig(min_words=1)
    body = "Guns fall silent.\n\nThe ferry sailed."
    made = ArticleCleaner(config).clean(RawDocument(1, body, title="Guns fall silent"))
    assert isinstance(made, dict)
    assert made["text"] == "Guns fall silent\n\nThe ferry sailed."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferries cross again\n\nThe boats sailed at noon.", "Ferries cross again"),
        ("Advertisement\nBy Anna Kessel\nFerries cross again\nThe boats sailed at noon.", "Ferries cross again"),
        ("The boats sailed at noon.\n\nNobody was hurt.", None),
        ("Ferries cross again", None),
        ("one " * 30 + "\n\nThe boats sailed at noon.", None),
        ("He said:\n\n“No.”", None),
    ],
)
def test_headline_of_plain_text(text: str, title: str | None) -> None:
    made = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, headline_in_text=True))
    assert isinstance(made, dict)
    assert made["title"] == title
    assert made["text"].startswith(title or text.strip()[:10])


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Anna Kessel", "Anna Kessel"),
        ("By Anna Kessel, Northwire correspondent", "Anna Kessel"),
        ("By Lise Varga-Holm in Sorrin", "Lise Varga-Holm"),
        ("By Anna Kessel and Marlo Tennant", None),
        ("Daily Ledger staff", None),
    ],
)
def test_author_of_plain_text(line: str, author: str | None) -> None:
    text = f"Ferries cross again\n{line}\nPublished at 09:20\nThe boats sailed at noon."
    made = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, headline_in_text=True))
    assert isinstance(made, dict)
    assert (made["author"], made["published_at"]) == (author, None)
    assert made["text"] == "Ferries cross again\n\nThe boats sailed at noon."


def test_boilerplate_can_stay() -> None:
    config = IngestConfig(min_words=1, strip_boilerplate=False)
    made = ArticleCleaner(config).clean(RawDocument(1, "Advertisement\nThe boats sailed."))
    assert isinstance(made, dict)
    assert made["text"] == "Advertisement\n\nThe boats sailed."


def test_language_of_short_texts() -> None:
    assert detect_language("Korvath met Dravic-Oss in Belhaven; Odei and Venn stayed in Sorrin.") == "en"
    assert detect_language(GERMAN) == "de"


def test_an_article_is_cleaned_again_when_its_language_file_changes(project: Project) -> None:
    project.add("a.txt", STORY + "\n\nAhoy and out")
    project.run()
    assert project.articles[0]["text"].endswith("Ahoy and out")
    path = project.root / paths.CONFIGS / "languages/en_boilerplate.yaml"
    rule = "rules:\n  - {name: farewell, place: end, patterns: [ahoy and out]}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("rules:\n", rule), encoding="utf-8")
    project.run()
    assert project.articles[0]["text"] == STORY


def test_the_article_of_a_page_is_found_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><head><title>{}</title></head><body><article>{}</article></body></html>"
    seen: list[int | None] = []
    found = ingest.formats.html.extract_article
    monkeypatch.setattr(
        ingest.formats.html, "extract_article", lambda given, config: seen.append(given.row) or found(given, config)
    )
    paragraphs = "".join(f"<p>{p}</p>" for p in STORY.split("\n\n"))
    project.add("a.html", page.format("Ferries", paragraphs))
    project.add("b.html", "<html><body></body></html>")
    for _ in range(2):
        project.run()
        assert (len(project.articles), project.reasons(), len(seen)) == (1, [("b.html", None, "no_text")], 2)
    project.add("c.html", page.format("Boats", paragraphs.replace("Monday", "Sunday")))
    project.run()
    assert len(seen) == 3


def test_a_document_is_cleaned_once_and_the_history_does_not_show(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    clean = ArticleCleaner.clean
    monkeypatch.setattr(ArticleCleaner, "clean", lambda self, document: read.append("x") or clean(self, document))
    project.add("a.txt", STORY)
    project.add("b.txt", STORY + " It rained.")
    project.add("c.txt", "Too short.")
    project.run()
    assert len(read) == 3
    project.add("0.jsonl", json.dumps({"text": OTHER}))
    project.add("d.txt", "Too short.")
    project.run()
    assert len(read) == 4
    (project.raw / "b.txt").unlink()
    project.run()
    assert len(read) == 4
    folders = [project.root / path for path in (paths.DOCUMENT_CACHE, paths.ARTICLES, paths.REJECTS)]
    kept = [(path.name, path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]
    shutil.rmtree(project.root / paths.DOCUMENT_CACHE)
    project.run()
    assert len(read) == 7
    assert kept == [(path.name, path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]
    project.config["min_words"] = 29
    project.run()
    assert len(read) == 10
