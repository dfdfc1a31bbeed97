"""Stage `resolve`: write every quote with its speaker, and the table of speakers.

What one article says of its speakers (table `resolved`) is computed again only for articles that changed, the groups of
quotes only for speakers whose quotes changed; the registry of speakers is computed in each run. There an article that
raises an exception is left out, and the pass begins anew: the others have the rows that they would have if its quotes
had no speaker.
"""

import json
import sys
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.corrections import CorrectionRow
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.quote import Quote, quote_from_row
from pipeline.core.quote_similarity import SimilaritySettings, similarity_settings
from pipeline.core.schema.data_tables import GOLD_SPEAKERS, QUOTES, RESOLVED, SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import ArticleNet, Failure, write_failures
from pipeline.core.storage.result_store import ResultStore, content_key, update_table
from pipeline.core.targets import load_targets
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.reader.run import read_pointings
from pipeline.reader.speaker_pointer import Content, Pointing
from pipeline.resolve.article_context import Publication
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.article_versions import VersionedQuotes, read_versions
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.manual_decisions import (
    Corrections,
    MergeDecisions,
    ShownQuote,
    match_corrections,
    read_corrections,
    read_merge_decisions,
)
from pipeline.resolve.quote_groups import group_quotes
from pipeline.resolve.sides import SIDE_COLUMNS, SpeakerSides, side_columns
from pipeline.resolve.speaker_registry import SpeakerRegistry, merge_review_csv, merge_same_people
from pipeline.resolve.speaker_rules import RULES, UNRESOLVED
from pipeline.resolve.vocabulary import Vocabulary, strip_name

# Sorts undated articles after all others.
_NO_DATE = "9999"
Row = dict[str, Any]
Corrected = Mapping[str, CorrectionRow]  # by quote id


@dataclass
class RegisteredSpeakers:
    """The speakers of all quotes, and for whom they speak."""

    registry: SpeakerRegistry
    sides: SpeakerSides = field(default_factory=SpeakerSides)
    # Id and speaker of each quote, by article.
    speaker_ids: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    # Date, id and content of each quote, by speaker.
    contents: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    # The articles that raised an exception; their quotes have no speaker.
    failures: list[Failure] = field(default_factory=list)

    def add(self, row: Row, is_corrected: bool) -> str | None:
        """Count a quote for its speaker and return the speaker's id; a corrected `row` gets that speaker's side."""
        if is_corrected:
            row |= self.sides.set_corrected(row, self.registry.gazetteer)
        if row["speaker"] is None:
            return None
        details = row["form"], tuple(row["members"]), row["affiliation"]
        speaker_id = self.registry.add(row["speaker"], row["kind"], row["article_id"], *details).speaker_id
        self.sides.add(speaker_id, row)
        self.contents.setdefault(speaker_id, []).append((row["date"] or _NO_DATE, row["quote_id"], row["content"]))
        return speaker_id


def register_speakers(
    root: Path, gazetteer: Gazetteer, merges: MergeDecisions, corrected: Corrected, repeated: Container[str]
) -> RegisteredSpeakers:
    """Return the speakers of the quotes of `resolved`, with these corrections; the names of one person are merged.

    Quotes that a newer version of their article repeats are left out.
    """
    net, left_out = ArticleNet(), -1
    while left_out < len(net):  # the first pass, or the one before found articles to leave out
        left_out = len(net)
        people = merge_same_people(_people(root, corrected, repeated, net), gazetteer, merges, net)
        found = RegisteredSpeakers(SpeakerRegistry(gazetteer, people))
        for row in _all_rows(root, corrected, repeated):
            speaker_id, article = None, row["article_id"]
            if article not in net:
                with net.of(article):
                    speaker_id = found.add(row, row["quote_id"] in corrected)
            found.speaker_ids.setdefault(article, []).append((row["quote_id"], speaker_id))
    found.failures = list(net.values())
    return found


def read_publications(root: Path) -> dict[str, Publication]:
    """Return publisher and date of each article."""
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "published_at"])
    return {row["article_id"]: Publication(row["source"] or "", row["published_at"] or "") for row in rows}


def _rows(root: Path, table: Path, columns: list[str] | None, repeated: Container[str]) -> Iterator[Row]:
    """Yield the rows of a table of quotes without those that a newer version of their article repeats."""
    return (row for row in tables.iterate_rows(root / table, columns) if row["quote_id"] not in repeated)


