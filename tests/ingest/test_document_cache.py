"""The cache of cleaned documents: a document is cleaned again only if its settings change."""

from __future__ import annotations

import json
import shutil

import pytest
from ingest_inputs import OTHER, STORY, Project

from pipeline.core import paths
from pipeline.ingest import run as ingest
from pipeline.ingest.article_cleaning import ArticleCleaner


def test_an_article_is_cleaned_again_when_its_language_file_changes(project: Project) -> None:
    project.add("a.txt", STORY + "\n\nAhoy and out")
    project.run()
    assert project.articles[0]["text"].endswith("Ahoy and out")
    path = project.root / paths.CONFIGS / "languages/en_boilerplate.yaml"
    rule = "rules:\n  - {name: farewell, place: end, patterns: [ahoy and out]}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("rules:\n", rule), encoding="utf-8")
    project.run()
    assert project.articles[0]["text"] == STORY


def test_the_article_of_a_page_is_extracted_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><head><title>{}</title></head><body><article>{}</article></body></html>"
    seen: list[int | None] = []
    extract_article = ingest.formats.html.extract_article
    monkeypatch.setattr(
        ingest.formats.html,
        "extract_article",
        lambda page, *settings: seen.append(page.row) or extract_article(page, *settings),
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


def test_a_document_is_cleaned_once_and_earlier_runs_do_not_matter(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    clean = ArticleCleaner.clean
    monkeypatch.setattr(ArticleCleaner, "clean", lambda self, document: read.append("x") or clean(self, document))
    project.add("a.txt", STORY)
    project.add("b.txt", STORY + " It rained.")
    project.add("c.txt", "Too short, although it is too long to be cleaned again in each run.")
    project.run()
    assert len(read) == 3
    project.add("0.jsonl", json.dumps({"text": OTHER}))
    project.add("d.txt", "Too short, although it is too long to be cleaned again in each run.")
    project.run()
    assert len(read) == 4
    (project.raw / "b.txt").unlink()
    project.run()
    assert len(read) == 4
    folders = [project.root / path for path in (paths.ARTICLES, paths.REJECTS)]
    before = [(path.name, path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]
    shutil.rmtree(project.root / paths.STORE)
    project.list_input()
    project.run()
    assert len(read) == 7
    assert before == [(path.name, path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]
    project.config["min_words"] = 29
    project.run()
    assert len(read) == 10
