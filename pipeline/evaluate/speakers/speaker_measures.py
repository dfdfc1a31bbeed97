"""All that is measured about speakers, read from the annotation and the tables of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.language import load_language
from pipeline.core.quote_similarity import similarity_settings
from pipeline.core.storage import tables
from pipeline.evaluate.cached_values import Memory, digests
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.evaluate.speakers import duplicate_pairs, speaker_scores
from pipeline.evaluate.speakers.mention_types import all_pronouns
from pipeline.gold.quote_annotations import GoldQuote

_THRESHOLDS = ("copied", "shortened", "translated", "min_tokens")
Row = Mapping[str, Any]


def measure_speakers(
    root: Path, texts: Mapping[str, str], gold: Sequence[GoldQuote], quotes: Iterable[Row], remember: Memory
) -> dict[str, Any]:
    """Figures of `reports/speakers.md`.

    Parameters
    ----------
    root : path
        The project's folder.
    texts : mapping of str to str
        Texts of the articles with gold, by article_id.
    gold : sequence of GoldQuote
        Annotated quotes.
    quotes : iterable of mapping
        Rows of the found quotes of these articles; others do not count.
    remember : Memory
        Figures of earlier runs.

    Returns
    -------
    dict
        `gold_spans` and `end_to_end` (`speakers.summary`), `unresolved`, and `repeats` (`pairs.summary`).
    """
    files = digests(root / paths.CONFIGS / "resolve.yaml", root / paths.CONFIGS / "languages")
    pronouns = frozenset(remember("pronouns", lambda: sorted(_pronouns(root / paths.CONFIGS)), files))
    wanted: dict[str, list[tuple[str, QuoteSpans]]] = {}
    for quote in gold:
        if quote.article_id in texts:
            spans = QuoteSpans(quote.content, quote.cue, quote.source, quote.speaker, quote.type)
            wanted.setdefault(quote.article_id, []).append((quote.quote_id, spans))
    answers = {row["quote_id"]: row for row in tables.iterate_rows(root / paths.GOLD_SPEAKERS)}
    found: dict[str, list[tuple[QuoteSpans, str, str]]] = {}
    for article, answer in _found(root, texts, quotes):
        found.setdefault(article, []).append(answer)
    rows = tables.iterate_rows(root / paths.QUOTES, ["speaker", "resolved_by", "source"])
    labelled = root / paths.ANNOTATIONS / "pairs.jsonl"
    return {
        "gold_spans": remember(
            "speakers",
            lambda: speaker_scores.summarise_speakers(
                speaker_scores.judge_gold_spans(texts, wanted, answers, pronouns)
            ),
            *(texts, wanted, answers, sorted(pronouns)),
        ),
        "end_to_end": remember(
            "speakers_found",
            lambda: speaker_scores.summarise_speakers(speaker_scores.judge_end_to_end(texts, wanted, found, pronouns)),
            *(texts, wanted, found, sorted(pronouns)),
        ),
        "unresolved": speaker_scores.count_unresolved(rows, pronouns),
        "repeats": remember("repeats", partial(_repeats, root / paths.CONFIGS, labelled), files, digests(labelled)),
    }


def _language(configs: Path) -> tuple[Any, Mapping[str, Any]]:
    """The language of the run, long to read, and the settings that name it."""
    settings = read_yaml(configs / "resolve.yaml")
    return load_language(settings.get("language", "en"), configs), settings


def _pronouns(configs: Path) -> frozenset[str]:
    return all_pronouns(_language(configs)[0].pronouns)


def _repeats(configs: Path, labelled: Path) -> dict[str, Any]:
    """How well what makes two quotes the same does on labelled pairs."""
    language, settings = _language(configs)
    rules = similarity_settings(language, **{name: settings[name] for name in _THRESHOLDS if name in settings})
    return duplicate_pairs.score_pairs(duplicate_pairs.read_pairs(labelled), rules)


def _found(
    root: Path, wanted: Mapping[str, str], quotes: Iterable[Row]
) -> Iterator[tuple[str, tuple[QuoteSpans, str, str]]]:
    """Found quotes of annotated articles, each with the kind of its speaker and the rule."""
    kinds = {
        row["speaker_id"]: row["kind"] for row in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])
    }
    for row in quotes:
        if row["article_id"] in wanted:
            parts = [(part["start"], part["end"]) for part in row["parts"]]
            spans = QuoteSpans(parts, speaker=row["speaker"], type=row["type"])
            yield row["article_id"], (spans, kinds.get(row["speaker_id"], "unknown"), row["resolved_by"])
