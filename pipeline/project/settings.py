"""The settings of a new project, as options or answers give them or a look at the articles suggests them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pipeline.core.config import build_config
from pipeline.core.errors import ParleyError
from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.input_files import find_input_files
from pipeline.project.column_guesses import guess_columns
from pipeline.project.table_samples import has_column, read_sample

# Above this many, the names of columns in an error are counted.
MAX_LISTED = 40


@dataclass(frozen=True)
class Settings:
    """What a new project is set up with.

    Attributes
    ----------
    name, creator : str
        Of the dataset.
    licence : str
        Of the texts of all articles; empty where it is unknown.
    columns : dict of str to list of str
        Columns that are tried first, by field of an article.
    guesses : dict of str to list of str
        Columns that are tried last, because they look like the field.
    date_order : str
        `date_order` of configs/ingest.yaml.
    """

    name: str
    creator: str = ""
    licence: str = ""
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    guesses: Mapping[str, list[str]] = field(default_factory=dict)
    date_order: str = "auto"

    def ingest_values(self) -> dict[str, object]:
        """Return the keys of `configs/ingest.yaml` that differ from those of Parley."""
        columns = {
            name: list(dict.fromkeys([*known, *self.guesses.get(name, [])]))
            for name, known in _tried_columns(self.columns).items()
        }
        return {"columns": columns, "date_order": self.date_order}

    def publish_values(self) -> dict[str, object]:
        """Return the keys of `configs/publish.yaml` that differ from those of Parley."""
        return {
            "name": self.name,
            "license": "other",
            "creator": self.creator,
            "version": "0.1.0",
            "url": "",
            "published_on": "",
            "project_url": "",
            "contact": "",
            "since_last_version": [],
            "licenses": [{"path": "*", "license": self.licence}] if self.licence else [],
            "invented": [],
            "gold": False,
            "gold_license": "other",
            "leave_out": [],
        }

    def ingest_config(self) -> IngestConfig:
        """Return the config with which the articles are read."""
        return build_config(IngestConfig, self.ingest_values())

    def publish_config(self, redistributable: list[str]) -> PublishConfig:
        """Return the config that says what is published."""
        return build_config(PublishConfig, {**self.publish_values(), "redistributable": redistributable})


def find_guesses(place: Path, chosen: Mapping[str, list[str]] | None = None) -> dict[str, list[str]]:
    """Look at the tables of an input, and guess columns for the fields that have none of a chosen or known name.

    Each table is looked at by itself: one without a chosen column is read by guesses.

    Raises
    ------
    ParleyError
        When there is no such input, or it contains no file.
    """
    columns = _tried_columns(chosen or {})
    guesses: dict[str, list[str]] = {}
    files = 0
    for _, file in find_input_files(place, [], []):
        files += 1
        if isinstance(file, Path) and (rows := read_sample(file, IngestConfig())):
            for name, column in guess_columns(rows, columns).items():
                if column not in guesses.setdefault(name, []):
                    guesses[name].append(column)
    if not files:
        raise ParleyError("no file here", where=str(place), fix="name the file or folder of your articles")
    return guesses


def check_columns(places: Sequence[Path], chosen: Mapping[str, Sequence[str]]) -> None:
    """Check that each chosen column is in one of the tables of some files and folders.

    Raises
    ------
    ParleyError
        For the first that is in none of them.
    """
    found = (file for place in places for _, file in find_input_files(place, [], []))
    tables = [file for file in found if isinstance(file, Path)]
    names = list(dict.fromkeys(name for file in tables for row in read_sample(file, IngestConfig()) for name in row))
    known = {name.casefold() for name in names}
    for name in (name for columns in chosen.values() for name in columns):
        # A column that only later rows have is looked for in all of them.
        if name.casefold() not in known and not any(has_column(file, name, IngestConfig()) for file in tables):
            listed = ", ".join(f"`{column}`" for column in names[:MAX_LISTED])
            more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
            there = f"there are: {listed}{more}" if names else "there is no table"
            close = get_close_matches(name, names, 1)
            meant = f"did you mean `{close[0]}`? " if close else ""
            fix = f"{meant}name a column as its table does, or leave the option out"
            raise ParleyError(f"no file has a column `{name}`", where=", ".join(map(str, places)), why=there, fix=fix)


def _tried_columns(chosen: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the columns to try for each field: the chosen ones, then those of a known name."""
    return {field: [*chosen.get(field, []), *known] for field, known in COLUMNS.items()}
