"""Gold quotes in tokens: read, aligned with a parse, as labels of candidates; scores of extraction against them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.core.text import Span
from pipeline.evaluate.span_scores import pair_one_to_one
from pipeline.extract.learned.candidates import Candidate, parts_without_that
from pipeline.extract.learned.ranking import choose_candidates
from pipeline.extract.learned.token_arrays import FeatureRows, Floats, Parts, PreparedArticle
from pipeline.extract.rules.document_view import TokenRange
from pipeline.extract.rules.span_candidate import is_that_conjunction
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes

Record = dict[str, Any]


def read_records(path: Path) -> list[Record]:
    """Read the articles of a file as `{"text", "quotes": [{"content", "cue", "source"}]}`, spans as `[start, end]`.

    A folder `data/annotations` is read too, if `dvc repro ingest` has read its articles. Lines whose `use` is `test`
    are left out. A missing article, or one whose text is not the annotated one, is a `DataError`.
    """
    if path.is_dir():
        return _annotated(path)
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
    return [row for row in rows if row.get("use") != "test"]


def _annotated(folder: Path) -> list[Record]:
    """Return the project's annotated articles."""
    by_article: dict[str, list[GoldQuote]] = {}
    for quote in read_gold_quotes(folder / "quotes.jsonl"):
        by_article.setdefault(quote.article_id, []).append(quote)
    articles = folder.resolve().parents[1] / paths.ARTICLES
    if not articles.exists():
        raise DataError("the annotated articles have not been read", where=folder.name, fix="run `dvc repro ingest`")
    rows = tables.iterate_rows(articles, ["article_id", "text"])
    texts = {row["article_id"]: row["text"] for row in rows if row["article_id"] in by_article}
    if missing := sorted(set(by_article) - set(texts)):
        raise DataError(
            f"{len(missing)} annotated articles are not among the articles", where=missing[0], fix="`parley check`"
        )
    return [{"text": texts[name], "quotes": [_quote(q, texts[name]) for q in by_article[name]]} for name in by_article]


def _quote(quote: GoldQuote, text: str) -> dict[str, list[Span]]:
    for (start, end), words in quote.span_texts:
        if text[start:end] != words:
            raise DataError(f"characters {start} to {end} are not {words!r}", where=quote.where, fix="`parley check`")
    others = {name: [span] if span else [] for name, span in (("cue", quote.cue), ("source", quote.source))}
    return {"content": quote.content, **others}


@dataclass(frozen=True)
class GoldTokens:
    """A gold quote: parts of its content, and heads of its cue and its speaker mention, -1 for none.

    `is_speech` is false for what somebody believes, plans or wishes without saying so; `optional` is true where
    annotators may rightly mark it or not.
    """

    parts: Parts
    cue: int
    source: int
    is_speech: bool = True
    optional: bool = False


def align_gold(article: PreparedArticle, quotes: list[dict[str, Any]]) -> list[GoldTokens]:
    """Return the gold quotes of an article in tokens; a content of punctuation alone is left out."""
    view = article.view
    starts, ends = np.array(view.start), np.array(view.end)

    def tokens(span: Span) -> TokenRange | None:
        first = int(np.searchsorted(ends, span[0], side="right"))
        last = int(np.searchsorted(starts, span[1], side="left")) - 1
        return (first, last) if first <= last else None

    def trimmed(spans: list[Span]) -> list[TokenRange]:
        return [part for span in spans if (inside := tokens(span)) and (part := article.trim(*inside))]

    aligned = []
    for quote in quotes:
        parts = article.join(sorted(trimmed(quote["content"])))
        if not parts:
            continue
        ranges = [inside for span in quote["cue"] if (inside := tokens(span))]
        cue = [i for first, last in ranges for i in range(first, last + 1) if not view.word[i].isspace()]
        head = min(cue, key=lambda i: _cue_order(article, i, len(cue)), default=-1)
        source = trimmed(quote["source"][:1])
        speaker = article.head_of(*source[0]) if source else -1
        is_speech, optional = quote.get("act", "speech") == "speech", quote.get("optional", False)
        aligned.append(GoldTokens(parts, head, speaker, is_speech, optional))
    return aligned


def with_that(article: PreparedArticle, gold: GoldTokens) -> GoldTokens:
    """Return a quote with the `that` which opens its clause: candidates have it, and not all annotators mark it."""
    first, last = gold.parts[0]
    before = np.flatnonzero(article.arrays.wordlike[:first])
    if not len(before) or not 0 <= gold.cue < before[-1] or not is_that_conjunction(article.view, int(before[-1])):
        return gold
    return replace(gold, parts=((int(before[-1]), last), *gold.parts[1:]))


def _cue_order(article: PreparedArticle, i: int, size: int) -> tuple[bool, bool, int, int]:
    """Return a sort key by which the head of a cue comes first: a full verb or noun, high in the parse tree."""
    is_small = article.view.pos[i] in ("AUX", "PART") and size > 1
    return (article.view.pos[i] == "PUNCT", is_small, int(article.arrays.depth[i]), i)


def token_overlap(one: Parts, two: Parts) -> float:
    """Return the tokens that two contents share as a share of the tokens in either."""
    common = sum(max(0, min(b, d) - max(a, c) + 1) for a, b in one for c, d in two)
    return common / (sum(b - a + 1 for a, b in (*one, *two)) - common)


HALF = 0.5


