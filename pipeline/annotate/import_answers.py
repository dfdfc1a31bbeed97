"""`parley annotate import`: answers of a file, checked, merged and written, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.annotate import quote_corrections, stance_labels
from pipeline.annotate.answer_checks import Articles, problems, read_articles
from pipeline.annotate.task import Answer
from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.targets import Target, load_targets

TOPIC = "article"


class Refused(ParleyError):
    """Nothing was imported: `problems` says what is wrong, file and row each."""

    def __init__(self, problems: Sequence[DataError]) -> None:
        self.problems = list(problems)
        super().__init__(
            "\n".join(str(problem) for problem in problems),
            fix=f"nothing was imported: mend the {len(problems)} above and import again",
        )


def bring(
    root: Path, answers: Sequence[Answer], annotator: str, *, topic: str = TOPIC, replace: bool = False
) -> Iterator[str]:
    """Check answers and write them into `data/annotations`; yields lines that say what was done.

    Parameters
    ----------
    root : path
        The project's folder, with a build.
    answers : sequence of Answer
        Of one annotator.
    annotator, topic : str
        Who labelled, and what kind of text; both are kept in each row.
    replace : bool
        Take the place of what stands (adjudication, correction).

    Raises
    ------
    Refused
        When any answer is unsound; nothing is written then.
    """
    targets = load_targets(root / paths.CONFIGS)
    if not annotator.strip():
        raise ParleyError("the annotator has no name", fix="give --annotator NAME")
    articles = read_articles(root, {answer.task.article_id for answer in answers})
    if found := list(problems(answers, articles, targets)):
        raise Refused(found)
    labels = stance_labels.merge(root, [a for a in answers if a.task.layer == "stance"], annotator, topic, replace)
    quotes = quote_corrections.merge(
        root, [a for a in answers if a.task.layer == "quotes"], articles, annotator, replace
    )
    if found := [*labels.problems, *quotes.problems]:
        raise Refused(found)
    written = [*stance_labels.write(root, labels), *quote_corrections.write(root, quotes)]
    yield from _told(answers, labels, quotes)
    yield from _agreement(labels, quotes, articles, targets)
    yield f"Written: {', '.join(map(str, written))}. `dvc repro` uses them." if written else "Nothing was written."


def _told(
    answers: Sequence[Answer], labels: stance_labels.Merged, quotes: quote_corrections.Corrected
) -> Iterator[str]:
    open_ = sum(not answer.labels and answer.verdict is None for answer in answers)
    if any(answer.labels for answer in answers):
        yield (
            f"Stances: {labels.new} new, {labels.again} labelled twice, {labels.replaced} replaced, "
            f"{labels.same} as they stood."
        )
    if any(answer.verdict for answer in answers):
        numbers = [len(n) for n in (quotes.new, quotes.again, quotes.replaced, quotes.same)]
        yield "Articles: {} new, {} annotated twice, {} replaced, {} as they stood.".format(*numbers)
    yield from (f"Left out: {what}." for what in quotes.left)
    if open_:
        yield f"{open_} tasks were left open."


def _agreement(
    labels: stance_labels.Merged, quotes: quote_corrections.Corrected, articles: Articles, targets: Mapping[str, Target]
) -> Iterator[str]:
    from pipeline.evaluate.agreement import alpha

    for key, target in targets.items():
        if both := stance_labels.asked_twice(labels, key):
            found = alpha([(a, b) for _, a, b in both], [group for group, _, _ in both], target.labels)
            yield (
                f"Agreement on {key}: {found['agree']:.0%} of {found['quotes']} quotes, Krippendorff's alpha "
                f"{found['alpha']:.2f} ({found['low']:.2f} to {found['high']:.2f})."
            )
    if quotes.again:
        yield from _spans(quotes, articles)


def _spans(quotes: quote_corrections.Corrected, articles: Articles) -> Iterator[str]:
    from pipeline.evaluate.agreement import spans
    from pipeline.evaluate.span_scores import Spans
    from pipeline.gold.quote_annotations import FIELDS, parse_row

    sides: list[dict[str, list[Spans]]] = [{}, {}]
    for side, found in zip(sides, (quotes.first, quotes.second), strict=True):
        for row in found:
            if row["article_id"] in quotes.again:
                gold = parse_row({name: row[name] for name in FIELDS}, row["quote_id"])
                one = Spans(gold.content, gold.cue, gold.source, gold.speaker, gold.type)
                side.setdefault(gold.article_id, []).append(one)
    scores = spans({name: articles[name]["text"] for name in quotes.again}, *sides)
    match, exact, speaker = (f"{scores[name]['f1']:.0%}" for name in ("content_match", "content_exact", "speaker"))
    yield (
        f"Agreement on quotes of {len(quotes.again)} articles: F1 {match} of contents (IoU of a half or more), "
        f"{exact} exact, {speaker} with speaker."
    )
