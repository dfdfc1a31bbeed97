"""How well found quotes fit gold ones, by every measure that the literature on quotes reports.

Exact spans, single parts, pairs with an IoU of a half and shared characters as for PolNeAR; the soft score of Johansson
and Moschitti (2013), "Relational Features in Fine-Grained Opinion Analysis"; and the one-sided cover of the Gender Gap
Tracker, Asr et al. (2021), "The Gender Gap Tracker: Using Natural Language Processing to measure gender bias in media".
Spans are stripped and joined first as in `pipeline.evaluate.span_scores`; only the one-sided cover takes them
as they are.
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
from pipeline.evaluate.span_scores import ComparableText, Parts, match_contents

SPANS = ("content", "cue", "source")
COVERS = (0.3, 0.8)
MEASURES = (
    *("content_exact", "segment_exact", "content_match", "content_overlap", "content_token", "content_partial"),
    *("attribution", "attribution_exact", "cue", "cue_exact", *(f"ggt@{cover}" for cover in COVERS), "resolved_exact"),
)
# Measures whose recall can be told for some of the gold quotes alone.
RECALLS = ("content_exact", "content_match", "content_overlap", "attribution", "cue")
_DETERMINERS = re.compile(r"^(?:(?:the|a|an|some|his|her|their|its|our|my|this|that|these|those)\s+(?=\S))+")
_POSSESSIVE = re.compile(r"(?<=..)['’]s$", re.IGNORECASE)


@dataclass(frozen=True)
class One:
    """A quote as it is scored.

    Attributes
    ----------
    content, cue, source : tuple of (int, int)
        Stripped and joined parts; () for none.
    raw : list of (int, int)
        The content as it was given.
    row : mapping
        All else that is known of it.
    speaker : str
        Who said it, `folded`: the `reference` of gold; the resolved name, else the mention, of a found one.
    """

    content: Parts
    cue: Parts
    source: Parts
    raw: Sequence[Span]
    row: Mapping[str, Any] = field(repr=False)
    speaker: str = ""


@dataclass
class Compared:
    """One text's gold and found quotes side by side.

    Attributes
    ----------
    counts : dict of str to list of float
        By measure: right and all of the found, right and all of the gold.
    matched : list of (int, int)
        Pairs of gold and found whose contents have an IoU of at least a half.
    recall : dict of str to list
        For every measure of `RECALLS` (right, of) for each gold quote.
    """

    text: ComparableText
    gold: list[One]
    found: list[One]
    counts: dict[str, list[float]]
    matched: list[tuple[int, int]]
    recall: dict[str, list[tuple[float, float]]]


def split(quotes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each part of an interrupted quote as a quote of its own."""
    return [{**quote, "content": [part]} for quote in quotes for part in quote["content"]]


def read(text: ComparableText, quotes: Iterable[Mapping[str, Any]], gold: bool) -> list[One]:
    """Quotes with a content, none twice."""
    kept: dict[tuple[Parts, Parts, Parts], One] = {}
    for row in quotes:
        content, cue, source = (text.normalise([(s, e) for s, e in row.get(k) or ()]) for k in SPANS)
        mention = " ".join(text.text[start:end] for start, end in source)
        speaker = row.get("reference") or "" if gold else row.get("speaker") or mention
        raw = [(start, end) for start, end in row["content"]]
        if content:
            kept.setdefault((content, cue, source), One(content, cue, source, raw, row, folded(speaker)))
    return list(kept.values())


