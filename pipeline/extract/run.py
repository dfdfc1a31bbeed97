"""Stage `extract`: find the quotes of parsed articles. Only articles that are new or changed are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache, partial
from itertools import tee
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import EXTRACTED, QUOTE_TYPES
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures, write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.text import article_id, paragraphs, widen_to_spans
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.gold.quote_annotations import read_gold_quotes


def run(root: Path) -> dict[str, int]:
    """Update `data/interim/extracted`, and return the number of quotes, also by type.

    `data/interim/quotes_by_rules` has what the rules alone extract from annotated articles: the baseline.
    """
    _extractor.cache_clear()  # an earlier run in this process may have had other settings
    language, config = _settings(root)
    code, words = code_hash.digest(__name__), asdict(language)
    parses = root / paths.PARSES
    annotations = root / paths.ANNOTATIONS / "quotes.jsonl"
    annotated = {quote.article_id for quote in read_gold_quotes(annotations)} if annotations.exists() else set()
    parsers = _parsers(root)
    by_rules = {article: parser for article, parser in parsers.items() if article in annotated}
    updates = []
    for path, store, learned, of_articles in (
        (paths.EXTRACTED, "extract", config.learned, parsers),
        (paths.RULED, "extract_rules", False, by_rules),
    ):
        settings_key = content_key(code, asdict(replace(config, learned=learned)), words)
        keys = {article: content_key(settings_key, parser) for article, parser in of_articles.items()}
        inputs, compute = partial(tables.iterate_column, parses, "doc"), partial(_extract, learned)
        updates.append(update_table(EXTRACTED, path, root, store, keys, inputs, compute))
    problems = ("it gives no quotes", "the baseline of the rules alone lacks it")
    failures = {problem: update.failures for problem, update in zip(problems, updates, strict=True)}
    failed = write_failures(root, "extract", failures, len(parsers))
    counts = Counter(row["type"] for row in tables.iterate_rows(root / paths.EXTRACTED, ["type"]))
    return {
        "quotes": counts.total(),
        **{kind: counts[kind] for kind in QUOTE_TYPES},
        "articles read now": updates[0].computed,
        **({"failed": failed} if failed else {}),
    }


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load_config(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _parsers(root: Path) -> dict[str, str]:
    """Return which parser each article was parsed by.

    Raises
    ------
    DataError
        When an article has neither a parse nor a note that the parser failed on it.
    """
    parsers = dict(tables.iterate_column(root / paths.PARSES, "parser"))
    known = parsers.keys() | {row["article_id"] for row in read_failures(root, ["parse"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    if unparsed := sorted(articles - known):
        raise DataError("no parse of this article", where=f"article {unparsed[0]}", fix="run `dvc repro parse`")
    return parsers


@lru_cache(maxsize=2)
def _extractor(root: str, learned: bool) -> tuple[QuoteExtractor, Vocab]:
    language, config = _settings(Path(root))
    return QuoteExtractor(language, replace(config, learned=learned)), shared_vocab(language.code)


def _extract(learned: bool, root: str, parses: dict[str, bytes]) -> Iterator[list[dict[str, Any]]]:
    extractor, vocab = _extractor(root, learned)
    docs, docs_to_extract = tee(_read_doc(data, article, vocab) for article, data in parses.items())
    for article, doc, quotes in zip(parses, docs, extractor.pipe(docs_to_extract), strict=True):
        yield quote_rows(article, doc.text, quotes)


def _read_doc(data: bytes, name: str, vocab: Vocab) -> Doc:
    """Return the stored parse of an article; DataError where it is one of another text."""
    doc = doc_from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc


def quote_rows(article: str, text: str, quotes: list[Quote]) -> list[dict[str, Any]]:
    """Return the rows of an article's quotes.

    Raises
    ------
    DataError
        When the text at an offset is not what the row says.
    """
    lines = paragraphs(text)
    rows = []
    for quote in quotes:
        start, end = quote.content[0][0], quote.content[-1][1]
        context = widen_to_spans(lines, start, end)
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
        _check(row, text)
        rows.append(row)
    return rows


def _check(row: dict[str, Any], text: str) -> None:
    """Raise an error unless the text at all offsets is what the row says, and parts are in order inside the context."""
    spans = [(name, row[f"{name}_start"], row[f"{name}_end"]) for name in ("cue", "source") if row[name] is not None]
    right = all(0 <= start < end <= len(text) and text[start:end] == row[name] for name, start, end in spans)
    right = right and row["content"] == " ".join(text[part["start"] : part["end"]] for part in row["parts"])
    edges = [edge for part in row["parts"] for edge in (part["start"], part["end"])]
    inside = 0 <= row["context_start"] <= edges[0] and edges[-1] <= row["context_end"] <= len(text)
    if not right or edges != sorted(edges) or not inside:
        raise DataError("an offset does not give back what the row says", where=f"quote {row['quote_id']}")
