"""Stage `resolve`: write every quote with its speaker, and the table of speakers.

What one article says of its speakers is stored by content (table `resolved`) and computed again only for articles that
changed; what concerns all articles, the registry of speakers and the groups of quotes, is computed in each run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from itertools import chain
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
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store, tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.resolve.all_articles import Corrected, RegisteredSpeakers, read_publications, register_speakers
from pipeline.resolve.annotated_quotes import update_gold_speakers
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.corrections import Corrections, ShownQuote, match_corrections, read_corrections
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.manual_merges import MergeDecisions, read_merge_decisions
from pipeline.resolve.merge_review import merge_review_csv
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.quote_groups import group_quotes
from pipeline.resolve.sides.side_columns import SIDE_COLUMNS, side_columns
from pipeline.resolve.speaker_rules import RULES
from pipeline.resolve.stored_groups import update_groups
from pipeline.resolve.vocabulary import Vocabulary

Row = dict[str, Any]
Job = tuple[str, incremental.BucketJob]
# The columns of `quotes` that are those of `resolved`.
_RESOLVED_COLUMNS = ("resolved_by", "certainty", *SIDE_COLUMNS)
# The columns of `resolved` of a quote whose article raised an exception.
NO_SPEAKER: Mapping[str, Any] = {
    "speaker": None,
    "kind": "unknown",
    "form": "",
    "resolved_by": "unresolved",
    "certainty": 0.0,
    "members": [],
    "affiliation": None,
    **dict.fromkeys(SIDE_COLUMNS),
    "side_certainty": 0.0,
}


def run(root: Path) -> dict[str, int]:
    """Write quotes with speakers, the table of speakers, and `reports/speakers_review.csv` with uncertain merges."""
    config, language, gazetteer = _load_settings(root)
    names = (root / config.gazetteer).read_text(encoding="utf-8")
    base_key = incremental.content_key(code_hash.digest(__name__), asdict(language), names, config.least_certainty)
    _worker_settings.cache_clear()  # an earlier run in this process may have had others
    keys = _article_keys(root, base_key)
    jobs = [(str(root), job) for job in incremental.pending_buckets(RESOLVED, root / paths.RESOLVED, keys)]
    articles = sum(job.outdated for _, job in jobs)
    updates = list(map_ordered(resolve_bucket, jobs, "resolving", articles=articles))
    merges = read_merge_decisions(root / config.merges)
    corrected, warnings = _match_corrections(root, read_corrections(root / config.corrections), gazetteer, merges)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    found = register_speakers(root, gazetteer, merges, corrected)
    thresholds = {name: getattr(config, name) for name in ("copied", "shortened", "translated")}
    settings = similarity_settings(language, min_tokens=config.min_tokens, **thresholds)
    groups_key = incremental.content_key(base_key, config.min_tokens, thresholds)
    groups = update_groups(
        root / paths.GROUPS, groups_key, found.contents_by_date(), lambda quotes: group_quotes(quotes, settings)
    )
    _update_quotes(root, base_key, found, groups, corrected)
    speakers = [row | found.sides.columns(row["speaker_id"]) for row in found.registry.rows()]
    n_speakers = tables.write(SPEAKERS, speakers, root / paths.SPEAKERS)
    failures = {
        "its quotes have no speaker": [
            *(failure for update in updates for failure in update.failures),
            *found.failures,
        ],
        "the scores of speakers lack its annotated quotes": update_gold_speakers(
            root, base_key, language.code, gazetteer, read_publications, config.least_certainty
        ),
    }
    failed = write_failures(root, "resolve", failures, lambda: incremental.count_articles(root / paths.RESOLVED))
    pairs = merge_review_csv(found.registry)
    tables.write_text(root / paths.REPORTS / "speakers_review.csv", pairs)
    return {
        "quotes": sum(map(len, found.speaker_ids.values())),
        "resolved": sum(speaker is not None for quotes in found.speaker_ids.values() for _, speaker in quotes),
        "speakers": n_speakers,
        "corrected": len(corrected),
        "repeated": len(groups),
        "to_review": pairs.count("\n") - 1,
        "articles read now": sum(update.computed for update in updates),
        **({"failed": failed} if failed else {}),
    }


def find_unmatched_corrections(root: Path) -> list[str]:
    """Return a warning for each correction that matches no quote of the last run; without a run, none.

    Raises
    ------
    ConfigError
        When a file of corrections, merges or speakers is not valid.
    """
    config, _, gazetteer = _load_settings(root)
    corrections, merges = read_corrections(root / config.corrections), read_merge_decisions(root / config.merges)
    if not (root / paths.RESOLVED).exists():
        return []
    return _match_corrections(root, corrections, gazetteer, merges)[1]


def _match_corrections(
    root: Path, corrections: Corrections, gazetteer: Gazetteer, merges: MergeDecisions
) -> tuple[Corrected, list[str]]:
    """Return the corrected quotes, and warnings; a corrected name is one that the data shows without corrections."""
    if not corrections:
        return {}, []
    found = register_speakers(root, gazetteer, merges, {})
    speakers = ((i, found.registry.speakers.get(speaker or "")) for i, speaker in chain(*found.speaker_ids.values()))
    shown = (ShownQuote(i, s.name, s.kind) if s else ShownQuote(i, None, "unknown") for i, s in speakers)
    return match_corrections(corrections, shown, gazetteer)


def _load_settings(root: Path) -> tuple[ResolveConfig, Language, Gazetteer]:
    config = load_config(ResolveConfig, root / paths.CONFIGS / "resolve.yaml")
    language = load_language(config.language, root / paths.CONFIGS)
    return config, language, read_gazetteer(root / config.gazetteer, language)


def _article_keys(root: Path, base_key: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each bucket with the key of each of its articles: quotes, publication, and the key of code and settings."""
    for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
        quotes, publications = bucketed_tables.row_digests(root / paths.EXTRACTED, name), read_publications(root, name)
        yield name, {i: incremental.content_key(base_key, quotes[i], publications[i]) for i in quotes}


