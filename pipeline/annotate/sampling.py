"""Which quotes of the build are labelled next: at random, the least sure, or those on which words and model differ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.existing_labels import Labelled
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import table_joins, tables
from pipeline.core.targets import Target
from pipeline.stance.target_terms import term_pattern

WAYS = ("random", "uncertain", "disagreeing")
UNRELATED = "unrelated"
Row = dict[str, Any]


@dataclass(frozen=True)
class Draw:
    """What to draw.

    Attributes
    ----------
    layer : str
        `stance` or `quotes`.
    way : str
        `random`; `uncertain` (lowest top probability of the targets; lowest confidence in the layer `quotes`);
        `disagreeing` (a relevance term in the quote or paragraph, and the model says `unrelated`; or no such term, and
        it says something else; surest first).
    n, seed : int
        Number of quotes (the layer `quotes` adds the others of their articles), and what decides among equals.
    targets : sequence of str
        Targets that are asked and by which to draw.
    types, kinds, sources : collection of str
        Slices: types of quote, kinds of speaker, publishers; empty for all.
    labels : collection of (str, str)
        Slices: target and label as the model has it; a quote needs one of them.
    labelled : bool
        Draw from quotes that have labels, to have them labelled twice, instead of from those that have none.
    annotator : str
        Who will label: nothing is drawn that he or she labelled.
    """

    layer: str = "stance"
    way: str = "random"
    n: int = 100
    seed: int = 7
    targets: Sequence[str] = ()
    types: Collection[str] = ()
    kinds: Collection[str] = ()
    sources: Collection[str] = ()
    labels: Collection[tuple[str, str]] = ()
    labelled: bool = False
    annotator: str = ""


@dataclass(order=True)
class Candidate:
    """A quote that may be drawn, by how soon."""

    key: tuple[float, str]
    quote_id: str
    article_id: str = field(compare=False)
    group_id: str = field(compare=False)


def draw(root: Path, targets: Mapping[str, Target], wanted: Draw, labelled: Labelled) -> list[Candidate]:
    """The first `n` quotes, one of each set of near-identical ones, in the order of the draw.

    A quote's place depends on itself and the seed alone: other articles do not reshuffle it.

    Raises
    ------
    DataError
        When there is no build, or nothing is left to draw.
    """
    if wanted.layer == "quotes" and wanted.way == "disagreeing":
        raise DataError("extraction has no second opinion", fix="draw `random` or `uncertain` quotes, or stances")
    kinds = {
        row["speaker_id"]: row["kind"] for row in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])
    }
    chosen: list[Candidate] = []
    groups: set[str] = set()
    for candidate in sorted(_candidates(root, targets, wanted, labelled, kinds, groups)):
        if len(chosen) == wanted.n:
            break
        if candidate.group_id not in groups:
            groups.add(candidate.group_id)
            chosen.append(candidate)
    if not chosen:
        raise DataError("no quote to draw", why="all that fit are labelled, or none fits", fix="ask for another slice")
    return chosen


def _candidates(
    root: Path,
    targets: Mapping[str, Target],
    wanted: Draw,
    labelled: Labelled,
    kinds: Mapping[str, str],
    done: set[str],
) -> Iterator[Candidate]:
    """Every quote that fits; `done` gains the sets of near-identical quotes of which one is labelled."""
    patterns = {key: term_pattern(targets[key].relevance_terms) for key in wanted.targets}
    for quote, article, opinions in table_joins.quotes_with_articles(root, len(targets)):
        asked = {opinion["target"]: opinion for opinion in opinions}
        by = _by(quote, wanted, labelled)
        if by and not wanted.labelled:
            done.add(quote["group_id"])
        if bool(by) != wanted.labelled or wanted.annotator in by or not _in_slice(quote, article, asked, wanted, kinds):
            continue
        place = _place(quote, article, asked, wanted, patterns)
        if place is not None:
            key = (round(place, 6), hashlib.sha256(f"{wanted.seed}:{quote['quote_id']}".encode()).hexdigest())
            yield Candidate(key, quote["quote_id"], quote["article_id"], quote["group_id"])


def _place(
    quote: Row, article: Row, asked: Mapping[str, Row], wanted: Draw, patterns: Mapping[str, re.Pattern[str] | None]
) -> float | None:
    """Lower is drawn sooner; None is not drawn."""
    if wanted.way == "random":
        return 0.0
    if wanted.way == "uncertain":
        return min(_top(asked[key]) for key in wanted.targets) if wanted.layer == "stance" else quote["confidence"]
    paragraph = article["text"][quote["context_start"] : quote["context_end"]]
    text = f"{quote['cue'] or ''} {quote['content']} {paragraph}"
    differing = []
    for key in wanted.targets:
        pattern = patterns[key]
        if (asked[key]["label"] == UNRELATED) == bool(pattern and pattern.search(text)):
            differing.append(_top(asked[key]))
    return -max(differing) if differing else None


def _in_slice(quote: Row, article: Row, asked: Mapping[str, Row], wanted: Draw, kinds: Mapping[str, str]) -> bool:
    if wanted.types and quote["type"] not in wanted.types:
        return False
    if wanted.kinds and kinds.get(quote["speaker_id"], "unknown") not in wanted.kinds:
        return False
    if wanted.sources and article["source"] not in wanted.sources:
        return False
    return not wanted.labels or any(asked[target]["label"] == label for target, label in wanted.labels)


def _by(quote: Row, wanted: Draw, labelled: Labelled) -> set[str]:
    """Who labelled the quote, or annotated its article."""
    if wanted.layer == "quotes":
        return labelled.articles.get(quote["article_id"], set())
    return labelled.by(quote, wanted.targets)


def _top(opinion: Row) -> float:
    return max(value for name, value in opinion.items() if name.startswith("p_"))
