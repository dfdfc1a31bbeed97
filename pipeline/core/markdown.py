"""Write Markdown: tables, and Jinja templates in which every inserted value is escaped for a table cell."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.core.number_format import DASH, counted, interval, percent, with_interval
from pipeline.core.stance_headlines import HeadlineSection


def escape(value: Any) -> Markup:
    """Escape a value for a table cell; None is a dash, Markup is left as it is.

    Pipes and line breaks would end the cell; `<`, `[` and `]` could begin an element, a link or an image, which whoever
    reads the file would load. Backticks and stars are left, because descriptions use them.
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup(DASH)
    return Markup(re.sub(r"[\\|\[\]]", r"\\\g<0>", " ".join(str(value).splitlines())).replace("<", "&lt;"))


def row(cells: Iterable[Any]) -> Markup:
    """Return one line of a Markdown table."""
    return Markup("| " + " | ".join(escape(cell) for cell in cells) + " |")


def header(names: Sequence[Any]) -> Markup:
    """Return the first two lines of a Markdown table: the names of the columns and the rule below them."""
    return Markup(row(names) + "\n|" + "---|" * len(names))


def section(part: HeadlineSection, level: int) -> Markup:
    """Return a section of figures: heading, text, table, and a list of what follows from it."""
    blocks = [f"{'#' * level} {escape(part.title)}", *map(escape, part.about)]
    if part.rows:
        blocks.append("\n".join([header(part.header), *map(row, part.rows)]))
    if part.notes:
        blocks.append("\n".join(f"- {escape(note)}" for note in part.notes))
    return Markup("\n\n".join(blocks))


def render(template: Path, **values: Any) -> str:
    """Fill in a Jinja template of Markdown, which may use others of its folder; a name without a value is an error."""
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> Environment:
    """Return the environment of a folder's templates, which are compiled once in a process."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        # With autoescape macros return Markup, which `escape` leaves alone; all else it escapes for Markdown, not HTML.
        autoescape=True,
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.do"],
    )
    filters = (percent, interval, with_interval, counted, row, header, section)
    environment.filters |= {function.__name__: function for function in filters}
    return environment
