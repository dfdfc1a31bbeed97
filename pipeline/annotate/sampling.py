"""Choose the quotes to label next: at random, by uncertainty, or where terms and model disagree; build their tasks."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.annotate.annotation_merges import ExistingLabels
from pipeline.annotate.task import Answer, Task, TaskSpans
from pipeline.core import paths
from pipeline.core.corrections import CorrectionRow, StanceCorrections
from pipeline.core.errors import DataError
from pipeline.core.quote import quote_from_row
from pipeline.core.schema.data_tables import SPEAKER_KINDS
from pipeline.core.storage import tables
from pipeline.core.targets import Targets, term_pattern
from pipeline.core.text import Span, paragraphs

Row = dict[str, Any]
Terms = tuple[re.Pattern[str] | None, str | None]  # what names a target, and the label of quotes not about it
_ARTICLE_COLUMNS = ["article_id", "text", "title", "source", "published_at", "url"]
# Fields of a task that describe its article, and the columns that have them.
_ABOUT = {"article_title": "title", "article_source": "source", "published_at": "published_at", "article_url": "url"}


@dataclass(frozen=True)
class SamplingOptions:
    """Which quotes to choose; what is empty lets all by.

    Strategies are `random`; `uncertain` (lowest probability of the most probable label, or lowest confidence in the
    layer `quotes`, first); `disagreeing` (quotes with a relevance term of the target in the quote or its paragraph that
    the model calls `unrelated`, and quotes without one that it does not; most probable label first).
    """

    layer: str = "stance"
    strategy: str = "random"
    n: int = 100  # quotes; the layer `quotes` adds the others of their articles
    seed: int = 7  # orders quotes of equal rank
    targets: Sequence[str] = ()  # to ask for and to rank by
    types: Collection[str] = ()
    kinds: Collection[str] = ()  # of speaker
    publishers: Collection[str] = ()
    labels: Collection[tuple[str, str]] = ()  # targets and predicted labels, of which a quote needs one
    labelled: bool = False  # whether to choose quotes that have labels, to have them labelled twice
    annotator: str = ""  # who will label; quotes that he or she labelled are left out


def sample_quotes(root: Path, targets: Targets, options: SamplingOptions, existing: ExistingLabels) -> list[str]:
    """Return the ids of the `n` quotes that rank first, at most one of each group of near-identical quotes.

    A quote's rank depends on itself and the seed only, so more articles do not change the order of the others. A
    DataError is raised where there is no build, or no quote fits.
    """
    if options.layer == "quotes" and options.strategy == "disagreeing":
        fix = "use `--draw random` or `--draw uncertain`, or the layer `stance`"
        raise DataError("`disagreeing` is not possible for extraction: it has no second opinion", fix=fix)
    chosen: list[str] = []
    groups_done: set[str] = set()
    for _, quote_id, group_id in sorted(_iterate_candidates(root, targets, options, existing, groups_done)):
        if len(chosen) == options.n:
            break
        if group_id not in groups_done:
            groups_done.add(group_id)
            chosen.append(quote_id)
    if not chosen and (unknown := sorted(set(options.kinds) - set(SPEAKER_KINDS))):
        raise DataError(f"no speaker is of the kind `{unknown[0]}`", fix=f"kinds are {', '.join(SPEAKER_KINDS)}")
    if not chosen:
        why = "no quote fits the options, or all that fit are labelled"
        fix = "leave out some of the options (`parley check` lists the names of publishers for --source)"
        raise DataError("no quote to label", why=why, fix=fix)
    return chosen


def _iterate_candidates(
    root: Path, targets: Targets, options: SamplingOptions, existing: ExistingLabels, groups_done: set[str]
) -> Iterator[tuple[tuple[float, str], str, str]]:
    """Yield rank, id and group of every quote that fits the options; add the groups with labels to `groups_done`."""
    speakers = tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])
    kinds = {row["speaker_id"]: row["kind"] for row in speakers}
    terms = {key: (term_pattern(targets[key].relevance_terms), targets[key].roles.unrelated) for key in options.targets}
    joined = tables.articles_with_quotes(root, len(targets))
    for article, quote, rows in ((article, *labelled) for article, quotes in joined for labelled in quotes):
        stances = {row["target"]: row for row in rows}
        if options.layer == "quotes":
            annotators = existing.articles.get(quote["article_id"], set())
        else:
            annotators = existing.stance_annotators(quote, options.targets)
        if annotators and not options.labelled:
            groups_done.add(quote["group_id"])
        if bool(annotators) != options.labelled or options.annotator in annotators:
            continue
        fits = (
            (not options.types or quote["type"] in options.types)
            and (not options.kinds or kinds.get(quote["speaker_id"], "unknown") in options.kinds)
            and (not options.publishers or article["source"] in options.publishers)
            and (not options.labels or any(stances[target]["label"] == label for target, label in options.labels))
        )
        priority = _compute_priority(quote, article, stances, options, terms) if fits else None
        if priority is not None:
            tie_breaker = hashlib.sha256(f"{options.seed}:{quote['quote_id']}".encode()).hexdigest()
            yield (round(priority, 6), tie_breaker), quote["quote_id"], quote["group_id"]


def _compute_priority(
    quote: Row, article: Row, stances: Mapping[str, Row], options: SamplingOptions, terms: Mapping[str, Terms]
) -> float | None:
    """Return a number by which quotes are sorted, lowest first; None if the strategy leaves this quote out."""
    if options.strategy == "random":
        return 0.0
    if options.strategy == "uncertain" and options.layer == "quotes":
        return quote["confidence"]
    most = {key: max(p for name, p in stances[key].items() if name.startswith("p_")) for key in options.targets}
    if options.strategy == "uncertain":
        return min(most.values())
    paragraph = article["text"][quote["context_start"] : quote["context_end"]]
    text = f"{quote['cue'] or ''} {quote['content']} {paragraph}"
    disagreeing = []
    for key, probability in most.items():
        pattern, unrelated = terms[key]
        has_term = bool(pattern and pattern.search(text))
        if has_term == (stances[key]["label"] == unrelated):
            disagreeing.append(-probability)
    return min(disagreeing, default=None)


def build_stance_tasks(root: Path, quote_ids: Iterable[str]) -> list[Task]:
    """Return one task per chosen quote, in their order."""
    chosen = dict.fromkeys(quote_ids)
    tasks = {
        quote["quote_id"]: _build_task("stance", quote, article, (quote["context_start"], quote["context_end"]))
        for article, quotes in _read_articles(root, chosen)
        for quote in quotes
        if quote["quote_id"] in chosen
    }
    return [tasks[quote_id] for quote_id in chosen]


def build_corrected_tasks(root: Path, rows: Iterable[CorrectionRow]) -> Iterator[Answer]:
    """Yield the corrected stances of the quotes of this build as answers of those who corrected them."""
    corrections, chosen = StanceCorrections(rows), {}
    for quote in tables.iterate_rows(root / paths.QUOTES, ["quote_id", "content"]):
        if found := corrections.of_quote(quote["quote_id"], quote["content"]):
            chosen[quote["quote_id"]] = list(found.values())
    for task in build_stance_tasks(root, chosen):
        by_hand = chosen[task.task_id]
        for user in dict.fromkeys(row.by for row in by_hand):
            own = [row for row in by_hand if row.by == user]
            yield Answer(task, own[0].where, labels={row.target: row.label for row in own}, user=user)


def build_quote_tasks(root: Path, quote_ids: Iterable[str], n: int) -> list[Task]:
    """Return the tasks of whole articles, in the order of the chosen quotes, until there are `n` quotes or more.

    An article's tasks are all its quotes and all its paragraphs without one, because a quote that the annotation does
    not list counts as wrong in evaluation.
    """
    chosen = dict.fromkeys(quote_ids)
    by_article = {article["article_id"]: (article, quotes) for article, quotes in _read_articles(root, chosen)}
    tasks: list[Task] = []
    for article_id in dict.fromkeys(map(article_of, chosen)):
        if sum(bool(task.text) for task in tasks) >= n:
            break
        tasks += _build_article_tasks(*by_article[article_id])
    return tasks


def article_of(quote_id: str) -> str:
    """Return the id of a quote's article, with which its own begins."""
    return quote_id.partition("-")[0]


