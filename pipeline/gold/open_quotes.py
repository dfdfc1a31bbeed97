"""The open gold: quotes annotated in openly licensed news, stored without the text (`benchmarks.join_gold` joins both).

A line of `data/annotations/open_quotes.jsonl` is an article: the hashes of its paragraphs, and its quotes. A span is
`[paragraph, start, end]`: the number of the paragraph, and code points of its text with every run of white space as
one space. So any copy that contains these paragraphs will do, whatever stands before, between and after them.
`attitudes` says whether somebody looked for every belief, plan and wish.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.text import shortened

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


def read_open_quotes(path: Path) -> list[dict[str, Any]]:
    """Read the articles of the open gold; the first row that is not valid raises a DataError with its place."""
    articles: dict[str, dict[str, Any]] = {}
    fix = "correct the line, or restore the file from git"
    for _, where, row in iterate_json_lines(path):
        article = build_config(_Article, row, where, DataError, fix)
        for number, values in enumerate(article.quotes, 1):
            place = f"{where}, quote {number}"
            quote = build_config(_Quote, values, place, DataError, fix)
            spoken = quote.speaker if isinstance(quote.speaker, list) else []
            for span in (*quote.content, *quote.cue, *quote.source, *spoken):
                if span[0] >= len(article.paragraphs) or span[1] >= span[2]:
                    raise DataError(f"a span is {shortened(span)}", where=place, fix="write [paragraph, start, end]")
        if article.doc_id in articles:
            raise DataError(f"doc_id {article.doc_id} appears twice", where=where, fix="remove one of the two lines")
        articles[article.doc_id] = row
    return list(articles.values())