def folded(name: str) -> str:
    """A name for comparison: accents, case, possessive, full stops of initials and determiners in front aside."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"['’]", "", re.sub(r"['’]s\b", " ", plain))
    found = re.findall(r"\w+", re.sub(r"\b(\w)\.(?=\w\b)", r"\1", plain).casefold())
    return _DETERMINERS.sub("", " ".join(found))


def compare(words: str, gold: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> Compared:
    """Counts of one text by every measure; quotes are mappings with lists of spans, as in gold files."""
    text = ComparableText(words)
    g, p = read(text, gold, True), read(text, found, False)
    matched = match_contents(text, [q.content for q in g], [q.content for q in p])
    counts: dict[str, list[float]] = {}
    exact = _equal([q.content for q in g], [q.content for q in p])
    counts["content_exact"] = _same(len(exact), p, g)
    ones, others = [(part,) for q in g for part in q.content], [(part,) for q in p for part in q.content]
    counts["segment_exact"] = _same(len(_equal(ones, others)), others, ones)
    counts["content_match"] = _same(len(matched), p, g)
    covered = _overlaps(text, g, p, counts)
    attributed = _sources(text, g, p, matched, counts)
    reported = _cues(text, g, p, counts)
    for cover in COVERS:
        counts[f"ggt@{cover}"] = _same(len(covers(g, p, cover)), p, g)
    _names(g, p, matched, counts)
    halves = {i for i, _ in matched}
    hits = {"content_exact": exact, "content_match": halves, "attribution": attributed, "cue": reported}
    asked = {"attribution": [bool(q.source) for q in g], "cue": [bool(q.cue) for q in g]}
    recall = {
        name: [(float(i in hit), float(asked.get(name, [True] * len(g))[i])) for i in range(len(g))]
        for name, hit in hits.items()
    }
    recall["content_overlap"] = covered
    return Compared(text, g, p, counts, matched, recall)


def _same(right: float, found: Sequence, gold: Sequence) -> list[float]:
    return [right, len(found), right, len(gold)]


def _equal(gold: Sequence[Parts], found: Sequence[Parts]) -> set[int]:
    """Gold that is found as it stands, one to one."""
    left, hits = Counter(found), set()
    for i, parts in enumerate(gold):
        if left[parts]:
            left[parts] -= 1
            hits.add(i)
    return hits


def _overlaps(
    text: ComparableText, g: list[One], p: list[One], counts: dict[str, list[float]]
) -> list[tuple[float, float]]:
    in_gold, in_found = _union(q.content for q in g), _union(q.content for q in p)
    found = [(float(text.count_shared(q.content, in_gold)), float(text.count_letters(q.content))) for q in p]
    gold = [(float(text.count_shared(q.content, in_found)), float(text.count_letters(q.content))) for q in g]
    counts["content_overlap"] = [*_sums(found), *_sums(gold)]
    shares = [sum(right / max(of, 1) for right, of in side) for side in (found, gold)]
    counts["content_partial"] = [shares[0], len(p), shares[1], len(g)]
    held = [_flags(text, parts) for parts in (in_gold, in_found)]
    starts = [m.start() for m in re.finditer(r"\w+", text.text)]
    one, two = held[0][starts], held[1][starts]
    both = float((one & two).sum())
    counts["content_token"] = [both, float(two.sum()), both, float(one.sum())]
    return gold


def _union(contents: Iterable[Parts]) -> Parts:
    out: list[Span] = []
    for start, end in sorted(part for parts in contents for part in parts):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def _flags(text: ComparableText, parts: Parts) -> np.ndarray:
    flags = np.zeros(len(text.text) + 1, dtype=bool)
    for start, end in parts:
        flags[start:end] = True
    return flags


def _sums(values: Sequence[tuple[float, float]]) -> list[float]:
    return [sum(right for right, _ in values), sum(of for _, of in values)]


def holds_head(text: ComparableText, gold: Parts, found: Parts) -> bool:
    """Whether a found source covers the last word of the gold one before its first comma or preposition."""
    start, end = text.head(gold[0])
    if _POSSESSIVE.search(text.text[start:end]):
        end -= 2
    return any(first <= start and end <= last for first, last in found)


def _sources(
    text: ComparableText, g: list[One], p: list[One], matched: list[tuple[int, int]], counts: dict[str, list[float]]
) -> set[int]:
    """Gold quotes whose source was found; no claim is no wrong claim, and none is judged where gold has no source."""
    asked = [(i, j) for i, j in matched if g[i].source]
    right = {i for i, j in asked if holds_head(text, g[i].source, p[j].source)}
    equal = sum(g[i].source == p[j].source for i, j in asked)
    claims = sum(bool(q.source) for q in p) - sum(bool(p[j].source) and not g[i].source for i, j in matched)
    of = sum(bool(q.source) for q in g)
    counts["attribution"] = [len(right), claims, len(right), of]
    counts["attribution_exact"] = [equal, claims, equal, of]
    return right


def _cues(text: ComparableText, g: list[One], p: list[One], counts: dict[str, list[float]]) -> set[int]:
    numbers = [i for i, q in enumerate(g) if q.cue]
    gold, found = [g[i].cue for i in numbers], sorted({q.cue for q in p if q.cue})
    shared = [(-n, i, j) for i, a in enumerate(gold) for j, b in enumerate(found) if (n := text.count_shared(a, b))]
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in sorted(shared):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    counts["cue"] = _same(len(left), found, gold)
    counts["cue_exact"] = _same(len(_equal(gold, found)), found, gold)
    return {numbers[i] for i in left}


def covers(gold: Sequence[One], found: Sequence[One], least: float) -> list[tuple[int, int]]:
    """Pairs by the share of a gold quote's characters that a found one covers, which must be more than `least`.

    Gold quotes choose in their order; a found quote that runs on beyond the gold one loses nothing.
    """
    left, out = list(range(len(found))), []
    for i, one in enumerate(gold):
        wanted = _characters(one.raw)
        shares = [len(wanted & _characters(found[j].raw)) / len(wanted) if wanted else 0.0 for j in left]
        best = max(range(len(left)), key=lambda k: (shares[k], -k), default=None)
        if best is not None and shares[best] > least:
            out.append((i, left.pop(best)))
    return out


def _characters(parts: Sequence[Span]) -> set[int]:
    return {i for start, end in parts for i in range(start, end)}


def _names(g: list[One], p: list[One], matched: list[tuple[int, int]], counts: dict[str, list[float]]) -> None:
    right = sum(bool(g[i].speaker) and g[i].speaker == p[j].speaker for i, j in matched)
    claims = sum(bool(q.speaker) for q in p) - sum(bool(p[j].speaker) and not g[i].speaker for i, j in matched)
    counts["resolved_exact"] = [right, claims, right, sum(bool(q.speaker) for q in g)]
