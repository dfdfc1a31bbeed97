"""Config files: YAML mappings, read into validated dataclasses, and CSV files of decisions."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import yaml
from pydantic import ConfigDict, Field, ValidationError

from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.text import shortened

# An installed package has the configs and annotations of a checkout in `_template` (pyproject.toml says which).
INSTALLED = Path(__file__).resolve().parents[1] / "_template"
ROOT = INSTALLED if INSTALLED.is_dir() else INSTALLED.parents[1]
CONFIGS = ROOT / "configs"
# Note of the rows of configs/speakers.csv that are known from the sample alone.
SAMPLE_NOTE = "invented, for the sample"
# Settings of every config dataclass: no unknown key, and no text where a number is due.
STRICT = ConfigDict(extra="forbid", strict=True)
Share = Annotated[float, Field(ge=0, le=1)]

# Line breaks and other control characters, and those that turn the direction of a line: no name has them.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

T = TypeVar("T")


def read_yaml(path: Path | str) -> dict[str, Any]:
    """Read one YAML mapping; a ConfigError if it is missing, no YAML, no mapping, has a key twice or nests too deep."""
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise ConfigError("this is no file", where=str(path), fix="put the config file there")
    try:
        loaded = deepcopy(_parse_yaml(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError("no such config file", where=str(path)) from None
    except RecursionError:
        raise ConfigError("lists in lists, hundreds deep", where=str(path)) from None
    except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # the last three: 2024-13-45, `!!bool 4`
        why = str(error).replace('in "<unicode string>", ', "in ")
        raise ConfigError("not a YAML file", where=str(path), why=why) from None
    if not isinstance(loaded, dict):
        raise ConfigError("a config file contains `key: value` lines", where=str(path))
    return loaded


# The compiled loader is ten times as fast as that of `yaml.safe_load`.
class _Loader(yaml.CSafeLoader):
    """A loader that refuses a key given twice: otherwise the last one counts without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.YAMLError(f"line {key.start_mark.line + 1}: `{key.value}` is given twice; delete one")
                seen.add(key.value)
        return super().construct_mapping(node, deep)


@lru_cache(maxsize=64)  # a language file takes ten times as long as a copy of what is in it
def _parse_yaml(text: str) -> Any:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def load_config(kind: type[T], path: Path | str) -> T:
    """Read a YAML file into the pydantic dataclass `kind`."""
    return build_config(kind, read_yaml(path), where=str(path))


def build_config(
    kind: type[T],
    values: Mapping[str, Any],
    where: str = "",
    kind_of_error: type[ParleyError] = ConfigError,
    fix: str = "",
) -> T:
    """Return `values`, checked, as a `kind`; the first problem is a `kind_of_error`, with this `fix` if it has none."""
    try:
        return kind(**{str(key): value for key, value in values.items()})
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    value, why = problem["input"], ""
    if problem["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = [field.name for field in fields(cast(Any, kind))]
        close = "".join(f"did you mean `{name}`? " for name in get_close_matches(key.rpartition(".")[2], known, 1))
        what, fix = f"unknown key `{key}`", f"{close}known keys: {', '.join(known)}"
    elif problem["type"] == "missing":
        what = f"key `{key}` is missing"
    else:
        what, why = f"`{key}` is {shortened(value)}", problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "string_type" and isinstance(value, bool):
            fix = 'YAML reads on, off, yes and no as true and false: put the word in quotes, as in "on"'
    raise kind_of_error(what, where=where, why=why, fix=fix)


def read_csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the cells of each row of a CSV file that has these columns.

    A file that is missing or not in UTF-8, other columns, a row with more or fewer cells, and a line break or another
    control character in a cell other than a note is a ConfigError.
    """
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        if tuple(reader.fieldnames or ()) != columns:
            raise ConfigError("the columns are wrong", where=str(path), fix=f"first line: {','.join(columns)}")
        for row in reader:
            where = f"{path}, row {reader.line_num}"
            if None in row or None in row.values():
                raise ConfigError(f"a row has {len(columns)} cells", where=where)
            for name, cell in row.items():
                if name != "note" and _CONTROLS.search(cell.strip()):
                    what = f"`{name}` has a line break or another control character"
                    raise ConfigError(what, where=where, why=shortened(cell), fix="delete it")
            yield reader.line_num, row
    except FileNotFoundError:
        raise ConfigError("no such file", where=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("not a CSV file in UTF-8", where=str(path), why=str(error), fix="correct that") from None
