"""The command `parley gold`: the open gold, joined with a copy of its texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.cli.root_option import root_option
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines
from pipeline.core.storage.tables import write_text
from pipeline.core.text import printable_line
from pipeline.gold.open_quotes import join_texts, read_open_quotes


@click.command()
@click.argument("texts", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@root_option
def gold(texts: tuple[Path, ...], out: Path, root: Path) -> None:
    """Join the open gold (annotated real news) with your copy of its texts.

    The project has the annotations of real articles, not their text. TEXTS are JSON lines with a field `text`, or text
    files; the paragraphs are found by their hashes, in any order. Articles of which a paragraph is missing are listed
    and left out.

    \b
    Example:
      parley gold wikinews.jsonl gum_news.jsonl --out open_gold.jsonl
    """
    articles = read_open_quotes(root / paths.ANNOTATIONS / "open_quotes.jsonl")
    joined: list[dict[str, Any]] = []
    for article in join_texts(articles, _iterate_texts(texts)):
        if isinstance(article, DataError):
            click.echo(printable_line(f"left out: {article}"), err=True)
        else:
            joined.append(article)
    if not joined:
        raise DataError("no article of the open gold is in these texts", where=", ".join(map(str, texts)))
    write_text(out, format_json_lines(joined))
    quotes = sum(len(article["quotes"]) for article in joined)
    click.echo(f"{out}: {len(joined)} of {len(articles)} articles, {quotes} quotes")


def _iterate_texts(files: tuple[Path, ...]) -> Iterator[str]:
    """Yield the texts of files of JSON lines and of text files."""
    for file in files:
        if file.suffix not in (".jsonl", ".ndjson"):
            yield file.read_text(encoding="utf-8", errors="replace")
            continue
        for _, where, row in iterate_json_lines(file):
            if not isinstance(row.get("text"), str):
                raise DataError("no `text`", where=where, fix="give each line the text of an article as `text`")
            yield row["text"]
