"""Choose the quotes to label next: at random, by uncertainty, or where the target's terms and the model disagree."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.existing_labels import ExistingLabels
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import SPEAKER_KINDS
from pipeline.core.storage import table_joins, tables
from pipeline.core.targets import Target
from pipeline.stance.target_terms import term_pattern

Row = dict[str, Any]


@dataclass(frozen=True)
class SamplingOptions:
    """Which quotes to choose.

    Attributes
    ----------
    layer : str
        `stance` or `quotes`.
    strategy : str
        `random`; `uncertain` (lowest probability of the most probable label, or lowest confidence in the layer
        `quotes`, first); `disagreeing` (quotes with a relevance term of the target in the quote or its paragraph that
        the model calls `unrelated`, and quotes without one that it does not; most probable label first).
    n, seed : int
        Number of quotes (the layer `quotes` adds the others of their articles), and the seed that orders quotes of
        equal rank.
    targets : sequence of str
        The targets to ask for and to rank by.
    types, kinds, publishers : collection of str
        Types of quote, kinds of speaker and publishers to choose from; empty for all.
    labels : collection of (str, str)
        Targets and predicted labels to choose from; a quote needs one of them. Empty for all.
    labelled : bool
        Choose from quotes that have labels (to have them labelled twice) instead of from those that have none.
    annotator : str
        Who will label; quotes that he or she labelled are left out.
    """

    layer: str = "stance"
    strategy: str = "random"
    n: int = 100
    seed: int = 7
    targets: Sequence[str] = ()
    types: Collection[str] = ()
    kinds: Collection[str] = ()
    publishers: Collection[str] = ()
    labels: Collection[tuple[str, str]] = ()
    labelled: bool = False
    annotator: str = ""


@dataclass(order=True)
class QuoteCandidate:
    """A quote that may be chosen; candidates compare by rank, lowest first."""

    rank: tuple[float, str]
    quote_id: str
    article_id: str = field(compare=False)
    group_id: str = field(compare=False)


def sample_quotes(
    root: Path, targets: Mapping[str, Target], options: SamplingOptions, existing: ExistingLabels
) -> list[QuoteCandidate]:
    """Return the `n` quotes that rank first, at most one of each group of near-identical quotes.

    A quote's rank depends on itself and the seed only, so more articles do not change the order of the others.

    Raises
    ------
    DataError
        If there is no build, or no quote fits.
    """
    if options.layer == "quotes" and options.strategy == "disagreeing":
        fix = "use `--draw random` or `--draw uncertain`, or the layer `stance`"
        raise DataError("`disagreeing` is not possible for extraction: it has no second opinion", fix=fix)
    speakers = tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])
    kinds = {row["speaker_id"]: row["kind"] for row in speakers}
    chosen: list[QuoteCandidate] = []
    groups_done: set[str] = set()
    for candidate in sorted(_iterate_candidates(root, targets, options, existing, kinds, groups_done)):
        if len(chosen) == options.n:
            break
        if candidate.group_id not in groups_done:
            groups_done.add(candidate.group_id)
            chosen.append(candidate)
    if not chosen:
        raise _no_quote_error(options)
    return chosen


def _no_quote_error(options: SamplingOptions) -> DataError:
    """Return the error for options that no quote fits, with what they may be."""
    if unknown := sorted(set(options.kinds) - set(SPEAKER_KINDS)):
        what = f"no speaker is of the kind `{unknown[0]}`"
        return DataError(what, fix=f"kinds are {', '.join(SPEAKER_KINDS)}")
    fix = "leave out some of the options (`parley check` lists the names of publishers for --source)"
    return DataError("no quote to label", why="no quote fits the options, or all that fit are labelled", fix=fix)


def _iterate_candidates(
    root: Path,
    targets: Mapping[str, Target],
    options: SamplingOptions,
    existing: ExistingLabels,
    kinds: Mapping[str, str],
    groups_done: set[str],
) -> Iterator[QuoteCandidate]:
    """Yield every quote that fits the options; add the groups of near-identical quotes with labels to `groups_done`."""
    patterns = {key: term_pattern(targets[key].relevance_terms) for key in options.targets}
    for quote, article, stances in table_joins.quotes_with_articles(root, len(targets)):
        stance_by_target = {stance["target"]: stance for stance in stances}
        annotators = _get_annotators(quote, options, existing)
        if annotators and not options.labelled:
            groups_done.add(quote["group_id"])
        if bool(annotators) != options.labelled or options.annotator in annotators:
            continue
        if not _is_selected(quote, article, stance_by_target, options, kinds):
            continue
        priority = _compute_priority(quote, article, stance_by_target, options, targets, patterns)
        if priority is not None:
            tie_breaker = hashlib.sha256(f"{options.seed}:{quote['quote_id']}".encode()).hexdigest()
            rank = (round(priority, 6), tie_breaker)
            yield QuoteCandidate(rank, quote["quote_id"], quote["article_id"], quote["group_id"])


def _compute_priority(
    quote: Row,
    article: Row,
    stance_by_target: Mapping[str, Row],
    options: SamplingOptions,
    targets: Mapping[str, Target],
    patterns: Mapping[str, re.Pattern[str] | None],
) -> float | None:
    """Return a number by which quotes are sorted, lowest first; None if the strategy leaves this quote out."""
    if options.strategy == "random":
        return 0.0
    if options.strategy == "uncertain":
        if options.layer == "quotes":
            return quote["confidence"]
        return min(_get_top_probability(stance_by_target[target]) for target in options.targets)
    paragraph = article["text"][quote["context_start"] : quote["context_end"]]
    text = f"{quote['cue'] or ''} {quote['content']} {paragraph}"
    disagreeing = []
    for target in options.targets:
        pattern = patterns[target]
        has_term = bool(pattern and pattern.search(text))
        if has_term == (stance_by_target[target]["label"] == targets[target].roles.unrelated):
            disagreeing.append(_get_top_probability(stance_by_target[target]))
    return -max(disagreeing) if disagreeing else None


def _is_selected(
    quote: Row, article: Row, stance_by_target: Mapping[str, Row], options: SamplingOptions, kinds: Mapping[str, str]
) -> bool:
    """Return True if the quote has a type, speaker kind, publisher and label that the options ask for."""
    if options.types and quote["type"] not in options.types:
        return False
    if options.kinds and kinds.get(quote["speaker_id"], "unknown") not in options.kinds:
        return False
    if options.publishers and article["source"] not in options.publishers:
        return False
    return not options.labels or any(stance_by_target[target]["label"] == label for target, label in options.labels)


def _get_annotators(quote: Row, options: SamplingOptions, existing: ExistingLabels) -> set[str]:
    """Return who labelled the quote's stances, or annotated its article in the layer `quotes`."""
    if options.layer == "quotes":
        return existing.articles.get(quote["article_id"], set())
    return existing.stance_annotators(quote, options.targets)


def _get_top_probability(stance: Row) -> float:
    return max(value for name, value in stance.items() if name.startswith("p_"))
