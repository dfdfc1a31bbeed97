"""Which files of an input folder are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_inputs import OTHER, STORY, Project


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
