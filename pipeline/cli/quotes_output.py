"""The forms in which `parley quotes` prints the quotes of an article: a table, an explanation, JSON lines, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.core.text import escape_cell

if TYPE_CHECKING:
    from pipeline.core.quote import Quote
    from pipeline.extract.quote_explainer import ArticleExplanation

# Columns of the CSV; those of a quote have the names that they have in the dataset.
COLUMNS = (
    "file", "article_title", "published_at", "type", "content", "cue", "source", "speaker", "speaker_kind", "certainty",
    "content_start", "content_end",
)  # fmt: skip
# How each line of JSON begins.
JSON_START = '{"file": '


def json_lines(
    article: Mapping[str, Any], quotes: Sequence[Quote], explanation: ArticleExplanation | None
) -> Iterator[str]:
    """Yield a JSON object for each quote, then for each sentence without a quote if there is an explanation."""
    of_article = {name: article[name] for name in ("file", "article_id", "title") if name in article}
    for k, quote in enumerate(quotes):
        explained = {"explanation": explanation.quotes[k].to_dict()} if explanation else {}
        yield json.dumps(of_article | quote.to_dict() | explained, ensure_ascii=False)
    for unquoted in explanation.unquoted if explanation else ():
        values = {"sentence": list(unquoted.sentence), "reason": unquoted.reason, "why": unquoted.why}
        yield json.dumps(of_article | values, ensure_ascii=False)


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