def _read_articles(root: Path, quote_ids: Iterable[str]) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the article of each of these quotes, with all its quotes."""
    ids = set(map(article_of, quote_ids))
    articles = {row["article_id"]: row for row in tables.iterate_rows(root / paths.ARTICLES, _ARTICLE_COLUMNS, ids)}
    for article_id, quotes in tables.iterate_articles(root / paths.QUOTES, None, ids):
        yield articles[article_id], quotes


def _build_article_tasks(article: Row, quotes: list[Row]) -> list[Task]:
    """Return the tasks of an article in the order of its text; a quote is shown with a paragraph more on each side."""
    spans = paragraphs(article["text"])
    tasks, without = [], set(range(len(spans)))
    for quote in quotes:
        own = [n for n, (s, e) in enumerate(spans) if s < quote["context_end"] and e > quote["context_start"]]
        passage = spans[max(own[0] - 1, 0)][0], spans[min(own[-1] + 1, len(spans) - 1)][1]
        tasks.append(_build_task("quotes", quote, article, passage))
        without -= set(own)
    for n in sorted(without):
        tasks.append(_build_task("quotes", None, article, spans[n]))
    tasks.sort(key=lambda task: task.start + task.spans.content[0][0] if task.spans.content else task.start)
    return [replace(task, of=len(tasks)) for task in tasks]


def _build_task(layer: str, row: Row | None, article: Row, passage: Span) -> Task:
    """Return the task of a quote, its passage widened if the cue or source lies outside; of a paragraph without one."""
    (start, end), text, article_id = passage, article["text"], article["article_id"]
    about: dict[str, Any] = {name: article[column] or "" for name, column in _ABOUT.items()}
    if row is None:
        return Task(f"{article_id}-p{start}", layer, article_id, start, text[start:end], TaskSpans(), **about)
    quote = quote_from_row(row, text)
    spans = [*quote.content, *(span for span in (quote.cue, quote.source) if span)]
    start, end = min(start, *(s for s, _ in spans)), max(end, *(e for _, e in spans))
    in_passage = TaskSpans(
        tuple((s - start, e - start) for s, e in quote.content),
        quote.cue and (quote.cue[0] - start, quote.cue[1] - start),
        quote.source and (quote.source[0] - start, quote.source[1] - start),
    )
    said: dict[str, Any] = {"text": quote.quoted, "speaker": quote.speaker or "", "type": quote.type}
    return Task(row["quote_id"], layer, article_id, start, text[start:end], in_passage, **said, **about)
