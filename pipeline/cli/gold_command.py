"""The command `parley gold`: the open gold, joined with a copy of its texts. Slow imports are inside the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli.root_option import root_option
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.number_format import counted
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines
from pipeline.core.text import printable_line


@click.command()
@click.argument("texts", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--verbose", is_flag=True, help="List the articles that are left out.")
@root_option
def gold(texts: tuple[Path, ...], out: Path, verbose: bool, root: Path) -> None:
    """Join the open gold (annotated real news) with your copy of its texts.

    The project has the annotations of real articles, not their text. TEXTS are your copies of the articles, whose
    addresses are the `url`s of data/annotations/open_quotes.jsonl: JSON lines with a field `text`, or .txt files, a
    paragraph a line. Paragraphs are found by their hashes, in any order. Articles with a missing one are left out.

    \b
    Example:
      parley gold wikinews.jsonl gum_news.jsonl --out open_gold.jsonl
    """
    from pipeline.core.storage.output_files import check_output
    from pipeline.core.storage.tables import write_text
    from pipeline.gold.open_quotes import hash_paragraph, join_texts, read_open_quotes

    path = root / paths.ANNOTATIONS / "open_quotes.jsonl"
    if not path.exists():
        why, fix = (
            "it comes with the code of Parley, not with a project",
            "run this in a checkout of Parley, or give --root",
        )
        raise DataError("no open gold here", where=str(path), why=why, fix=fix)
    check_output(root, out, texts, begins=['{"source": '])
    articles = read_open_quotes(path)
    known = {name for article in articles for name in article["paragraphs"]}
    found: list[str] = []
    for file in texts:
        of_file = [text for text in _iterate_texts(file) if any(hash_paragraph(p) in known for p in text.split("\n"))]
        if not of_file:
            click.echo(printable_line(f"warning: {file} has no paragraph of the open gold"), err=True)
        found += of_file
    rows = list(join_texts(articles, found))
    joined = [row for row in rows if not isinstance(row, DataError)]
    missing = [row for row in rows if isinstance(row, DataError)]
    if not joined:
        raise DataError(
            "no article of the open gold is in these texts",
            where=", ".join(map(str, texts)),
            fix="give copies of the articles as JSON lines with `text`; `url` in open_quotes.jsonl says where they are",
        )
    for error in missing if verbose else ():
        click.echo(printable_line(f"left out: {error}"), err=True)
    write_text(out, format_json_lines(joined))
    quotes = sum(len(article["quotes"]) for article in joined)
    hint = "" if verbose or not missing else "; --verbose lists the others"
    click.echo(f"{out}: {len(joined)} of {counted(len(articles), 'article')}, {counted(quotes, 'quote')}{hint}")


def _iterate_texts(file: Path) -> Iterator[str]:
    """Yield the texts of a file of JSON lines, or the text of a text file."""
    if file.suffix in (".txt", ".md"):
        yield file.read_text(encoding="utf-8", errors="replace")
        return
    if file.suffix not in (".jsonl", ".ndjson"):
        raise DataError("neither JSON lines nor a text file", where=str(file), fix="give .jsonl with `text`, or .txt")
    for _, where, row in iterate_json_lines(file):
        if not isinstance(row.get("text"), str):
            raise DataError("no `text`", where=where, fix="give each line the text of an article as `text`")
        yield row["text"]
