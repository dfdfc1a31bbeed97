"""Compare predicted quotes with gold ones by every measure that the literature on quotes reports.

Exact spans, single parts, pairs with an IoU of 0.5 and shared characters as for PolNeAR; the soft score of Johansson
and Moschitti (2013), "Relational Features in Fine-Grained Opinion Analysis"; and the one-sided cover of the Gender Gap
Tracker, Asr et al. (2021), "The Gender Gap Tracker: Using Natural Language Processing to measure gender bias in media".
Spans are normalised first as in `pipeline.evaluate.span_scores`, except for the one-sided cover.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.core.text import Span
from pipeline.evaluate.span_scores import ComparableText, Parts, match_contents, pair_one_to_one

SPAN_FIELDS = ("content", "cue", "source")
COVERS = (0.3, 0.8)
MEASURES = (
    *("content_exact", "segment_exact", "content_match", "content_overlap", "content_token", "content_partial"),
    *("attribution", "attribution_exact", "cue", "cue_exact", *(f"ggt@{cover}" for cover in COVERS), "resolved_exact"),
)
# Measures whose recall is defined for any part of the gold quotes.
RECALLS = ("content_exact", "content_match", "content_overlap", "attribution", "cue")
_DETERMINERS = re.compile(r"^(?:(?:the|a|an|some|his|her|their|its|our|my|this|that|these|those)\s+(?=\S))+")
_POSSESSIVE = re.compile(r"(?<=..)['’]s$", re.IGNORECASE)


@dataclass(frozen=True)
class ScoredQuote:
    """The spans and the speaker of one quote, normalised for scoring.

    Attributes
    ----------
    content, cue, source : tuple of (int, int)
        Normalised parts; () for none.
    raw : list of (int, int)
        The content before normalisation.
    row : mapping
        The row of the quote, with all its fields.
    speaker : str
        The folded speaker: `reference` of a gold quote; the resolved name, else the mention, of a predicted one.
    """

    content: Parts
    cue: Parts
    source: Parts
    raw: Sequence[Span]
    row: Mapping[str, Any] = field(repr=False)
    speaker: str = ""


@dataclass
class Comparison:
    """The comparison of the gold and predicted quotes of one text.

    Attributes
    ----------
    counts : dict of str to list of float
        By measure: right and all of the predicted quotes, right and all of the gold quotes.
    matched : list of (int, int)
        Pairs of gold and predicted quotes whose contents have an IoU of at least 0.5.
    recall : dict of str to list
        For each measure of `RECALLS`, right and all of each gold quote.
    """

    text: ComparableText
    gold: list[ScoredQuote]
    predicted: list[ScoredQuote]
    counts: dict[str, list[float]]
    matched: list[tuple[int, int]]
    recall: dict[str, list[tuple[float, float]]]


def split_by_part(quotes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return each part of an interrupted quote as a quote of its own."""
    return [{**quote, "content": [part]} for quote in quotes for part in quote["content"]]


def read_quotes(text: ComparableText, quotes: Iterable[Mapping[str, Any]], gold: bool) -> list[ScoredQuote]:
    """Return the quotes that have a content, without duplicates."""
    quotes_by_spans: dict[tuple[Parts, Parts, Parts], ScoredQuote] = {}
    for row in quotes:
        content, cue, source = (text.normalise([(s, e) for s, e in row.get(k) or ()]) for k in SPAN_FIELDS)
        mention = " ".join(text.text[start:end] for start, end in source)
        speaker = row.get("reference") or "" if gold else row.get("speaker") or mention
        raw = [(start, end) for start, end in row["content"]]
        if content:
            quotes_by_spans.setdefault(
                (content, cue, source), ScoredQuote(content, cue, source, raw, row, fold_speaker(speaker))
            )
    return list(quotes_by_spans.values())


