"""Read the articles of files and folders for the commands: a text file as it is, other formats cleaned by `ingest`."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ParleyError, from_os_error
from pipeline.core.number_format import counted
from pipeline.core.parallel.executor import with_progress
from pipeline.core.text import printable_line
from pipeline.ingest.article_cleaning import reject_other_language
from pipeline.ingest.column_mapping import find_columns
from pipeline.ingest.config import COLUMNS, LONGEST_TEXT, IngestConfig
from pipeline.ingest.formats import READERS, find_reader
from pipeline.ingest.input_files import find_input_files
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.project.column_guesses import guess_columns, read_sample
from pipeline.project.input_survey import format_columns

STANDARD_INPUT = Path("-")
Report = Callable[[ParleyError], None]
Columns = Mapping[str, Sequence[str]]


def read_places(
    places: Sequence[Path], configs: Path, report: Report, columns: Columns, show_progress: bool
) -> Iterator[dict[str, Any]]:
    """Yield the articles of files, of the files below folders, and of standard input for `-`, each with its `file`.

    What cannot be read goes to `report`, and the rest is read. Files below a folder in a format that is not read are
    counted in one report for each folder. `columns` are tried first in every table, by field of an article.
    """
    files = [file for place in places for file in _find_files(place, report)]
    for file in with_progress(files, "finding quotes") if show_progress else files:
        try:
            for article in read_articles(file, configs, columns):
                yield article | {"file": str(file)}
        except ParleyError as error:
            report(error)
        except OSError as error:
            report(from_os_error(error, str(file)))


def read_articles(file: Path, configs: Path = CONFIGS, columns: Columns | None = None) -> Iterator[dict[str, Any]]:
    """Yield the articles of a file as mappings with `text`, and the columns of `ingest` if it cleaned the file.

    A table is read by the columns that are given (None where the user cannot choose any), by those of the configs, and
    for other fields by guesses, as `parley init` makes them; standard error then says which column was read as what.
    A file without an article, without text in UTF-8 and in no format that is read is a ParleyError.
    """
    is_text = find_reader(file.name) is None or file.suffix.lower() == ".txt"
    text = _read_text(file) if is_text else ""
    if file == STANDARD_INPUT and not text.strip():
        raise ParleyError("standard input is empty", fix="send it a text, as in `parley quotes - < article.txt`")
    if not text.strip() if is_text else not file.stat().st_size:
        fix = "put the text of an article into it, or name another file"
        raise ParleyError("the file is empty", where=str(file), why="there is no text in it", fix=fix)
    config = load_config(IngestConfig, configs / "ingest.yaml")
    if is_text:
        # Of a few words, the language cannot be told.
        other = reject_other_language(text, config) if len(text.split()) >= config.min_words else None
        if other:
            raise ParleyError("no article in this file", where=str(file), why=f"{other.reason}: {other.detail}")
        yield {"text": text}
        return
    config = _with_columns(file, config, columns)
    whys: dict[str, str] = {}  # the first detail of each reason
    articles = 0
    for _, row in clean_input(file, config, configs):
        if isinstance(row, Reject):
            whys.setdefault(row.reason, row.detail)
        else:
            articles += 1
            yield row
    if not articles:
        why = "; ".join(f"{reason}: {detail}" for reason, detail in whys.items())
        fix = f"name the column that has the article: {_CHOOSE}" if "missing_column" in whys else ""
        raise ParleyError("no article in this file", where=str(file), why=why, fix=fix)


def _with_columns(file: Path, config: IngestConfig, chosen: Columns | None) -> IngestConfig:
    """Return the config with the columns that a table is read by; name them on standard error if one is a guess."""
    tried = {field: [*(chosen or {}).get(field, ()), *config.columns.get(field, ())] for field in COLUMNS}
    rows = read_sample(file, config)
    guesses = guess_columns(rows, tried) if rows else {}
    for field, column in guesses.items():
        tried[field].append(column)
    if guesses or chosen:
        found = find_columns((name for row in rows for name in row), tried)
        choose = "" if chosen is None else f" (to choose others: {_CHOOSE})"
        print(printable_line(f"{file}: {format_columns(found)}{choose}"), file=sys.stderr)
    return replace(config, columns=tried)


def _find_files(place: Path, report: Report) -> Iterator[Path]:
    """Yield a file as it is, and of a folder the files in formats that are read, sorted by path."""
    if not place.is_dir():
        yield place
        return
    found, others = 0, Counter[str]()
    for name, file in find_input_files(place, [], []):
        if isinstance(file, Reject):
            report(ParleyError(file.detail, where=str(place / name)))
        elif find_reader(file.name):
            found += 1
            yield file
        else:
            others[file.suffix or "no suffix"] += 1
    if others:
        suffixes = ", ".join(f"{count} {suffix}" for suffix, count in sorted(others.items()))
        what = f"{counted(others.total(), 'file')} in other formats"
        fix = f"{_READ_FORMATS}; a text with another ending is read if you name the file itself"
        report(ParleyError(what, where=str(place), why=suffixes, fix=fix))
    elif not found:
        report(ParleyError("no file to read", where=str(place), fix=_READ_FORMATS))


def _read_text(file: Path) -> str:
    """Return the text of a file, or of standard input for `-`; one that is no article by its size is a ParleyError."""
    limit = 4 * LONGEST_TEXT  # a character of UTF-8 has four bytes at most
    with nullcontext(sys.stdin.buffer) if file == STANDARD_INPUT else file.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ParleyError(f"a text of more than {limit} bytes", where=str(file), fix="split it into its articles")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fix = f"save it as UTF-8; {_READ_FORMATS}"
        raise ParleyError("not a text in UTF-8", where=str(file), why=str(error), fix=fix) from None


_CHOOSE = "--text COLUMN, --title COLUMN, --date COLUMN"
_READ_FORMATS = f"read are {', '.join(READERS)}, also with .gz"
