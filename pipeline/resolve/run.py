"""Stage `resolve`: every quote with its speaker, and the table of speakers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from spacy.vocab import Vocab

from pipeline import paths, tables
from pipeline.alike import rules_of
from pipeline.config import load
from pipeline.docs import from_bytes, new_vocab
from pipeline.engine import map_ordered
from pipeline.errors import DataError
from pipeline.language import Language, load_language
from pipeline.quote import Quote
from pipeline.resolve.across import Registry
from pipeline.resolve.article import About
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.gold import gold_rows
from pipeline.resolve.groups import group
from pipeline.resolve.merges import read_merges
from pipeline.resolve.names import plain, strip_name
from pipeline.resolve.review import review
from pipeline.resolve.within import NAMING_RULES, resolve
from pipeline.resolve.words import words_of
from pipeline.rows import from_row
from pipeline.schema import GOLD_SPEAKERS, QUOTES, SPEAKERS

MIN_FILES_FOR_PROCESSES = 16
_OFFSETS = ("type", "parts", "cue_start", "cue_end", "source_start", "source_end", "rule", "confidence")


class Decision(NamedTuple):
    """What was decided about the speaker of one quote."""

    speaker: str | None
    kind: str
    rule: str
    certainty: float
    members: tuple[str, ...]
    affiliation: str | None
    date: str


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


@dataclass(frozen=True)
class Job:
    """One file of parses and its quotes: a JSON list of offsets per article."""

    shard: str
    language: Language
    gazetteer: str
    quotes: dict[str, bytes]
    about: dict[str, About]


def run(root: Path) -> dict[str, int]:
    """Write quotes with speakers, the table of speakers, and `reports/speakers_review.csv` with uncertain merges."""
    config = load(ResolveConfig, root / paths.CONFIGS / "resolve.yaml")
    gazetteer = read_gazetteer(root / config.gazetteer)
    language = load_language(config.language, root / paths.CONFIGS)
    verdicts: dict[str, list[Decision]] = {}
    jobs = list(_jobs(root, language, str(root / config.gazetteer)))
    for found in map_ordered(resolve_shard, jobs, "resolving", at_least=MIN_FILES_FOR_PROCESSES):
        verdicts.update(found)
    del jobs
    merges = read_merges(root / config.merges)
    registry, groups = Registry(gazetteer, words_of(language), merges), _Groups(config, language)
    titles = frozenset(plain(title) for title in language.titles)
    names = [_register(row, verdict, registry, groups, titles) for row, verdict in _rows(root, verdicts)]
    found_groups = groups.all()
    rows = (
        _row(row, verdict, name, registry, found_groups)
        for (row, verdict), name in zip(_rows(root, verdicts), names, strict=True)
    )
    total = tables.write(QUOTES, rows, root / paths.QUOTES)
    speakers = tables.write(SPEAKERS, registry.rows(), root / paths.SPEAKERS)
    pairs = review(registry)
    tables.write(GOLD_SPEAKERS, gold_rows(root, language, gazetteer, _about(root)), root / paths.GOLD_SPEAKERS)
    tables.write_text(root / paths.REPORTS / "speakers_review.csv", pairs)
    return {
        "quotes": total,
        "resolved": sum(name is not None for name in names),
        "speakers": speakers,
        "repeated": len(found_groups),
        "to_review": pairs.count("\n") - 1,
    }


def _jobs(root: Path, language: Language, gazetteer: str) -> Iterator[Job]:
    """A job per file of parses that has quotes; only offsets travel."""
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in tables.iterate(root / paths.EXTRACTED, ["article_id", *_OFFSETS]):
        by_article.setdefault(row["article_id"], []).append({name: row[name] for name in _OFFSETS})
    about = _about(root)
    packed = {article: json.dumps(rows).encode() for article, rows in by_article.items()}
    for shard in tables.shards(root / paths.PARSES):
        ids = tables.read_arrow(shard, ["article_id"])["article_id"].to_pylist()
        mine = {article: packed.pop(article) for article in ids if article in packed}
        if mine:
            yield Job(str(shard), language, gazetteer, mine, {article: about[article] for article in mine})
    if packed:
        raise DataError("no parse of this article", where=f"article {min(packed)}", fix="run `dvc repro parse`")


def _about(root: Path) -> dict[str, About]:
    rows = tables.iterate(root / paths.ARTICLES, ["article_id", "source", "published_at"])
    return {row["article_id"]: About(row["source"] or "", row["published_at"] or "") for row in rows}


@lru_cache(maxsize=2)
def _gazetteer(path: str) -> Gazetteer:
    return read_gazetteer(path)


@lru_cache(maxsize=2)
def _vocab(code: str) -> Vocab:
    return new_vocab(code)


def resolve_shard(job: Job) -> dict[str, list[Decision]]:
    """list[Decision] for every article of one file of parses, in the order of its quotes."""
    vocab, found = _vocab(job.language.code), {}
    for row in tables.read_arrow(job.shard, ["article_id", "doc"]).to_pylist():
        if row["article_id"] not in job.quotes:
            continue
        doc = from_bytes(row["doc"], vocab)
        quotes = [from_row(quote, doc.text) for quote in json.loads(job.quotes[row["article_id"]])]
        resolve(doc, quotes, job.language, _gazetteer(job.gazetteer), job.about[row["article_id"]])
        date = job.about[row["article_id"]].date
        found[row["article_id"]] = [_decision(quote, date) for quote in quotes]
    return found


def _decision(quote: Quote, date: str) -> Decision:
    return Decision(
        quote.speaker, quote.kind, quote.resolved_by, quote.certainty, tuple(quote.members), quote.affiliation, date
    )


def _rows(root: Path, verdicts: dict[str, list[Decision]]) -> Iterator[tuple[dict[str, Any], Decision]]:
    """Rows as extracted, each with its verdict."""
    seen: Counter[str] = Counter()
    for row in tables.iterate(root / paths.EXTRACTED):
        article = row["article_id"]
        yield row, verdicts[article][seen[article]]
        seen[article] += 1


class _Groups:
    """Contents by speaker, until all are known."""

    def __init__(self, config: ResolveConfig, language: Language) -> None:
        thresholds = {name: getattr(config, name) for name in ("copied", "shortened", "translated")}
        self.rules = rules_of(language, min_tokens=config.min_tokens, **thresholds)
        self.contents: dict[str, list[tuple[str, str, str]]] = {}

    def add(self, speaker_id: str, row: dict[str, Any], date: str) -> None:
        # Undated articles come last, the others by date; of one date in the order of the tables.
        said = (date or "9999", row["quote_id"], row["content"])
        self.contents.setdefault(speaker_id, []).append(said)

    def all(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for quotes in self.contents.values():
            quotes.sort(key=lambda said: said[0])
            found.update(group([said[1:] for said in quotes], self.rules))
        self.contents.clear()
        return found


def _register(
    row: dict[str, Any],
    verdict: Decision,
    registry: Registry,
    groups: _Groups,
    titles: frozenset[str],
) -> str | None:
    if verdict.speaker is None:
        return None
    form = strip_name(row["source"], titles) if row["source"] and verdict.rule in NAMING_RULES else ""
    # A transcript's capitals are no spelling of the name.
    form = "" if verdict.rule == "turn" and form.isupper() else form
    found = registry.add(verdict.speaker, verdict.kind, row["article_id"], form, verdict.members, verdict.affiliation)
    groups.add(found.speaker_id, row, verdict.date)
    return found.speaker_id


def _row(
    row: dict[str, Any],
    verdict: Decision,
    speaker_id: str | None,
    registry: Registry,
    groups: dict[str, str],
) -> dict[str, Any]:
    return {
        **row,
        "speaker_id": speaker_id,
        "speaker": registry.speakers[speaker_id].name if speaker_id is not None else None,
        "resolved_by": verdict.rule,
        "certainty": verdict.certainty,
        "group_id": groups.get(row["quote_id"], row["quote_id"]),
    }
