"""The annotated quotes of `data/annotations/quotes.jsonl`, checked against the articles, and sides of `sides.jsonl`."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass as checked_dataclass

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage.json_lines import iterate_json_lines, iterate_lines, parse_json_line
from pipeline.core.text import Span

# Text in quotation marks. A single mark after a letter is an apostrophe.
_QUOTED = re.compile(
    r"“[^”]*”?|\"[^\"]*\"?|«[^»]*»?|„[^“”]*[“”]?|(?<!\w)‘.*?(?:’(?!\w)|\Z)|(?<!\w)'.*?(?:'(?!\w)|\Z)", re.DOTALL
)
Use = Literal["choose", "judge"]
USES = get_args(Use)
Words = Annotated[str, Field(min_length=1)]
GOLD_QUOTE_FIELDS = {"quote_id", "article_id", "raw_path", "content", "cue", "source", "speaker", "type", "annotator"}


@dataclass(frozen=True)
class GoldQuote:
    """An annotated quote; its spans are code points of the article's text."""

    quote_id: str
    article_id: str
    raw_path: str  # the input file that contains the article
    content: list[Span]
    cue: Span | None
    source: Span | None
    speaker: str | None  # full name, if the article has it
    type: str
    annotator: str
    span_texts: tuple[tuple[Span, str], ...]  # the spans with their texts, to be checked against the article
    where: str  # file and line, for error messages


@checked_dataclass(frozen=True, config=STRICT)
class GoldSide:
    """The side of one speaker in one article, None where it has none; `use` is `choose` or `judge`."""

    article_id: str
    speaker: Words  # as `quotes.jsonl` names it
    side: Words | None
    annotator: str
    use: Use


def read_gold_quotes(path: Path | str) -> list[GoldQuote]:
    """Read all annotated quotes of a file; the first row that is not valid raises a DataError."""
    quotes = []
    for row in iterate_gold_quotes(Path(path)):
        if isinstance(row, DataError):
            raise row
        quotes.append(row)
    return quotes


def iterate_gold_quotes(path: Path) -> Iterator[GoldQuote | DataError]:
    """Yield each row of the file as a quote, or as the error that says what is wrong with it."""
    seen: set[str] = set()
    for _, where, line in iterate_lines(path):
        try:
            quote = parse_gold_quote(parse_json_line(line, where), where)
            if quote.quote_id in seen:
                raise DataError(f"quote_id {quote.quote_id} appears twice", where=where, fix="give each row its own")
            seen.add(quote.quote_id)
            yield quote
        except DataError as error:
            yield error


def find_span_problems(
    quotes: Iterable[GoldQuote], texts: Mapping[str, str], raw_paths: Collection[str]
) -> Iterator[DataError]:
    """Yield an error for each span whose text differs from the article's, and for each quote whose article is missing.

    `texts` are by article_id, `raw_paths` the input files of these articles. Quotes of other files are skipped: their
    articles are not part of this run.
    """
    for quote in quotes:
        text = texts.get(quote.article_id)
        if text is None:
            if quote.raw_path in raw_paths:
                what = f"article {quote.article_id} is not among the articles of {quote.raw_path}"
                fix = "its text changed: annotate it again, or remove the row"
                yield DataError(what, where=quote.where, fix=fix)
            continue
        for (start, end), annotated in quote.span_texts:
            if (actual := text[start:end]) != annotated:
                what = f"characters {start} to {end} are {actual[:60]!r}, the row says {annotated[:60]!r}"
                where = f"{quote.where}, article {quote.article_id}"
                yield DataError(what, where=where, fix="correct the offsets or the text of the span")


def parse_gold_quote(row: Mapping[str, Any], where: str) -> GoldQuote:
    """Build a quote from a row of `quotes.jsonl`; a field that is missing, unknown or not valid raises a DataError."""
    if wrong := sorted(set(row) ^ GOLD_QUOTE_FIELDS):
        raise DataError(f"field missing or unknown: {', '.join(wrong)}", where=where)
    if row["type"] not in QUOTE_TYPES:
        raise DataError(f"type is {row['type']!r}", where=where, fix=f"use one of {', '.join(QUOTE_TYPES)}")
    content = [_parse_span(span, f"{where}, content") for span in row["content"]]
    if not content or content != sorted(content):
        raise DataError("content needs parts, in order", where=where)
    others = {name: _parse_span(row[name], f"{where}, {name}") for name in ("cue", "source") if row[name] is not None}
    spans = {"content": [span for span, _ in content], **{name: span for name, (span, _) in others.items()}}
    return GoldQuote(**{**row, **spans}, span_texts=(*content, *others.values()), where=where)


def _parse_span(value: Any, where: str) -> tuple[Span, str]:
    """Return the span and the text of a JSON object {start, end, text}."""
    try:
        start, end, text = value["start"], value["end"], value["text"]
    except (TypeError, KeyError):
        raise DataError("a span is {start, end, text}", where=where) from None
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        raise DataError(f"start {start!r} and end {end!r} are no span", where=where)
    return (start, end), str(text)


def classify_type(text: str, content: Sequence[Span]) -> str:
    """Return `direct`, `mixed` or `indirect`: all, some or none of the content's letters are in quotation marks."""
    parts = [text[start:end] for start, end in content]
    marked = [match for part in parts for match in _QUOTED.findall(part)]
    total, quoted = (sum(map(str.isalnum, "".join(texts))) for texts in (parts, marked))
    return "indirect" if not quoted else "direct" if quoted == total else "mixed"


def read_gold_sides(path: Path) -> list[GoldSide]:
    """Read the annotated sides, none where there is no file; the first row that is not valid raises a DataError."""
    rows: dict[tuple[str, str], GoldSide] = {}
    for _, where, row in iterate_json_lines(path) if path.exists() else ():
        gold = build_config(GoldSide, row, where, DataError, fix="see GUIDELINES.md")
        key = gold.article_id, gold.speaker
        if key in rows:
            raise DataError(f"{gold.speaker} of article {gold.article_id} appears twice", where=where)
        rows[key] = gold
    return list(rows.values())
