"""Which files are read and where they may be; stage `ingest` as a whole, which cleans a document once."""

import os
import shutil
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path

import pytest
from ingest_inputs import OTHER, STORY, Project, json_rows

from pipeline.core import paths
from pipeline.core.config import CONFIGS, ROOT, load_config, read_yaml
from pipeline.core.errors import ConfigError, DataError, ParleyError
from pipeline.core.text import article_id
from pipeline.ingest import formats
from pipeline.ingest import run as ingest
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.formats import html
from pipeline.ingest.input_files import IGNORE_LINES, check_configs, check_input_place, find_input_files
from pipeline.ingest.raw_document import Reject
from tests.worlds.project import files_in


@pytest.mark.parametrize(("include", "exclude", "expected"), [
    ([], [], ["a.txt", "sample/b.txt", "sample/deep/c.txt"]),
    (["sample/*"], [], ["sample/b.txt", "sample/deep/c.txt"]),
    ([], ["sample/*"], ["a.txt"]),
    (["*.txt"], ["*/deep/*"], ["a.txt", "sample/b.txt"]),
])  # fmt: skip
def test_patterns(project: Project, include: list[str], exclude: list[str], expected: list[str]) -> None:
    project.config |= {"include": include, "exclude": exclude, "near_duplicate_threshold": 1}
    for number, name in enumerate(["a.txt", "sample/b.txt", "sample/deep/c.txt"]):
        project.add(name, f"{STORY} Boat {number}.")
    project.run()
    assert [row["raw_path"] for row in project.articles] == expected
    if "a.txt" in expected:  # a single file, by its full path
        project.config["input"], project.config["include"] = str(project.raw / "a.txt"), []
        assert project.run() == {"articles": 1, "rejected": 0}
        assert project.articles[0]["raw_path"] == "a.txt"


