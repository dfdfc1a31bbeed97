"""Labels of candidates for the rankers: is it a gold content, does it overlap one by half or more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.extract.learned.candidate_quotes import parts_without_that
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.gold_tokens import GoldTokens, token_overlap
from pipeline.extract.learned.prepared_article import Parts, PreparedArticle
from pipeline.extract.learned.token_arrays import Floats

HALF = 0.5


def label_attribution_candidates(
    article: PreparedArticle, gold: Sequence[GoldTokens], candidates: Sequence[Candidate]
) -> tuple[Floats, Floats]:
    """Return labels for the profile `attribution`: is it the content of its own cue, does it overlap any content."""
    by_cue = {quote.cue: quote.parts for quote in gold if quote.cue >= 0}
    contents = [quote.parts for quote in gold]
    exact, match = [], []
    for candidate in candidates:
        of_cue = by_cue.get(candidate.cue)
        exact.append(of_cue == candidate.parts or (candidate.cue < 0 and candidate.parts in contents))
        match.append(largest_overlap(candidate.parts, contents) >= HALF)
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
    for counts in (exact, match):
        best: dict[int, float] = {}
        for candidate, count in zip(candidates, counts, strict=True):
            best[candidate.cue] = max(best.get(candidate.cue, 0), count)
        counts[:] = [
            count > 0 and (candidate.cue < 0 or count == best[candidate.cue])
            for candidate, count in zip(candidates, counts, strict=True)
        ]
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