@lru_cache(maxsize=1)
def _worker_settings(root: str) -> tuple[Gazetteer, Vocab, float]:
    """Return the gazetteer, an empty spaCy vocabulary and the least certainty, loaded once in each process."""
    config, language, gazetteer = _load_settings(Path(root))
    return gazetteer, shared_vocab(language.code), config.least_certainty


def resolve_bucket(job: Job) -> incremental.BucketUpdate:
    """Resolve the quotes of the changed articles of one bucket; those of an article that fails get no speaker."""
    root, bucket = Path(job[0]), job[1]

    def extracted_rows() -> dict[str, list[Row]]:
        return dict(bucketed_tables.rows_by_article(bucketed_tables.read_bucket(root / paths.EXTRACTED, bucket.name)))

    def without_speakers(article: str) -> list[Row]:
        return [{"quote_id": row["quote_id"], **NO_SPEAKER} for row in extracted_rows().get(article, [])]

    def resolve_articles(articles: list[str]) -> Iterator[list[Row]]:
        """Yield for each article the rows of its quotes, with their speakers; an article may have no quotes."""
        gazetteer, vocab, least = _worker_settings(job[0])
        rows_by_article = extracted_rows()
        publications, docs = read_publications(root, bucket.name), parse_store.read_column(root, bucket.name, "doc")
        for name in articles:
            rows = rows_by_article.get(name, [])
            if rows and name not in docs:
                raise DataError("no parse of this article", where=f"article {name}", fix="run `dvc repro parse`")
            quotes = []
            if rows:
                doc = doc_from_bytes(docs[name], vocab)
                quotes = [quote_from_row(row, doc.text) for row in rows]
                quotes = resolve(doc, quotes, gazetteer, publications[name], least)
            pairs = zip(rows, quotes, strict=True)
            yield [_resolved_row(row["quote_id"], quote, gazetteer.vocabulary) for row, quote in pairs]

    return incremental.update_bucket(RESOLVED, bucket, resolve_articles, in_place_of=without_speakers)


def _resolved_row(quote_id: str, quote: Quote, vocabulary: Vocabulary) -> Row:
    source = quote.words(quote.source)
    is_name = source and quote.resolved_by in RULES and RULES[quote.resolved_by].is_form
    form = strip_name(source, vocabulary, vocabulary.listed_titles) if source and is_name else ""
    return {
        "quote_id": quote_id,
        "speaker": quote.speaker,
        "kind": quote.kind,
        # The capitals of a transcript are no spelling of the name.
        "form": "" if quote.resolved_by == "turn" and form.isupper() else form,
        "resolved_by": quote.resolved_by,
        "certainty": quote.certainty,
        "members": quote.members,
        "affiliation": quote.affiliation,
        **side_columns(quote),
    }


def _update_quotes(
    root: Path, base_key: str, found: RegisteredSpeakers, groups: dict[str, str], corrected: Corrected
) -> None:
    """Update the table of quotes: columns of `extracted` and `resolved`, the speaker, and the group."""
    without = {failure.article_id for failure in found.failures}

    def speaker_columns(article: str) -> list[Row]:
        columns = []
        for quote_id, speaker_id in found.speaker_ids.get(article, ()):
            name = found.registry.speakers[speaker_id].name if speaker_id else None
            group = groups.get(quote_id, quote_id)
            row = {"speaker_id": speaker_id, "speaker": name, "group_id": group, "corrected_by": None}
            if article in without:
                row |= {column: NO_SPEAKER[column] for column in _RESOLVED_COLUMNS}
            elif quote_id in corrected:
                row |= corrected[quote_id].provenance_columns() | found.sides.corrected[quote_id]
            columns.append(row)
        return columns

    def keys() -> Iterator[tuple[str, dict[str, str]]]:
        for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
            quotes, resolved = (
                bucketed_tables.row_digests(root / table, name) for table in (paths.EXTRACTED, paths.RESOLVED)
            )
            yield (
                name,
                {i: incremental.content_key(base_key, quotes[i], resolved[i], speaker_columns(i)) for i in quotes},
            )

    def join_articles(name: str, articles: list[str]) -> Iterator[list[Row]]:
        quotes = dict(bucketed_tables.rows_by_article(bucketed_tables.read_bucket(root / paths.EXTRACTED, name)))
        columns = ["quote_id", *_RESOLVED_COLUMNS]
        resolved_rows = bucketed_tables.read_bucket(root / paths.RESOLVED, name, columns).to_pylist()
        resolved = {row["quote_id"]: row for row in resolved_rows}
        for article in articles:
            rows = zip(quotes.get(article, ()), speaker_columns(article), strict=True)
            joined = [row | resolved[row["quote_id"]] | speaker for row, speaker in rows]
            yield [{name: row[name] for name in QUOTES.schema.names} for row in joined]

    incremental.update_table(QUOTES, root / paths.QUOTES, keys(), join_articles)
