"""Build the tasks of the chosen quotes from the tables of the build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.annotate.sampling import QuoteCandidate
from pipeline.annotate.task import Task, TaskSpans
from pipeline.core import paths
from pipeline.core.quote import quote_from_row
from pipeline.core.storage import tables
from pipeline.core.text import Span, paragraphs

_ARTICLE_COLUMNS = ["article_id", "text", "title", "source", "published_at", "url"]


def build_stance_tasks(root: Path, chosen: Sequence[QuoteCandidate]) -> list[Task]:
    """Return one task per chosen quote, in their order."""
    quote_ids = {candidate.quote_id for candidate in chosen}
    tasks = {
        quote["quote_id"]: _build_task("stance", quote, article, (quote["context_start"], quote["context_end"]))
        for article, quotes in _read_articles(root, {candidate.article_id for candidate in chosen})
        for quote in quotes
        if quote["quote_id"] in quote_ids
    }
    return [tasks[candidate.quote_id] for candidate in chosen]


def build_quote_tasks(root: Path, chosen: Sequence[QuoteCandidate], n: int) -> list[Task]:
    """Return the tasks of whole articles, in the order of the chosen quotes, until there are `n` quotes or more.

    An article's tasks are all its quotes and all its paragraphs without one, because a quote that the annotation does
    not list counts as wrong in evaluation.
    """
    article_ids = list(dict.fromkeys(candidate.article_id for candidate in chosen))
    by_article = {
        article["article_id"]: _build_article_tasks(article, quotes)
        for article, quotes in _read_articles(root, set(article_ids))
    }
    tasks: list[Task] = []
    for article_id in article_ids:
        if sum(bool(task.text) for task in tasks) >= n:
            break
        tasks += by_article[article_id]
    return tasks


def _read_articles(root: Path, article_ids: set[str]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each of these articles that has quotes, with its quotes."""
    articles = {
        row["article_id"]: row
        for row in tables.iterate_rows(root / paths.ARTICLES, _ARTICLE_COLUMNS)
        if row["article_id"] in article_ids
    }
    rows = (row for row in tables.iterate_rows(root / paths.QUOTES) if row["article_id"] in article_ids)
    for article_id, quotes in groupby(rows, key=lambda row: row["article_id"]):
        yield articles[article_id], list(quotes)


def _build_article_tasks(article: dict[str, Any], quotes: list[dict[str, Any]]) -> list[Task]:
    """Return the tasks of an article in the order of its text.

    A quote is shown with one paragraph more on each side; a paragraph without a quote is a task of its own.
    """
    spans = paragraphs(article["text"])
    tasks = [_build_task("quotes", quote, article, _add_neighbours(spans, quote)) for quote in quotes]
    for start, end in spans:
        if not any(quote["context_start"] < end and quote["context_end"] > start for quote in quotes):
            task_id = f"{article['article_id']}-p{start}"
            empty = Task(task_id, "quotes", article["article_id"], start, article["text"][start:end], TaskSpans())
            tasks.append(replace(empty, **_get_article_fields(article)))
    tasks.sort(key=lambda task: task.start + task.spans.content[0][0] if task.spans.content else task.start)
    return [replace(task, of=len(tasks)) for task in tasks]


def _add_neighbours(spans: Sequence[Span], quote: dict[str, Any]) -> Span:
    """Return the span of the quote's paragraphs with one paragraph more on each side."""
    inside = [n for n, span in enumerate(spans) if span[0] < quote["context_end"] and span[1] > quote["context_start"]]
    return spans[max(inside[0] - 1, 0)][0], spans[min(inside[-1] + 1, len(spans) - 1)][1]


def _build_task(layer: str, row: dict[str, Any], article: dict[str, Any], passage: Span) -> Task:
    """Return the task of a quote, its passage widened if the cue or source lies outside it."""
    quote = quote_from_row(row, article["text"])
    spans = [*quote.content, *(span for span in (quote.cue, quote.source) if span)]
    start, end = min(passage[0], *(s for s, _ in spans)), max(passage[1], *(e for _, e in spans))
    in_passage = TaskSpans(
        tuple((s - start, e - start) for s, e in quote.content),
        quote.cue and (quote.cue[0] - start, quote.cue[1] - start),
        quote.source and (quote.source[0] - start, quote.source[1] - start),
    )
    task = Task(row["quote_id"], layer, article["article_id"], start, article["text"][start:end], in_passage)
    return replace(
        task, text=quote.quoted, speaker=quote.speaker or "", type=quote.type, **_get_article_fields(article)
    )


def _get_article_fields(article: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a task that describe its article."""
    columns = {"title": "title", "outlet": "source", "published_at": "published_at", "url": "url"}
    return {name: article[column] or "" for name, column in columns.items()}
