"""Stage `read`: the quotes of each article and whom the reader points to, for them and for the annotated ones.

What was read is kept by the article and the quotes that the rules found: a change of names reads nothing again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.quote import Quote, quote_from_row, row_parts, said
from pipeline.core.schema.data_tables import EXTRACTED, POINTINGS, QUOTE_TYPES
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.targets import load_targets
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_table import quote_rows
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.reader.config import ReadConfig, Reader, make_reader
from pipeline.reader.speaker_pointer import Content, Pointing

# The text of an article, its quotes by the rules (as rows), and the contents that annotators marked.
Input = tuple[str, list[dict[str, Any]], list[Content]]


def run(root: Path) -> dict[str, int]:
    """Write the tables `data/interim/extracted` and `data/interim/pointings`."""
    _load_reader.cache_clear()  # an earlier run in this process may have had other settings
    reader = _load_reader(str(root))
    annotated: dict[str, set[Content]] = {}
    gold = root / paths.ANNOTATIONS / "quotes.jsonl"
    for quote in read_gold_quotes(gold) if gold.exists() and reader else ():
        annotated.setdefault(quote.article_id, set()).add(tuple(quote.content))
    settings = content_key(code_hash.digest(__name__), reader and [pattern.pattern for pattern in reader.patterns])
    by_rules = {article: content_key(rows) for article, rows in tables.iterate_articles(root / paths.RULED)}
    parsed = [row["article_id"] for row in tables.iterate_rows(root / paths.PARSES, ["article_id"])]
    keys = {i: content_key(settings, by_rules.get(i), sorted(annotated.get(i, ()))) for i in parsed}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, Input]]:
        rows_of = _in_order(tables.iterate_articles(root / paths.RULED, None, articles))
        for article, text in tables.iterate_column(root / paths.ARTICLES, "text", articles):
            yield article, (text, rows_of(article), sorted(annotated.get(article, ())))

    update = update_table(POINTINGS, paths.POINTINGS, root, "read", keys, inputs, _read, _unread)
    tables.write(EXTRACTED, _extracted(root), root / paths.EXTRACTED)
    failed = write_failures(root, "read", {"only rules find its quotes": update.failures}, len(keys))
    counts = Counter(row["type"] for row in tables.iterate_rows(root / paths.EXTRACTED, ["type"]))
    return {
        "quotes": counts.total(),
        **{kind: counts[kind] for kind in QUOTE_TYPES},
        "articles read now": update.computed,
        **({"failed": failed} if failed else {}),
    }


def _read(root: str, inputs: dict[str, Input]) -> Iterator[list[dict[str, Any]]]:
    reader = _load_reader(root)
    for article, (text, rows, annotated) in inputs.items():
        quotes = [quote_from_row(row, text) for row in rows]
        quotes, pointings = reader.read(text, quotes, annotated) if reader else (said(quotes), {})
        yield _rows(article, text, quotes, pointings)


def _unread(_: str, inputs: Input) -> list[dict[str, Any]]:
    """Return the rows of an article that could not be read: what the rules found."""
    text, rows, _annotated = inputs
    return _rows(rows[0]["article_id"], text, said(quote_from_row(row, text) for row in rows), {}) if rows else []


def _rows(article: str, text: str, quotes: list[Quote], pointings: dict[Content, Pointing]) -> list[dict[str, Any]]:
    found = {tuple(quote.content): row for quote, row in zip(quotes, quote_rows(article, text, quotes), strict=True)}
    return [_row(article, part, found.get(part), pointings.get(part)) for part in sorted({*found, *pointings})]


def _row(article: str, content: Content, quote: dict[str, Any] | None, pointing: Pointing | None) -> dict[str, Any]:
    sides = (("starts", pointing.starts), ("ends", pointing.ends)) if pointing else (("starts", {}), ("ends", {}))
    columns = {name: [{"offset": at, "probability": p} for at, p in sorted(side.items())] for name, side in sides}
    parts = [{"start": start, "end": end} for start, end in content]
    nobody = pointing.nobody if pointing else None
    return {"article_id": article, "parts": parts, **columns, "nobody": nobody, "quote": quote}


def _extracted(root: Path) -> Iterator[dict[str, Any]]:
    rows = tables.iterate_rows(root / paths.POINTINGS, ["quote"])
    return (row["quote"] for row in rows if row["quote"] is not None)


def read_pointings(root: Path, articles: Collection[str]) -> Callable[[str], dict[Content, Pointing]]:
    """Return a function that gives the pointings of an article, to be asked in the order of the tables."""
    rows_of = _in_order(tables.iterate_articles(root / paths.POINTINGS, None, articles))
    return lambda article: {
        tuple(row_parts(row)): _pointing(row) for row in rows_of(article) if row["nobody"] is not None
    }


def _in_order(groups: Iterator[tuple[str, list[dict[str, Any]]]]) -> Callable[[str], list[dict[str, Any]]]:
    """Return a function that gives the rows of an article, to be asked in the order of the groups."""
    ahead = next(groups, None)

    def of(article: str) -> list[dict[str, Any]]:
        nonlocal ahead
        while ahead is not None and ahead[0] < article:
            ahead = next(groups, None)
        return ahead[1] if ahead is not None and ahead[0] == article else []

    return of


def _pointing(row: dict[str, Any]) -> Pointing:
    starts, ends = ({one["offset"]: one["probability"] for one in row[name]} for name in ("starts", "ends"))
    return Pointing(starts, ends, row["nobody"])


@lru_cache(maxsize=1)
def _load_reader(root: str) -> Reader | None:
    configs = Path(root) / paths.CONFIGS
    extract, read = load_config(ExtractConfig, configs / "extract.yaml"), load_config(ReadConfig, configs / "read.yaml")
    return make_reader(read, extract.language, extract.profile, load_targets(configs))
