"""Stage `read`: whom the reader points to, for the quotes of each article and the annotated ones.

What it read is kept by the quotes of an article: a change of names, corrections or rules reads nothing again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.quote import row_parts
from pipeline.core.schema.data_tables import POINTINGS
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.targets import load_targets
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.reader.config import ReadConfig, Reader, make_reader
from pipeline.reader.speaker_pointer import Content, Pointing


def run(root: Path) -> dict[str, int]:
    """Write the table `data/interim/pointings`."""
    _load_reader.cache_clear()  # an earlier run in this process may have had other settings
    reader = _load_reader(str(root))
    contents: dict[str, set[Content]] = {}
    for row in tables.iterate_rows(root / paths.EXTRACTED, ["article_id", "parts"]) if reader else ():
        contents.setdefault(row["article_id"], set()).add(tuple(row_parts(row)))
    gold = root / paths.ANNOTATIONS / "quotes.jsonl"
    for quote in read_gold_quotes(gold) if gold.exists() and reader else ():
        if quote.article_id in contents:
            contents[quote.article_id].add(tuple(quote.content))
    patterns = [pattern.pattern for pattern in reader.patterns] if reader else []
    keys = {i: content_key(reader and reader.pointer.key, patterns, sorted(own)) for i, own in contents.items()}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, tuple[str, list[Content]]]]:
        for article, text in tables.iterate_column(root / paths.ARTICLES, "text", articles):
            yield article, (text, sorted(contents[article]))

    update = update_table(POINTINGS, paths.POINTINGS, root, "read", keys, inputs, _read)
    failed = write_failures(root, "read", {"only rules name its speakers": update.failures}, len(keys))
    read = tables.count_rows(root / paths.POINTINGS)
    return {"quotes": read, "articles read now": update.computed} | ({"failed": failed} if failed else {})


def _read(root: str, inputs: dict[str, tuple[str, list[Content]]]) -> Iterator[list[dict[str, Any]]]:
    reader = _load_reader(root)
    for article, (text, contents) in inputs.items():
        pointings = reader.read(text, contents) if reader else {}
        yield [_row(article, content, pointing) for content, pointing in pointings.items()]


def _row(article: str, content: Content, pointing: Pointing) -> dict[str, Any]:
    sides = (("starts", pointing.starts), ("ends", pointing.ends))
    columns = {name: [{"offset": at, "probability": p} for at, p in sorted(side.items())] for name, side in sides}
    parts = [{"start": start, "end": end} for start, end in content]
    return {"article_id": article, "parts": parts, **columns, "nobody": pointing.nobody}


def read_pointings(root: Path, articles: Collection[str]) -> Callable[[str], dict[Content, Pointing]]:
    """Return a function that gives the pointings of an article, to be asked in the order of the tables."""
    rows = tables.iterate_articles(root / paths.POINTINGS, None, articles)
    ahead = next(rows, None)

    def of(article: str) -> dict[Content, Pointing]:
        nonlocal ahead
        while ahead is not None and ahead[0] < article:
            ahead = next(rows, None)
        own = ahead[1] if ahead is not None and ahead[0] == article else []
        return {tuple(row_parts(row)): _pointing(row) for row in own}

    return of


def _pointing(row: dict[str, Any]) -> Pointing:
    starts, ends = ({one["offset"]: one["probability"] for one in row[name]} for name in ("starts", "ends"))
    return Pointing(starts, ends, row["nobody"])


@lru_cache(maxsize=1)
def _load_reader(root: str) -> Reader | None:
    config = load_config(ReadConfig, Path(root) / paths.CONFIGS / "read.yaml")
    return make_reader(config, load_targets(Path(root) / paths.CONFIGS))
