"""Stage `resolve`: every quote with its speaker, and the table of speakers.

What an article tells of its speakers is kept by content (`resolved`); what articles tell together is found each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.quote import Quote
from pipeline.core.quote_rows import quote_from_row
from pipeline.core.quote_similarity import similarity_settings
from pipeline.core.schema.data_tables import QUOTES, RESOLVED, SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, new_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store, tables
from pipeline.resolve import annotated_quotes
from pipeline.resolve.article_context import About
from pipeline.resolve.article_resolver import NAMING_RULES, resolve
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.manual_merges import read_merges
from pipeline.resolve.merge_review import review
from pipeline.resolve.name_forms import plain, strip_name
from pipeline.resolve.quote_groups import group
from pipeline.resolve.speaker_registry import Registry
from pipeline.resolve.word_sets import words_of

MIN_FILES_FOR_PROCESSES = 16
Row = dict[str, Any]
Job = tuple[str, incremental.BucketJob]
Said = dict[str, list[tuple[str, str | None]]]  # quote and speaker ids by article


@dataclass(frozen=True)
class ResolveConfig:
    """`configs/resolve.yaml`."""

    language: str = "en"
    gazetteer: str = "configs/speakers.csv"
    merges: str = "configs/merges.csv"
    copied: float = 0.8
    shortened: float = 0.85
    translated: float = 0.6
    min_tokens: int = 5


def run(root: Path) -> dict[str, int]:
    """Write quotes with speakers, the table of speakers, and `reports/speakers_review.csv` with uncertain merges."""
    config = load_config(ResolveConfig, root / paths.CONFIGS / "resolve.yaml")
    language = load_language(config.language, root / paths.CONFIGS)
    gazetteer = read_gazetteer(root / config.gazetteer)
    told = (root / config.gazetteer).read_text(encoding="utf-8")
    made_by = incremental.content_key(code_hash.digest(__name__), asdict(language), told)
    _tools.cache_clear()  # an earlier run in this process may have had others
    jobs = [(str(root), job) for job in incremental.pending_buckets(root / paths.RESOLVED, _wanted(root, made_by))]
    read = sum(map_ordered(fill, jobs, "resolving", at_least=MIN_FILES_FOR_PROCESSES))
    registry = Registry(gazetteer, words_of(language), read_merges(root / config.merges))
    groups = _Groups(config, language)
    buckets = bucketed_tables.bucket_names(root / paths.EXTRACTED)
    said: Said = {}
    for row in (row for bucket in buckets for row in _rows(root, bucket)):
        said.setdefault(row["article_id"], []).append((row["quote_id"], _register(row, registry, groups)))
    found_groups = groups.all()
    _bring(root, made_by, said, registry, found_groups)
    speakers = tables.write(SPEAKERS, registry.rows(), root / paths.SPEAKERS)
    pairs = review(registry)
    annotated_quotes.bring(root, made_by, language, gazetteer, _about)
    tables.write_text(root / paths.REPORTS / "speakers_review.csv", pairs)
    return {
        "quotes": sum(map(len, said.values())),
        "resolved": sum(speaker is not None for of_article in said.values() for _, speaker in of_article),
        "speakers": speakers,
        "repeated": len(found_groups),
        "to_review": pairs.count("\n") - 1,
        "articles read now": read,
    }


def _wanted(root: Path, made_by: str) -> Iterator[tuple[str, dict[str, str]]]:
    """For each bucket the key of each article: quotes, publisher and date, and `made_by` (code, language, names)."""
    for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
        quotes, about = bucketed_tables.row_digests(root / paths.EXTRACTED, name), _about(root, name)
        yield name, {article: incremental.content_key(made_by, quotes[article], about[article]) for article in quotes}


def _about(root: Path, name: str) -> dict[str, About]:
    """Publisher and date by article, of one bucket."""
    rows = bucketed_tables.read_bucket(
        root / paths.ARTICLES, name, ["article_id", "source", "published_at"]
    ).to_pylist()
    return {row["article_id"]: About(row["source"] or "", row["published_at"] or "") for row in rows}


@lru_cache(maxsize=1)
def _tools(root: str) -> tuple[Language, Gazetteer, Vocab, frozenset[str]]:
    config = load_config(ResolveConfig, Path(root) / paths.CONFIGS / "resolve.yaml")
    language = load_language(config.language, Path(root) / paths.CONFIGS)
    gazetteer = read_gazetteer(Path(root) / config.gazetteer)
    return language, gazetteer, new_vocab(language.code), frozenset(plain(title) for title in language.titles)


def fill(job: Job) -> int:
    """Decisions about the quotes of every article of one bucket that are not there yet; returns their number."""
    root, bucket = Path(job[0]), job[1]

    def make(articles: list[str]) -> Iterator[list[Row]]:
        language, gazetteer, vocab, titles = _tools(job[0])
        quotes = dict(bucketed_tables.rows_by_article(bucketed_tables.read_bucket(root / paths.EXTRACTED, bucket.name)))
        about, docs = _about(root, bucket.name), parse_store.read_column(root, bucket.name, "doc")
        for name in articles:
            rows = quotes.get(name, [])
            if rows and name not in docs:
                raise DataError("no parse of this article", where=f"article {name}", fix="run `dvc repro parse`")
            doc = doc_from_bytes(docs[name], vocab) if rows else None
            found = [quote_from_row(row, doc.text) for row in rows if doc is not None]
            if doc is not None:
                resolve(doc, found, language, gazetteer, about[name])
            yield [_decision(row["quote_id"], quote, titles) for row, quote in zip(rows, found, strict=True)]

    return incremental.update_bucket(RESOLVED, bucket, make)


def _decision(quote_id: str, quote: Quote, titles: frozenset[str]) -> Row:
    source = quote.words(quote.source)
    form = strip_name(source, titles) if source and quote.resolved_by in NAMING_RULES else ""
    return {
        "quote_id": quote_id,
        "speaker": quote.speaker,
        "kind": quote.kind,
        # A transcript's capitals are no spelling of the name.
        "form": "" if quote.resolved_by == "turn" and form.isupper() else form,
        "resolved_by": quote.resolved_by,
        "certainty": quote.certainty,
        "members": quote.members,
        "affiliation": quote.affiliation,
    }


def _rows(root: Path, name: str) -> Iterator[Row]:
    """Rows of `resolved` of a bucket, each with the article and content of its quote, and the date."""
    about = _about(root, name)
    quotes = bucketed_tables.read_bucket(
        root / paths.EXTRACTED, name, ["quote_id", "article_id", "content"]
    ).to_pylist()
    for quote, row in zip(quotes, bucketed_tables.read_bucket(root / paths.RESOLVED, name).to_pylist(), strict=True):
        yield row | quote | {"date": about[quote["article_id"]].date}


class _Groups:
    """Contents by speaker, until all are known."""

    def __init__(self, config: ResolveConfig, language: Language) -> None:
        thresholds = {name: getattr(config, name) for name in ("copied", "shortened", "translated")}
        self.rules = similarity_settings(language, min_tokens=config.min_tokens, **thresholds)
        self.contents: dict[str, list[tuple[str, str, str]]] = {}

    def add(self, speaker_id: str, row: Row) -> None:
        # Undated articles come last, the others by date; of one date in the order of the tables.
        said = (row["date"] or "9999", row["quote_id"], row["content"])
        self.contents.setdefault(speaker_id, []).append(said)

    def all(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for quotes in self.contents.values():
            quotes.sort(key=lambda said: said[0])
            found.update(group([said[1:] for said in quotes], self.rules))
        self.contents.clear()
        return found


def _register(row: Row, registry: Registry, groups: _Groups) -> str | None:
    if row["speaker"] is None:
        return None
    said_of = tuple(row["members"]), row["affiliation"]
    found = registry.add(row["speaker"], row["kind"], row["article_id"], row["form"], *said_of)
    groups.add(found.speaker_id, row)
    return found.speaker_id


def _bring(root: Path, made_by: str, said: Said, registry: Registry, groups: dict[str, str]) -> None:
    """Bring the table of quotes in step: columns of `extracted` and `resolved`, who spoke, and the group."""

    def found(article: str) -> list[Row]:
        return [
            {
                "speaker_id": speaker_id,
                "speaker": speaker_id and registry.speakers[speaker_id].name,
                "group_id": groups.get(quote_id, quote_id),
            }
            for quote_id, speaker_id in said.get(article, ())
        ]

    def wanted() -> Iterator[tuple[str, dict[str, str]]]:
        for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
            quotes, decided = (
                bucketed_tables.row_digests(root / table, name) for table in (paths.EXTRACTED, paths.RESOLVED)
            )
            yield name, {i: incremental.content_key(made_by, quotes[i], decided[i], found(i)) for i in quotes}

    def make(name: str, articles: list[str]) -> Iterator[list[Row]]:
        quotes = dict(bucketed_tables.rows_by_article(bucketed_tables.read_bucket(root / paths.EXTRACTED, name)))
        columns = ["quote_id", "resolved_by", "certainty"]
        decided = {
            row["quote_id"]: row
            for row in bucketed_tables.read_bucket(root / paths.RESOLVED, name, columns).to_pylist()
        }
        for article in articles:
            rows = zip(quotes.get(article, ()), found(article), strict=True)
            yield [_quote(row | decided[row["quote_id"]] | who) for row, who in rows]

    incremental.update_table(QUOTES, root / paths.QUOTES, wanted(), make)


def _quote(row: Row) -> Row:
    return {name: row[name] for name in QUOTES.schema.names}
