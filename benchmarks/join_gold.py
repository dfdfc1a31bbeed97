"""Join the open gold (annotated real news, kept without its text) with your copies of its texts.

TEXTS are copies of the articles, whose addresses are the `url`s of data/annotations/open_quotes.jsonl: JSON lines with
a field `text`, or text files, a paragraph a line. Paragraphs are found by their hashes, in any order. Articles with a
missing one are left out; `--verbose` lists them.

\b
    python -m benchmarks.join_gold wikinews.jsonl gum_news.jsonl --out open_gold.jsonl
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.storage.atomic_files import check_output
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines
from pipeline.core.storage.tables import write_text
from pipeline.core.text import Span, printable_line
from pipeline.gold.open_quotes import read_open_quotes
from pipeline.gold.quote_annotations import classify_type


def iterate_texts(file: Path) -> Iterator[str]:
    """Yield the texts of a file of JSON lines, or the text of any other file."""
    if file.suffix not in (".jsonl", ".ndjson"):
        yield file.read_text(encoding="utf-8", errors="replace")
        return
    for _, where, row in iterate_json_lines(file):
        if not isinstance(row.get("text"), str):
            raise DataError("no `text`", where=where, fix="give each line the text of an article as `text`")
        yield row["text"]


def hash_paragraph(paragraph: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a paragraph with every run of white space as one space."""
    return hashlib.sha256(" ".join(paragraph.split()).encode()).hexdigest()[:16]


def join_texts(articles: Iterable[Mapping[str, Any]], texts: Iterable[str]) -> Iterator[dict[str, Any] | DataError]:
    """Yield each article with its text and its quotes, or the error that says what its text lacks.

    `texts` contain the paragraphs, in any order; a line is a paragraph.

    Yields
    ------
    dict or DataError
        `source`, `doc_id`, `url`, `date`, `licence`, `use`, `attitudes`; `text` (the paragraphs, one a line); and
        `quotes`: `content`, `cue` and `source` as lists of `[start, end]` in code points of the text, `speaker`,
        `kind`, `type`, `act`, `optional`.
    """
    articles = list(articles)
    known: dict[str, str] = {}
    wanted = {name for article in articles for name in article["paragraphs"]}
    for text in texts:
        for paragraph in text.split("\n"):
            if (name := hash_paragraph(paragraph)) in wanted:
                known[name] = " ".join(paragraph.split())
    for article in articles:
        missing = sum(name not in known for name in article["paragraphs"])
        where = f"{article['source']} {article['doc_id']}"
        if missing:
            what = f"{missing} of {len(article['paragraphs'])} paragraphs are not in the texts"
            yield DataError(what, where=where, fix=f"add a copy of {article['url']} as it was on {article['date']}")
        else:
            yield _join_article(article, [known[name] for name in article["paragraphs"]])


def _join_article(article: Mapping[str, Any], paragraphs: list[str]) -> dict[str, Any]:
    starts = [sum(len(paragraph) + 1 for paragraph in paragraphs[:k]) for k in range(len(paragraphs))]
    text = "\n".join(paragraphs)

    def place(spans: list[list[int]]) -> list[Span]:
        return [(starts[k] + start, starts[k] + end) for k, start, end in spans]

    quotes = []
    for quote in article["quotes"]:
        spans = {name: place(quote[name]) for name in ("content", "cue", "source")}
        speaker = quote["speaker"]
        if isinstance(speaker, list):
            speaker = " and ".join(text[start:end] for start, end in place(speaker))
        rest = {name: quote[name] for name in ("kind", "act", "optional")}
        quotes.append({**spans, "speaker": speaker, "type": classify_type(text, spans["content"]), **rest})
    kept = {name: article[name] for name in ("source", "doc_id", "url", "date", "licence", "use", "attitudes")}
    return {**kept, "text": text, "quotes": quotes}


def split_off_text(text: str, quotes: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the hashes of an article's paragraphs, and its quotes with spans that stand off, ready to be joined.

    Parameters
    ----------
    text : str
        The article; a line is a paragraph, blank ones do not count.
    quotes : iterable of dict
        `content`, `cue`, `source` as lists of `[start, end]`, `speaker` (a name or None), `kind`, `act`, `optional`.
        A span must lie in one paragraph.
    """
    lines = [(match.start(), match.group()) for match in re.finditer(r"[^\n]*\S[^\n]*", text)]
    paragraphs = [" ".join(line.split()) for _, line in lines]

    def stand_off(span: Span) -> list[int]:
        k = bisect_right([start for start, _ in lines], span[0]) - 1
        start, line = lines[k] if k >= 0 else (0, "")
        if k < 0 or span[1] > start + len(line):
            raise DataError(f"characters {span[0]} to {span[1]} are not inside one paragraph", where=text[:40])
        # Places once every run of spaces is one, from the text before: with "a  " before it, a letter is the third.
        first, last = (len(" ".join(f"{line[: end - start]}x".split())) for end in (span[0], span[1] - 1))
        return [k, first - 1, last]

    def find_speaker(name: str | None) -> list[list[int]] | str | None:
        if not name:
            return None
        found = ((k, paragraph.find(name)) for k, paragraph in enumerate(paragraphs))
        return next(([[k, start, start + len(name)]] for k, start in found if start >= 0), name)

    rows = []
    for quote in quotes:
        spans = {field: [stand_off(span) for span in quote[field]] for field in ("content", "cue", "source")}
        rest = {"kind": quote["kind"] or "unknown", "act": quote["act"], "optional": quote["optional"]}
        rows.append({**spans, "speaker": find_speaker(quote["speaker"]), **rest})
    return [hash_paragraph(paragraph) for paragraph in paragraphs], rows


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