def fold_speaker(name: str) -> str:
    """Fold a name: without accents, case, possessive, full stops of initials and leading determiners."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"['’]", "", re.sub(r"['’]s\b", " ", plain))
    words = re.findall(r"\w+", re.sub(r"\b(\w)\.(?=\w\b)", r"\1", plain).casefold())
    return _DETERMINERS.sub("", " ".join(words))


def compare_quotes(words: str, gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]) -> Comparison:
    """Compare the quotes of one text by every measure; quotes are mappings with lists of spans, as in gold files."""
    text = ComparableText(words)
    g, p = read_quotes(text, gold, True), read_quotes(text, predicted, False)
    matched = match_contents(text, [q.content for q in g], [q.content for q in p])
    counts: dict[str, list[float]] = {}
    exact = _match_equal([q.content for q in g], [q.content for q in p])
    counts["content_exact"] = _one_to_one_counts(len(exact), p, g)
    gold_parts, parts = [(part,) for q in g for part in q.content], [(part,) for q in p for part in q.content]
    counts["segment_exact"] = _one_to_one_counts(len(_match_equal(gold_parts, parts)), parts, gold_parts)
    counts["content_match"] = _one_to_one_counts(len(matched), p, g)
    overlaps = _count_overlaps(text, g, p, counts)
    right_sources = _count_sources(text, g, p, matched, counts)
    right_cues = _count_cues(text, g, p, counts)
    for cover in COVERS:
        counts[f"ggt@{cover}"] = _one_to_one_counts(len(match_by_cover(g, p, cover)), p, g)
    _count_speakers(g, p, matched, counts)
    matched_gold = {i for i, _ in matched}
    hits = {"content_exact": exact, "content_match": matched_gold, "attribution": right_sources, "cue": right_cues}
    counted = {"attribution": [bool(q.source) for q in g], "cue": [bool(q.cue) for q in g]}
    recall = {
        name: [(float(i in hit), float(counted.get(name, [True] * len(g))[i])) for i in range(len(g))]
        for name, hit in hits.items()
    }
    recall["content_overlap"] = overlaps
    return Comparison(text, g, p, counts, matched, recall)


def _one_to_one_counts(right: float, predicted: Sequence, gold: Sequence) -> list[float]:
    return [right, len(predicted), right, len(gold)]


def _match_equal(gold: Sequence[Parts], predicted: Sequence[Parts]) -> set[int]:
    """Return the numbers of the gold contents that are predicted exactly, one to one."""
    left, hits = Counter(predicted), set()
    for i, parts in enumerate(gold):
        if left[parts]:
            left[parts] -= 1
            hits.add(i)
    return hits


def _count_overlaps(
    text: ComparableText, g: list[ScoredQuote], p: list[ScoredQuote], counts: dict[str, list[float]]
) -> list[tuple[float, float]]:
    in_gold, in_predicted = (text.normalise([part for q in quotes for part in q.content]) for quotes in (g, p))
    predicted = [(float(text.count_shared(q.content, in_gold)), float(text.count_letters(q.content))) for q in p]
    gold = [(float(text.count_shared(q.content, in_predicted)), float(text.count_letters(q.content))) for q in g]
    counts["content_overlap"] = [*_sums(predicted), *_sums(gold)]
    shares = [sum(right / max(of, 1) for right, of in side) for side in (predicted, gold)]
    counts["content_partial"] = [shares[0], len(p), shares[1], len(g)]
    masks = [_character_mask(text, parts) for parts in (in_gold, in_predicted)]
    word_starts = [m.start() for m in re.finditer(r"\w+", text.text)]
    gold_words, predicted_words = masks[0][word_starts], masks[1][word_starts]
    both = float((gold_words & predicted_words).sum())
    counts["content_token"] = [both, float(predicted_words.sum()), both, float(gold_words.sum())]
    return gold


def _character_mask(text: ComparableText, parts: Parts) -> np.ndarray:
    mask = np.zeros(len(text.text) + 1, dtype=bool)
    for start, end in parts:
        mask[start:end] = True
    return mask


def _sums(values: Sequence[tuple[float, float]]) -> list[float]:
    return [sum(right for right, _ in values), sum(of for _, of in values)]


def covers_source_head(text: ComparableText, gold: Parts, predicted: Parts) -> bool:
    """Return True if a predicted source covers the gold one's last word before the first comma or preposition."""
    start, end = text.head(gold[0])
    if _POSSESSIVE.search(text.text[start:end]):
        end -= 2
    return any(first <= start and end <= last for first, last in predicted)


def _count_sources(
    text: ComparableText,
    g: list[ScoredQuote],
    p: list[ScoredQuote],
    matched: list[tuple[int, int]],
    counts: dict[str, list[float]],
) -> set[int]:
    """Return the numbers of the gold quotes whose source is right.

    A predicted source is not counted if the gold quote has none; a missing one does not count as wrong.
    """
    pairs = [(i, j) for i, j in matched if g[i].source]
    right = {i for i, j in pairs if covers_source_head(text, g[i].source, p[j].source)}
    equal = sum(g[i].source == p[j].source for i, j in pairs)
    predicted = sum(bool(q.source) for q in p) - sum(bool(p[j].source) and not g[i].source for i, j in matched)
    of = sum(bool(q.source) for q in g)
    counts["attribution"] = [len(right), predicted, len(right), of]
    counts["attribution_exact"] = [equal, predicted, equal, of]
    return right


def _count_cues(
    text: ComparableText, g: list[ScoredQuote], p: list[ScoredQuote], counts: dict[str, list[float]]
) -> set[int]:
    numbers = [i for i, q in enumerate(g) if q.cue]
    gold, predicted = [g[i].cue for i in numbers], sorted({q.cue for q in p if q.cue})
    shared = [(-n, i, j) for i, a in enumerate(gold) for j, b in enumerate(predicted) if (n := text.count_shared(a, b))]
    right = {i for i, _ in pair_one_to_one(sorted(shared))}
    counts["cue"] = _one_to_one_counts(len(right), predicted, gold)
    counts["cue_exact"] = _one_to_one_counts(len(_match_equal(gold, predicted)), predicted, gold)
    return {numbers[i] for i in right}


def match_by_cover(
    gold: Sequence[ScoredQuote], predicted: Sequence[ScoredQuote], min_share: float
) -> list[tuple[int, int]]:
    """Pair each gold quote with the predicted one that covers most of its characters, a share above `min_share`.

    Gold quotes are paired in order. A predicted quote may be longer than the gold one at no cost.
    """
    left, out = list(range(len(predicted))), []
    for i, quote in enumerate(gold):
        wanted = _characters(quote.raw)
        shares = [len(wanted & _characters(predicted[j].raw)) / len(wanted) if wanted else 0.0 for j in left]
        best = max(range(len(left)), key=lambda k: (shares[k], -k), default=None)
        if best is not None and shares[best] > min_share:
            out.append((i, left.pop(best)))
    return out


def _characters(parts: Sequence[Span]) -> set[int]:
    return {i for start, end in parts for i in range(start, end)}


def _count_speakers(
    g: list[ScoredQuote], p: list[ScoredQuote], matched: list[tuple[int, int]], counts: dict[str, list[float]]
) -> None:
    right = sum(bool(g[i].speaker) and g[i].speaker == p[j].speaker for i, j in matched)
    predicted = sum(bool(q.speaker) for q in p) - sum(bool(p[j].speaker) and not g[i].speaker for i, j in matched)
    counts["resolved_exact"] = [right, predicted, right, sum(bool(q.speaker) for q in g)]
