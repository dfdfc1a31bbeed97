"""Find problems in the configs, annotations and inputs of a project, for `parley check`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.cli.result_commands import find_unmatched_rows, format_quoteless
from pipeline.core import paths
from pipeline.core.config import build_config, load_config, read_yaml
from pipeline.core.errors import ConfigError, DataError, ParleyError
from pipeline.core.language import Language, load_language
from pipeline.core.left_out import read_left_out
from pipeline.core.number_format import counted
from pipeline.core.publish_config import LicenceRule, PublishConfig, load_publish_config
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets
from pipeline.core.text import printable_line
from pipeline.evaluate.run_counts import count_quoteless
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.lexicon import PROFILES, build_lexicon
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.open_quotes import read_open_quotes
from pipeline.gold.quote_annotations import find_span_problems, iterate_gold_quotes, read_gold_sides
from pipeline.gold.stance_annotations import read_stance
from pipeline.ingest.boilerplate import BoilerplateFinder, load_boilerplate
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.input_files import check_configs, check_input_place, find_ignored
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.parse.config import ParseConfig
from pipeline.project import input_survey
from pipeline.project.input_survey import InputSurvey
from pipeline.publish.gold_rows import LOST_GOLD, count_withheld
from pipeline.reader.config import ReadConfig
from pipeline.resolve.config import ResolveConfig
from pipeline.stance.config import StanceConfig, load_stance_config, load_stance_cues, load_stance_words

MANY_QUOTES = 50  # fewer may well be of people who speak for no side
# The settings of each stage; every key has a default, so that each can be checked alone.
_KINDS: dict[str, type[Any]] = {
    "ingest.yaml": IngestConfig,
    "parse.yaml": ParseConfig,
    "extract.yaml": ExtractConfig,
    "read.yaml": ReadConfig,
    "resolve.yaml": ResolveConfig,
    "stance.yaml": StanceConfig,
    "publish.yaml": PublishConfig,
}


def check_project(root: Path, no_input: bool) -> Iterator[tuple[str, str]]:
    """Yield the lines of `parley check`, each with its kind: `error`, `warning`, or nothing."""
    if wrong := list(find_config_problems(root)):  # they say how to read the rest
        yield from (("error", str(problem)) for problem in wrong)
        yield "", f"{counted(len(wrong), 'error')} in configs. Mend them and check again: nothing else was read."
        return
    configs = root / paths.CONFIGS
    config = load_config(IngestConfig, configs / "ingest.yaml")
    place = root / config.input
    # DVC would act on files of its own among the articles.
    problems = [] if no_input else _failures(check_input_place, root, place)
    problems += find_annotation_problems(root)
    unmatched: list[str] = []
    problems += _failures(lambda: unmatched.extend(find_unmatched_rows(root)))
    yield from (("error", str(problem)) for problem in problems)
    yield from (("warning", line) for line in unmatched)
    if (root / paths.ARTICLES).exists():
        people = read_left_out(configs)
        for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"]) if people else ():
            people.add_article(**row)
        for name in people.absent:
            yield "warning", printable_line(f"configs/left_out.csv: no article has `{name}`; check the spelling")
        articles = list(tables.iterate_rows(root / paths.ARTICLES, ["raw_path", "source"]))
        publish = load_publish_config(configs)
        rules = {f"`{pattern}` of `leave_out`": LicenceRule("", pattern) for pattern in publish.leave_out}
        rules |= {f"entry {n} of `licenses`": rule for n, rule in enumerate(publish.licence_rules, 1)}
        for what in (what for what, rule in rules.items() if not any(map(rule.fits, articles))):
            yield "warning", printable_line(f"configs/publish.yaml: no article fits {what}")
    if (root / paths.QUOTES).exists():
        rows = tables.iterate_rows(root / paths.QUOTES, ["speaker", "side"])
        has_side = Counter(bool(row["side"]) for row in rows if row["speaker"])
        if has_side.total() >= MANY_QUOTES and has_side[False] > has_side[True]:
            what = f"{has_side[False]} of {has_side.total()} quotes with a speaker have no `side`"
            yield "warning", f"{what}: add the states, parties and movements of your articles to configs/speakers.csv"
    errors = len(problems)
    if not no_input:
        survey = input_survey.survey_input(place, config, load_publish_config(configs), configs)
        yield from (("", line) for line in _describe_input(root, survey))
        if not survey.articles:
            errors += 1
            yield "error", "no article is taken, so `dvc repro` would stop; see `include` in configs/ingest.yaml"
        yield from (("", printable_line(f"ignored for its name: {name}")) for name in find_ignored(place))
    found = counted(errors, "error") if errors else "Configs and annotations are valid"
    if unmatched:
        found += f"; not applied: {counted(len(unmatched), 'row')} of configs/corrections.csv (see the warnings)"
    yield "", f"{found}."


def find_config_problems(root: Path) -> Iterator[ParleyError]:
    """Yield an error for each key of a stage's config that is not valid, and for each file that cannot be read.

    What belongs together (keys of one file, a language and its files) is checked where each key alone is valid.
    """
    configs = root / paths.CONFIGS
    values: dict[str, dict[str, Any]] = {name: {} for name in _KINDS}
    problems: list[ParleyError] = []
    for name, kind in _KINDS.items():
        problems += _failures(lambda name=name: values[name].update(read_yaml(configs / name)))
        for key, value in values[name].items():
            problems += _failures(build_config, kind, {key: value}, str(configs / name))
    yield from problems + _failures(check_configs, root) + _failures(load_targets, configs)
    if not problems:
        yield from _failures(load_publish_config, configs) + _failures(read_left_out, configs)
        for load in (load_stance_config, load_stance_cues, load_stance_words):
            yield from _failures(load, root)
        yield from _find_language_problems(configs, values)


def _find_language_problems(configs: Path, values: Mapping[str, Mapping[str, Any]]) -> Iterator[ParleyError]:
    """Yield an error for what a stage cannot use: an unknown profile, a file of a language that is not valid."""
    profile = str(values["extract.yaml"].get("profile", ExtractConfig.profile))
    if profile not in PROFILES:
        where, fix = str(configs / "extract.yaml"), f"use one of {', '.join(PROFILES)}"
        yield ConfigError(f"unknown profile `{profile}`", where=where, fix=fix)
    checks: dict[str, Callable[[Language], object]] = {  # by the end of the name of what is read
        "_boilerplate": lambda language: BoilerplateFinder(load_boilerplate(language.code, configs), language.dates),
        "": lambda language: [build_lexicon(language, profile) for profile in PROFILES],
    }
    stages = [name for name, kind in _KINDS.items() if "language" in kind.__dataclass_fields__]
    for code in sorted({str(values[name].get("language", "en")) for name in stages}):
        if broken := _failures(load_language, code, configs):
            yield from broken
            continue
        language = load_language(code, configs)
        for name, check in checks.items():
            for error in _failures(check, language):
                where = error.where or str(configs / f"languages/{code}{name}.yaml")
                yield ConfigError(error.what, where=where, why=error.why, fix=error.fix)


def _failures(check: Callable[..., Any], *arguments: Any) -> list[ParleyError]:
    """Return the error of a check, if it has one."""
    try:
        check(*arguments)
    except ParleyError as error:
        return [error]
    return []


def find_annotation_problems(root: Path) -> Iterator[ParleyError]:
    """Yield an error for each row of annotated quotes and each file of labels that is not valid."""
    folder, targets = root / paths.ANNOTATIONS, load_targets(root / paths.CONFIGS)
    yield from _failures(read_stance, folder / "stance.jsonl", targets)
    yield from _failures(read_behaviours, folder / "behaviours.jsonl", targets)
    yield from _failures(read_gold_sides, folder / "sides.jsonl")
    if (folder / "open_quotes.jsonl").exists():
        yield from _failures(read_open_quotes, folder / "open_quotes.jsonl")
    rows = list(iterate_gold_quotes(folder / "quotes.jsonl"))
    yield from (row for row in rows if isinstance(row, DataError))
    articles = list(_iterate_articles(root))
    texts = {row["article_id"]: row["text"] for row in articles}
    gold = [row for row in rows if not isinstance(row, DataError)]
    yield from find_span_problems(gold, texts, {row["raw_path"] for row in articles})


def _describe_input(root: Path, survey: InputSurvey) -> Iterator[str]:
    """Yield lines about what the next `dvc repro` takes from the input, what it rejects, and what is not published."""
    for part in (input_survey.format_files, input_survey.format_articles, input_survey.format_rejects):
        yield from part(survey)
    yield f"{counted(sum(reject['count'] for reject in survey.rejects), 'input')} would be rejected."
    quotes = None  # of each article in the last run
    if (root / paths.QUOTES).exists():
        quotes = Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))
    yield from input_survey.format_withheld(survey, quotes)
    publishing, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    if quotes is not None and (number := count_withheld(root, publishing, targets)):
        yield f"withheld from data/published: {counted(number, 'annotated quote')} ({LOST_GOLD})"
    if quotes is not None and (root / paths.ARTICLES).exists() and (without := count_quoteless(root)):
        yield from format_quoteless(without)


def _iterate_articles(root: Path) -> Iterator[dict[str, Any]]:
    """Yield the articles of the last run, or of the input if there was no run."""
    if (root / paths.ARTICLES).exists():
        yield from tables.iterate_rows(root / paths.ARTICLES, ["article_id", "raw_path", "text"])
        return
    config = load_config(IngestConfig, root / paths.CONFIGS / "ingest.yaml")
    for raw_path, row in clean_input(root / config.input, config, root / paths.CONFIGS):
        if not isinstance(row, Reject):
            yield {**row, "raw_path": raw_path}
