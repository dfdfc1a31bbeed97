"""Stage `extract`: parses in, a row per quote out, kept by content; only articles that are new or changed are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline import kept, paths, sources
from pipeline.config import load
from pipeline.docs import from_bytes, new_vocab
from pipeline.engine import map_ordered
from pipeline.errors import DataError
from pipeline.extract.extractor import ExtractConfig, Rules
from pipeline.language import load_language
from pipeline.quote import Quote
from pipeline.schema import EXTRACTED, QUOTE_TYPES
from pipeline.text import Span, article_id, covering, paragraphs

MIN_FILES_FOR_PROCESSES = 16
Job = tuple[str, kept.Job]


def run(root: Path) -> dict[str, int]:
    """Bring `data/interim/extracted` in step with `data/interim/parses`; returns the number of quotes, by type too."""
    _rules.cache_clear()  # an earlier run in this process may have had others
    jobs = [(str(root), job) for job in kept.pending(root / paths.EXTRACTED, _wanted(root))]
    read = sum(map_ordered(fill, jobs, "extracting", at_least=MIN_FILES_FOR_PROCESSES))
    counts: Counter[str] = Counter()
    for name in kept.names(root / paths.EXTRACTED):
        counts.update(kept.read(root / paths.EXTRACTED, name, ["type"])["type"].to_pylist())
    return {"quotes": sum(counts.values()), **{kind: counts[kind] for kind in QUOTE_TYPES}, "articles read now": read}


def _wanted(root: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """For each bucket the key of each article: its parse, the code, the weights, the language and the settings."""
    config = load(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    language = load_language(config.language, root / paths.CONFIGS)
    made_by = kept.key(sources.digest(__name__), asdict(config), asdict(language))
    for name in kept.names(root / paths.ARTICLES):
        parses = _parses(root, name, ["article_id", "parser"])
        keys = {row["article_id"]: kept.key(made_by, row["parser"]) for row in parses}
        for article in kept.read(root / paths.ARTICLES, name, ["article_id"])["article_id"].to_pylist():
            if article not in keys:
                raise DataError("no parse of this article", where=f"article {article}", fix="run `dvc repro parse`")
        yield name, keys


def _parses(root: Path, name: str, columns: list[str]) -> list[dict[str, Any]]:
    parses = root / paths.PARSES
    return kept.read(parses, name, columns).to_pylist() if (parses / f"{name}.parquet").exists() else []


@lru_cache(maxsize=1)
def _rules(root: str) -> tuple[Rules, Vocab]:
    config = load(ExtractConfig, Path(root) / paths.CONFIGS / "extract.yaml")
    language = load_language(config.language, Path(root) / paths.CONFIGS)
    return Rules(language, config), new_vocab(language.code)


def fill(job: Job) -> int:
    """Quotes of every article of one bucket that are not there yet; returns the number of these articles."""
    root, bucket = job

    def make(articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        rules, vocab = _rules(root)
        parses = {row["article_id"]: row["doc"] for row in _parses(Path(root), bucket.name, ["article_id", "doc"])}
        texts: list[str] = []

        def docs() -> Iterator[Doc]:
            for name in articles:
                doc = _read(parses[name], name, vocab)
                texts.append(doc.text)
                yield doc

        for number, quotes in enumerate(rules.pipe(docs())):
            yield quote_rows(articles[number], texts[number], quotes)

    return kept.fill(EXTRACTED, bucket, make)


def _read(data: bytes, name: str, vocab: Vocab) -> Doc:
    doc = from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc


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