def _people(
    root: Path, corrected: Corrected, repeated: Container[str], left_out: ArticleNet
) -> Iterator[tuple[str, str, str]]:
    """Yield name, form and article of the speaker of each quote that a person says."""
    for row in _rows(root, paths.RESOLVED, ["quote_id", "speaker", "kind", "form"], repeated):
        row |= corrected[row["quote_id"]].speaker_columns() if row["quote_id"] in corrected else {}
        article = row["quote_id"].rpartition("-")[0]
        if row["kind"] == "person" and article not in left_out:
            yield row["speaker"], row["form"], article


def _all_rows(root: Path, corrected: Corrected, repeated: Container[str]) -> Iterator[Row]:
    """Yield the rows of `resolved`, corrected, each with the article, content and date of its quote."""
    publications = read_publications(root)
    quotes = _rows(root, paths.EXTRACTED, ["quote_id", "article_id", "content"], repeated)
    for quote, resolved in zip(quotes, _rows(root, paths.RESOLVED, None, repeated), strict=True):
        row = resolved | quote | {"date": publications[quote["article_id"]].date}
        yield row | corrected[row["quote_id"]].speaker_columns() if row["quote_id"] in corrected else row


Pointings = dict[Content, Pointing]
# The parse of an article, its annotated quotes, its publisher and date, and what the reader says.
GoldInput = tuple[bytes, list[GoldQuote], Publication, Pointings]
_RELEVANT_FIELDS = ("quote_id", "content", "cue", "source", "type")
# The columns of `gold_speakers` that are fields of a resolved quote.
_GOLD_COLUMNS = ("speaker", "kind", "resolved_by", "side", "side_by")


def update_gold_speakers(
    root: Path, base_key: str, publications: Mapping[str, Publication], read: Mapping[str, str]
) -> list[Failure]:
    """Update the table `data/interim/gold_speakers` for the annotated articles of this run; return those that failed.

    `base_key` is the key of code and settings, `read` that of what the reader says of each article; `publications` has
    publisher and date.
    """
    gold: dict[str, list[GoldQuote]] = {}
    path, parses = root / paths.ANNOTATIONS / "quotes.jsonl", root / paths.PARSES
    for quote in read_gold_quotes(path) if path.exists() else ():
        gold.setdefault(quote.article_id, []).append(quote)
    parsed = [article for article, _ in tables.iterate_column(parses, "parser", gold)]
    known = [i for i in parsed if i in publications]
    relevant = {i: [[getattr(quote, name) for name in _RELEVANT_FIELDS] for quote in gold[i]] for i in known}
    keys = {i: content_key(base_key, read.get(i), relevant[i], publications[i]) for i in known}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, GoldInput]]:
        pointings = read_pointings(root, articles)
        for article, doc in tables.iterate_column(parses, "doc", articles):
            yield article, (doc, gold[article], publications[article], pointings(article))

    return update_table(GOLD_SPEAKERS, paths.GOLD_SPEAKERS, root, "resolve_gold", keys, inputs, _resolve_gold).failures


def _resolve_gold(root: str, inputs: dict[str, GoldInput]) -> Iterator[list[dict[str, Any]]]:
    vocab, settings = _worker_settings(root)
    for data, gold, publication, pointings in inputs.values():
        doc = doc_from_bytes(data, vocab)
        annotated = sorted(gold, key=lambda quote: (quote.content[0][0], quote.quote_id))
        quotes = [Quote(doc.text, list(g.content), g.type, cue=g.cue, source=g.source) for g in annotated]
        resolve(doc, quotes, publication=publication, pointings=pointings, **settings)
        rows = [{name: getattr(quote, name) for name in _GOLD_COLUMNS} for quote in quotes]
        ids = [{"quote_id": one.quote_id, "article_id": one.article_id} for one in annotated]
        yield [of | row for of, row in zip(ids, rows, strict=True)]


# The quotes of an article, its parse, its publisher and date, and what the reader says.
Input = tuple[list[Row], bytes, Publication, Pointings]
# The columns of `quotes` that are those of `resolved`.
_RESOLVED_COLUMNS = ("resolved_by", "certainty", *SIDE_COLUMNS)


