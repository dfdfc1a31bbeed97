"""Corrected quotes into `quotes.jsonl`, article by article; a second annotator's go into the agreement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.answer_checks import FURTHER, Articles
from pipeline.annotate.existing_labels import FIRST, QUOTES, SECOND, lines, rows
from pipeline.annotate.task import QUOTE, Answer
from pipeline.core.errors import DataError
from pipeline.core.storage.tables import write_text
from pipeline.core.text import Span

Row = dict[str, Any]
# Words in marks; single ones only where no letter stands before: an apostrophe is none.
_MARKED = re.compile(
    r"“[^”]*”?|\"[^\"]*\"?|«[^»]*»?|„[^“”]*[“”]?|(?<!\w)‘.*?(?:’(?!\w)|\Z)|(?<!\w)'.*?(?:'(?!\w)|\Z)", re.DOTALL
)


@dataclass
class Corrected:
    """What became of one annotator's articles.

    Attributes
    ----------
    rows, first, second : list of dict
        `quotes.jsonl`, and `first.jsonl` and `second.jsonl` of the agreement, as they are to be.
    new, again, same, replaced : list of str
        Articles annotated for the first time, by a second annotator, as they stood already, and anew.
    left : list of str
        Articles that were left out, and why.
    problems : list of DataError
        Articles that contradict what the same annotator said before.
    """

    rows: list[Row]
    first: list[Row]
    second: list[Row]
    new: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)


def merge(root: Path, answers: Sequence[Answer], articles: Articles, annotator: str, replace: bool) -> Corrected:
    """Annotated articles beside those that stand; nothing is written.

    An article counts when every task of it was judged: `evaluate` takes what gold does not have for wrong.

    Parameters
    ----------
    root : path
        The project's folder.
    answers : sequence of Answer
        Checked.
    articles : mapping
        Articles of the build by id.
    annotator : str
        Who judged.
    replace : bool
        The quotes take the place of those in `quotes.jsonl`, whosever they were.
    """
    out = Corrected(rows(root / QUOTES), rows(root / FIRST), rows(root / SECOND))
    by_article: dict[str, list[Answer]] = {}
    for answer in answers:
        by_article.setdefault(answer.task.article_id, []).append(answer)
    for article_id, given in sorted(by_article.items()):
        judged = {a.task.task_id for a in given if a.verdict and not a.task.task_id.endswith(FURTHER)}
        if len(judged) < given[0].task.of:
            out.left.append(f"article {article_id}: {len(judged)} of {given[0].task.of} tasks are judged")
            continue
        found = _gold(given, articles[article_id]["text"], articles[article_id]["raw_path"], annotator)
        _place(out, article_id, found, given[0].where, annotator, replace)
    return out


def write(root: Path, corrected: Corrected) -> list[Path]:
    """Write what changed, each file atomically; returns what was written."""
    written = []
    for path, found in ((QUOTES, corrected.rows), (FIRST, corrected.first), (SECOND, corrected.second)):
        if found != rows(root / path):
            write_text(root / path, lines(found))
            written.append(path)
    return written


def type_of(text: str, parts: Sequence[Span]) -> str:
    """`direct`, `indirect` or `mixed`: all, none or some of the letters and digits of the parts stand in marks."""
    words = [text[start:end] for start, end in parts]
    total = sum(map(_letters, words))
    inside = sum(_letters(found) for part in words for found in _MARKED.findall(part))
    return "indirect" if not inside else "direct" if inside == total else "mixed"


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _gold(answers: Sequence[Answer], text: str, raw_path: str, annotator: str) -> list[Row]:
    """Rows of one article, in the order of the text; one quote that was handed in twice is one."""
    made: list[Row] = []
    for answer in answers:
        if answer.verdict == QUOTE:
            row = _row(answer, text, raw_path, annotator)
            if row not in made:
                made.append(row)
    made.sort(key=lambda row: (row["content"][0]["start"], row["speaker"] or ""))
    counts: dict[str, int] = {}
    for row in made:
        name = row["quote_id"]
        counts[name] = counts.get(name, 0) + 1
        # One content of two speakers: a row each.
        row["quote_id"] = name if counts[name] == 1 else f"{name}-{counts[name]}"
    return made


def _row(answer: Answer, text: str, raw_path: str, annotator: str) -> Row:
    task = answer.task
    parts = [(start + task.start, end + task.start) for start, end in task.spans.content]
    cue, source = (_span(text, span, task.start) if span else None for span in (task.spans.cue, task.spans.source))
    return {
        "quote_id": f"{task.article_id}-{parts[0][0]}",
        "article_id": task.article_id,
        "raw_path": raw_path,
        "content": [_span(text, part, 0) for part in parts],
        "cue": cue,
        "source": source,
        "speaker": task.speaker.strip() or None,
        "type": task.type or type_of(text, parts),
        "annotator": annotator,
    }


def _span(text: str, span: Span, start: int) -> dict[str, Any]:
    start, end = span[0] + start, span[1] + start
    return {"start": start, "end": end, "text": text[start:end]}


def _place(out: Corrected, article_id: str, found: list[Row], where: str, annotator: str, replace: bool) -> None:
    """Put an article's rows where they belong."""
    if not found:
        out.left.append(f"article {article_id}: no quote in it, and gold has rows for quotes alone")
        return
    stand = [row for row in out.rows if row["article_id"] == article_id]
    second = [_bare(row) for row in out.second if row["article_id"] == article_id]
    mine = stand if any(row["annotator"] == annotator for row in stand) else second
    if not stand:
        out.rows += found
        out.new.append(article_id)
    elif found in (stand, second):
        out.same.append(article_id)
    elif replace:
        at = next(n for n, row in enumerate(out.rows) if row["article_id"] == article_id)
        others = [row for row in out.rows if row["article_id"] != article_id]
        out.rows = [*others[:at], *found, *others[at:]]
        out.replaced.append(article_id)
    elif any(row["annotator"] == annotator for row in mine):
        what, fix = f"two annotations of article {article_id} by one annotator", "keep the first, or use `--replace`"
        out.problems.append(DataError(what, where=where, fix=fix))
    elif second:
        out.left.append(f"article {article_id}: two have annotated it already; `--replace` makes this the gold")
    else:
        out.first += [{**row, "labels": {}, "unsure": False} for row in stand]
        out.second += [{**row, "labels": {}, "unsure": False} for row in found]
        out.again.append(article_id)


def _bare(row: Row) -> Row:
    """A row of the agreement without its stances."""
    return {name: value for name, value in row.items() if name not in ("labels", "unsure")}
