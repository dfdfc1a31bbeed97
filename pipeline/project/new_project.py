"""Set up the folder of a project: configs, annotations for training, `dvc.yaml`, and what git and DVC need."""

import configparser
import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from dulwich.repo import Repo

from pipeline.core import paths
from pipeline.core.config import ROOT, SAMPLE_NOTE
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage.tables import write_text
from pipeline.ingest.input_files import check_apart, readable_name
from pipeline.project.column_guesses import tried_columns
from pipeline.project.dvc_file import render_dvc_file

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
# Keys of `configs/publish.yaml` that have their defaults in a new project.
_EMPTIED = ("license", "version", "url", "published_on", "project_url", "contact", "since_last_version", "invented",
            "gold_license", "leave_out")  # fmt: skip
_OPEN_SPACE = "name a new or empty folder: `parley init ARTICLES my-project`"


@dataclass(frozen=True)
class Settings:
    """What a new project is set up with."""

    name: str  # of the dataset
    creator: str = ""
    licence: str = ""  # of the texts of all articles; empty where it is unknown
    columns: Mapping[str, list[str]] = field(default_factory=dict)  # tried first, by field of an article
    guesses: Mapping[str, list[str]] = field(default_factory=dict)  # tried last, because they look like the field
    date_order: str = "auto"
    file_dates: bool = False

    def ingest_values(self) -> dict[str, object]:
        """Return the keys of `configs/ingest.yaml` that differ from those of Parley."""
        columns = {
            name: list(dict.fromkeys([*known, *self.guesses.get(name, [])]))
            for name, known in tried_columns(self.columns).items()
        }
        return {"columns": columns, "date_order": self.date_order, "file_dates": self.file_dates}

    def publish_values(self) -> dict[str, object]:
        """Return the keys of `configs/publish.yaml` that differ from those of Parley."""
        licenses = [{"path": "*", "license": self.licence}] if self.licence else []
        own = {"name": self.name, "creator": self.creator, "licenses": licenses, "gold": False}
        return {name: getattr(PublishConfig(), name) for name in _EMPTIED} | own


def check_places(articles: Path, project: Path) -> None:
    """Check that a project can be set up in a folder, beside its articles or around them; else raise a ParleyError."""
    own, place = project.resolve(), articles.resolve()
    if own == place or own.is_relative_to(place):
        raise ParleyError("the project would be among the articles", where=str(project), fix=_OPEN_SPACE)
    check_apart(project, articles)
    if (name := _input_path(articles, project)) != (readable := readable_name(name)):
        raise ParleyError("a config cannot hold this name", where=readable, why="it is not UTF-8", fix="rename it")
    if any((folder / "pipeline/stage.py").exists() for folder in (own, *own.parents)):
        fix = "name a folder outside of it: `parley init ARTICLES ../my-project`"
        raise ParleyError("this folder is in the code of Parley itself", where=str(project), fix=fix)
    if project.exists() and not project.is_dir():
        raise ParleyError("this is a file", where=str(project), fix=_OPEN_SPACE)

    def is_welcome(path: Path) -> bool:  # the project's repository, its Python, its articles
        return path.name == ".git" or path.name.startswith(".venv") or place.is_relative_to(path.resolve())

    if others := [path.name for path in sorted(project.glob("*")) if not is_welcome(path)]:
        why = f"it contains {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}"
        raise ParleyError("this folder is in use", where=str(project), why=why, fix=_OPEN_SPACE)


def create_project(articles: Path, project: Path, settings: Settings) -> None:
    """Write a project's files, unless one exists (a ParleyError), and make it a git repository unless it is in one."""
    project.mkdir(parents=True, exist_ok=True)
    place = _input_path(articles, project)
    with tempfile.TemporaryDirectory(prefix=".parley-init-", dir=project) as folder:
        fresh = Path(folder)
        _write_files(fresh, place, settings)
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
        if existing := [name for name in names if (project / name).exists()]:
            raise ParleyError("this file exists", where=str(project / existing[0]), fix=_OPEN_SPACE)
        for name in names:  # its folder may exist, because the articles are in it
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(fresh / name, project / name)
    _set_up_git(project)


def _input_path(articles: Path, project: Path) -> str:
    """Return the path of the articles for configs/ingest.yaml, relative where they are in or beside the project."""
    own, place = project.resolve(), articles.resolve()
    return Path(os.path.relpath(place, own) if place.is_relative_to(own.parent) else place).as_posix()


def template(name: str) -> Path:
    """Return the path of a file or folder that comes with Parley, in a checkout or installed, such as `dvc.yaml`."""
    path = ROOT / name
    if not path.exists():
        raise ParleyError("this installation of Parley is not complete", where=str(path), fix="install it again")
    return path


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
    # The path as a pattern that matches it alone.
    pattern = "".join(f"\\{sign}" if sign in "\\*?[]!# " else sign for sign in place)
    inside = "" if place.startswith("../") or Path(place).is_absolute() else f"/{pattern}\n"
    write_text(root / ".gitignore", (TEMPLATES / "gitignore").read_text(encoding="utf-8") + inside)
    configs = root / paths.CONFIGS
    ingest = {"input": place, "exclude": [], **settings.ingest_values()}
    for path, values in (configs / "ingest.yaml", ingest), (configs / "publish.yaml", settings.publish_values()):
        write_text(path, set_values(path.read_text(encoding="utf-8"), values))
    for name in ("speakers.csv", "merges.csv", "corrections.csv", "left_out.csv"):
        rows = list(csv.reader(io.StringIO((configs / name).read_text(encoding="utf-8"))))
        kept = io.StringIO()
        # Decisions about the sample's speakers, and those speakers themselves, are left out.
        own = [row for row in rows[1:] if name == "speakers.csv" and SAMPLE_NOTE not in row]
        csv.writer(kept, lineterminator="\n").writerows([rows[0], *own])
        write_text(configs / name, kept.getvalue())


def _set_up_git(project: Path) -> None:
    """Make a git repository of a project that is in none, where there is git, and tell DVC whether there is one."""
    whole = project.resolve()
    if any((above / ".git").exists() for above in (whole, *whole.parents)):
        return  # DVC leaves the index of a repository that was there before alone
    has_git = shutil.which("git") is not None
    if has_git:
        Repo.init(project, default_branch=b"main").close()
    path = project / ".dvc/config"
    config = configparser.ConfigParser()
    config.read_string(path.read_text(encoding="utf-8"))
    # After each run, DVC would say how to add `dvc.lock` to git; so it adds it.
    config["core"]["autostage" if has_git else "no_scm"] = "true"
    text = io.StringIO()
    config.write(text)
    write_text(path, text.getvalue())


def set_values(text: str, values: Mapping[str, Any]) -> str:
    """Return a YAML mapping with other values for some of its keys; a ConfigError where it has no such key."""
    for key, value in values.items():
        flat = not isinstance(value, dict | list) or not value  # written on one line
        # YAML reads the line break U+0085 as a space unless it is escaped.
        plain = r"\x85" not in repr(value)
        style: dict[str, Any] = {"sort_keys": False, "allow_unicode": plain, "width": 1 << 30}
        written = yaml.safe_dump({key: value}, default_flow_style=flat or None, **style).strip()
        written = written.removeprefix("{").removesuffix("}") if flat else written
        # The key's line, and the lines below it that are indented or items of a list.
        block = re.search(rf"^{re.escape(key)}:.*\n(?:[ \t-].*\n)*", text, re.MULTILINE)
        if not block:
            raise ConfigError(f"no key `{key}` to change")
        text = f"{text[: block.start()]}{written}\n{text[block.end() :]}"
    return text
