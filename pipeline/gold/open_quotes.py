"""The open gold: quotes annotated in openly licensed news, stored without the text, and joined with a copy of it.

A line of `data/annotations/open_quotes.jsonl` is an article: the hashes of its paragraphs, and its quotes. A span is
`[paragraph, start, end]`: the number of the paragraph, and code points of its text with every run of white space as
one space. So any copy that contains these paragraphs will do, whatever stands before, between and after them.
`attitudes` says whether somebody looked for every belief, plan and wish.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.text import Span, shortened
from pipeline.gold.quote_annotations import classify_type

# What was said or written, and what somebody believes, plans or wishes without saying so.
Act = Literal["speech", "attitude"]
Kind = Literal["person", "organisation", "country", "group", "document", "media", "unknown"]
Use = Literal["train", "test"]
KINDS, USES = get_args(Kind), get_args(Use)
_ThreeNumbers = Annotated[list[NonNegativeInt], Field(min_length=3, max_length=3)]


@dataclass(frozen=True, config=STRICT)
class _Quote:
    """A quote as it is in the file."""

    content: Annotated[list[_ThreeNumbers], Field(min_length=1)]
    cue: list[_ThreeNumbers]
    source: list[_ThreeNumbers]
    speaker: str | list[_ThreeNumbers] | None
    kind: Kind
    act: Act
    optional: bool


@dataclass(frozen=True, config=STRICT)
class _Article:
    """A line of the file."""

    source: str
    doc_id: str
    url: str
    date: str
    licence: str
    use: Use
    annotators: list[str]
    attitudes: bool
    paragraphs: list[str]
    quotes: list[dict[str, Any]]  # each a `_Quote`


def hash_paragraph(paragraph: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a paragraph with every run of white space as one space."""
    return hashlib.sha256(" ".join(paragraph.split()).encode()).hexdigest()[:16]


def read_open_quotes(path: Path) -> list[dict[str, Any]]:
    """Read the articles of the open gold; the first row that is not valid raises a DataError with its place."""
    articles, seen = [], set()
    for _, where, row in iterate_json_lines(path):
        _check_article(row, where)
        if row["doc_id"] in seen:
            raise DataError(f"doc_id {row['doc_id']} appears twice", where=where, fix="remove one of the two lines")
        seen.add(row["doc_id"])
        articles.append(row)
    return articles


def _check_article(row: Mapping[str, Any], where: str) -> None:
    fix = "correct the line, or restore the file from git"
    article = build_config(_Article, row, where, DataError, fix)
    for number, values in enumerate(article.quotes, 1):
        place = f"{where}, quote {number}"
        quote = build_config(_Quote, values, place, DataError, fix)
        spoken = quote.speaker if isinstance(quote.speaker, list) else []
        for span in (*quote.content, *quote.cue, *quote.source, *spoken):
            if span[0] >= len(article.paragraphs) or span[1] >= span[2]:
                raise DataError(f"a span is {shortened(span)}", where=place, fix="write [paragraph, start, end]")


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
