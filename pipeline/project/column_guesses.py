"""Which columns of the tables among some articles have text, title, date and so on: by their names and their values."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.core.config import read_yaml
from pipeline.core.errors import ParleyError, is_used_up
from pipeline.ingest.column_mapping import find_columns, is_column_name
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.formats import find_reader, jsonl, parquet, tabular
from pipeline.ingest.formats.file_opening import open_bytes
from pipeline.ingest.input_files import find_input_files
from pipeline.ingest.raw_document import Reject

# Names of columns in several languages, by field of an article.
NAMES = Path(__file__).with_name("column_names.yaml")
SAMPLE_ROWS = 20
# Above this many, the names of columns in an error are counted.
MAX_LISTED = 40
Record = dict[str, Any]
_WORDS = re.compile(r"\w+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MAX_DATE_CHARACTERS = 40
MIN_TEXT_WORDS, TITLE_WORDS = 30, (3, 25)
# Share of a column's values that must look alike.
SHARE = 0.8


def find_guesses(place: Path, chosen: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Look at the tables of an input, and guess columns for the fields that have none of a chosen or known name.

    Each table is looked at by itself: one without a chosen column is read by guesses. An input without a file is a
    ParleyError.
    """
    columns, guesses = tried_columns(chosen), defaultdict[str, dict[str, None]](dict)
    files = [file for _, file in find_input_files(place, [], [])]
    if not files:
        raise ParleyError("no file here", where=str(place), fix="name the file or folder of your articles")
    for file in files:
        if isinstance(file, Path) and (rows := read_sample(file, IngestConfig())):
            for name, column in guess_columns(rows, columns).items():
                guesses[name][column] = None
    return {name: list(found) for name, found in guesses.items()}


def check_columns(places: Sequence[Path], chosen: Mapping[str, Sequence[str]]) -> None:
    """Check that each chosen column is in one of the tables of some files and folders; else raise a ParleyError."""
    found = (file for place in places for _, file in find_input_files(place, [], []))
    tables = [file for file in found if isinstance(file, Path)]
    names = list(dict.fromkeys(name for file in tables for row in read_sample(file, IngestConfig()) for name in row))
    known = {name.casefold() for name in names}
    for name in (name for columns in chosen.values() for name in columns):
        # A column that only later rows have is looked for in all of them; of a CSV file, in the first rows.
        rows = (row for file in tables for row in _read_unbroken_rows(file, IngestConfig()))
        if name.casefold() not in known and not any(name.casefold() in map(str.casefold, row) for row in rows):
            listed = ", ".join(f"`{column}`" for column in names[:MAX_LISTED])
            more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
            there = f"there are: {listed}{more}" if names else "there is no table"
            meant = "".join(f"did you mean `{close}`? " for close in get_close_matches(name, names, 1))
            fix = f"{meant}name a column as its table does, or leave the option out"
            raise ParleyError(f"no file has a column `{name}`", where=", ".join(map(str, places)), why=there, fix=fix)


