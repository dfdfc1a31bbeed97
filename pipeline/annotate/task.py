"""A task: one quote (or one paragraph) that an annotator is shown, the same whatever tool shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.text import Span, join_parts

LAYERS = ("stance", "quotes")
# Verdicts on a quote that was found; an answer without one was not given.
QUOTE, NO_QUOTE = "quote", "no quote"


@dataclass(frozen=True)
class Spans:
    """What is marked in a passage, in code points of the passage.

    Attributes
    ----------
    content : tuple of (int, int)
        Parts of what was said, in order; none in a paragraph without a quote.
    cue, source : (int, int) or None
        The reporting words, and the speaker as written beside them.
    """

    content: tuple[Span, ...] = ()
    cue: Span | None = None
    source: Span | None = None

    def named(self) -> list[tuple[int, int, str]]:
        """Start, end and name (`content`, `cue`, `source`) of each span, in order."""
        others = [(*span, name) for name, span in (("cue", self.cue), ("source", self.source)) if span]
        return sorted([*((start, end, "content") for start, end in self.content), *others])

    @classmethod
    def of(cls, named: list[tuple[int, int, str]], where: str) -> Spans:
        """Spans of (start, end, name) triples.

        Raises
        ------
        DataError
            On another name, or two cues or sources.
        """
        found: dict[str, list[Span]] = {"content": [], "cue": [], "source": []}
        for start, end, name in sorted(named):
            if name not in found:
                raise DataError(f"unknown span {name!r}", where=where, fix=f"use one of {', '.join(found)}")
            found[name].append((start, end))
        for name in ("cue", "source"):
            if len(found[name]) > 1:
                raise DataError(f"{len(found[name])} spans are marked as {name}", where=where, fix="mark one")
        cue, source = (found[name][0] if found[name] else None for name in ("cue", "source"))
        return cls(tuple(found["content"]), cue, source)


@dataclass(frozen=True)
class Task:
    """One quote in its passage, as it goes out.

    Attributes
    ----------
    task_id : str
        The quote's id, or `ARTICLE_ID-pSTART` of a paragraph in which no quote was found.
    layer : str
        What is asked: `stance`, or `quotes` (is it one, and are its spans right?).
    article_id : str
        First 16 hex digits of the SHA-256 of the article's text: another text has another id.
    start : int
        Where the passage starts in the article, in code points.
    passage : str
        The paragraph or paragraphs shown.
    spans : Spans
        The quote, in code points of the passage.
    text : str
        Content of the quote, for the eye and for checking; empty where there is none.
    speaker, type : str
        As the build resolved them; empty where it did not.
    of : int
        Number of tasks of this article in the layer `quotes`: all of them make its annotation whole.
    title, outlet, published_at, url : str
        Of the article; empty where unknown.
    """

    task_id: str
    layer: str
    article_id: str
    start: int
    passage: str
    spans: Spans
    text: str = ""
    speaker: str = ""
    type: str = ""
    of: int = 0
    title: str = ""
    outlet: str = ""
    published_at: str = ""
    url: str = ""

    def record(self) -> dict[str, Any]:
        """Plain values for JSON; `from_record` turns them back."""
        return {**asdict(self), "spans": [list(span) for span in self.spans.named()]}

    @property
    def marked_text(self) -> str:
        """Text of the content as the spans have it."""
        return join_parts(self.passage, self.spans.content)


@dataclass(frozen=True)
class Answer:
    """A task as it came back.

    Attributes
    ----------
    task : Task
        With the spans, speaker and type that the annotator left.
    where : str
        File and row, for messages.
    labels : dict of str to str
        Label by target; targets left open are not in it.
    unsure : bool
        The annotator was.
    verdict : str or None
        `quote` or `no quote` in the layer `quotes`; None when the task was left open.
    user : str
        Who answered, as the annotation tool has it; empty where it does not say.
    """

    task: Task
    where: str
    labels: dict[str, str] = field(default_factory=dict)
    unsure: bool = False
    verdict: str | None = None
    user: str = ""


def from_record(values: Any, where: str) -> Task:
    """A task of its record.

    Raises
    ------
    DataError
        Naming what is missing, unknown or of a wrong type.
    """
    fix = "import what `parley annotate export` wrote, with the fields it has"
    if not isinstance(values, Mapping):
        raise DataError("no task of Parley's", where=where, fix=fix)
    filled: dict[str, Any] = {}
    for entry in fields(Task):
        value = values.get(entry.name, entry.default)
        wanted = {"start": int, "of": int, "spans": list}.get(entry.name, str)
        if not isinstance(value, wanted):
            why = "missing" if entry.name not in values else f"it is {value!r}"
            raise DataError(f"`{entry.name}` is not as it was written", where=where, why=why, fix=fix)
        filled[entry.name] = value
    return Task(**{**filled, "spans": Spans.of(_triples(filled["spans"], where), where)})


def _triples(spans: list[Any], where: str) -> list[tuple[int, int, str]]:
    try:
        return [(int(start), int(end), str(name)) for start, end, name in spans]
    except (TypeError, ValueError):
        raise DataError("a span is [start, end, name]", where=where, fix="do not edit `spans`") from None
