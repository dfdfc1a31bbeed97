"""Measure speaker resolution against the annotated speakers, for `reports/speakers.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.language import load_language
from pipeline.core.quote import row_parts
from pipeline.core.quote_similarity import similarity_settings
from pipeline.core.storage import tables
from pipeline.evaluate.annotated_articles import gold_spans
from pipeline.evaluate.slices import UNKNOWN
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.evaluate.speakers import duplicate_pairs, side_scores, speaker_scores
from pipeline.evaluate.speakers.mention_types import all_pronouns
from pipeline.evaluate.speakers.speaker_scores import PredictedSpeaker
from pipeline.gold.quote_annotations import GoldQuote
from pipeline.gold.side_annotations import read_gold_sides

_SIMILARITY_KEYS = ("copied", "shortened", "translated", "min_tokens")
Row = Mapping[str, Any]


def measure_speakers(
    root: Path, texts: Mapping[str, str], gold: Sequence[GoldQuote], rows: Iterable[Row]
) -> dict[str, Any]:
    """Compute all figures about speakers.

    Returns
    -------
    dict
        `gold_spans` and `end_to_end` (of `summarise_speakers`), `sides` (of `summarise_sides`), `unresolved`, and
        `repeats` (of `score_pairs`).
    """
    settings = read_yaml(root / paths.CONFIGS / "resolve.yaml")
    language = load_language(settings.get("language", "en"), root / paths.CONFIGS)
    pronouns = all_pronouns(language.pronouns)
    wanted: dict[str, list[tuple[str, QuoteSpans]]] = {}
    for quote in gold:
        if quote.article_id in texts:
            wanted.setdefault(quote.article_id, []).append((quote.quote_id, gold_spans(quote)))
    resolved = {row["quote_id"]: row for row in tables.iterate_rows(root / paths.GOLD_SPEAKERS)}
    on_gold_spans = speaker_scores.judge_gold_spans(texts, wanted, resolved, pronouns)
    end_to_end = speaker_scores.judge_end_to_end(texts, wanted, _predicted_speakers(root, texts, rows), pronouns)
    similarity = similarity_settings(language, **{k: settings[k] for k in _SIMILARITY_KEYS if k in settings})
    pairs = duplicate_pairs.read_pairs(root / paths.ANNOTATIONS / "pairs.jsonl")
    named = {q.quote_id: (q.article_id, q.speaker) for q in gold if q.article_id in texts and q.speaker}
    gold_sides = read_gold_sides(root / paths.ANNOTATIONS / "sides.jsonl")
    sides = side_scores.judge_sides(gold_sides, named, resolved.values())
    all_rows = tables.iterate_rows(root / paths.QUOTES, ["speaker", "resolved_by", "source"])
    return {
        "gold_spans": speaker_scores.summarise_speakers(on_gold_spans),
        "end_to_end": speaker_scores.summarise_speakers(end_to_end),
        "sides": side_scores.summarise_sides(sides),
        "unresolved": speaker_scores.count_unresolved(all_rows, pronouns),
        "repeats": duplicate_pairs.score_pairs(pairs, similarity),
    }


def _predicted_speakers(root: Path, texts: Mapping[str, str], rows: Iterable[Row]) -> dict[str, list[PredictedSpeaker]]:
    """Return the predicted quotes of annotated articles with their speakers, by article_id."""
    speakers = tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])
    kinds = {row["speaker_id"]: row["kind"] for row in speakers}
    predicted: dict[str, list[PredictedSpeaker]] = {}
    for row in rows:
        if row["article_id"] in texts:
            spans = QuoteSpans(row_parts(row), speaker=row["speaker"], type=row["type"])
            speaker = PredictedSpeaker(spans, kinds.get(row["speaker_id"], UNKNOWN), row["resolved_by"])
            predicted.setdefault(row["article_id"], []).append(speaker)
    return predicted
