"""Stage `extract`: the quotes that the rules find in parsed articles. Only new and changed articles are read."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.schema.data_tables import EXTRACTED
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures, write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.text import article_id
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_table import quote_rows
from pipeline.extract.rules.rule_extractor import RuleExtractor


def run(root: Path) -> dict[str, int]:
    """Update `data/interim/quotes_by_rules`, and return the number of quotes."""
    _extractor.cache_clear()  # an earlier run in this process may have had other settings
    language, config = _settings(root)
    settings_key = content_key(code_hash.digest(__name__), asdict(config), asdict(language))
    keys = {article: content_key(settings_key, parser) for article, parser in _parsers(root).items()}
    parses = partial(tables.iterate_column, root / paths.PARSES, "doc")
    update = update_table(EXTRACTED, paths.RULED, root, "extract", keys, parses, _extract)
    failed = write_failures(root, "extract", {"the rules find no quotes in it": update.failures}, len(keys))
    found = {"quotes": tables.count_rows(root / paths.RULED), "articles read now": update.computed}
    return found | ({"failed": failed} if failed else {})


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load_config(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _parsers(root: Path) -> dict[str, str]:
    """Return which parser read each article; one without a parse or a note that this failed is a DataError."""
    parsers = dict(tables.iterate_column(root / paths.PARSES, "parser"))
    known = parsers.keys() | {row["article_id"] for row in read_failures(root, ["parse"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    if unparsed := sorted(articles - known):
        raise DataError("no parse of this article", where=f"article {unparsed[0]}", fix="run `dvc repro parse`")
    return parsers


@lru_cache(maxsize=1)
def _extractor(root: str) -> tuple[RuleExtractor, Vocab]:
    language, config = _settings(Path(root))
    return RuleExtractor(language, config), shared_vocab(language.code)


def _extract(root: str, parses: dict[str, bytes]) -> Iterator[list[dict[str, Any]]]:
    extractor, vocab = _extractor(root)
    for article, data in parses.items():
        doc = doc_from_bytes(data, vocab)
        if article_id(doc.text) != article:
            fix = f"delete {paths.PARSES} and run `dvc repro`"
            raise DataError("a parse of another text", where=f"article {article}", fix=fix)
        yield quote_rows(article, doc.text, extractor.find(doc))
