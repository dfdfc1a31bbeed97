"""The hand-made annotation of quotes: `data/annotations/quotes.jsonl`, read and checked against the articles."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.text import Span

FIELDS = {"quote_id", "article_id", "raw_path", "content", "cue", "source", "speaker", "type", "annotator"}


@dataclass(frozen=True)
class GoldQuote:
    """One annotated quote; `where` is its file and line, for messages."""

    quote_id: str
    article_id: str
    raw_path: str
    content: list[Span]
    cue: Span | None
    source: Span | None
    speaker: str | None
    type: str
    annotator: str
    words: tuple[tuple[Span, str], ...]
    where: str


def read_gold(path: Path | str) -> list[GoldQuote]:
    """Read annotated quotes.

    Raises
    ------
    DataError
        Naming file, line and field, on the first row that is not sound.
    """
    rows = [quote for quote, problem in read_rows(Path(path)) if quote or _raise(problem)]
    return [quote for quote in rows if quote]


def read_rows(path: Path) -> Iterator[tuple[GoldQuote | None, DataError | None]]:
    """Each row of the file as a quote, or as what is wrong with it."""
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        try:
            quote = parse_row(json.loads(line), where)
            if quote.quote_id in seen:
                raise DataError(f"quote_id {quote.quote_id} appears twice", where=where, fix="give each row its own")
            seen.add(quote.quote_id)
        except json.JSONDecodeError as error:
            yield None, DataError("not a JSON object", where=where, why=str(error))
        except DataError as error:
            yield None, error
        else:
            yield quote, None


def span_problems(
    quotes: Iterable[GoldQuote], texts: Mapping[str, str], raw_paths: Collection[str]
) -> Iterator[DataError]:
    """Spans that are not what their text says, and quotes whose article is not what its file gives now.

    Parameters
    ----------
    quotes : iterable of GoldQuote
        The annotation.
    texts : mapping of str to str
        Text by article_id.
    raw_paths : collection of str
        Input files of these articles; a quote of another file was left out of the run and is no problem.
    """
    for quote in quotes:
        text = texts.get(quote.article_id)
        if text is None:
            if quote.raw_path in raw_paths:
                yield DataError(
                    f"article {quote.article_id} is not among the articles of {quote.raw_path}",
                    where=quote.where,
                    fix="its text changed: annotate it anew, or remove the row",
                )
            continue
        for (start, end), words in quote.words:
            if text[start:end] != words:
                found = text[start:end]
                yield DataError(
                    f"characters {start} to {end} are {found[:60]!r}, the row says {words[:60]!r}",
                    where=f"{quote.where}, article {quote.article_id}",
                    fix="correct the offsets or the text of the span",
                )


def _raise(problem: DataError | None) -> bool:
    if problem:
        raise problem
    return False


def parse_row(row: Any, where: str) -> GoldQuote:
    """One row of `quotes.jsonl`, checked."""
    if not isinstance(row, dict) or set(row) != FIELDS:
        got = set(row) if isinstance(row, dict) else set()
        wrong = sorted(got ^ FIELDS) or ["the row itself"]
        raise DataError(f"field missing or unknown: {', '.join(wrong)}", where=where)
    if row["type"] not in QUOTE_TYPES:
        raise DataError(f"type is {row['type']!r}", where=where, fix=f"one of {', '.join(QUOTE_TYPES)}")
    words = [_span(span, f"{where}, content") for span in row["content"]]
    if not words or words != sorted(words):
        raise DataError("content needs parts, in order", where=where)
    others = {name: _span(row[name], f"{where}, {name}") for name in ("cue", "source") if row[name] is not None}
    return GoldQuote(
        quote_id=row["quote_id"],
        article_id=row["article_id"],
        raw_path=row["raw_path"],
        content=[span for span, _ in words],
        cue=others["cue"][0] if "cue" in others else None,
        source=others["source"][0] if "source" in others else None,
        speaker=row["speaker"],
        type=row["type"],
        annotator=row["annotator"],
        words=(*words, *others.values()),
        where=where,
    )


def _span(value: Any, where: str) -> tuple[Span, str]:
    try:
        start, end, words = value["start"], value["end"], value["text"]
    except (TypeError, KeyError):
        raise DataError("a span is {start, end, text}", where=where) from None
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        raise DataError(f"start {start!r} and end {end!r} are no span", where=where)
    return (start, end), str(words)
