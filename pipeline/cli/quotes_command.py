"""The command `parley quotes`: print the quotes of one file as a table or as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.text import printable, printable_json, printable_line

if TYPE_CHECKING:
    from pipeline.core.quote import Quote
    from pipeline.extract.quote_explainer import ArticleExplanation


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per quote, one per line.")
@click.option("--explain", is_flag=True, help="Say why each quote was found, and why other sentences gave none.")
@click.option(
    "--profile",
    type=click.Choice(["speech", "attribution"]),
    help="Use this profile instead of the one in configs/extract.yaml.",
)
@click.option(
    "--weights",
    type=click.Choice(["open", "research"]),
    help="Use these weights instead of those in configs/extract.yaml; `research` is for non-commercial research only.",
)
def quotes(file: Path, as_json: bool, explain: bool, profile: str | None, weights: str | None) -> None:
    """Print the quotes in FILE, or in standard input if FILE is `-`.

    A text file is read as it is, and offsets count its characters. Files in any other input format of the pipeline
    (HTML, JSONL, CSV, Parquet, WARC) are cleaned by `ingest` first, and offsets count the cleaned text of each article.

    With --explain, `cue` lists the log-odds of the word as a reporting cue, and `decided` lists by how much the score
    falls when a group of features is left out. With --json too, each quote has an `explanation`, and a line follows
    for each sentence without a quote.

    \b
    Examples:
      parley quotes article.txt
      parley quotes --json page.html | jq .speaker
      parley quotes --explain article.txt
      echo '“We will not stop,” said Nadia Sarkel.' | parley quotes -
    """
    from pipeline.api.extractor import Extractor
    from pipeline.cli.article_input import read_articles

    extractor = Extractor(profile=profile, weights=weights)
    for article in read_articles(file):
        text = article["text"]
        article_quotes, explanation = extractor.explain(text) if explain else (extractor(text), None)
        if as_json:
            article_fields = {name: article[name] for name in ("article_id", "title") if name in article}
            for row in _iterate_json_rows(article_quotes, explanation):
                click.echo(printable_json(json.dumps({**article_fields, **row}, ensure_ascii=False)))
        elif explanation is not None:
            from pipeline.extract.explanation_text import explanation_lines

            for line in explanation_lines(text, article_quotes, explanation):
                click.echo(printable(line))
        else:
            _print_table(article_quotes, article.get("title"))


def _iterate_json_rows(quotes: list[Quote], explanation: ArticleExplanation | None) -> Iterator[dict[str, Any]]:
    """Yield the quotes as dicts, then the sentences without a quote if there is an explanation."""
    for k, quote in enumerate(quotes):
        yield quote.to_dict() | ({"explanation": explanation.quotes[k].to_dict()} if explanation else {})
    for unquoted in explanation.unquoted if explanation else ():
        yield {"sentence": list(unquoted.sentence), "reason": unquoted.reason, "why": unquoted.why}


def _print_table(quotes: list[Quote], title: str | None) -> None:
    """Print the quotes of an article as a table with one row per quote."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not quotes:
        click.echo(printable(f"No quotes found{f' in {printable_line(title)}' if title else ''}."), err=True)
        return
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
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    click.echo(f"{len(quotes)} quotes. --json gives every offset.", err=True)
