"""Stage `resolve`: write every quote with its speaker, and the table of speakers.

What one article says of its speakers (table `resolved`) is computed again only for articles that changed, the groups of
quotes only for speakers whose quotes changed; the registry of speakers is computed in each run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping
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
from pipeline.core.quote import Quote, quote_from_row
from pipeline.core.quote_similarity import SimilaritySettings, similarity_settings
from pipeline.core.schema.data_tables import QUOTES, RESOLVED, SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.storage.result_store import ResultStore, content_key, update_table
from pipeline.resolve.all_articles import Corrected, RegisteredSpeakers, read_publications, register_speakers
from pipeline.resolve.annotated_quotes import update_gold_speakers
from pipeline.resolve.article_context import Publication
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
from pipeline.resolve.vocabulary import Vocabulary

Row = dict[str, Any]
# The quotes of an article, its parse, and its publisher and date.
Input = tuple[list[Row], bytes, Publication]
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
    base_key = content_key(code_hash.digest(__name__), asdict(language), names, config.least_certainty)
    _worker_settings.cache_clear()  # an earlier run in this process may have had others
    publications = read_publications(root)
    extracted = tables.iterate_articles(root / paths.EXTRACTED)
    keys = {i: content_key(base_key, rows, publications[i]) for i, rows in extracted}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, Input]]:
        docs = tables.iterate_column(root / paths.PARSES, "doc", articles)
        for article, rows in tables.iterate_articles(root / paths.EXTRACTED, None, articles):
            of, doc = next(docs, ("", b""))
            if of != article:
                raise DataError("no parse of this article", where=f"article {article}", fix="run `dvc repro parse`")
            yield article, (rows, doc, publications[article])

    update = update_table(RESOLVED, paths.RESOLVED, root, "resolve", keys, inputs, _resolve, _without_speakers)
    merges = read_merge_decisions(root / config.merges)
    corrected, warnings = _match_corrections(root, read_corrections(root / config.corrections), gazetteer, merges)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    found = register_speakers(root, gazetteer, merges, corrected)
    thresholds = {name: getattr(config, name) for name in ("copied", "shortened", "translated")}
    settings = similarity_settings(language, min_tokens=config.min_tokens, **thresholds)
    groups_key = content_key(base_key, config.min_tokens, thresholds)
    groups = _group_quotes(root, groups_key, found, settings)
    tables.write(QUOTES, _quote_rows(root, found, groups, corrected), root / paths.QUOTES)
    speakers = [row | found.sides.columns(row["speaker_id"]) for row in found.registry.rows()]
    n_speakers = tables.write(SPEAKERS, speakers, root / paths.SPEAKERS)
    failures = {
        "its quotes have no speaker": [
            *update.failures,
            *found.failures,
        ],
        "the scores of speakers lack its annotated quotes": update_gold_speakers(
            root, base_key, language.code, gazetteer, publications, config.least_certainty
        ),
    }
    failed = write_failures(root, "resolve", failures, tables.count_rows(root / paths.ARTICLES))
    pairs = merge_review_csv(found.registry)
    tables.write_text(root / paths.REPORTS / "speakers_review.csv", pairs)
    return {
        "quotes": sum(map(len, found.speaker_ids.values())),
        "resolved": sum(speaker is not None for quotes in found.speaker_ids.values() for _, speaker in quotes),
        "speakers": n_speakers,
        "corrected": len(corrected),
        "repeated": len(groups),
        "to_review": pairs.count("\n") - 1,
        "articles read now": update.computed,
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


@lru_cache(maxsize=1)
def _worker_settings(root: str) -> tuple[Gazetteer, Vocab, float]:
    """Return the gazetteer, an empty spaCy vocabulary and the least certainty, loaded once in each process."""
    config, language, gazetteer = _load_settings(Path(root))
    return gazetteer, shared_vocab(language.code), config.least_certainty


def _resolve(root: str, inputs: dict[str, Input]) -> Iterator[list[Row]]:
    """Yield for each article the rows of its quotes, with their speakers."""
    gazetteer, vocab, least_certainty = _worker_settings(root)
    for rows, data, publication in inputs.values():
        doc = doc_from_bytes(data, vocab)
        quotes = resolve(doc, [quote_from_row(row, doc.text) for row in rows], gazetteer, publication, least_certainty)
        pairs = zip(rows, quotes, strict=True)
        yield [_resolved_row(row["quote_id"], quote, gazetteer.vocabulary) for row, quote in pairs]


def _without_speakers(_: str, given: Input) -> list[Row]:
    return [{"quote_id": row["quote_id"], **NO_SPEAKER} for row in given[0]]


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


def _group_quotes(root: Path, key: str, found: RegisteredSpeakers, settings: SimilaritySettings) -> dict[str, str]:
    """Return the group of each repeated quote; the quotes of a speaker are compared again only where they changed."""
    quotes = {speaker: of for speaker, of in found.contents_by_date().items() if len(of) > 1}
    keys = {speaker: content_key(key, of) for speaker, of in quotes.items()}
    groups: dict[str, str] = {}
    with ResultStore(root, "groups") as store:
        missing = store.missing(keys)
        store.add((i, keys[i], json.dumps(group_quotes(quotes[i], settings)).encode()) for i in missing)
        for speaker in keys:
            groups |= json.loads(store.value(speaker))
        store.keep_only(keys)
    return groups


def _quote_rows(root: Path, found: RegisteredSpeakers, groups: dict[str, str], corrected: Corrected) -> Iterator[Row]:
    """Yield the rows of `quotes`: columns of `extracted` and `resolved`, the speaker, and the group."""
    without = {failure.article_id for failure in found.failures}
    speaker_ids = chain.from_iterable(found.speaker_ids.values())
    resolved = tables.iterate_rows(root / paths.RESOLVED, ["quote_id", *_RESOLVED_COLUMNS])
    extracted = tables.iterate_rows(root / paths.EXTRACTED)
    for quote, speaker, (quote_id, speaker_id) in zip(extracted, resolved, speaker_ids, strict=True):
        row = quote | speaker
        row["speaker_id"], row["corrected_by"] = speaker_id, None
        row["speaker"] = found.registry.speakers[speaker_id].name if speaker_id else None
        row["group_id"] = groups.get(quote_id, quote_id)
        if quote["article_id"] in without:
            row |= {column: NO_SPEAKER[column] for column in _RESOLVED_COLUMNS}
        elif quote_id in corrected:
            row |= corrected[quote_id].provenance_columns() | found.sides.corrected[quote_id]
        yield {name: row[name] for name in QUOTES.schema.names}
