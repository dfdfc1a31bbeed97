"""Count what a run made, and the articles without a quote: the table at the end of `make repro`, and reports."""

import re
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import Language, load_language
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures
from pipeline.core.storage.withholding import Withholding
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


def count_run(root: Path, plan: Withholding) -> dict[str, Any]:
    """Count articles, rejects by reason, failures by stage, quotes by type, speakers by kind, and stances by target.

    `stances` has the labels on which the model does not abstain, `unknown` the number of the other quotes; `dates` the
    articles with and without a date that was read, `without_quote` those without a quote. Quotes that are left out, of
    people or of whole articles, are in no other number than `quotes_left_out`.
    """
    columns = ["quote_id", "article_id", "speaker_id", "speaker", "source"]
    rows = tables.iterate_rows(root / paths.QUOTES, columns) if plan.people or plan.left_out else ()
    dropped = {row["quote_id"] for row in rows if plan.drops(row)}
    quotes, with_speaker = Counter[str](), 0
    for (kind, speaker), number in _count(root / paths.QUOTES, ["type", "speaker"], dropped).items():
        quotes[kind] += number
        with_speaker += 0 if speaker is None else number
    stances: dict[str, Counter] = {}
    by_label = _count(root / paths.STANCES, ["target", "label", "abstained"], dropped)
    for (target, label, is_abstained), number in by_label.items():
        stances.setdefault(target, Counter())[published_label(label, is_abstained)] += number
    unknown = {target: labels.pop(UNKNOWN, 0) for target, labels in stances.items()}
    dates = _count_dates(root / paths.ARTICLES)
    speakers = tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "name", "kind"])
    return {
        "articles": sum(dates.values()),
        "dates": dates,
        "without_quote": count_quoteless(root),
        "rejects": _count_rejects(root / paths.REJECTS),
        "failures": dict(sorted(Counter(row["stage"] for row in read_failures(root)).items())),
        "quotes": dict(sorted(quotes.items())),
        "quotes_with_speaker": with_speaker,
        "quotes_left_out": len(dropped),
        "speakers": dict(sorted(Counter(row["kind"] for row in speakers if not plan.drops(row)).items())),
        "stances": {target: dict(sorted(labels.items())) for target, labels in stances.items()},
        "unknown": unknown,
    }


def _count(folder: Path, names: list[str], dropped: Container[str] = ()) -> Counter[tuple[Any, ...]]:
    """Count rows by the values of some columns, without those of some quotes.

    They are read by column, because a dict per row takes twice as long.
    """
    counts, columns = Counter[tuple[Any, ...]](), [*names, "quote_id"] if dropped else names
    for path in tables.shard_paths(folder):
        with tables.open_parquet(path, columns) as file:
            for batch in file.iter_batches(columns=columns, use_threads=False):
                rows = zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
                counts.update((row[:-1] for row in rows if row[-1] not in dropped) if dropped else rows)
    return counts


def _count_dates(folder: Path) -> dict[str, int]:
    """Count articles by what is known of their date; a kind that does not occur is left out."""
    counts: Counter[str] = Counter()
    for (day, given), number in _count(folder, ["published_at", "date_given"]).items():
        counts["dated" if day else "date not read" if given else "no date given"] += number
    return {kind: counts[kind] for kind in ("dated", "date not read", "no date given") if counts[kind]}


def _count_rejects(folder: Path) -> dict[str, int]:
    """Count rejects by reason; a row may stand for many."""
    counts: Counter[str] = Counter()
    for (reason, count), number in _count(folder, ["reason", "count"]).items():
        counts[reason] += count * number
    return dict(sorted(counts.items()))


def count_quoteless(root: Path) -> dict[str, Any]:
    """Count the articles without a quote by kind of `KINDS` that occurs, with id and file of the first `EXAMPLES`."""
    counts: dict[str, Any] = {kind: {"articles": 0, "examples": []} for kind in KINDS}
    failed = {row["article_id"] for row in read_failures(root)}
    quoted = {row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    columns = ["article_id", "raw_path", "language", "text"]
    for article in tables.iterate_rows(root / paths.ARTICLES, columns, articles - quoted):
        language = load_language(article["language"], root / paths.CONFIGS)
        of_kind = counts["failed" if article["article_id"] in failed else kind_of(article["text"], language)]
        of_kind["articles"] += 1
        if len(of_kind["examples"]) < EXAMPLES:
            of_kind["examples"].append({name: article[name] for name in ("article_id", "raw_path")})
    return {kind: of_kind for kind, of_kind in counts.items() if of_kind["articles"]}


def kind_of(text: str, language: Language) -> str:
    """Return what a text without a quote looks like: `first person`, `no marks` or `marks`."""
    words = re.findall(r"\w+", text.casefold())
    first_person = set(language.pronouns.get("first", ()))
    if sum(word in first_person for word in words) >= MIN_FIRST_PERSON * max(1, len(words)):
        return "first person"
    opening = "|".join(sorted({re.escape(mark) for mark, _ in language.marks}, key=len, reverse=True))
    return "marks" if opening and re.search(rf"(?<!\w)(?:{opening})\w", text) else "no marks"
