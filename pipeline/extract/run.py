"""Stage `extract`: parses in, a row per quote out, in the order of the articles and of the text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline import paths, tables
from pipeline.config import load
from pipeline.docs import from_bytes, new_vocab
from pipeline.engine import map_ordered
from pipeline.errors import DataError
from pipeline.extract.extractor import ExtractConfig, Rules
from pipeline.language import Language, load_language
from pipeline.quote import Quote
from pipeline.schema import EXTRACTED, QUOTE_TYPES
from pipeline.text import Span, article_id, covering, paragraphs

MIN_FILES_FOR_PROCESSES = 16
Job = tuple[str, Language, ExtractConfig]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/extracted` from `data/interim/parses`; returns the number of quotes, whole and by type."""
    config = load(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    language = load_language(config.language, root / paths.CONFIGS)
    jobs: list[Job] = [(str(shard), language, config) for shard in tables.shards(root / paths.PARSES)]
    found: dict[str, bytes] = {}
    for shard in map_ordered(read_shard, jobs, "extracting", at_least=MIN_FILES_FOR_PROCESSES):
        found.update(shard)
    counts: Counter[str] = Counter()
    total = tables.write(EXTRACTED, _in_order(root / paths.ARTICLES, found, counts), root / paths.EXTRACTED)
    return {"quotes": total, **{kind: counts[kind] for kind in QUOTE_TYPES}}


def read_shard(job: Job) -> dict[str, bytes]:
    """Quotes of every article of one file of parses, packed: offsets only, for all articles are held at once."""
    shard, language, config = job
    rules, vocab = Rules(language, config), new_vocab(language.code)
    rows = tables.read_arrow(shard, ["article_id", "doc"])
    names = rows["article_id"].to_pylist()
    docs = (_read(row.as_py(), name, vocab) for row, name in zip(rows["doc"], names, strict=True))
    return {name: _pack(quotes) for name, quotes in zip(names, rules.pipe(docs), strict=True)}


def _read(data: bytes, name: str, vocab: Vocab) -> Doc:
    doc = from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc


def _pack(quotes: list[Quote]) -> bytes:
    rows = [[q.content, q.type, q.rule, q.confidence, q.cue, q.source, q.speech_score] for q in quotes]
    return json.dumps(rows).encode()


def _unpack(packed: bytes, text: str) -> list[Quote]:
    return [
        Quote(
            text,
            [(start, end) for start, end in parts],
            kind,
            rule,
            confidence,
            cue and tuple(cue),
            source and tuple(source),
            speech_score=speech,
        )
        for parts, kind, rule, confidence, cue, source, speech in json.loads(packed)
    ]


def _in_order(articles: Path, found: dict[str, bytes], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    for row in tables.iterate(articles, ["article_id", "text"]):
        name = row["article_id"]
        if name not in found:
            raise DataError("no parse of this article", where=f"article {name}", fix="run `dvc repro parse`")
        for quote in quote_rows(name, row["text"], _unpack(found[name], row["text"])):
            counts[quote["type"]] += 1
            yield quote


def quote_rows(article: str, text: str, quotes: list[Quote]) -> list[dict[str, Any]]:
    """Rows of one article's quotes.

    Raises
    ------
    DataError
        When an offset does not give back what the row says.
    """
    lines = paragraphs(text)
    rows = [_row(article, text, quote, lines) for quote in quotes]
    for row in rows:
        _check(row, text)
    return rows


def _row(article: str, text: str, quote: Quote, lines: list[Span]) -> dict[str, Any]:
    start, end = quote.content[0][0], quote.content[-1][1]
    context = covering(lines, start, end)
    row = {
        "quote_id": f"{article}-{start}",
        "article_id": article,
        "type": quote.type,
        "content": quote.quoted,
        "parts": [{"start": s, "end": e} for s, e in quote.content],
        "cue": quote.words(quote.cue),
        "source": quote.words(quote.source),
        "rule": quote.rule,
        "confidence": quote.confidence,
        "speech_score": quote.speech_score,
        "context_start": context[0],
        "context_end": context[1],
    }
    for name, span in (("cue", quote.cue), ("source", quote.source)):
        row[f"{name}_start"], row[f"{name}_end"] = span if span else (None, None)
    return row


def _check(row: dict[str, Any], text: str) -> None:
    """Every offset gives back what the row says, and parts lie in order inside the context."""
    spans = [(name, row[f"{name}_start"], row[f"{name}_end"]) for name in ("cue", "source") if row[name] is not None]
    right = all(0 <= start < end <= len(text) and text[start:end] == row[name] for name, start, end in spans)
    right = right and row["content"] == " ".join(text[part["start"] : part["end"]] for part in row["parts"])
    edges = [edge for part in row["parts"] for edge in (part["start"], part["end"])]
    inside = 0 <= row["context_start"] <= edges[0] and edges[-1] <= row["context_end"] <= len(text)
    if not right or edges != sorted(edges) or not inside:
        raise DataError("an offset does not give back what the row says", where=f"quote {row['quote_id']}")
