"""Compare predicted quotes with gold ones by every measure that the literature on quotes reports.

Exact spans, single parts, pairs with an IoU of 0.5 and shared characters as for PolNeAR; and the one-sided cover of the
Gender Gap Tracker, Asr et al. (2021), "The Gender Gap Tracker: Using Natural Language Processing to measure gender bias
in media". Spans are normalised first as in `pipeline.evaluate.span_scores`, except for the one-sided cover.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.text import Span
from pipeline.evaluate.span_scores import ComparableText, Parts, match_contents, pair_one_to_one

SPAN_FIELDS = ("content", "cue", "source")
COVERS = (0.3, 0.8)
MEASURES = (
    *("content_exact", "segment_exact", "content_match", "content_overlap", "attribution", "cue"),
    *(f"ggt@{cover}" for cover in COVERS),
    "resolved_exact",
)
# Measures whose recall is defined for any part of the gold quotes.
RECALLS = ("content_exact", "content_match", "content_overlap", "attribution", "cue")
_DETERMINERS = re.compile(r"^(?:(?:the|a|an|some|his|her|their|its|our|my|this|that|these|those)\s+(?=\S))+")
_POSSESSIVE = re.compile(r"(?<=..)['’]s$", re.IGNORECASE)


@dataclass(frozen=True)
class ScoredQuote:
    """The spans and the speaker of one quote, normalised for scoring; () for none."""

    content: Parts
    cue: Parts
    source: Parts
    raw: Sequence[Span]  # the content before normalisation
    row: Mapping[str, Any] = field(repr=False)  # all fields of the quote
    # Folded: `reference` of a gold quote; the resolved name, else the mention, of a predicted one.
    speaker: str = ""


@dataclass
class Comparison:
    """The comparison of the gold and predicted quotes of one text."""

    text: ComparableText
    gold: list[ScoredQuote]
    predicted: list[ScoredQuote]
    counts: dict[str, list[float]]  # by measure: right and all of the predicted quotes, right and all of the gold ones
    matched: list[tuple[int, int]]  # pairs of gold and predicted quotes whose contents have an IoU of at least 0.5
    recall: dict[str, list[tuple[float, float]]]  # for each measure of `RECALLS`, right and all of each gold quote


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
    contents, found = [q.content for q in g], [q.content for q in p]
    exact, matched = _match_equal(contents, found), match_contents(text, contents, found)
    gold_parts, parts = ([(part,) for content in side for part in content] for side in (contents, found))
    with_source = [i for i, q in enumerate(g) if q.source]
    right_sources = {i for i, j in matched if g[i].source and covers_source_head(text, g[i].source, p[j].source)}
    cues, with_cue = sorted({q.cue for q in p if q.cue}), [i for i, q in enumerate(g) if q.cue]
    right_cues = _match_cues(text, g, with_cue, cues)
    in_gold, in_found = (text.normalise([part for content in side for part in content]) for side in (contents, found))
    shared, of_gold = (
        [(float(text.count_shared(content, other)), float(text.count_letters(content))) for content in side]
        for side, other in ((found, in_gold), (contents, in_found))
    )
    counts = {
        "content_exact": _counts(len(exact), p, g),
        "segment_exact": _counts(len(_match_equal(gold_parts, parts)), parts, gold_parts),
        "content_match": _counts(len(matched), p, g),
        "content_overlap": [sum(pair[k] for pair in side) for side in (shared, of_gold) for k in (0, 1)],
        "attribution": _counts(len(right_sources), _counted("source", g, p, matched), with_source),
        "cue": _counts(len(right_cues), cues, with_cue),
        **{f"ggt@{cover}": _counts(len(match_by_cover(g, p, cover)), p, g) for cover in COVERS},
        "resolved_exact": _counts(
            sum(bool(g[i].speaker) and g[i].speaker == p[j].speaker for i, j in matched),
            _counted("speaker", g, p, matched),
            [q for q in g if q.speaker],
        ),
    }
    every = range(len(g))
    hits = {"content_exact": (exact, every), "content_match": ({i for i, _ in matched}, every)}
    hits |= {"attribution": (right_sources, with_source), "cue": (right_cues, with_cue)}
    recall = {name: [(float(i in hit), float(i in of)) for i in every] for name, (hit, of) in hits.items()}
    return Comparison(text, g, p, counts, matched, recall | {"content_overlap": of_gold})


def _counts(right: float, predicted: Sequence, gold: Sequence) -> list[float]:
    return [right, len(predicted), right, len(gold)]


def _counted(name: str, g: list[ScoredQuote], p: list[ScoredQuote], matched: list[tuple[int, int]]) -> list[int]:
    """Return the predicted quotes whose source or speaker counts: not where the gold quote has none."""
    without_gold = {j for i, j in matched if not getattr(g[i], name)}
    return [j for j, q in enumerate(p) if getattr(q, name) and j not in without_gold]


def _match_equal(gold: Sequence[Parts], predicted: Sequence[Parts]) -> set[int]:
    """Return the numbers of the gold contents that are predicted exactly, one to one."""
    left, hits = Counter(predicted), set()
    for i, parts in enumerate(gold):
        if left[parts]:
            left[parts] -= 1
            hits.add(i)
    return hits


def _match_cues(text: ComparableText, g: list[ScoredQuote], numbers: list[int], cues: list[Parts]) -> set[int]:
    """Return the numbers of the gold quotes whose cue shares a letter with a predicted one, one to one."""
    shared = ((-text.count_shared(g[i].cue, cue), i, j) for i in numbers for j, cue in enumerate(cues))
    return {i for i, _ in pair_one_to_one(sorted(each for each in shared if each[0]))}


def covers_source_head(text: ComparableText, gold: Parts, predicted: Parts) -> bool:
    """Return True if a predicted source covers the gold one's last word before the first comma or preposition."""
    start, end = text.head(gold[0])
    if _POSSESSIVE.search(text.text[start:end]):
        end -= 2
    return any(first <= start and end <= last for first, last in predicted)


def match_by_cover(
    gold: Sequence[ScoredQuote], predicted: Sequence[ScoredQuote], min_share: float
) -> list[tuple[int, int]]:
    """Pair each gold quote with the predicted one that covers most of its characters, a share above `min_share`.

    Gold quotes are paired in order. A predicted quote may be longer than the gold one at no cost.
    """
    characters = [{i for start, end in quote.raw for i in range(start, end)} for quote in predicted]
    left, out = list(range(len(predicted))), []
    for i, quote in enumerate(gold):
        wanted = {i for start, end in quote.raw for i in range(start, end)}
        shares = [len(wanted & characters[j]) / len(wanted) if wanted else 0.0 for j in left]
        best = max(range(len(left)), key=lambda k: (shares[k], -k), default=None)
        if best is not None and shares[best] > min_share:
            out.append((i, left.pop(best)))
    return out
