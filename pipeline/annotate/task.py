"""The task that an annotator is shown (one quote or one paragraph) and the answer, independent of the tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.text import Span

# What is annotated: stances of quotes, or the quotes of whole articles.
LAYERS = ("stance", "quotes")
# Formats of files of tasks and answers, as written by `tool_formats.write_tasks`.
FORMATS = ("csv", "label-studio")
# Verdicts on a proposed quote. A task without a verdict was left open.
QUOTE, NO_QUOTE = "quote", "no quote"
# An annotator adds a quote that was missed by copying a task and appending this to its id.
ADDED_QUOTE_SUFFIX = "+"
# The name of the answer "I am not sure" in every tool.
UNSURE = "unsure"
_FIX = "import what `parley annotate export` wrote, with the fields it has"


@dataclass(frozen=True)
class TaskSpans:
    """The spans of a quote, in code points of the task's passage."""

    content: tuple[Span, ...] = ()  # its parts, in order; empty for a paragraph without a quote
    cue: Span | None = None  # the reporting words
    source: Span | None = None  # the speaker as mentioned beside them

    def to_triples(self) -> list[tuple[int, int, str]]:
        """Return (start, end, name) of each span, sorted; the name is `content`, `cue` or `source`."""
        others = [(*span, name) for name, span in (("cue", self.cue), ("source", self.source)) if span]
        return sorted([*((start, end, "content") for start, end in self.content), *others])

    @classmethod
    def from_triples(cls, triples: Any, where: str) -> TaskSpans:
        """Build the spans from (start, end, name) triples."""
        spans: dict[str, list[Span]] = {"content": [], "cue": [], "source": []}
        for triple in triples:
            values = tuple(triple) if isinstance(triple, list | tuple) else ()
            if [type(value) for value in values] != [int, int, str]:
                raise DataError("a span is not [start, end, name]", where=where, why=str(triple)[:80], fix=_FIX)
            if not 0 <= values[0] < values[1]:
                what = f"a span goes from {values[0]} to {values[1]}"
                raise DataError(what, where=where, fix="mark words of the passage")
        for start, end, name in sorted(map(tuple, triples)):
            if name not in spans:
                raise DataError(f"unknown span {name!r}", where=where, fix=f"use one of {', '.join(spans)}")
            spans[name].append((start, end))
        for name in ("cue", "source"):
            if len(spans[name]) > 1:
                raise DataError(f"{len(spans[name])} spans are marked as {name}", where=where, fix="mark one")
        for (_, end), (start, _) in pairwise(spans["content"]):
            if start < end:
                why = f"one ends at {end}, the next starts at {start}"
                raise DataError("two parts of the content overlap", where=where, why=why, fix="mark each word once")
        cue, source = (spans[name][0] if spans[name] else None for name in ("cue", "source"))
        return cls(tuple(spans["content"]), cue, source)


@dataclass(frozen=True)
class Task:
    """A quote in its passage, as exported."""

    task_id: str  # the quote's id, or `ARTICLE_ID-pSTART` for a paragraph without a quote
    layer: str  # what is asked: `stance` (a label per target), or `quotes` (is it a quote, and are its spans right?)
    article_id: str  # the first 16 hex digits of the SHA-256 of the article's text
    start: int  # of the passage in the article, in code points
    passage: str  # the paragraph or paragraphs shown
    spans: TaskSpans
    text: str = ""  # the content, to be read and checked at import; empty in a paragraph without a quote
    speaker: str = ""  # as in the build, like `type`
    type: str = ""
    of: int = 0  # tasks of this article in the layer `quotes`; it is annotated when all of them are answered
    article_title: str = ""
    article_source: str = ""
    published_at: str = ""
    article_url: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the task as a JSON object, which `parse_task` reads."""
        return {**asdict(self), "spans": [list(span) for span in self.spans.to_triples()]}


@dataclass(frozen=True)
class Answer:
    """A task as answered by an annotator."""

    task: Task  # with the annotator's spans, speaker and type
    where: str  # file and row, for error messages
    labels: dict[str, str] = field(default_factory=dict)  # of each target that was answered
    unsure: bool = False  # whether the annotator said so
    verdict: str | None = None  # `quote` or `no quote` in the layer `quotes`; None if the task was left open
    user: str = ""  # the annotator's name in the annotation tool, if it gives one


def parse_task(record: Any, where: str) -> Task:
    """Build a task from its JSON object."""
    if not isinstance(record, Mapping):
        raise DataError("not a task exported by Parley", where=where, fix=_FIX)
    values: dict[str, Any] = {}
    for entry in fields(Task):
        value = record.get(entry.name, entry.default)
        kind = {"start": int, "of": int, "spans": list}.get(entry.name, str)
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            why = "missing" if entry.name not in record else f"it is {value!r}"
            raise DataError(f"`{entry.name}` is not as it was exported", where=where, why=why, fix=_FIX)
        values[entry.name] = value
    return Task(**{**values, "spans": TaskSpans.from_triples(values["spans"], where)})
