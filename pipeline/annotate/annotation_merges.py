"""The labels in `data/annotations`, and the labels of another annotator merged with them; nothing is written here.

The first annotator's stances go to `stance.jsonl` and quotes to `quotes.jsonl`; those of others beside them, into
`agreement/`, to measure agreement.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.task import ADDED_QUOTE_SUFFIX, QUOTE, Answer
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.text import paragraphs
from pipeline.gold.quote_annotations import classify_type

STANCE_FILE = paths.ANNOTATIONS / "stance.jsonl"
QUOTES_FILE = paths.ANNOTATIONS / "quotes.jsonl"
# Quotes with the stance labels of two annotators.
STANCE_PAIRS_FILE = paths.ANNOTATIONS / "agreement" / "stance.jsonl"
# The quotes of articles that two annotators annotated.
FIRST_QUOTES_FILE = paths.ANNOTATIONS / "agreement" / "first.jsonl"
SECOND_QUOTES_FILE = paths.ANNOTATIONS / "agreement" / "second.jsonl"
Row = dict[str, Any]
Articles = Mapping[str, Mapping[str, Any]]


@dataclass
class ExistingLabels:
    """Annotators by quote id and target, and by article."""

    quotes: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    # Quote id by article id and letters of the content. A quote of another build has another id if a quotation mark or
    # full stop more is taken into it.
    quote_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    articles: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by article id

    def stance_annotators(self, quote: Mapping[str, Any], targets: Collection[str]) -> set[str]:
        """Return who labelled this quote for every one of the targets."""
        quote_id = self.quote_ids.get((quote["article_id"], strip_punctuation(quote["content"])), "")
        by_target = (self.quotes.get((quote_id, target), set()) for target in targets)
        return set.intersection(*by_target) if targets else set()


def strip_punctuation(text: str) -> str:
    """Return the text in lower case without anything but letters and digits."""
    return "".join(filter(str.isalnum, text.casefold()))


def read_existing_labels(root: Path) -> ExistingLabels:
    """Read who labelled what in a project; nothing if there are no annotations."""
    existing = ExistingLabels()
    for row in read_json_lines(root / STANCE_FILE):
        existing.quote_ids[row["id"].split("-")[0], strip_punctuation(row["text"])] = row["id"]
        for target in row["labels"]:
            existing.quotes[row["id"], target].add(row["annotator"])
    for pair in read_json_lines(root / STANCE_PAIRS_FILE):
        for target in pair["second"]:
            existing.quotes[pair["id"], target].add(pair.get("annotators", ["", "second"])[1])
    for path in (QUOTES_FILE, FIRST_QUOTES_FILE, SECOND_QUOTES_FILE):
        for row in read_json_lines(root / path):
            existing.articles[row["article_id"]].add(row["annotator"])
    return existing


@dataclass
class Merge:
    """The files of a layer after an import, and what changed."""

    files: dict[Path, list[Row]]  # the new content of each
    # Of quotes (stances) or articles (quotes): `new`, annotated by a `second` annotator, `replaced`, `unchanged`.
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # Group, first and second labels of each quote that has a second annotator's labels.
    pairs: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # articles that were not imported, each with the reason
    problems: list[DataError] = field(default_factory=list)  # what contradicts an earlier annotation by the annotator


def merge_labels(root: Path, answers: Iterable[Answer], annotator: str, topic: str, replace: bool) -> Merge:
    """Merge the labels of one annotator with the existing ones; write nothing."""
    merge = Merge({path: read_json_lines(root / path) for path in (STANCE_FILE, STANCE_PAIRS_FILE)})
    labelled, twice = merge.files.values()
    rows = {row["id"]: row for row in labelled}
    groups = {row["id"].split("-")[0]: row["group"] for row in labelled}
    pairs = {(pair["id"], pair["annotators"][1]): pair for pair in twice if "annotators" in pair}
    for answer in sorted(answers, key=lambda answer: answer.task.task_id):
        if not answer.labels:
            continue
        quote_id = answer.task.task_id
        if quote_id in rows and rows[quote_id]["text"] != answer.task.text:
            # A quote with the same start but another end is another quote: it gets its own row.
            quote_id += f"-{answer.task.start + answer.task.spans.content[-1][1]}"
        row = rows.get(quote_id)
        if row is None:
            rows[quote_id] = _build_row(answer, quote_id, groups.get(answer.task.article_id), annotator, topic)
            labelled.append(rows[quote_id])
            merge.ids["new"].append(quote_id)
        elif replace:
            new = row | {"labels": row["labels"] | answer.labels, "annotator": annotator, "unsure": answer.unsure}
            merge.ids["unchanged" if new == row else "replaced"].append(quote_id)
            row.update(new)
        elif row["annotator"] == annotator:
            _add_labels(row["labels"], answer, merge)
            row["unsure"] = row["unsure"] or answer.unsure
        elif pair := pairs.get((quote_id, annotator)):
            _add_labels(pair["second"], answer, merge)
            merge.pairs.append((row["group"], pair["first"], pair["second"]))
        else:
            pair = {"id": quote_id, "group": row["group"], "first": dict(row["labels"]), "second": dict(answer.labels)}
            pair["annotators"] = [row["annotator"], annotator]
            pairs[quote_id, annotator] = pair
            twice.append(pair)
            merge.pairs.append((row["group"], pair["first"], pair["second"]))
            # Models are trained with the second annotator's labels of targets that the first one left open.
            row["labels"] = {**answer.labels, **row["labels"]}
            merge.ids["second"].append(quote_id)
    return merge


def _build_row(answer: Answer, quote_id: str, group: str | None, annotator: str, topic: str) -> Row:
    """Return a new row of `stance.jsonl`."""
    task = answer.task
    cue, source = (task.passage[span[0] : span[1]] if span else None for span in (task.spans.cue, task.spans.source))
    return {
        "id": quote_id,
        "text": task.text,
        "cue": cue,
        "source": source,
        "speaker": task.speaker or None,
        "context": task.passage,
        # Quotes of one group are never split between training and test.
        "group": group or task.article_id,
        "topic": topic,
        "annotator": annotator,
        "labels": dict(answer.labels),
        "unsure": answer.unsure,
    }


def _add_labels(labels: dict[str, str], answer: Answer, merge: Merge) -> None:
    """Add an answer to the labels given before, or report it and add none of it, if it contradicts one of them."""
    differing = [f"{k}: {labels[k]}, {v}" for k, v in answer.labels.items() if labels.get(k, v) != v]
    if differing:
        what, why = f"two labels for {answer.task.task_id} by one annotator", f"before and now: {'; '.join(differing)}"
        fix = "keep the first, or import with `--replace`"
        merge.problems.append(DataError(what, where=answer.where, why=why, fix=fix))
    elif answer.labels.keys() <= labels.keys():
        merge.ids["unchanged"].append(answer.task.task_id)
    else:
        labels.update(answer.labels)
        merge.ids["new"].append(answer.task.task_id)


def merge_quotes(root: Path, answers: Sequence[Answer], articles: Articles, annotator: str, replace: bool) -> Merge:
    """Merge the articles of one annotator with the existing annotation; write nothing.

    An article is imported if all its tasks were answered: `evaluate` counts a quote that is not in the gold as wrong.
    """
    files = (QUOTES_FILE, FIRST_QUOTES_FILE, SECOND_QUOTES_FILE)
    merge = Merge({path: read_json_lines(root / path) for path in files})
    by_article: dict[str, list[Answer]] = {}
    for answer in answers:
        by_article.setdefault(answer.task.article_id, []).append(answer)
    for article_id, article_answers in sorted(by_article.items()):
        ids = {answer.task.task_id for answer in article_answers if answer.verdict}
        answered = [task_id for task_id in ids if not task_id.endswith(ADDED_QUOTE_SUFFIX)]
        expected = max(answer.task.of for answer in article_answers)
        if len(answered) < expected:
            merge.left_out.append(f"article {article_id}: {len(answered)} of {expected} tasks are answered")
            continue
        article = articles[article_id]
        # A paragraph that no answered task shows: a task was deleted, or its `of` changed.
        shown = [(a.task.start, a.task.start + len(a.task.passage)) for a in article_answers if a.verdict]
        spans = paragraphs(article["text"])
        if missing := sum(not any(s <= start and end <= e for s, e in shown) for start, end in spans):
            merge.left_out.append(f"article {article_id}: {missing} of its paragraphs are in no task")
            continue
        new_rows = _build_article_rows(article_answers, article["text"], article["raw_path"], annotator)
        _merge_article(merge, article_id, new_rows, article_answers[0].where, annotator, replace)
    return merge


def _build_article_rows(answers: Sequence[Answer], text: str, raw_path: str, annotator: str) -> list[Row]:
    """Return the rows of one article in the order of the text, without duplicates."""
    rows: list[Row] = []
    for task in (answer.task for answer in answers if answer.verdict == QUOTE):
        spans: dict[str, list[Row]] = {"content": [], "cue": [], "source": []}
        for start, end, name in task.spans.to_triples():
            place = {"start": start + task.start, "end": end + task.start}
            spans[name].append({**place, "text": text[place["start"] : place["end"]]})
        content = spans["content"]
        row: Row = {
            "quote_id": f"{task.article_id}-{content[0]['start']}",
            "article_id": task.article_id,
            "raw_path": raw_path,
            "content": content,
            **{name: spans[name][0] if spans[name] else None for name in ("cue", "source")},
            "speaker": task.speaker.strip() or None,
            "type": task.type or classify_type(text, [(part["start"], part["end"]) for part in content]),
            "annotator": annotator,
        }
        if row not in rows:
            rows.append(row)
    rows.sort(key=lambda row: (row["content"][0]["start"], row["speaker"] or ""))
    counts = Counter[str]()
    for row in rows:
        counts[quote_id := row["quote_id"]] += 1
        if counts[quote_id] > 1:  # a content said by two speakers is two rows with two ids
            row["quote_id"] += f"-{counts[quote_id]}"
    return rows


def _merge_article(merge: Merge, article_id: str, rows: list[Row], where: str, annotator: str, replace: bool) -> None:
    """Add the rows of one article to the file they belong to, or say why they are left out."""
    if not rows:
        merge.left_out.append(f"article {article_id}: it has no quote, and `quotes.jsonl` lists quotes only")
        return
    gold, firsts, seconds = merge.files.values()
    existing = [row for row in gold if row["article_id"] == article_id]
    # Rows of the agreement files have two columns more.
    own = (row for row in seconds if row["article_id"] == article_id)
    second = [{name: value for name, value in row.items() if name not in ("labels", "unsure")} for row in own]
    if not existing:
        gold += rows
        merge.ids["new"].append(article_id)
    elif rows in (existing, second):
        merge.ids["unchanged"].append(article_id)
    elif replace:
        position = next(n for n, row in enumerate(gold) if row["article_id"] == article_id)
        others = [row for row in gold if row["article_id"] != article_id]
        gold[:] = [*others[:position], *rows, *others[position:]]
        merge.ids["replaced"].append(article_id)
    elif any(row["annotator"] == annotator for row in (*existing, *second)):
        message = f"two annotations of article {article_id} by one annotator"
        merge.problems.append(DataError(message, where=where, fix="keep the first, or use `--replace`"))
    elif second:
        reason = "two people have annotated it already; `--replace` makes this annotation the gold"
        merge.left_out.append(f"article {article_id}: {reason}")
    else:
        firsts += [{**row, "labels": {}, "unsure": False} for row in existing]
        seconds += [{**row, "labels": {}, "unsure": False} for row in rows]
        merge.ids["second"].append(article_id)
