"""Tasks of the quotes that were drawn, with what their articles say around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.annotate.sampling import Candidate
from pipeline.annotate.task import Spans, Task
from pipeline.core import paths
from pipeline.core.quote_rows import quote_from_row
from pipeline.core.storage import tables
from pipeline.core.text import Span, paragraphs

_ARTICLE = ["article_id", "text", "title", "source", "published_at", "url"]


def stance_tasks(root: Path, drawn: Sequence[Candidate]) -> list[Task]:
    """One task per quote drawn, in the order of the draw."""
    wanted = {candidate.quote_id for candidate in drawn}
    made = {
        quote["quote_id"]: _task("stance", quote, article, (quote["context_start"], quote["context_end"]))
        for article, quotes in _by_article(root, {candidate.article_id for candidate in drawn})
        for quote in quotes
        if quote["quote_id"] in wanted
    }
    return [made[candidate.quote_id] for candidate in drawn]


def quote_tasks(root: Path, drawn: Sequence[Candidate], n: int) -> list[Task]:
    """All quotes of the articles drawn, until there are `n`, and their paragraphs without a quote.

    Gold of an article says all that is in it, and what else is found there counts as wrong: whole articles alone help.
    """
    order = list(dict.fromkeys(candidate.article_id for candidate in drawn))
    made = {article["article_id"]: _of_article(article, quotes) for article, quotes in _by_article(root, set(order))}
    out: list[Task] = []
    for article_id in order:
        if sum(bool(task.text) for task in out) >= n:
            break
        out += made[article_id]
    return out


def _by_article(root: Path, wanted: set[str]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    articles = {
        row["article_id"]: row
        for row in tables.iterate_rows(root / paths.ARTICLES, _ARTICLE)
        if row["article_id"] in wanted
    }
    rows = (row for row in tables.iterate_rows(root / paths.QUOTES) if row["article_id"] in wanted)
    for article_id, quotes in groupby(rows, key=lambda row: row["article_id"]):
        yield articles[article_id], list(quotes)


def _of_article(article: dict[str, Any], quotes: list[dict[str, Any]]) -> list[Task]:
    """Tasks of the quotes, in passages of a paragraph more on each side; then of the paragraphs without one."""
    lines = paragraphs(article["text"])
    tasks = [_task("quotes", quote, article, _around(lines, quote)) for quote in quotes]
    for start, end in lines:
        if not any(quote["context_start"] < end and quote["context_end"] > start for quote in quotes):
            name = f"{article['article_id']}-p{start}"
            empty = Task(name, "quotes", article["article_id"], start, article["text"][start:end], Spans())
            tasks.append(replace(empty, **_about(article)))
    tasks.sort(key=lambda task: task.start + task.spans.content[0][0] if task.spans.content else task.start)
    return [replace(task, of=len(tasks)) for task in tasks]


def _around(lines: Sequence[Span], quote: dict[str, Any]) -> Span:
    held = [n for n, line in enumerate(lines) if line[0] < quote["context_end"] and line[1] > quote["context_start"]]
    return lines[max(held[0] - 1, 0)][0], lines[min(held[-1] + 1, len(lines) - 1)][1]


def _task(layer: str, quote: dict[str, Any], article: dict[str, Any], passage: Span) -> Task:
    found = quote_from_row(quote, article["text"])
    spans = [*found.content, *(span for span in (found.cue, found.source) if span)]
    # A cue or source outside of the paragraph widens the passage.
    start, end = min(passage[0], *(s for s, _ in spans)), max(passage[1], *(e for _, e in spans))
    moved = Spans(
        tuple((s - start, e - start) for s, e in found.content),
        found.cue and (found.cue[0] - start, found.cue[1] - start),
        found.source and (found.source[0] - start, found.source[1] - start),
    )
    task = Task(quote["quote_id"], layer, article["article_id"], start, article["text"][start:end], moved)
    return replace(task, text=found.quoted, speaker=found.speaker or "", type=found.type, **_about(article))


def _about(article: dict[str, Any]) -> dict[str, Any]:
    names = {"title": "title", "outlet": "source", "published_at": "published_at", "url": "url"}
    return {name: article[column] or "" for name, column in names.items()}
