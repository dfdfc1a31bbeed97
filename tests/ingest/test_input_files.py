"""Which files of an input folder are read, the list of them, and that `ingest` reads what is listed or stops."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_inputs import OTHER, STORY, Project

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.ingest import formats, input_files
from pipeline.ingest import run as ingest
from pipeline.ingest.input_files import ContentHashes, find_input_files
from pipeline.ingest.raw_document import Reject


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


def test_an_unchanged_list_is_not_written_again(project: Project) -> None:
    project.add("a.txt", STORY)
    project.list_input()
    before = (project.root / paths.INPUTS).stat()
    project.list_input()
    assert (project.root / paths.INPUTS).stat() == before


@pytest.mark.parametrize("settled", [True, False])
def test_a_file_is_read_once_unless_it_has_just_changed(project: Project, monkeypatch, settled: bool) -> None:
    monkeypatch.setattr(input_files, "SETTLED_NANOSECONDS", -1 if settled else 10**18)
    project.add("a.txt", STORY)
    read: list[Path] = []
    hashed = ContentHashes._hash
    monkeypatch.setattr(ContentHashes, "_hash", lambda self, path: read.append(path) or hashed(self, path))
    project.run()
    project.run()
    assert len(read) == (1 if settled else 6)  # by each run: listed, before it is read, after that


def test_other_content_of_the_same_size_and_time_is_noticed(project: Project, monkeypatch) -> None:
    monkeypatch.setattr(input_files, "SETTLED_NANOSECONDS", -1)
    path = project.add("a.txt", STORY)
    first = project.list_input()
    before = path.stat()
    path.write_bytes(STORY.encode().replace(b"Monday", b"Sunday"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert project.list_input() != first


def test_a_damaged_memory_of_hashes_is_made_anew(project: Project, monkeypatch) -> None:
    monkeypatch.setattr(input_files, "SETTLED_NANOSECONDS", -1)
    project.add("a.txt", STORY)
    first = project.list_input()
    memory = project.root / paths.STORE / "inputs.sqlite"
    before = memory.read_bytes()
    memory.write_bytes(b"damaged" * 1000)
    assert project.list_input() == first
    assert memory.read_bytes() == before


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES = {
    "rewritten": lambda path: path.write_text(STORY + " It rained."),
    "of the same size": lambda path: path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday")),
    "deleted": Path.unlink,
    "a pipe": replace_by_pipe,
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


def test_a_file_that_comes_after_the_list_waits_for_the_next_run(project: Project) -> None:
    project.add("a.txt", STORY)
    project.list_input()
    project.add("b.txt", STORY.replace("Monday", "Sunday"))
    assert ingest.run(project.root) == {"articles": 1, "rejected": 0}


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
def test_links_that_may_lead_out_still_lead_to_files(project: Project, target: str, says: str) -> None:
    os.mkfifo(project.root / "pipe")
    (project.raw / "a.txt").symlink_to(target if target.startswith("/") else project.root / target)
    ((_, found),) = find_input_files(project.raw, [], [], links_out=True)
    assert isinstance(found, Reject)
    assert found.detail.startswith(says)


@pytest.mark.parametrize("place", ["/dev/zero", "pipe"])
def test_an_input_that_is_no_file_is_an_error(tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ParleyError, match="neither a file nor a folder"):
        list(find_input_files(tmp_path / place, [], []))


NAMES = st.binary(min_size=1, max_size=40).filter(lambda name: not {0, ord("/")} & set(name)).map(lambda n: b"x" + n)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_a_file_of_any_name_is_found_again(names: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "configs").mkdir()
        (root / "configs/ingest.yaml").write_text("input: raw\n")
        (root / "raw").mkdir()
        for name in names:
            Path(os.fsdecode(os.path.join(os.fsencode(root / "raw"), name))).write_bytes(name)
        input_files.run(root)
        found = [path for _, path in input_files.listed_files(root, root / "raw")]
        ignored = [name for name in names if name.endswith(b".pyc") or name.endswith(b".dvc")]
        assert sorted(path.read_bytes() for path in found) == sorted(set(names) - set(ignored))
