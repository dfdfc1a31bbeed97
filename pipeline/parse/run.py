"""Stage `parse`: parse every article with spaCy whose parse by the same model is not stored yet."""

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import PARSES
from pipeline.core.spacy_documents import doc_to_bytes
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.storage.result_store import update_table
from pipeline.parse.config import ParseConfig
from pipeline.parse.parser import Parser


def run(root: Path) -> dict[str, int]:
    """Write the parses of all articles to `data/interim/parses`."""
    language = load_config(ParseConfig, root / paths.CONFIGS / "parse.yaml").language
    fingerprint = _load_parser(language, root).fingerprint
    # The id of an article is a hash of its text.
    articles = root / paths.ARTICLES
    keys = {row["article_id"]: fingerprint for row in tables.iterate_rows(articles, ["article_id"])}
    texts = partial(tables.iterate_column, articles, "text")
    update = update_table(PARSES, paths.PARSES, root, "parse", keys, texts, partial(_parse, language))
    failed = write_failures(root, "parse", {"it gives no quotes": update.failures}, len(keys))
    counts = {"articles": len(keys), "parsed now": update.computed - len(update.failures)}
    return counts | ({"failed": failed} if failed else {})


def _parse(language: str, root: str, texts: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    parser = _load_parser(language, Path(root))
    for (article, text), doc in zip(texts.items(), parser.pipe(texts.values()), strict=True):
        if doc.text != text:
            raise ValueError("the parse does not give the text back")
        yield [{"article_id": article, "parser": parser.fingerprint, "doc": doc_to_bytes(doc)}]


@lru_cache(maxsize=1)
def _load_parser(language: str, root: Path) -> Parser:
    return Parser(load_language(language, root / paths.CONFIGS))