def label_attribution_candidates(
    article: PreparedArticle, gold: Sequence[GoldTokens], candidates: Sequence[Candidate]
) -> tuple[Floats, Floats]:
    """Return labels for the profile `attribution`: is it the content of its own cue, does it overlap any content."""
    by_cue = {quote.cue: quote.parts for quote in gold if quote.cue >= 0}
    contents = [quote.parts for quote in gold]
    exact = [by_cue.get(c.cue) == c.parts or (c.cue < 0 and c.parts in contents) for c in candidates]
    match = [largest_overlap(c.parts, contents) >= HALF for c in candidates]
    return np.array(exact, dtype=float), np.array(match, dtype=float)


def label_speech_candidates(
    article: PreparedArticle, gold: Sequence[GoldTokens], candidates: Sequence[Candidate]
) -> tuple[Floats, Floats]:
    """Return labels for the profile `speech`, in which each part counts by itself.

    Some annotators cut an interrupted quote in two. Of a cue's contents only those with most right parts are right:
    not the half of an interrupted quote.
    """
    exact, match = np.zeros(len(candidates)), np.zeros(len(candidates))
    for k, candidate in enumerate(candidates):
        exact[k], match[k] = _count_right_parts(article, gold, candidate)
    cues = np.array([candidate.cue for candidate in candidates], dtype=int)
    for counts in (exact, match):
        best = np.zeros(cues.max(initial=-1) + 2)  # the last is that of -1, no cue
        np.maximum.at(best, cues, counts)
        counts[:] = (counts > 0) & ((cues < 0) | (counts == best[cues]))
    return exact, match


def _count_right_parts(article: PreparedArticle, gold: Sequence[GoldTokens], candidate: Candidate) -> tuple[int, int]:
    """Return how many parts of a candidate are gold, and how many overlap gold by half; 0 unless most of them do."""
    content = parts_without_that(article, candidate)
    near = [
        ((part,), quote.cue)
        for quote in gold
        for part in quote.parts
        if part[0] <= content[-1][1] and part[1] >= content[0][0]
    ]
    if candidate.cue >= 0 and not any(cue in (candidate.cue, -1) for _, cue in near):
        return 0, 0
    contents, near_parts = [quote.parts for quote in gold], [part for part, _ in near]
    parts: list[Parts] = [(part,) for part in content]
    overlaps = sum(largest_overlap(part, near_parts) >= HALF for part in parts)
    is_exact = content in contents or all(part in near_parts for part in parts)
    is_match = largest_overlap(content, contents) >= HALF or overlaps > len(parts) / 2
    return len(parts) if is_exact else 0, max(overlaps, 1) if is_match else 0


def largest_overlap(parts: Parts, contents: Sequence[Parts]) -> float:
    """Return the largest overlap of a content with any of several."""
    near = (content for content in contents if content[0][0] <= parts[-1][1] and content[-1][1] >= parts[0][0])
    return max((token_overlap(parts, content) for content in near), default=0.0)


THRESHOLDS = tuple(round(0.2 + 0.05 * k, 2) for k in range(9))


class TrainingItem(NamedTuple):
    """An article with its gold, its candidates, and their features; None where there is no candidate.

    `optional` are contents that count neither as found nor as missed.
    """

    article: PreparedArticle
    gold: list[GoldTokens]
    optional: list[GoldTokens]
    candidates: list[Candidate]
    rows: FeatureRows | None


def score_extraction(
    items: Sequence[TrainingItem], scores: Sequence[np.ndarray], threshold: float, that: bool = True
) -> dict[str, float]:
    """Return F1 of exact contents and of contents that overlap by half, and the numbers of predicted and gold ones.

    With `that`, contents keep the `that` which opens them.
    """
    exact = match = predicted = wanted = 0
    for item, score in zip(items, scores, strict=True):
        chosen = choose_candidates(item.candidates, score, threshold)
        extracted = [
            item.candidates[k].parts if that else parts_without_that(item.article, item.candidates[k])
            for k in np.array(chosen, dtype=int)[counted_candidates(item, chosen)]
        ]
        contents = [quote.parts for quote in item.gold]
        exact += len(set(extracted) & set(contents))
        match += _count_matches(extracted, contents)
        predicted, wanted = predicted + len(extracted), wanted + len(contents)
    total = max(predicted + wanted, 1)
    return {"exact": 2 * exact / total, "match": 2 * match / total, "predicted": predicted, "gold": wanted}


def counted_candidates(item: TrainingItem, places: Sequence[int]) -> np.ndarray:
    """Return which of some candidates count: not those that overlap an optional content by half, and no other."""
    optional, gold = ([quote.parts for quote in quotes] for quotes in (item.optional, item.gold))

    def counts(parts: Parts) -> bool:
        return largest_overlap(parts, optional) < HALF or largest_overlap(parts, gold) >= HALF

    return np.array([counts(item.candidates[k].parts) for k in places], dtype=bool)


def best_threshold(score: Callable[[float], dict[str, dict[str, float]]]) -> float:
    """Return the threshold with the largest sum of both F1 of all corpora."""
    return max(THRESHOLDS, key=lambda threshold: sum(f["exact"] + f["match"] for f in score(threshold).values()))


def _count_matches(extracted: list[Parts], contents: list[Parts]) -> int:
    """Return the number of one-to-one pairs that overlap by half, taken by largest overlap first."""
    pairs = [(-token_overlap(a, b), i, k) for i, a in enumerate(extracted) for k, b in enumerate(contents)]
    return len(pair_one_to_one(sorted(pair for pair in pairs if -pair[0] >= HALF)))
