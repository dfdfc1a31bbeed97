"""Set up the folder of a project: configs, annotations for training, `dvc.yaml`, and what git and DVC need."""

from __future__ import annotations

import configparser
import csv
import io
import os
import shutil
import tempfile
from pathlib import Path

from dulwich.repo import Repo

from pipeline.core import paths
from pipeline.core.errors import ParleyError
from pipeline.core.storage.tables import write_text
from pipeline.ingest.dvc_files import check_apart
from pipeline.ingest.input_files import readable_name
from pipeline.project.config_edits import set_values
from pipeline.project.dvc_file import render_dvc_file
from pipeline.project.files import SAMPLE_NOTE, template
from pipeline.project.settings import Settings

# Files that come as they are. Of the annotations only what the classifiers are trained and tested with: the gold of the
# sample belongs to articles that are not here.
COPIED = (
    ".dvcignore",
    ".dvc/config",
    ".dvc/plots",
    paths.REAL_QUOTES.as_posix(),
    "configs",
    "data/annotations/GUIDELINES.md",
    "data/annotations/agreement/stance.jsonl",
    "data/annotations/behaviours.jsonl",
    "data/annotations/pairs.jsonl",
    "data/annotations/stance.jsonl",
)
TEMPLATES = Path(__file__).parent / "templates"
_OPEN_SPACE = "name a new or empty folder: `parley init ARTICLES my-project`"


def check_places(articles: Path, project: Path) -> None:
    """Check that a project can be set up in a folder, beside its articles or around them.

    Raises
    ------
    ParleyError
        When the folder has other things in it than the articles, is among them, or is in a checkout of Parley.
    """
    own, place = project.resolve(), articles.resolve()
    if own == place or own.is_relative_to(place):
        raise ParleyError("the project would be among the articles", where=str(project), fix=_OPEN_SPACE)
    check_apart(project, articles)
    if (name := _input_path(articles, project)) != readable_name(name):
        raise ParleyError(
            "a config cannot hold this name", where=readable_name(name), why="it is not UTF-8", fix="rename it"
        )
    checkout = next((folder for folder in (own, *own.parents) if (folder / "pipeline/stage.py").exists()), None)
    if checkout:
        fix = "name a folder outside of it: `parley init ARTICLES ../my-project`"
        raise ParleyError("this folder is in the code of Parley itself", where=str(project), fix=fix)
    if project.exists() and not project.is_dir():
        raise ParleyError("this is a file", where=str(project), fix=_OPEN_SPACE)
    others = [path.name for path in sorted(project.iterdir()) if not _is_welcome(path, place)] if own.exists() else []
    if others:
        why = f"it contains {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}"
        raise ParleyError("this folder is in use", where=str(project), why=why, fix=_OPEN_SPACE)


def _is_welcome(path: Path, articles: Path) -> bool:
    """Whether a file may already be in the folder of a new project: its repository, its Python, its articles."""
    return path.name == ".git" or path.name.startswith(".venv") or articles.is_relative_to(path.resolve())


def create_project(articles: Path, project: Path, settings: Settings) -> None:
    """Write the files of a project, and make it a git repository unless it is in one.

    Raises
    ------
    ParleyError
        When one of the files exists; then none is written.
    """
    project.mkdir(parents=True, exist_ok=True)
    place = _input_path(articles, project)
    with tempfile.TemporaryDirectory(prefix=".parley-init-", dir=project) as name:
        fresh = Path(name)
        _write_files(fresh, place, settings)
        _move_files(fresh, project)
    if not _in_git_repository(project):
        # After each run, DVC would say how to add `dvc.lock` to git; so it adds it. In a repository that was there
        # before, it leaves the index alone.
        _set_in_dvc_config(project, "autostage" if _init_git(project) else "no_scm")


def _set_in_dvc_config(project: Path, name: str) -> None:
    """Set a value of DVC's section `core` to true."""
    path = project / ".dvc/config"
    config = configparser.ConfigParser()
    config.read_string(path.read_text(encoding="utf-8"))
    config["core"][name] = "true"
    text = io.StringIO()
    config.write(text)
    write_text(path, text.getvalue())


def _move_files(fresh: Path, project: Path) -> None:
    """Move all files to a project; its folders may exist, because the articles are in one of them."""
    names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
    if existing := [name for name in names if (project / name).exists()]:
        raise ParleyError("this file exists", where=str(project / existing[0]), fix=_OPEN_SPACE)
    for name in names:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh / name, project / name)


def _input_path(articles: Path, project: Path) -> str:
    """Return the path of the articles for configs/ingest.yaml, relative where they are in or beside the project."""
    own, place = project.resolve(), articles.resolve()
    if place.is_relative_to(own.parent):
        return Path(os.path.relpath(place, own)).as_posix()
    return place.as_posix()


def _write_files(root: Path, place: str, settings: Settings) -> None:
    for name in COPIED:
        source, target = template(name), root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    # A blank line, because DVC warns of empty files.
    write_text(root / paths.ANNOTATIONS / "quotes.jsonl", "\n")
    write_text(root / ".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
    write_text(root / "dvc.yaml", render_dvc_file(template("dvc.yaml").read_text(encoding="utf-8")))
    readme = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    write_text(root / "README.md", readme.format(name=settings.name, place=place))
    inside = "" if place.startswith("../") or Path(place).is_absolute() else f"/{_escape_pattern(place)}\n"
    write_text(root / ".gitignore", (TEMPLATES / "gitignore").read_text(encoding="utf-8") + inside)
    _change_configs(root / paths.CONFIGS, place, settings)


def _change_configs(configs: Path, place: str, settings: Settings) -> None:
    edits: dict[str, dict[str, object]] = {
        "ingest.yaml": {"input": place, "exclude": [], **settings.ingest_values()},
        "publish.yaml": settings.publish_values(),
    }
    for name, values in edits.items():
        path = configs / name
        write_text(path, set_values(path.read_text(encoding="utf-8"), values))
    for name in ("speakers.csv", "merges.csv", "corrections.csv"):
        rows = list(csv.reader(io.StringIO((configs / name).read_text(encoding="utf-8"))))
        kept = io.StringIO()
        # Decisions about the sample's speakers, and those speakers themselves, are left out.
        own = [row for row in rows[1:] if name == "speakers.csv" and SAMPLE_NOTE not in row]
        csv.writer(kept, lineterminator="\n").writerows([rows[0], *own])
        write_text(configs / name, kept.getvalue())


def _escape_pattern(path: str) -> str:
    """Return a path as a pattern of .gitignore that matches it alone."""
    return "".join(f"\\{sign}" if sign in "\\*?[]!# " else sign for sign in path)


def _in_git_repository(folder: Path) -> bool:
    whole = folder.resolve()
    return any((above / ".git").exists() for above in (whole, *whole.parents))


def _init_git(project: Path) -> bool:
    """Make a git repository of a project; False where there is no git."""
    if shutil.which("git") is None:
        return False
    Repo.init(project, default_branch=b"main").close()
    return True
