"""Rows of the tables and of the annotation files, written by hand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.core.corrections import COLUMNS
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKERS
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import format_json_lines
from pipeline.core.targets import load_targets, shared_labels
from pipeline.core.text import Span, article_id, join_parts, paragraphs, widen_to_spans

Row = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
TARGETS = load_targets(ROOT / "configs")
LABELS = shared_labels(TARGETS)
_DEFAULTS = {pa.string(): "x", pa.int32(): 0, pa.int64(): 0, pa.float32(): 0.5, pa.bool_(): False}


def row(table: Table, **values: Any) -> Row:
    """Return a row of a table; columns without a value are null, or some value if they may not be null."""
    return {c.name: None if c.nullable else _DEFAULTS.get(c.type, []) for c in table.columns} | values


def article(text: str, **columns: Any) -> Row:
    """Return an article whose title is its first line."""
    values = {"article_id": article_id(text), "title": text.split("\n")[0], "language": "en", "text": text}
    return row(ARTICLES, **values | columns)


def quote(of: Row, *parts: str, cue: str, source: str, speaker: str | None, **columns: Any) -> Row:
    """Return a quote of an article, given by the words of its parts, cue and source."""
    text = of["text"]
    spans: list[Span] = []
    for part in parts:
        start = text.index(part, spans[-1][1] if spans else 0)
        spans.append((start, start + len(part)))
    start, end = spans[0][0], spans[-1][1]
    context = widen_to_spans(paragraphs(text), start, end)
    quote_id = f"{of['article_id']}-{start}"
    values: Row = {"quote_id": quote_id, "article_id": of["article_id"], "group_id": quote_id}
    values |= {"type": "direct" if parts[0].startswith("“") else "indirect", "content": join_parts(text, spans)}
    values |= {"parts": [{"start": a, "end": b} for a, b in spans], "speaker": speaker}
    values |= {"context_start": context[0], "context_end": context[1], "speaker_id": speaker and speaker_id(speaker)}
    for name, words in (("cue", cue), ("source", source)):
        span = nearest_span(text, words, (start, end))
        values |= {name: words, f"{name}_start": span[0], f"{name}_end": span[1]}
    return row(QUOTES, **values | columns)


def nearest_span(text: str, words: str, span: Span) -> Span:
    """Return where these words occur outside a span, as near to it as possible."""
    matches = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
    outside = [(start, end) for start, end in matches if end <= span[0] or start >= span[1]]
    return min(outside, key=lambda other: min(abs(other[0] - span[1]), abs(span[0] - other[1])))


def stances(of: Row, *labels: str, p: float = 1.0, abstained: bool = False) -> list[Row]:
    """Return the stances of a quote: a label for each target, or one label for all, with its probability."""
    table, rows = stance_table(LABELS), []
    for target, label in zip(TARGETS, labels * len(TARGETS) if len(labels) == 1 else labels, strict=True):
        chances = {f"p_{name}": p if name == label else (1 - p) / (len(LABELS) - 1) for name in LABELS}
        rows.append(row(table, quote_id=of["quote_id"], target=target, label=label, abstained=abstained, **chances))
    return rows


def speaker_id(name: str) -> str:
    return "person:" + name.lower().replace(" ", "-")


def speakers(quotes: Iterable[Row]) -> list[Row]:
    """Return the speakers of quotes, all of them persons."""
    names = {speaker_id(name): name for name in sorted({quote["speaker"] for quote in quotes if quote["speaker"]})}
    return [row(SPEAKERS, speaker_id=i, name=name, kind="person", n_quotes=1) for i, name in names.items()]


def gold_quote(of: Row, found: Row) -> Row:
    """Return a quote of an article as a row of `quotes.jsonl`."""

    def span(start: int, end: int) -> Row:
        return {"start": start, "end": end, "text": of["text"][start:end]}

    kept = {name: found[name] for name in ("quote_id", "article_id", "speaker", "type")}
    spans = {name: span(found[f"{name}_start"], found[f"{name}_end"]) for name in ("cue", "source")}
    content = [span(part["start"], part["end"]) for part in found["parts"]]
    return {**kept, **spans, "content": content, "raw_path": of["raw_path"], "annotator": "A1"}


def labelled_quote(quote_id: str, text: str, group: str, labels: dict[str, str], **fields: Any) -> Row:
    """Return a row of `stance.jsonl` with labels by target."""
    row = {"id": quote_id, "text": text, "cue": "said", "source": None, "speaker": None, "context": text}
    return {**row, "group": group, "topic": "news", "annotator": "A1", "labels": labels, "unsure": False, **fields}


def labelled_sayings(
    sayings: Mapping[str, Sequence[str]], places: Iterable[str], targets: Iterable[str], **fields: Any
) -> list[Row]:
    """Return rows of `stance.jsonl`: every saying of every label about every place; a place is a group."""
    return [
        labelled_quote(f"{place}-{label}-{n}", text.format(place), place, dict.fromkeys(targets, label), **fields)
        for place in places
        for label, texts in sayings.items()
        for n, text in enumerate(texts)
    ]


def write_corrections(path: Path, *rows: str) -> Path:
    """Write `corrections.csv`; return its path."""
    tables.write_text(path, "\n".join([",".join(COLUMNS), *rows]) + "\n")
    return path


def write_json_lines(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as JSON lines; return the path."""
    tables.write_text(path, format_json_lines(rows))
    return path
