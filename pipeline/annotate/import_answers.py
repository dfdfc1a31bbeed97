"""Import an annotator's answers into `data/annotations`: all of them, or none if any is not valid."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotate.annotation_merges import Articles, Merge, merge_labels, merge_quotes
from pipeline.annotate.task import ADDED_QUOTE_SUFFIX, LAYERS, NO_QUOTE, QUOTE, Answer, Task
from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage import tables
from pipeline.core.storage.annotation_files import annotations_lock, replace_together
from pipeline.core.storage.json_lines import format_json_lines, read_json_lines
from pipeline.core.targets import Targets, load_targets
from pipeline.core.text import join_parts


def import_answers(
    root: Path, answers: Sequence[Answer], annotator: str, *, topic: str = "article", replace: bool = False
) -> Iterator[str]:
    """Check answers of one annotator and write them into `data/annotations`; yield lines that describe the result.

    `annotator` and `topic`, the kind of text, are stored in each row. With `replace`, existing labels are overwritten
    (adjudication, correction). A ParleyError names each answer that is not valid, or says that another process is
    changing the annotations or that they cannot be written; nothing is written then.
    """
    targets = load_targets(root / paths.CONFIGS)
    if not annotator.strip() or not (annotator + topic).isprintable():
        raise ParleyError("the annotator has no name, or a character that is no text", fix="give --annotator NAME")
    named = {answer.task.article_id for answer in answers}
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text", "raw_path"], named)
    articles = {row["article_id"]: row for row in rows}
    _refuse(list(find_answer_problems(answers, articles, targets)))
    stance_answers = [answer for answer in answers if answer.task.layer == "stance"]
    quote_answers = [answer for answer in answers if answer.task.layer == "quotes"]
    with annotations_lock(root):
        labels = merge_labels(root, stance_answers, annotator, topic, replace)
        quotes = merge_quotes(root, quote_answers, articles, annotator, replace)
        _refuse([*labels.problems, *quotes.problems])
        files = {**labels.files, **quotes.files}
        written = [path for path, rows in files.items() if rows != read_json_lines(root / path)]
        replace_together(root, {path: format_json_lines(files[path]) for path in written})
    yield from _describe_merge(answers, labels, quotes)
    labelled = {target for answer in answers for target in answer.labels}
    yield from (f"No answer has a label of {target}." for target in targets if labelled and target not in labelled)
    yield from _describe_agreement(labels, quotes, articles, targets)
    yield f"Written: {', '.join(map(str, written))}. `dvc repro` uses them." if written else "Nothing was written."


def _refuse(problems: Sequence[DataError]) -> None:
    """Raise an error with a line for each answer that is not valid."""
    if problems:
        fix = f"nothing was imported: correct the {len(problems)} above and import again"
        raise ParleyError("\n".join(map(str, problems)), fix=fix)


def find_answer_problems(answers: Sequence[Answer], articles: Articles, targets: Targets) -> Iterator[DataError]:
    """Yield an error for each answer that is not valid, and for each two answers that contradict each other."""
    for answer in answers:
        try:
            _check_task(answer.task, answer.where, articles)
            _check_answer(answer, targets)
        except DataError as error:
            yield error
    first_answers: dict[tuple[str, str], tuple[Any, str]] = {}
    for answer in answers:
        is_open = not (answer.labels or answer.verdict)
        if is_open or answer.task.task_id.endswith(ADDED_QUOTE_SUFFIX):
            continue
        value = (answer.labels, answer.verdict, answer.task.spans, answer.task.speaker)
        key = answer.task.layer, answer.task.task_id
        first_value, first_where = first_answers.setdefault(key, (value, answer.where))
        if value != first_value:
            what, why = f"two labels for {answer.task.task_id} by one annotator", f"the first one is at {first_where}"
            fix = "keep one; import the work of several people one by one, with `--user`"
            yield DataError(what, where=answer.where, why=why, fix=fix)


def _check_task(task: Task, where: str, articles: Articles) -> None:
    """Check that the task is one of this build and that its text was not changed."""
    if task.layer not in LAYERS:
        raise DataError(f"unknown layer {task.layer!r}", where=where, fix=f"use one of {', '.join(LAYERS)}")
    if task.article_id not in articles:
        why = f"article {task.article_id} is not in this build"
        fix = "run `dvc repro` on the same articles, or export again"
        raise DataError(f"unknown id {task.task_id!r}", where=where, why=why, fix=fix)
    text = articles[task.article_id]["text"]
    if text[task.start : task.start + len(task.passage)] != task.passage:
        fix = "restore the passage; only the span marks may change"
        raise DataError(f"the text of {task.task_id} was changed", where=where, fix=fix)
    if any(end > len(task.passage) for _, end, _ in task.spans.to_triples()):
        raise DataError("a span lies outside the passage", where=where, fix="mark words of the passage")
    own = f"{task.article_id}-"
    if task.layer == "stance":  # the label is for the quote that was shown
        if not task.spans.content or join_parts(task.passage, task.spans.content) != task.text:
            fix = "leave text and span marks as they were; import corrected spans in the layer `quotes`"
            raise DataError(f"the text of {task.task_id} was changed", where=where, fix=fix)
        own += str(task.start + task.spans.content[0][0])
    if task.task_id != own if task.layer == "stance" else not task.task_id.startswith(own):
        raise DataError(f"unknown id {task.task_id!r}", where=where, fix="leave ids as they were exported")


def _check_answer(answer: Answer, targets: Targets) -> None:
    """Check that every label is one of its target; in the layer `quotes`, check verdict, content and type."""
    if answer.task.layer == "stance":
        for target, label in answer.labels.items():
            if label not in targets[target].labels:
                fix = f"use one of {', '.join(targets[target].labels)}"
                raise DataError(f"unknown label {label!r}", where=f"{answer.where}, {target}", fix=fix)
        return
    if answer.verdict not in (None, QUOTE, NO_QUOTE):
        fix = f"write {QUOTE}, {NO_QUOTE}, or leave it empty"
        raise DataError(f"unknown verdict {answer.verdict!r}", where=answer.where, fix=fix)
    if answer.verdict == QUOTE and not answer.task.spans.content:
        fix = f"mark the content, or answer `{NO_QUOTE}`"
        raise DataError("a quote without content", where=answer.where, fix=fix)
    if answer.task.type not in ("", *QUOTE_TYPES):
        fix = f"use one of {', '.join(QUOTE_TYPES)}"
        raise DataError(f"unknown type {answer.task.type!r}", where=answer.where, fix=fix)


def _describe_merge(answers: Sequence[Answer], labels: Merge, quotes: Merge) -> Iterator[str]:
    """Yield lines with the numbers of new, second, replaced and unchanged annotations."""
    kinds = {"new": "new", "second": "{} by a second annotator", "replaced": "replaced", "unchanged": "unchanged"}
    for name, done, merge in (("Stances", "labelled", labels), ("Articles", "annotated", quotes)):
        if any(answer.labels if merge is labels else answer.verdict for answer in answers):
            counts = (f"{len(merge.ids[kind])} {words.format(done)}" for kind, words in kinds.items())
            yield f"{name}: {', '.join(counts)}."
    yield from (f"Left out: {reason}." for reason in quotes.left_out)
    if open_tasks := sum(not answer.labels and answer.verdict is None for answer in answers):
        yield f"Left open: {counted(open_tasks, 'task')}."


def _describe_agreement(labels: Merge, quotes: Merge, articles: Articles, targets: Targets) -> Iterator[str]:
    """Yield lines with Krippendorff's alpha of the stances, and F1 of the quotes, that two annotators marked."""
    from pipeline.evaluate.agreement import alphas, span_agreement, spans_by_article

    for key, score in alphas(labels.pairs, targets).items():
        yield (
            f"Agreement on {key}: {score['agree']:.0%} of {counted(score['quotes'], 'quote')}, "
            f"Krippendorff's alpha {score['alpha']:.2f} ({score['low']:.2f} to {score['high']:.2f})."
        )
    if texts := {article_id: articles[article_id]["text"] for article_id in quotes.ids["second"]}:
        _, firsts, seconds = quotes.files.values()
        scores = span_agreement(texts, spans_by_article(firsts, texts), spans_by_article(seconds, texts))
        match, exact, speaker = (f"{scores[name]['f1']:.0%}" for name in ("content_match", "content_exact", "speaker"))
        yield (
            f"Agreement on quotes of {counted(len(texts), 'article')}: F1 {match} of contents (IoU of a half or more), "
            f"{exact} exact, {speaker} with speaker."
        )
