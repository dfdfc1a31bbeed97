"""The hash of the code that a result depends on."""

from __future__ import annotations

import shutil

import pytest

from pipeline.core import code_hash


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Write a small package `pipeline` in which `a.run` imports the core module `text`, but not `other`."""
    files = {
        "__init__.py": "",
        "text.py": "",
        "other.py": "",
        "a/__init__.py": "",
        "a/run.py": "from pipeline.text import x\n",
        "a/weights/w.json": "{}",
        "b/__init__.py": "",
    }
    for name, content in files.items():
        (tmp_path / "pipeline" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pipeline" / name).write_text(content)
    monkeypatch.setattr(code_hash, "ROOT", tmp_path)
    code_hash.digest.cache_clear()
    yield tmp_path
    code_hash.digest.cache_clear()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("a/run.py", True),
        ("text.py", True),
        ("a/weights/w.json", True),
        ("a/new.py", True),
        ("other.py", False),
        ("b/__init__.py", False),
        ("a/__pycache__/run.pyc", False),
    ],
)
def test_changes_that_change_the_digest(root, name, changes):
    before = code_hash.digest("pipeline.a.run")
    path = root / "pipeline" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x = 1\n")
    code_hash.digest.cache_clear()
    assert (code_hash.digest("pipeline.a.run") != before) is changes


def test_the_digest_does_not_depend_on_the_folder_of_the_package(root, tmp_path_factory, monkeypatch):
    before = code_hash.digest("pipeline.a.run")
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(root / "pipeline", other / "pipeline")
    monkeypatch.setattr(code_hash, "ROOT", other)
    code_hash.digest.cache_clear()
    assert code_hash.digest("pipeline.a.run") == before


def test_an_unknown_module_is_an_error(root):
    with pytest.raises(ValueError, match="not a module"):
        code_hash.digest("pipeline.c")
