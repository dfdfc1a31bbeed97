"""The forms in which `parley quotes` prints the quotes of an article: a table, an explanation, JSON lines, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.core.csv_escaping import escape_cell

if TYPE_CHECKING:
    from pipeline.core.quote import Quote

# Columns of the CSV; those of a quote have the names that they have in the dataset.
COLUMNS = (
    "file", "article_title", "published_at", "type", "content", "cue", "source", "speaker", "speaker_kind", "certainty",
    "content_start", "content_end",
)  # fmt: skip
_MAX_SHOWN = 60  # characters of a quote
# How each line of JSON begins.
JSON_START = '{"file": '


def json_lines(article: Mapping[str, Any], quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a JSON object for each quote."""
    of_article = {name: article[name] for name in ("file", "article_id", "title") if name in article}
    for quote in quotes:
        yield json.dumps(of_article | quote.to_dict(), ensure_ascii=False)


def explanation_lines(quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a line for each quote: where it is, what found it and with which score, and how its speaker was found."""
    for quote in quotes:
        score = quote.confidence if quote.speech_score is None else quote.speech_score
        steps = [f"{step.rule}{f' “{words}”' if (words := quote.words(step.span)) else ''}" for step in quote.steps]
        how = " → ".join(steps) or quote.resolved_by
        found = f"{quote.rule} {score:.2f}; {quote.speaker or 'nobody'} ({how}; certainty {quote.certainty:.2f})"
        shown = quote.quoted if len(quote.quoted) <= _MAX_SHOWN else f"{quote.quoted[: _MAX_SHOWN - 1]}…"
        yield f"{quote.content[0][0]:>6}  {shown}  {found}"


def csv_lines(article: Mapping[str, Any], quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a line of CSV for each quote."""
    for quote in quotes:
        about = (article["file"], article.get("title"), article.get("published_at"), quote.type, quote.quoted)
        who = (quote.words(quote.cue), quote.words(quote.source), quote.speaker, quote.kind)
        numbers = (f"{quote.certainty:.2f}", str(quote.content[0][0]), str(quote.content[-1][1]))
        yield format_csv_line([*about, *who, *numbers])


def format_csv_line(cells: Sequence[Any]) -> str:
    """Return a line of CSV, without its end; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["" if cell is None else escape_cell(str(cell)) for cell in cells])
    return line.getvalue()


def print_table(quotes: Sequence[Quote], title: str, width: int | None) -> None:
    """Print the quotes of an article as a table with one row per quote; a width of None is the terminal's."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pipeline.core.text import printable, printable_line

    table = Table(show_lines=True, title=Text(printable_line(title)) if title else None, title_justify="left")
    table.add_column("at", justify="right")
    table.add_column("speaker")
    table.add_column("certainty", justify="right")
    table.add_column("cue")
    table.add_column("quote", ratio=1)
    table.add_column("type")
    for quote in quotes:
        start = str(quote.content[0][0])
        certainty = f"{quote.certainty:.2f}" if quote.speaker else "–"
        cells = (start, quote.speaker or "–", certainty, quote.words(quote.cue) or "–", quote.quoted, quote.type)
        # `Text`, because rich would read square brackets in a plain string as markup.
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console(width=width).print(table)
