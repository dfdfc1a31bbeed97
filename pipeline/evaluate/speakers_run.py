"""All that is measured about speakers, read from the annotation and the tables of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import kept, paths, tables
from pipeline.alike import Rules, rules_of
from pipeline.config import read_yaml
from pipeline.evaluate import pairs, speakers
from pipeline.evaluate.memory import Memory
from pipeline.evaluate.mentions import pronouns_of
from pipeline.evaluate.spans import Spans
from pipeline.gold import GoldQuote
from pipeline.language import Language, load_language

_THRESHOLDS = ("copied", "shortened", "translated", "min_tokens")


def measure(root: Path, texts: Mapping[str, str], gold: Sequence[GoldQuote], remember: Memory) -> dict[str, Any]:
    """Figures of `reports/speakers.md`.

    Returns
    -------
    dict
        `gold_spans` and `end_to_end` (`speakers.summary`), `unresolved`, and `repeats` (`pairs.summary`).
    """
    language, rules = _settings(root / paths.CONFIGS)
    pronouns = pronouns_of(language.pronouns)
    wanted: dict[str, list[tuple[str, Spans]]] = {}
    for quote in gold:
        if quote.article_id in texts:
            spans = Spans(quote.content, quote.cue, quote.source, quote.speaker, quote.type)
            wanted.setdefault(quote.article_id, []).append((quote.quote_id, spans))
    answers = {row["quote_id"]: row for row in tables.iterate(root / paths.GOLD_SPEAKERS)}
    found: dict[str, list[tuple[Spans, str, str]]] = {}
    for article, answer in _found(root, texts):
        found.setdefault(article, []).append(answer)
    rows = tables.iterate(root / paths.QUOTES, ["speaker", "resolved_by", "source"])
    labelled = pairs.read_pairs(root / paths.ANNOTATIONS / "pairs.jsonl")
    return {
        "gold_spans": remember(
            "speakers",
            lambda: speakers.summary(speakers.with_gold_spans(texts, wanted, answers, pronouns)),
            *(texts, wanted, answers, sorted(pronouns)),
        ),
        "end_to_end": remember(
            "speakers_found",
            lambda: speakers.summary(speakers.end_to_end(texts, wanted, found, pronouns)),
            *(texts, wanted, found, sorted(pronouns)),
        ),
        "unresolved": speakers.unresolved(rows, pronouns),
        "repeats": pairs.summary(labelled, rules),
    }


def _settings(configs: Path) -> tuple[Language, Rules]:
    """The language of the run, and what makes two quotes the same."""
    settings = read_yaml(configs / "resolve.yaml")
    language = load_language(settings.get("language", "en"), configs)
    return language, rules_of(language, **{name: settings[name] for name in _THRESHOLDS if name in settings})


def _found(root: Path, wanted: Mapping[str, str]) -> Iterator[tuple[str, tuple[Spans, str, str]]]:
    """Found quotes of annotated articles, each with the kind of its speaker and the rule."""
    kinds = {row["speaker_id"]: row["kind"] for row in tables.iterate(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    buckets = {kept.bucket(article) for article in wanted} & set(kept.names(root / paths.QUOTES))
    for row in (row for name in sorted(buckets) for row in kept.read(root / paths.QUOTES, name).to_pylist()):
        if row["article_id"] in wanted:
            parts = [(part["start"], part["end"]) for part in row["parts"]]
            spans = Spans(parts, speaker=row["speaker"], type=row["type"])
            yield row["article_id"], (spans, kinds.get(row["speaker_id"], "unknown"), row["resolved_by"])
