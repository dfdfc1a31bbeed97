"""Merge corrected quotes by article: the first annotator's into `quotes.jsonl`, a second's into the agreement files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.answer_checks import ADDED_QUOTE_SUFFIX, ArticlesById
from pipeline.annotate.existing_labels import FIRST_QUOTES_FILE, QUOTES_FILE, SECOND_QUOTES_FILE
from pipeline.annotate.task import QUOTE, Answer
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.text import Span, paragraphs
from pipeline.gold.quote_annotations import classify_type

Row = dict[str, Any]


@dataclass
class QuoteMerge:
    """The files of annotated quotes after an import, and what changed.

    Attributes
    ----------
    rows, first, second : list of dict
        The new content of `quotes.jsonl`, `agreement/first.jsonl` and `agreement/second.jsonl`.
    new, second_annotations, unchanged, replaced : list of str
        Ids of articles: annotated for the first time, by a second annotator, as before, and differently.
    left_out : list of str
        Articles that were not imported, each with the reason.
    problems : list of DataError
        Articles that contradict an earlier annotation by the same annotator.
    """

    rows: list[Row]
    first: list[Row]
    second: list[Row]
    new: list[str] = field(default_factory=list)
    second_annotations: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)

    @property
    def files(self) -> dict[Path, list[Row]]:
        """The new content of each file."""
        return {QUOTES_FILE: self.rows, FIRST_QUOTES_FILE: self.first, SECOND_QUOTES_FILE: self.second}


def merge_quotes(
    root: Path, answers: Sequence[Answer], articles: ArticlesById, annotator: str, replace: bool
) -> QuoteMerge:
    """Merge the articles of one annotator with the existing annotation; write nothing.

    An article is imported if all its tasks were answered: `evaluate` counts a quote that is not in the gold as wrong.
    """
    rows, first, second = (
        read_json_lines(root / path) for path in (QUOTES_FILE, FIRST_QUOTES_FILE, SECOND_QUOTES_FILE)
    )
    merge = QuoteMerge(rows, first, second)
    by_article: dict[str, list[Answer]] = {}
    for answer in answers:
        by_article.setdefault(answer.task.article_id, []).append(answer)
    for article_id, article_answers in sorted(by_article.items()):
        answered = {
            answer.task.task_id
            for answer in article_answers
            if answer.verdict and not answer.task.task_id.endswith(ADDED_QUOTE_SUFFIX)
        }
        expected = max(answer.task.of for answer in article_answers)
        if len(answered) < expected:
            merge.left_out.append(f"article {article_id}: {len(answered)} of {expected} tasks are answered")
            continue
        article = articles[article_id]
        if missing := _count_paragraphs_without_task(article_answers, article["text"]):
            merge.left_out.append(f"article {article_id}: {missing} of its paragraphs are in no task")
            continue
        new_rows = _build_article_rows(article_answers, article["text"], article["raw_path"], annotator)
        _merge_article(merge, article_id, new_rows, article_answers[0].where, annotator, replace)
    return merge


def _count_paragraphs_without_task(answers: Sequence[Answer], text: str) -> int:
    """Return how many paragraphs no answered task shows: a task was deleted, or its `of` changed."""
    shown = [(a.task.start, a.task.start + len(a.task.passage)) for a in answers if a.verdict]
    return sum(not any(s <= start and end <= e for s, e in shown) for start, end in paragraphs(text))


def _build_article_rows(answers: Sequence[Answer], text: str, raw_path: str, annotator: str) -> list[Row]:
    """Return the rows of one article in the order of the text, without duplicates."""
    rows: list[Row] = []
    for answer in answers:
        if answer.verdict == QUOTE:
            row = _build_row(answer, text, raw_path, annotator)
            if row not in rows:
                rows.append(row)
    rows.sort(key=lambda row: (row["content"][0]["start"], row["speaker"] or ""))
    counts: dict[str, int] = {}
    for row in rows:
        quote_id = row["quote_id"]
        counts[quote_id] = counts.get(quote_id, 0) + 1
        # A content said by two speakers is two rows with two ids.
        row["quote_id"] = quote_id if counts[quote_id] == 1 else f"{quote_id}-{counts[quote_id]}"
    return rows


def _build_row(answer: Answer, text: str, raw_path: str, annotator: str) -> Row:
    """Return a row of `quotes.jsonl`, its offsets counted in the article instead of the passage."""
    task = answer.task
    content = [_shift(span, task.start) for span in task.spans.content]
    cue, source = (
        _build_span(text, _shift(span, task.start)) if span else None for span in (task.spans.cue, task.spans.source)
    )
    return {
        "quote_id": f"{task.article_id}-{content[0][0]}",
        "article_id": task.article_id,
        "raw_path": raw_path,
        "content": [_build_span(text, span) for span in content],
        "cue": cue,
        "source": source,
        "speaker": task.speaker.strip() or None,
        "type": task.type or classify_type(text, content),
        "annotator": annotator,
    }


def _shift(span: Span, offset: int) -> Span:
    """Return a span of the passage as a span of the article, the passage starting at `offset`."""
    return span[0] + offset, span[1] + offset


def _build_span(text: str, span: Span) -> dict[str, Any]:
    return {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}


def _merge_article(
    merge: QuoteMerge, article_id: str, rows: list[Row], where: str, annotator: str, replace: bool
) -> None:
    """Add the rows of one article to the file they belong to, or say why they are left out."""
    if not rows:
        merge.left_out.append(f"article {article_id}: it has no quote, and `quotes.jsonl` lists quotes only")
        return
    existing = [row for row in merge.rows if row["article_id"] == article_id]
    second = [_drop_stances(row) for row in merge.second if row["article_id"] == article_id]
    is_first_annotator = any(row["annotator"] == annotator for row in existing)
    if not existing:
        merge.rows += rows
        merge.new.append(article_id)
    elif rows in (existing, second):
        merge.unchanged.append(article_id)
    elif replace:
        position = next(n for n, row in enumerate(merge.rows) if row["article_id"] == article_id)
        others = [row for row in merge.rows if row["article_id"] != article_id]
        merge.rows = [*others[:position], *rows, *others[position:]]
        merge.replaced.append(article_id)
    elif is_first_annotator or any(row["annotator"] == annotator for row in second):
        message = f"two annotations of article {article_id} by one annotator"
        merge.problems.append(DataError(message, where=where, fix="keep the first, or use `--replace`"))
    elif second:
        reason = "two people have annotated it already; `--replace` makes this annotation the gold"
        merge.left_out.append(f"article {article_id}: {reason}")
    else:
        merge.first += [{**row, "labels": {}, "unsure": False} for row in existing]
        merge.second += [{**row, "labels": {}, "unsure": False} for row in rows]
        merge.second_annotations.append(article_id)


def _drop_stances(row: Row) -> Row:
    """Return a row of an agreement file in the form of `quotes.jsonl`."""
    return {name: value for name, value in row.items() if name not in ("labels", "unsure")}