def run(root: Path) -> dict[str, int]:
    """Write quotes with speakers, the table of speakers, and `reports/speakers_review.csv` with uncertain merges."""
    config, language, gazetteer = _load_settings(root)
    names = (root / config.gazetteer).read_text(encoding="utf-8")
    base_key = content_key(code_hash.digest(__name__), asdict(language), names, config.least_certainty)
    _worker_settings.cache_clear()  # an earlier run in this process may have had others
    publications = read_publications(root)
    extracted = tables.iterate_articles(root / paths.EXTRACTED)
    read = {article: content_key(rows) for article, rows in tables.iterate_articles(root / paths.POINTINGS)}
    keys = {i: content_key(base_key, rows, publications[i], read.get(i)) for i, rows in extracted}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, Input]]:
        docs = tables.iterate_column(root / paths.PARSES, "doc", articles)
        pointings = read_pointings(root, articles)
        for article, rows in tables.iterate_articles(root / paths.EXTRACTED, None, articles):
            of, doc = next(docs, ("", b""))
            if of != article:
                raise DataError("no parse of this article", where=f"article {article}", fix="run `dvc repro parse`")
            yield article, (rows, doc, publications[article], pointings(article))

    update = update_table(RESOLVED, paths.RESOLVED, root, "resolve", keys, inputs, _resolve, _without_speakers)
    merges = read_merge_decisions(root / config.merges)
    corrections = read_corrections(root / paths.CORRECTIONS, load_targets(root / paths.CONFIGS))
    versions = read_versions(root)
    corrected, warnings = _match_corrections(root, corrections, gazetteer, merges, versions.repeated)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    found = register_speakers(root, gazetteer, merges, corrected, versions.repeated)
    thresholds = {name: getattr(config, name) for name in ("copied", "shortened", "translated")}
    settings = similarity_settings(language, min_tokens=config.min_tokens, **thresholds)
    groups_key = content_key(base_key, config.min_tokens, thresholds)
    groups = _group_quotes(root, groups_key, found, settings)
    tables.write(QUOTES, _quote_rows(root, found, groups, corrected, versions), root / paths.QUOTES)
    speakers = [row | found.sides.columns(row["speaker_id"]) for row in found.registry.rows()]
    n_speakers = tables.write(SPEAKERS, speakers, root / paths.SPEAKERS)
    failures = {
        "its quotes have no speaker": [*update.failures, *found.failures],
        "the scores of speakers lack its annotated quotes": update_gold_speakers(root, base_key, publications, read),
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


def find_unmatched_corrections(root: Path, path: Path = paths.CORRECTIONS) -> list[str]:
    """Return a warning for each corrected speaker who is that of no quote of the last run; without a run, none.

    An invalid file of corrections, merges or speakers is a ConfigError.
    """
    config, _, gazetteer = _load_settings(root)
    corrections = read_corrections(root / path, load_targets(root / paths.CONFIGS))
    merges = read_merge_decisions(root / config.merges)
    if not (root / paths.RESOLVED).exists():
        return []
    return _match_corrections(root, corrections, gazetteer, merges, read_versions(root).repeated)[1]


def _match_corrections(
    root: Path, corrections: Corrections, gazetteer: Gazetteer, merges: MergeDecisions, repeated: Mapping[str, str]
) -> tuple[Corrected, list[str]]:
    """Return the corrected quotes, and warnings; a corrected name is one that the data shows without corrections."""
    if not corrections:
        return {}, []
    # A row for a quote that a newer version repeats corrects that one, if it has no row of its own.
    older = {repeated.get(quote_id) or quote_id: row for quote_id, row in corrections.of_quotes.items()}
    corrections.of_quotes = older | {i: row for i, row in corrections.of_quotes.items() if i not in repeated}
    found = register_speakers(root, gazetteer, merges, {}, repeated)
    speakers = ((i, found.registry.speakers.get(speaker or "")) for i, speaker in chain(*found.speaker_ids.values()))
    shown = (ShownQuote(i, s.name, s.kind) if s else ShownQuote(i, None, "unknown") for i, s in speakers)
    return match_corrections(corrections, shown, gazetteer)


def _load_settings(root: Path) -> tuple[ResolveConfig, Language, Gazetteer]:
    config = load_config(ResolveConfig, root / paths.CONFIGS / "resolve.yaml")
    language = load_language(config.language, root / paths.CONFIGS)
    return config, language, read_gazetteer(root / config.gazetteer, language)


@lru_cache(maxsize=1)
def _worker_settings(root: str) -> tuple[Vocab, dict[str, Any]]:
    """Return an empty spaCy vocabulary, and what `resolve` takes beside an article, loaded once in each process."""
    config, language, gazetteer = _load_settings(Path(root))
    return shared_vocab(language.code), {"gazetteer": gazetteer, "least_certainty": config.least_certainty}


def _resolve(root: str, inputs: dict[str, Input]) -> Iterator[list[Row]]:
    """Yield for each article the rows of its quotes, with their speakers."""
    vocab, settings = _worker_settings(root)
    for rows, data, publication, pointings in inputs.values():
        doc = doc_from_bytes(data, vocab)
        quotes = [quote_from_row(row, doc.text) for row in rows]
        resolve(doc, quotes, publication=publication, pointings=pointings, **settings)
        vocabulary = settings["gazetteer"].vocabulary
        pairs = zip(rows, quotes, strict=True)
        yield [{"quote_id": row["quote_id"], **_resolved_columns(quote, vocabulary)} for row, quote in pairs]


def _resolved_columns(quote: Quote, vocabulary: Vocabulary) -> Row:
    source = quote.words(quote.source)
    is_name = source and quote.resolved_by in RULES and RULES[quote.resolved_by].is_form
    form = strip_name(source, vocabulary, vocabulary.listed_titles) if source and is_name else ""
    # The capitals of a transcript are no spelling of the name.
    form = "" if quote.resolved_by == "turn" and form.isupper() else form
    fields = ("speaker", "kind", "resolved_by", "certainty", "members", "affiliation")
    return {name: getattr(quote, name) for name in fields} | {"form": form} | side_columns(quote)


# The columns of `resolved` of a quote whose article raised an exception.
NO_SPEAKER = _resolved_columns(Quote("", [], "", resolved_by=UNRESOLVED), Vocabulary())


def _without_speakers(_: str, given: Input) -> list[Row]:
    return [{"quote_id": row["quote_id"], **NO_SPEAKER} for row in given[0]]


def _group_quotes(root: Path, key: str, found: RegisteredSpeakers, settings: SimilaritySettings) -> dict[str, str]:
    """Return the group of each repeated quote; the quotes of a speaker are compared again only where they changed."""
    # The earliest first, which gives a group its name; those of one date in the order of the tables.
    ordered = ((speaker, sorted(of, key=lambda quote: quote[0])) for speaker, of in found.contents.items())
    quotes = {speaker: [(quote, content) for _, quote, content in of] for speaker, of in ordered if len(of) > 1}
    keys = {speaker: content_key(key, of) for speaker, of in quotes.items()}
    groups: dict[str, str] = {}
    with ResultStore(root, "groups") as store:
        missing = store.missing(keys)
        store.add((i, keys[i], json.dumps(group_quotes(quotes[i], settings)).encode()) for i in missing)
        for speaker in keys:
            groups |= json.loads(store.value(speaker))
        store.keep_only(keys)
    return groups


def _quote_rows(
    root: Path, found: RegisteredSpeakers, groups: dict[str, str], corrected: Corrected, versions: VersionedQuotes
) -> Iterator[Row]:
    """Yield the rows of `quotes`: columns of `extracted` and `resolved`, the speaker, the group, and the versions."""
    without = {failure.article_id for failure in found.failures}
    speaker_ids = chain.from_iterable(found.speaker_ids.values())
    resolved = _rows(root, paths.RESOLVED, ["quote_id", *_RESOLVED_COLUMNS], versions.repeated)
    extracted = _rows(root, paths.EXTRACTED, None, versions.repeated)
    for quote, speaker, (quote_id, speaker_id) in zip(extracted, resolved, speaker_ids, strict=True):
        row = quote | speaker
        row["versions"], row["vanished"] = versions.versions.get(quote_id, []), quote_id in versions.vanished
        row["speaker_id"], row["corrected_by"] = speaker_id, None
        row["speaker"] = found.registry.speakers[speaker_id].name if speaker_id else None
        row["group_id"] = groups.get(quote_id, quote_id)
        if quote["article_id"] in without:
            row |= {column: NO_SPEAKER[column] for column in _RESOLVED_COLUMNS}
        elif quote_id in corrected:
            row |= corrected[quote_id].provenance_columns() | found.sides.corrected[quote_id]
        yield {name: row[name] for name in QUOTES.schema.names}
