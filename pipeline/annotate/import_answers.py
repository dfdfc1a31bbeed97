"""Import an annotator's answers into `data/annotations`: all of them, or none if any is not valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.annotate.answer_checks import ArticlesById, find_answer_problems, read_articles_by_id
from pipeline.annotate.quote_corrections import QuoteMerge, merge_quotes
from pipeline.annotate.stance_labels import LabelMerge, merge_labels
from pipeline.annotate.task import Answer
from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.storage.annotation_files import annotations_lock, replace_together
from pipeline.core.storage.json_lines import format_json_lines, read_json_lines
from pipeline.core.targets import Target, load_targets


class InvalidAnswersError(ParleyError):
    """Nothing was imported because some answers are not valid; the message has a line for each of them."""

    def __init__(self, problems: Sequence[DataError]) -> None:
        super().__init__(
            "\n".join(str(problem) for problem in problems),
            fix=f"nothing was imported: correct the {len(problems)} above and import again",
        )


def import_answers(
    root: Path, answers: Sequence[Answer], annotator: str, *, topic: str = "article", replace: bool = False
) -> Iterator[str]:
    """Check answers and write them into `data/annotations`; yield lines that describe the result.

    Parameters
    ----------
    root : path
        The project's folder, with a build.
    answers : sequence of Answer
        The answers of one annotator.
    annotator, topic : str
        Who labelled, and what kind of text; both are stored in each row.
    replace : bool
        Overwrite existing labels (adjudication, correction).

    Raises
    ------
    InvalidAnswersError
        If any answer is not valid; nothing is written then.
    ParleyError
        If another process is changing the annotations, or they cannot be written; no file is changed then.
    """
    targets = load_targets(root / paths.CONFIGS)
    if not annotator.strip():
        raise ParleyError("the annotator has no name", fix="give --annotator NAME")
    articles = read_articles_by_id(root, {answer.task.article_id for answer in answers})
    if problems := list(find_answer_problems(answers, articles, targets)):
        raise InvalidAnswersError(problems)
    stance_answers = [answer for answer in answers if answer.task.layer == "stance"]
    quote_answers = [answer for answer in answers if answer.task.layer == "quotes"]
    with annotations_lock(root):
        labels = merge_labels(root, stance_answers, annotator, topic, replace)
        quotes = merge_quotes(root, quote_answers, articles, annotator, replace)
        if problems := [*labels.problems, *quotes.problems]:
            raise InvalidAnswersError(problems)
        files = {**labels.files, **quotes.files}
        written = [path for path, rows in files.items() if rows != read_json_lines(root / path)]
        replace_together(root, {path: format_json_lines(files[path]) for path in written})
    yield from _describe_merge(answers, labels, quotes)
    yield from _describe_stance_agreement(labels, targets)
    if quotes.second_annotations:
        yield _describe_quote_agreement(quotes, articles)
    yield f"Written: {', '.join(map(str, written))}. `dvc repro` uses them." if written else "Nothing was written."


def _describe_merge(answers: Sequence[Answer], labels: LabelMerge, quotes: QuoteMerge) -> Iterator[str]:
    """Yield lines with the numbers of new, second, replaced and unchanged annotations."""
    if any(answer.labels for answer in answers):
        yield (
            f"Stances: {labels.new} new, {labels.second_labels} labelled by a second annotator, "
            f"{labels.replaced} replaced, {labels.unchanged} unchanged."
        )
    if any(answer.verdict for answer in answers):
        yield (
            f"Articles: {len(quotes.new)} new, {len(quotes.second_annotations)} annotated by a second annotator, "
            f"{len(quotes.replaced)} replaced, {len(quotes.unchanged)} unchanged."
        )
    yield from (f"Left out: {reason}." for reason in quotes.left_out)
    if open_tasks := sum(not answer.labels and answer.verdict is None for answer in answers):
        yield f"Left open: {counted(open_tasks, 'task')}."


def _describe_stance_agreement(labels: LabelMerge, targets: Mapping[str, Target]) -> Iterator[str]:
    """Yield a line with Krippendorff's alpha for each target that two annotators labelled."""
    from pipeline.evaluate.agreement import krippendorff_alpha

    for key, target in targets.items():
        if pairs := labels.get_pairs(key):
            score = krippendorff_alpha(
                [(first, second) for _, first, second in pairs], [g for g, _, _ in pairs], target.labels
            )
            yield (
                f"Agreement on {key}: {score['agree']:.0%} of {counted(score['quotes'], 'quote')}, "
                f"Krippendorff's alpha {score['alpha']:.2f} ({score['low']:.2f} to {score['high']:.2f})."
            )


def _describe_quote_agreement(quotes: QuoteMerge, articles: ArticlesById) -> str:
    """Return a line with F1 of the quotes that two annotators marked in the same articles."""
    from pipeline.evaluate.agreement import span_agreement
    from pipeline.evaluate.annotated_articles import gold_spans, group_by_article
    from pipeline.gold.quote_annotations import GOLD_QUOTE_FIELDS, parse_gold_quote

    texts = {article_id: articles[article_id]["text"] for article_id in quotes.second_annotations}
    first, second = (
        group_by_article(
            (
                row["article_id"],
                gold_spans(parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, row["quote_id"])),
            )
            for row in rows
            if row["article_id"] in texts
        )
        for rows in (quotes.first, quotes.second)
    )
    scores = span_agreement(texts, first, second)
    match, exact, speaker = (f"{scores[name]['f1']:.0%}" for name in ("content_match", "content_exact", "speaker"))
    return (
        f"Agreement on quotes of {counted(len(texts), 'article')}: F1 {match} of contents (IoU of a half or more), "
        f"{exact} exact, {speaker} with speaker."
    )
