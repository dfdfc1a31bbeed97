"""Extraction and speakers against the gold of the articles of this run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.evaluate.intervals import score
from pipeline.evaluate.spans import METRICS, Spans, Text, compare, pairs
from pipeline.schema import QUOTE_TYPES


def summary(
    texts: Mapping[str, str], gold: Mapping[str, Sequence[Spans]], found: Mapping[str, Sequence[Spans]]
) -> dict:
    """Scores over annotated articles.

    Parameters
    ----------
    texts, gold, found : mappings by article_id
        Only articles with gold are judged; an article without found quotes counts as one with none.

    Returns
    -------
    dict
        `on` (articles, quotes), each metric of `spans.METRICS` with precision, recall, F1 and its 95 % interval, and
        `recall_by_type`: for gold quotes of each type, the share found exactly and with an IoU of at least a half.
    """
    ids = sorted(set(gold) & set(texts))
    tallies = {i: compare(texts[i], gold[i], found.get(i, [])) for i in ids}
    result: dict[str, Any] = {"on": {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}}
    for metric in METRICS:
        result[metric] = score([tallies[i][metric].array() for i in ids])
    result["recall_by_type"] = {kind: _by_type(kind, ids, texts, gold, found) for kind in QUOTE_TYPES}
    result["types_found"] = dict(sorted(Counter(q.type for i in ids for q in found.get(i, [])).items()))
    return result


def _by_type(
    kind: str,
    ids: Sequence[str],
    texts: Mapping[str, str],
    gold: Mapping[str, Sequence[Spans]],
    found: Mapping[str, Sequence[Spans]],
) -> dict[str, Any]:
    wanted = {i: [q for q in gold[i] if q.type == kind] for i in ids}
    tallies = [compare(texts[i], wanted[i], found.get(i, [])) for i in ids]
    n = sum(map(len, wanted.values()))
    recall = {
        m: round(sum(t[m].right_gold for t in tallies) / max(n, 1), 4) for m in ("content_exact", "content_match")
    }
    return {"quotes": n, **recall}


def errors(
    texts: Mapping[str, str], gold: Mapping[str, Sequence[Spans]], found: Mapping[str, Sequence[Spans]], n: int
) -> list[list[str]]:
    """Worked errors: the first `n` of each kind, as rows of kind, article, gold text and found text."""
    shown: dict[str, list[list[str]]] = {"missed": [], "false": [], "bounds": [], "speaker": []}
    for i in sorted(set(gold) & set(texts)):
        doc, wanted, given = Text(texts[i]), gold[i], found.get(i, [])
        g, p = [doc.normal(q.content) for q in wanted], [doc.normal(q.content) for q in given]
        matched = pairs(doc, g, p)
        missed, false = set(range(len(g))) - {a for a, _ in matched}, set(range(len(p))) - {b for _, b in matched}
        shown["missed"] += [["missed", i, _words(doc, g[a]), ""] for a in sorted(missed)]
        shown["false"] += [["false", i, "", _words(doc, p[b])] for b in sorted(false)]
        shown["bounds"] += [["bounds", i, _words(doc, g[a]), _words(doc, p[b])] for a, b in matched if g[a] != p[b]]
        names = [(wanted[a].speaker, given[b].speaker) for a, b in matched]
        shown["speaker"] += [["speaker", i, w, h or "–"] for w, h in names if w and (not h or w != h)]
    return [row for rows in shown.values() for row in rows[:n]]


def _words(doc: Text, parts: tuple) -> str:
    words = " … ".join(doc.text[start:end] for start, end in parts)
    return words if len(words) <= 160 else words[:159] + "…"
