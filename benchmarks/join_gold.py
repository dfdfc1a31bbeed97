"""Join the open gold (annotated real news, kept without its text) with your copies of its texts.

TEXTS are copies of the articles, whose addresses are the `url`s of data/annotations/open_quotes.jsonl: JSON lines with
a field `text`, or text files, a paragraph a line. Paragraphs are found by their hashes, in any order. Articles with a
missing one are left out; `--verbose` lists them.

\b
    python -m benchmarks.join_gold wikinews.jsonl gum_news.jsonl --out open_gold.jsonl
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines
from pipeline.core.storage.output_files import check_output
from pipeline.core.storage.tables import write_text
from pipeline.core.text import printable_line
from pipeline.gold.open_quotes import join_texts, read_open_quotes


def iterate_texts(file: Path) -> Iterator[str]:
    """Yield the texts of a file of JSON lines, or the text of any other file."""
    if file.suffix not in (".jsonl", ".ndjson"):
        yield file.read_text(encoding="utf-8", errors="replace")
        return
    for _, where, row in iterate_json_lines(file):
        if not isinstance(row.get("text"), str):
            raise DataError("no `text`", where=where, fix="give each line the text of an article as `text`")
        yield row["text"]


@click.command(help=__doc__)
@click.argument("texts", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--verbose", is_flag=True, help="List the articles that are left out.")
@click.option("--root", default=ROOT, type=click.Path(file_okay=False, path_type=Path), help="A checkout of Parley.")
def main(texts: tuple[Path, ...], out: Path, verbose: bool, root: Path) -> None:
    """Write the joined articles as JSON lines."""
    try:
        check_output(root, out, texts, begins=['{"source": '])
        articles = read_open_quotes(root / paths.ANNOTATIONS / "open_quotes.jsonl")
        rows = list(join_texts(articles, (text for file in texts for text in iterate_texts(file))))
    except ParleyError as error:
        raise click.ClickException(str(error)) from None
    joined = [row for row in rows if not isinstance(row, DataError)]
    for error in rows if verbose else ():
        if isinstance(error, DataError):
            click.echo(printable_line(f"left out: {error}"), err=True)
    if not joined:
        raise click.ClickException("no article of the open gold is in these texts; `url` says where they are")
    write_text(out, format_json_lines(joined))
    quotes = sum(len(article["quotes"]) for article in joined)
    click.echo(f"{out}: {len(joined)} of {counted(len(articles), 'article')}, {counted(quotes, 'quote')}")


if __name__ == "__main__":
    main()