def tried_columns(chosen: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the columns to try for each field: the chosen ones, then those of a known name."""
    return {field: [*chosen.get(field, []), *known] for field, known in COLUMNS.items()}


def guess_columns(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, list[str]]) -> dict[str, str]:
    """Guess columns of a table by its first rows, for fields that `columns` (configs/ingest.yaml) find nothing for."""
    # JSON can have half a character in a name, which no config can.
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if not _SURROGATE.search(name)]
    found = find_columns(names, columns)
    free = [name for name in names if not any(name in taken for taken in found.values())]
    values = {name: [str(row[name]).strip() for row in rows if row.get(name) not in (None, "")] for name in free}
    guesses: dict[str, str] = {}
    for field in columns:
        if field not in found and (name := _by_name(field, free, values) or _by_values(field, free, values)):
            guesses[field] = name
            free.remove(name)
    # Else the first line is an article, or the columns are those of many articles; the stage `ingest` says so.
    text = guesses.get("text", "")
    return guesses if is_column_name(text) and not _is_one_of_many(text, names) else {}


def _is_one_of_many(name: str, names: Sequence[str]) -> bool:
    """Return whether a column is that of one of many articles: `1.text` beside `2.text`; not beside `summary.text`."""
    inner: dict[str, set[str]] = {}
    for other in names:
        outer, _, last = other.rpartition(".")
        inner.setdefault(outer, set()).add(last)
    own, _, text = name.rpartition(".")
    alike = [outer for outer, columns in inner.items() if outer and text in columns]
    if not own or len(alike) < 2:
        return False
    return all(outer.isdigit() for outer in alike) or all(inner[outer] == inner[own] for outer in alike)


def _by_name(field: str, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the first column whose name says the field; of `a.b`, the name is `b`."""

    def may_be_date(value: str) -> bool:
        return len(value) <= MAX_DATE_CHARACTERS and any(map(str.isdigit, value))

    known = {*COLUMNS[field], *read_yaml(NAMES)[field].split()}
    named = [name for name in names if name.rpartition(".")[2].strip().casefold() in known]
    if field == "published_at":  # `data` is a date in some languages, and anything in English
        named = [name for name in named if _mostly(may_be_date, values[name])]
    return next(iter(named), None)


def _by_values(field: str, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the column whose values look most like the field: long texts, dates, headlines, addresses."""
    lengths = {name: median(len(_WORDS.findall(v)) for v in values[name]) for name in names if values[name]}
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    if field == "text":
        return longest if longest and lengths[longest] >= MIN_TEXT_WORDS else None
    if field == "title":
        fit = [n for n, words in lengths.items() if TITLE_WORDS[0] <= words <= TITLE_WORDS[1]]
        fit = [n for n in fit if len(set(values[n])) > SHARE * len(values[n]) and not _mostly(_is_date, values[n])]
        return max(fit, key=lambda name: lengths[name], default=None)
    tests = {"published_at": _is_date, "url": lambda value: value.startswith(("http://", "https://"))}
    return next((name for name in names if field in tests and _mostly(tests[field], values[name])), None)


def _mostly(test: Callable[[str], bool], values: Sequence[str]) -> bool:
    return bool(values) and sum(map(test, values)) >= SHARE * len(values)


def _is_date(value: str) -> bool:
    """Whether a value has a year, and month and day or a word: not the number `2019-25`."""
    words = _WORDS.findall(value)
    has_more = len(words) > 2 or (len(words) == 2 and any(map(str.isalpha, words)))
    return len(value) <= MAX_DATE_CHARACTERS and has_more and bool(_YEAR.search(value))


def read_sample(path: Path, config: IngestConfig) -> list[Record]:
    """Return the first rows of a table by column; the key b of an object a is the column `a.b`.

    A file that is no table has no row, one that is broken those before; the stage `ingest` says why.
    """
    return list(islice(_read_unbroken_rows(path, config), SAMPLE_ROWS))


def _read_unbroken_rows(path: Path, config: IngestConfig) -> Iterator[Record]:
    """Yield the rows of a table before the first that is broken."""
    reader = find_reader(path.name)
    try:
        if reader is tabular.read:
            rows = (fields for _, fields in tabular.read_rows(path, config) if not isinstance(fields, Reject))
            header = next(rows, [])
            yield from (dict(zip(header, fields, strict=True)) for fields in rows)
        elif reader in (jsonl.read_lines, jsonl.read_values):
            with open_bytes(path, config) as file:
                for value in jsonl.iterate_values(file, config.max_row_bytes):
                    for inner in jsonl.inner_values(value, config):
                        yield dict(_flatten(inner)) if isinstance(inner, dict) else {}
        elif reader is parquet.read and not path.name.lower().endswith(".gz"):
            yield from (dict(_flatten(row)) for row in parquet.read_records(path, config))
    except Exception as error:  # whatever is wrong with the file
        if is_used_up(error):
            raise


def _flatten(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