def test_links(project: Project, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/far.txt").write_text(OTHER, encoding="utf-8")
    same = project.add("a.txt", STORY)
    places = {"file.txt": tmp_path / "outside/far.txt", "folder": tmp_path / "outside", "loop": project.raw,
              "nothing.txt": tmp_path / "none", "same.txt": same}  # fmt: skip
    for name, place in places.items():
        (project.raw / name).symlink_to(place)
    rejects = [(name, None, "bad_file") for name in ("folder", "loop", "nothing.txt")]
    rejects.append(("same.txt", None, "duplicate"))
    for links_out in (False, True):
        project.config["links_out"] = links_out
        project.run()
        assert [row["raw_path"] for row in project.articles] == ["a.txt"] + ["file.txt"] * links_out
        assert project.reasons() == [("file.txt", None, "bad_file")] * (not links_out) + rejects


def test_the_list_says_what_is_there(project: Project) -> None:
    project.add("b/c.txt", STORY)
    project.add("a.txt", "é")
    (project.raw / "none.txt").symlink_to("nowhere")
    digest = sha256(STORY.encode()).hexdigest()
    detail = "a link to nothing; restore the file it points to (`git annex get`, `dvc pull`), or delete the link"
    assert project.list_input() == [
        {"path": "a.txt", "bytes": 2, "sha256": sha256("é".encode()).hexdigest()},
        {"path": "b/c.txt", "bytes": len(STORY.encode()), "sha256": digest},
        {"path": "none.txt", "reason": "bad_file", "detail": detail},
    ]
    before = (project.root / paths.INPUTS).stat()
    project.list_input()
    assert (project.root / paths.INPUTS).stat() == before


CHANGES = {
    "of the same size": lambda path: path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday")),
    "deleted": Path.unlink,
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("when", ["before it is read", "while it is read"])
def test_a_file_that_changes_after_it_was_listed_stops_the_run(project, monkeypatch, how, when) -> None:
    path = project.add("a.txt", STORY)
    project.run()
    articles = project.articles
    if when == "before it is read":
        CHANGES[how](path)
    else:
        read_file = formats.read_file

        def change(file, config):
            yield from read_file(file, config)
            CHANGES[how](file)

        monkeypatch.setattr(formats, "read_file", change)
    with pytest.raises(ParleyError, match=r"a\.txt: an input file has changed since it was listed(.|\n)*dvc repro"):
        ingest.run(project.root)
    assert project.articles == articles


@pytest.mark.parametrize(("text", "says"), [(None, "has not been listed"), ('{"path": ', "damaged")])
def test_no_list_or_half_a_list_is_an_error(project: Project, text: str | None, says: str) -> None:
    project.add("a.txt", STORY)
    project.run()
    (project.root / paths.INPUTS).unlink()
    if text:
        (project.root / paths.INPUTS).write_text(text)
    with pytest.raises(DataError, match=rf"{says}(.|\n)*dvc repro"):
        ingest.run(project.root)


@pytest.mark.parametrize(
    ("target", "says"),
    [("/dev/zero", "a device"), ("pipe", "a named pipe"), ("/proc/self/ns/nothing", "a link to nothing")],
)
def test_what_is_no_file(project: Project, target: str, says: str) -> None:
    """A reject where a link in the folder leads to it, even if links may lead out, and an error as the input itself."""
    os.mkfifo(project.root / "pipe")
    (project.raw / "a.txt").symlink_to(project.root / target)
    ((_, found),) = find_input_files(project.raw, [], [], links_out=True)
    assert isinstance(found, Reject)
    assert found.detail.startswith(says)
    if "nothing" not in target:
        with pytest.raises(ParleyError, match="neither a file nor a folder"):
            list(find_input_files(project.root / target, [], []))


LINES = "\n".join(IGNORE_LINES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that DVC manages, with the project's own `.dvcignore`."""
    root = tmp_path / "project"
    for name in (".dvc", "data/raw", "data/interim", "configs", "articles"):
        (root / name).mkdir(parents=True)
    (root / ".dvcignore").write_bytes((ROOT / ".dvcignore").read_bytes())
    return root


def test_an_input_of_its_own_is_accepted(root):
    for name in ("data/raw", "articles", "articles/none", "../elsewhere"):
        check_input_place(root, root / name)
    (root / ".dvc").rmdir()
    check_input_place(root, root)  # nothing is asked of a project without DVC


@pytest.mark.parametrize("name", [
    "configs/mine", "data/interim/articles", "data/models/a", "reports/index.html", ".git/x", ".dvc/tmp",  # inside
    "", "..", "data", "/", "configs", "data/interim", "data/../data", ".git", "reports",  # around or the same
])  # fmt: skip
def test_an_input_with_or_in_the_projects_own_files_is_refused(root, name):
    with pytest.raises(ConfigError, match="the project's own files"):
        check_input_place(root, root / name)


@pytest.mark.parametrize(("text", "covered"), [
    (f"!*.log\n*.log\n{LINES}\n\n", True),
    (LINES.replace("*.dvc\n", "", 1), False),
    ("\n".join(reversed(IGNORE_LINES)), False),
    (f"{LINES}\n!/articles/dvc.yaml", False),
    (LINES.replace("\n", " "), False),
])  # fmt: skip
def test_lines(root, text, covered):
    (root / ".dvcignore").write_text(text)
    check_input_place(root, root.parent / "elsewhere")
    with nullcontext() if covered else pytest.raises(ConfigError, match="DVC would act"):
        check_input_place(root, root / "articles")


def test_a_config_of_a_stage_that_is_missing(root):
    (root / "dvc.yaml").write_text("  deps: [configs/left_out.csv]")
    with pytest.raises(ConfigError, match=r"left_out\.csv: this config is missing"):
        check_configs(root)


def test_links_out_of_and_into_the_project_are_inputs_in_it(root):
    (root / ".dvcignore").unlink()
    (root / "out").symlink_to(root.parent)
    (root.parent / "in").symlink_to(root / "articles")
    (root.parent / "elsewhere").mkdir()
    (root / "link").symlink_to(root.parent / "elsewhere")
    for place in (root / "link", root.parent / "in"):
        with pytest.raises(ConfigError, match="DVC would act"):
            check_input_place(root, place)
    with pytest.raises(ConfigError, match="the project's own files"):
        check_input_place(root, root / "out")


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
    for name, text in [("b/2.txt", STORY), ("a.txt", OTHER), ("b/10.txt", STORY)]:
        project.add(name, text)
    for name in (".hidden/x.txt", ".x.txt", "SOURCES.yaml", "README.md", "LICENSE", "b/README.txt"):
        project.add(name, STORY)
    assert project.run() == {"articles": 2, "rejected": 1}
    assert [row["raw_path"] for row in project.articles] == ["a.txt", "b/10.txt"]
    assert all(row["article_id"] == article_id(row["text"]) for row in project.articles)
    before = files_in(project.root / paths.ARTICLES, project.root / paths.REJECTS)
    project.run()
    assert files_in(project.root / paths.ARTICLES, project.root / paths.REJECTS) == before


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


def test_the_article_of_a_page_is_extracted_once(project: Project, monkeypatch) -> None:
    calls = count_calls(monkeypatch, html, "extract_article")
    project.add("a.html", PAGE)
    project.add("b.html", "<html><body></body></html>")
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
    before = files_in(project.root / paths.ARTICLES, project.root / paths.REJECTS)
    shutil.rmtree(project.root / paths.STORE)
    project.list_input()
    project.run()
    assert len(read) == 7
    assert files_in(project.root / paths.ARTICLES, project.root / paths.REJECTS) == before
    project.config["min_words"] = 29
    project.run()
    assert len(read) == 10
