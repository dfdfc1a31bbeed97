"""Stage `ingest` as a whole: config, checks of articles, order, and that a document is cleaned once."""

import shutil

import pytest
from document_files import docx_of, pdf_of, set_lines
from ingest_inputs import OTHER, STORY, Project, json_rows

from pipeline.core import paths
from pipeline.core.config import CONFIGS, load_config, read_yaml
from pipeline.core.errors import ParleyError
from pipeline.core.text import article_id
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.formats import docx, html, pdf


def tables(project: Project) -> list[tuple[str, bytes]]:
    folders = [project.root / path for path in (paths.ARTICLES, paths.REJECTS)]
    return [(path.name, path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]


def test_config_file_has_the_defaults() -> None:
    assert load_config(IngestConfig, CONFIGS / "ingest.yaml") == IngestConfig()
    assert list(read_yaml(CONFIGS / "ingest.yaml")) == list(IngestConfig.__dataclass_fields__)


def test_column_mapping(project: Project) -> None:
    columns = {"text": ["meta.story.body", "fallback"], "author": ["meta.by"], "published_at": ["when"]}
    project.config["columns"] = COLUMNS | columns
    meta = {"Story": {"body": STORY}, "by": ["Anna Kessel", "Marlo Tennant"]}
    first = {"meta": meta, "headline": "A", "when": 1710148800}
    second = {"meta": {"story": {"body": " "}}, "fallback": [*OTHER.split("\n\n")], "headline": "B"}
    project.add("a.jsonl", json_rows(first, second))
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
    before = tables(project)
    project.run()
    assert tables(project) == before


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


def test_an_article_is_cleaned_again_when_its_language_file_changes(project: Project) -> None:
    project.add("a.txt", STORY + "\n\nAhoy and out")
    project.run()
    assert project.articles[0]["text"].endswith("Ahoy and out")
    path = project.root / paths.CONFIGS / "languages/en_boilerplate.yaml"
    rule = "rules:\n  - {name: farewell, place: end, patterns: [ahoy and out]}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("rules:\n", rule), encoding="utf-8")
    project.run()
    assert project.articles[0]["text"] == STORY


def count_calls(monkeypatch: pytest.MonkeyPatch, of: object, name: str) -> list[object]:
    """Return a list to which each call of a function adds its first argument."""
    calls: list[object] = []
    original = getattr(of, name)
    monkeypatch.setattr(of, name, lambda first, *others: calls.append(first) or original(first, *others))
    return calls


PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in STORY.split("\n\n"))
PAGE = f"<html><head><title>Ferries</title></head><body><article>{PARAGRAPHS}</article></body></html>"


@pytest.mark.parametrize(
    ("module", "files"),
    [
        (html, {"a.html": PAGE, "b.html": "<html><body></body></html>"}),
        (docx, {"a.docx": docx_of("Ferries", *STORY.split("\n\n")), "b.docx": docx_of("")}),
        (pdf, {"a.pdf": pdf_of(set_lines(*STORY.split("\n\n"))), "b.pdf": pdf_of([])}),
    ],
)
def test_the_article_of_a_page_or_document_is_extracted_once(project: Project, monkeypatch, module, files) -> None:
    calls = count_calls(monkeypatch, module, "extract_article")
    for name, data in files.items():
        project.add(name, data)
    for _ in range(2):
        assert project.run() == {"articles": 1, "rejected": 1}
        assert [reason for *_, reason in project.reasons()] == ["no_text"]
        assert len(calls) == 2


def test_a_document_is_cleaned_once_and_earlier_runs_do_not_matter(project: Project, monkeypatch) -> None:
    read = count_calls(monkeypatch, ArticleCleaner, "clean")

    project.add("a.txt", STORY)
    project.add("b.txt", STORY + " It rained.")
    project.add("c.txt", "Too short, although it is too long to be cleaned again in each run.")
    project.run()
    assert len(read) == 3
    project.add("0.jsonl", json_rows(OTHER))
    project.add("d.txt", "Too short, although it is too long to be cleaned again in each run.")
    project.run()
    assert len(read) == 4
    (project.raw / "b.txt").unlink()
    project.run()
    assert len(read) == 4
    before = tables(project)
    shutil.rmtree(project.root / paths.STORE)
    project.list_input()
    project.run()
    assert len(read) == 7
    assert tables(project) == before
    project.config["min_words"] = 29
    project.run()
    assert len(read) == 10
