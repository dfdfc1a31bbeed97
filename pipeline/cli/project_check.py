"""Find problems in the configs, annotations and inputs of a project, for `parley check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline.cli.run_summary import format_quoteless
from pipeline.core import paths
from pipeline.core.config import ROOT, load_config
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.publish_config import load_publish_config
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets
from pipeline.evaluate.leakage_check import find_near_duplicates
from pipeline.evaluate.run_counts import count_quoteless
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.open_quotes import read_open_quotes
from pipeline.gold.quote_annotations import GoldQuote, find_span_problems, iterate_gold_quotes
from pipeline.gold.side_annotations import read_gold_sides
from pipeline.gold.stance_annotations import read_stance
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dvc_files import check_input_place
from pipeline.ingest.input_files import find_ignored
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.project import survey_text
from pipeline.project.input_survey import InputSurvey, survey_input
from pipeline.resolve.run import find_unmatched_corrections


def find_annotation_problems(root: Path) -> Iterator[ParleyError]:
    """Yield an error for each row of annotated quotes and each file of labels that is not valid."""
    folder = root / paths.ANNOTATIONS
    yield from _find_label_problems(root, folder)
    gold: list[GoldQuote] = []
    for row in iterate_gold_quotes(folder / "quotes.jsonl"):
        if isinstance(row, DataError):
            yield row
        else:
            gold.append(row)
    articles = list(_iterate_articles(root))
    texts = {row["article_id"]: row["text"] for row in articles}
    yield from find_span_problems(gold, texts, {row["raw_path"] for row in articles})


def _find_label_problems(root: Path, folder: Path) -> Iterator[ParleyError]:
    """Yield the first error of each other file: labelled quotes, behaviour suite, sides and the open gold."""
    configs = root / paths.CONFIGS
    checks: list[Callable[[], Any]] = [
        lambda: read_stance(folder / "stance.jsonl", load_targets(configs)),
        lambda: read_behaviours(folder / "behaviours.jsonl", load_targets(configs)),
        lambda: read_gold_sides(folder / "sides.jsonl"),
        lambda: read_open_quotes(folder / "open_quotes.jsonl") if (folder / "open_quotes.jsonl").exists() else [],
    ]
    for check in checks:
        try:
            check()
        except ParleyError as error:
            yield error


def find_input_problems(root: Path) -> Iterator[ParleyError]:
    """Yield an error if DVC would act on files among the articles."""
    try:
        check_input_place(root, _input_place(root))
    except ParleyError as error:
        yield error


def find_ignored_inputs(root: Path) -> Iterator[str]:
    """Yield the files and folders of the input that neither Parley nor DVC reads, because of their names."""
    yield from find_ignored(_input_place(root))


def find_correction_problems(root: Path) -> Iterator[ParleyError | str]:
    """Yield an error for a file of corrections that is not valid, or a warning for each row that matches nothing."""
    try:
        yield from find_unmatched_corrections(root)
    except ParleyError as error:
        yield error


def has_labels_of_its_own(root: Path) -> bool:
    """Return whether a project's labelled quotes are others than those that came with Parley, or this is Parley."""
    shipped, own = (folder / paths.ANNOTATIONS / "stance.jsonl" for folder in (ROOT, root))
    return not shipped.exists() or own.samefile(shipped) or own.read_bytes() != shipped.read_bytes()


def count_near_duplicates(root: Path) -> dict[str, Any]:
    """Count the labelled quotes that are nearly the same as a quote of another group: `rows` and `share`."""
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl")
    texts, groups = ([getattr(row, name) for row in rows] for name in ("text", "group"))
    return find_near_duplicates(texts, groups)


def survey_project(root: Path) -> InputSurvey:
    """Read the input as the next `dvc repro` will."""
    configs = root / paths.CONFIGS
    return survey_input(_input_place(root), _ingest_config(root), load_publish_config(configs), configs)


def describe_input(root: Path, survey: InputSurvey) -> Iterator[str]:
    """Yield lines about what the next `dvc repro` takes from the input, what it rejects, and what is not published."""
    yield from survey_text.format_files(survey)
    yield from survey_text.format_articles(survey)
    yield from survey_text.format_rejects(survey)
    yield f"{counted(sum(reject['count'] for reject in survey.rejects), 'input')} would be rejected."
    quotes = _count_quotes(root)
    yield from survey_text.format_withheld(survey, quotes)
    if quotes is not None and (root / paths.ARTICLES).exists():
        yield from format_quoteless(count_quoteless(root))


def _count_quotes(root: Path) -> Counter[str] | None:
    """Return the number of quotes of each article in the last run; None where there was none."""
    if not (root / paths.QUOTES).exists():
        return None
    return Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))


def _iterate_articles(root: Path) -> Iterator[dict[str, Any]]:
    """Yield the articles of the last run, or of the input if there was no run."""
    if (root / paths.ARTICLES).exists():
        yield from tables.iterate_rows(root / paths.ARTICLES, ["article_id", "raw_path", "text"])
        return
    for raw_path, row in _clean_input(root):
        if not isinstance(row, Reject):
            yield {**row, "raw_path": raw_path}


def _clean_input(root: Path) -> Iterator[tuple[str, dict[str, Any] | Reject]]:
    """Yield the articles and rejects of the input, as `ingest` would."""
    return clean_input(_input_place(root), _ingest_config(root), root / paths.CONFIGS)


def _input_place(root: Path) -> Path:
    return root / _ingest_config(root).input


def _ingest_config(root: Path) -> IngestConfig:
    return load_config(IngestConfig, root / paths.CONFIGS / "ingest.yaml")
