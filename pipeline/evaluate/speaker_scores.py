"""Measure speakers against the annotated ones: how often they are right, for annotated spans and predicted quotes."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.quote_similarity import ComparableQuote, SimilaritySettings, similarity_kind, similarity_settings
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.storage.withholding import Withholding
from pipeline.evaluate.extraction_scores import QuotesByArticle, list_outcomes
from pipeline.evaluate.intervals import ratio_with_interval, share_with_interval
from pipeline.evaluate.span_scores import QuoteSpans, fold_name, gold_by_article, predicted_by_article
from pipeline.gold.quote_annotations import USES, GoldQuote, GoldSide, read_gold_sides

OUTCOMES = ("right", "wrong", "open", "not found")
TYPES = ("name", "part name", "pronoun", "role", "none")
_SIMILARITY_KEYS = ("copied", "shortened", "translated", "min_tokens")
Row = Mapping[str, Any]


class SpeakerOutcome(NamedTuple):
    """Outcome for the speaker of an annotated quote, and what the report groups it by."""

    article_id: str
    mention: str  # type of the source mention
    rule: str  # that resolved the speaker; empty end to end
    outcome: str  # one of `OUTCOMES`; `open` means that no speaker was predicted
    named: bool = True  # by the annotation; where it names nobody, no speaker is right


def measure_speakers(
    root: Path, texts: Mapping[str, str], gold: Sequence[GoldQuote], rows: Iterable[Row], plan: Withholding
) -> dict[str, Any]:
    """Compute all figures about speakers; those about all quotes of the run without those that are left out."""
    settings = read_yaml(root / paths.CONFIGS / "resolve.yaml")
    language = load_language(settings.get("language", "en"), root / paths.CONFIGS)
    pronouns = frozenset(word for words in language.pronouns.values() for word in words)
    resolved = {row["quote_id"]: row for row in tables.iterate_rows(root / paths.GOLD_SPEAKERS)}
    quotes = gold_by_article(gold, texts)
    on_gold_spans = judge_gold_spans(texts, quotes, resolved, pronouns)
    end_to_end = judge_end_to_end(texts, quotes, predicted_by_article(rows, texts), pronouns)
    similarity = similarity_settings(language, **{k: settings[k] for k in _SIMILARITY_KEYS if k in settings})
    named = {q.quote_id: (q.article_id, q.speaker) for q in gold if q.article_id in texts and q.speaker}
    gold_sides = read_gold_sides(root / paths.ANNOTATIONS / "sides.jsonl")
    columns = ["speaker", "resolved_by", "source", "speaker_id", "article_id"]
    of_others = (row for row in tables.iterate_rows(root / paths.QUOTES, columns) if not plan.drops(row))
    return {
        "gold_spans": summarise_speakers(on_gold_spans),
        "end_to_end": summarise_speakers(end_to_end),
        "sides": summarise_sides(judge_sides(gold_sides, named, resolved.values())),
        "unresolved": count_unresolved(of_others, pronouns),
        "repeats": score_pairs(read_pairs(root / paths.ANNOTATIONS / "pairs.jsonl"), similarity),
    }


def judge_gold_spans(
    texts: Mapping[str, str], gold: QuotesByArticle, resolved: Mapping[str, Row], pronouns: frozenset[str]
) -> list[SpeakerOutcome]:
    """Compare annotated speakers with those that were resolved from the annotated spans."""
    quotes = ((i, quote, resolved.get(quote.quote_id)) for i in sorted(gold) for quote in gold[i])
    judged = (
        (i, quote, _outcome(quote.speaker, row["speaker"]), row["resolved_by"]) for i, quote, row in quotes if row
    )
    return [_speaker_outcome(texts, pronouns, *each) for each in judged]


def judge_end_to_end(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, pronouns: frozenset[str]
) -> list[SpeakerOutcome]:
    """Compare annotated speakers with those of the predicted quotes that match (IoU of at least 0.5)."""
    quotes = ((row.article_id, row.gold, row.predicted) for row in list_outcomes(texts, gold, predicted) if row.gold)
    judged = ((i, one, _outcome(one.speaker, other.speaker) if other else "not found") for i, one, other in quotes)
    return [_speaker_outcome(texts, pronouns, *each) for each in judged]


def summarise_speakers(outcomes: Sequence[SpeakerOutcome]) -> dict[str, Any]:
    """Compute the share of each outcome: of all quotes, of those whose annotation names a speaker, by mention and rule.

    `low` and `high` are the 95 % interval of the share that is right (bootstrap over articles).
    """
    rules = {row.rule for row in outcomes if row.rule}
    return {
        "all": _shares(outcomes),
        "named": _shares([row for row in outcomes if row.named]),
        "by_mention": {value: _shares([row for row in outcomes if row.mention == value]) for value in TYPES},
        "by_rule": {value: _shares([row for row in outcomes if row.rule == value]) for value in sorted(rules)},
    }


def count_unresolved(rows: Iterable[Mapping[str, Any]], pronouns: frozenset[str]) -> dict[str, Any]:
    """Compute the share of all quotes of the run that have no speaker, also by the type of their source mention."""
    total, unresolved = 0, Counter[str]()
    for row in rows:
        total += 1
        if row["speaker"] is None:
            is_question = row["resolved_by"] == "question"
            unresolved["question" if is_question else classify_mention(row["source"], None, pronouns)] += 1
    shares = {mention: round(number / max(total, 1), 4) for mention, number in sorted(unresolved.items())}
    return {"quotes": total, "share": round(unresolved.total() / max(total, 1), 4), "by_mention": shares}


def _speaker_outcome(
    texts: Mapping[str, str], pronouns: frozenset[str], article_id: str, gold: QuoteSpans, outcome: str, rule: str = ""
) -> SpeakerOutcome:
    source = texts[article_id][slice(*gold.source)] if gold.source else None
    mention = classify_mention(source, gold.speaker, pronouns)
    return SpeakerOutcome(article_id, mention, rule, outcome, gold.speaker is not None)


def _outcome(gold: str | None, predicted: str | None, neither: str = "right") -> str:
    if gold is None or predicted is None:
        return neither if gold is predicted else "open" if predicted is None else "wrong"
    return "right" if fold_name(gold) == fold_name(predicted) else "wrong"


def _shares(outcomes: Sequence[SpeakerOutcome]) -> dict[str, Any]:
    n = len(outcomes)
    counts = Counter(row.outcome for row in outcomes)
    # With four digits, 7.4504 % would be shown as 7.4 % beside 92.5 % that were found.
    shares = {outcome: round(counts[outcome] / n, 6) if n else None for outcome in OUTCOMES}
    right = share_with_interval((row.article_id, row.outcome == "right") for row in outcomes) or {}
    return {"quotes": n, **shares, "low": right.get("low"), "high": right.get("high")}


def classify_mention(source: str | None, speaker: str | None, pronouns: Collection[str]) -> str:
    """Return the type of a source mention, one of `TYPES`.

    `name` contains the whole name of the speaker, or the phrase for an unnamed one; `part name` contains a capitalised
    word of the name; `role` is every other noun.
    """
    if source is None:
        return "none"
    mention, name = fold_name(source), fold_name(speaker or "")
    if mention in pronouns or mention.split()[:1] == ["who"]:
        return "pronoun"
    if name and f" {name} " in f" {mention} ":
        return "name"
    name_words = {fold_name(word) for word in (speaker or "").split() if word[:1].isupper()}
    return "part name" if name_words & set(mention.split()) else "role"


SIDE_OUTCOMES = ("right", "wrong", "open", "rightly open")


class SideOutcome(NamedTuple):
    """The outcome for one speaker of one article, its annotated side, and the rule that gave a side."""

    article_id: str
    use: str
    outcome: str
    side: str | None
    rule: str | None


def judge_sides(
    gold: Iterable[GoldSide], speakers: Mapping[str, tuple[str, str]], resolved: Iterable[Mapping[str, Any]]
) -> list[SideOutcome]:
    """Compare annotated sides with those that were found for the annotated quotes of the same speakers.

    `speakers` are article and annotated speaker of each quote by quote_id, `resolved` the rows of `gold_speakers`. A
    speaker whose quotes got several sides counts once for each.
    """
    found: dict[tuple[str, str], dict[str | None, str | None]] = {}
    for row in resolved:
        if row["quote_id"] in speakers:
            found.setdefault(speakers[row["quote_id"]], {}).setdefault(row["side"], row["side_by"])
    return [
        SideOutcome(one.article_id, one.use, _outcome(one.side, side, "rightly open"), one.side, rule)
        for one in gold
        for side, rule in found.get((one.article_id, one.speaker), {}).items()
    ]


def summarise_sides(outcomes: Sequence[SideOutcome]) -> dict[str, Any]:
    """Count the outcomes for each use (`choose`, `judge`) that has speakers: `all`, and `by_rule`.

    `right_share` is of the sides given, with its 95 % interval (bootstrap over articles).
    """
    scores: dict[str, Any] = {}
    for use in USES:
        if rows := [row for row in outcomes if row.use == use]:
            rules = sorted({row.rule for row in rows if row.rule})
            by_rule = {rule: _side_counts([row for row in rows if row.rule == rule]) for rule in rules}
            scores[use] = {"all": _side_counts(rows), "by_rule": by_rule}
    return scores


def _side_counts(rows: Sequence[SideOutcome]) -> dict[str, Any]:
    counts = Counter(row.outcome for row in rows)
    given = [(row.article_id, row.outcome == "right") for row in rows if row.outcome in ("right", "wrong")]
    return {**{outcome: counts[outcome] for outcome in SIDE_OUTCOMES}, "right_share": share_with_interval(given)}


PAIR_FIELDS = {"id", "kind", "same", "use", "a", "b"}
PAIR_KINDS = ("copy", "translation", "shortened", "different")


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """Read `data/annotations/pairs.jsonl`; a missing file has no rows."""
    rows: dict[str, dict[str, Any]] = {}
    for _, where, row in iterate_json_lines(path) if path.exists() else ():
        if set(row) != PAIR_FIELDS:
            raise DataError(f"the fields are not {', '.join(sorted(PAIR_FIELDS))}", where=where)
        if row["kind"] not in PAIR_KINDS or row["use"] not in USES or row["same"] is not (row["kind"] != "different"):
            raise DataError("`kind`, `use` and `same` do not fit", where=where, fix="see GUIDELINES.md")
        if row["id"] in rows:
            raise DataError(f"id {row['id']} appears twice", where=where, fix="give each row its own")
        rows[row["id"]] = row
    return list(rows.values())


def score_pairs(rows: Sequence[dict[str, Any]], settings: SimilaritySettings) -> dict[str, Any]:
    """Compute how well similar quotes are recognised, for each half of the labelled pairs that has pairs.

    The thresholds were chosen on `choose`. By kind, `taken` is how many pairs count as the same quote, of how many.
    """
    scores = {}
    for use in USES:
        if half := [row for row in rows if row["use"] == use]:
            quotes = ([ComparableQuote(row[side], settings) for row in half] for side in ("a", "b"))
            taken = np.array([bool(similarity_kind(a, b)) for a, b in zip(*quotes, strict=True)])
            same, kinds = (np.array([row[name] for row in half]) for name in ("same", "kind"))
            counts = np.stack([taken & same, taken, same], axis=1).astype(float)
            precision, recall = (ratio_with_interval(counts[:, [0, column]]) for column in (1, 2))
            by_kind = {kind: [int(taken[kinds == kind].sum()), int((kinds == kind).sum())] for kind in PAIR_KINDS}
            scores[use] = {"pairs": len(half), "precision": precision, "recall": recall, "taken": by_kind}
    return scores
