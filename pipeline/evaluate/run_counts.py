"""Count what a run made, and the articles without a quote: the table at the end of `make repro`, and reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import Language, load_language
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures
from pipeline.core.targets import UNKNOWN, published_label

KINDS = {
    "failed": "an error of Parley: `parley rejects` names it",
    "first person": "many of its words are I, we and our, as in a speech or a column: they are the author's own, and "
    "no sentence reports them",
    "no marks": "it has no quotation marks",
    "marks": "it has quotation marks, but around nothing that somebody is said to have said",
}
# Share of words such as I, we and our from which a text looks like a speech: news has less than this, addresses more.
MIN_FIRST_PERSON = 0.04
EXAMPLES = 10
_WORDS = re.compile(r"\w+")
_COLUMNS = ["article_id", "raw_path", "language", "text"]


def count_run(root: Path) -> dict[str, Any]:
    """Count articles, rejects by reason, failures by stage, quotes by type, speakers by kind, and stances by target.

    `stances` has the labels on which the model does not abstain, `unknown` the number of the other quotes; `dates` the
    articles with and without a date that was read, `without_quote` those without a quote.
    """
    quotes: Counter[str] = Counter()
    with_speaker = 0
    for types, speakers in _columns(root / paths.QUOTES, ["type", "speaker"]):
        quotes.update(types)
        with_speaker += len(speakers) - speakers.count(None)
    stances: dict[str, Counter] = {}
    for columns in _columns(root / paths.STANCES, ["target", "label", "abstained"]):
        for (target, label, is_abstained), number in Counter(zip(*columns, strict=True)).items():
            stances.setdefault(target, Counter())[published_label(label, is_abstained)] += number
    unknown = {target: labels.pop(UNKNOWN, 0) for target, labels in stances.items()}
    kinds = Counter(kind for (of_batch,) in _columns(root / paths.SPEAKERS, ["kind"]) for kind in of_batch)
    dates = _count_dates(root / paths.ARTICLES)
    return {
        "articles": sum(dates.values()),
        "dates": dates,
        "without_quote": count_quoteless(root),
        "rejects": _count_rejects(root / paths.REJECTS),
        "failures": dict(sorted(Counter(row["stage"] for row in read_failures(root)).items())),
        "quotes": dict(sorted(quotes.items())),
        "quotes_with_speaker": with_speaker,
        "speakers": dict(sorted(kinds.items())),
        "stances": {target: dict(sorted(labels.items())) for target, labels in stances.items()},
        "unknown": unknown,
    }


def _columns(folder: Path, names: list[str]) -> Iterator[list[list[Any]]]:
    """Yield the columns of one batch after the other, because a dict per row takes twice as long."""
    for path in tables.shard_paths(folder):
        with tables.open_parquet(path, names) as file:
            for batch in file.iter_batches(columns=names, use_threads=False):
                yield [batch.column(name).to_pylist() for name in names]


def _count_dates(folder: Path) -> dict[str, int]:
    """Count articles by what is known of their date; a kind that does not occur is left out."""
    counts: Counter[str] = Counter()
    for days, given in _columns(folder, ["published_at", "date_given"]):
        for day, written in zip(days, given, strict=True):
            counts["dated" if day else "date not read" if written else "no date given"] += 1
    return {kind: counts[kind] for kind in ("dated", "date not read", "no date given") if counts[kind]}


def _count_rejects(folder: Path) -> dict[str, int]:
    """Count rejects by reason; a row may stand for many."""
    counts: Counter[str] = Counter()
    for reasons, numbers in _columns(folder, ["reason", "count"]):
        for reason, number in zip(reasons, numbers, strict=True):
            counts[reason] += number
    return dict(sorted(counts.items()))


def count_quoteless(root: Path) -> dict[str, Any]:
    """Count the articles of the last run without a quote, by kind of `KINDS` that occurs.

    `articles` is their number, `examples` has `article_id` and `raw_path` of the first `EXAMPLES` of them.
    """
    counts: dict[str, Any] = {kind: {"articles": 0, "examples": []} for kind in KINDS}
    failed = {row["article_id"] for row in read_failures(root)}
    quoted = {row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    for article in tables.iterate_rows(root / paths.ARTICLES, _COLUMNS, articles - quoted):
        language = load_language(article["language"], root / paths.CONFIGS)
        of_kind = counts["failed" if article["article_id"] in failed else kind_of(article["text"], language)]
        of_kind["articles"] += 1
        if len(of_kind["examples"]) < EXAMPLES:
            of_kind["examples"].append({name: article[name] for name in ("article_id", "raw_path")})
    return {kind: of_kind for kind, of_kind in counts.items() if of_kind["articles"]}


def kind_of(text: str, language: Language) -> str:
    """Return what a text without a quote looks like: `first person`, `no marks` or `marks`.

    Examples
    --------
    >>> kind_of("It rained. The ferry was late.", load_language("en"))
    'no marks'
    """
    words = _WORDS.findall(text.casefold())
    first_person = set(language.pronouns.get("first", ()))
    if sum(word in first_person for word in words) >= MIN_FIRST_PERSON * max(1, len(words)):
        return "first person"
    opening = "|".join(sorted({re.escape(mark) for mark, _ in language.marks}, key=len, reverse=True))
    return "marks" if opening and re.search(rf"(?<!\w)(?:{opening})\w", text) else "no marks"
