"""Measure what each rule for speakers, or each word list of a language, earns on gold: switch one off at a time.

\b
    python -m benchmarks.ablate speakers GOLD... [--only RULE] [--half y]
    python -m benchmarks.ablate words GOLD... [--only LIST] [--half y]
    python -m benchmarks.ablate rules

`speakers` resolves the annotated quotes from their annotated spans. `words` extracts the quotes by the rules alone and
resolves them: a decision is a gold quote, and it is right if it was found with the right speaker. Each article is
parsed once. Without a rule or list, `gained` counts what becomes right and `lost` what becomes wrong; `earned` is lost
less gained, with its 95 % interval (paired bootstrap over articles). `rules` prints the table of docs/speakers.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import click
import numpy as np
from spacy.tokens import Doc

from benchmarks.open_gold import compare_article
from benchmarks.speaker_certainty import Decision, is_in_half, judge_article, read_articles
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import Language, load_language
from pipeline.core.quote import Quote
from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.parse.parser import Parser
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.speaker_rules import RULES, format_rules

Article = tuple[dict[str, Any], Doc]
# Keys of a language file that hold no list of words, or that the parse rests on: it is kept.
_NO_WORDS = ("code", "models", "lemmas", "marks", "dates", "tags", "spellings", "word_endings", "abbreviations")


class Verdict(NamedTuple):
    """Speaker and rule of one gold quote, and whether the speaker is right."""

    doc_id: str
    speaker: str | None
    rule: str | None
    is_right: bool


def judge_spans(articles: Sequence[Article], gazetteer: Gazetteer) -> list[Verdict]:
    """Resolve the annotated quotes from their annotated spans."""
    decisions: list[Decision] = [d for row, doc in articles for d in judge_article(row, doc, gazetteer)]
    return [Verdict(d.doc_id, d.speaker, d.rule, d.is_right) for d in decisions]


def judge_end_to_end(articles: Sequence[Article], language: Language) -> list[Verdict]:
    """Extract and resolve quotes, and compare them with the annotated ones."""
    config = replace(load_config(ExtractConfig, CONFIGS / "extract.yaml"), learned=False)
    least = load_config(ResolveConfig, CONFIGS / "resolve.yaml").least_certainty
    extractor, gazetteer = QuoteExtractor(language, config), read_gazetteer(CONFIGS / "speakers.csv", language)
    verdicts: list[Verdict] = []
    for row, doc in articles:
        quotes: list[Quote] = resolve(doc, extractor(doc), gazetteer, least_certainty=least)
        gold = [_as_open_gold(quote) for quote in row["quotes"]]
        for pair in compare_article(row | {"quotes": gold}, quotes, config.profile, gazetteer)[0]:
            found = pair.predicted
            verdicts.append(
                Verdict(row["doc_id"], found and found.speaker, found and found.resolved_by, pair.has_speaker)
            )
    return verdicts


def _as_open_gold(quote: dict[str, Any]) -> dict[str, Any]:
    """Return a gold quote with the fields that other gold than the open one lacks."""
    return {"act": "speech", "optional": False, "kind": "", "speaker": quote.get("reference"), **quote}


def format_row(name: str, decisions: int, before: Sequence[Verdict], after: Sequence[Verdict], lines: int) -> str:
    """Return a row: decisions, changed speakers, gained, lost, earned with its interval, lines of code or words."""
    by_article: dict[str, list[int]] = {}
    gained = lost = changed = 0
    for one, other in zip(before, after, strict=True):
        difference = int(one.is_right) - int(other.is_right)
        by_article.setdefault(one.doc_id, [0])[0] += difference
        gained, lost = gained + (difference < 0), lost + (difference > 0)
        changed += one.speaker != other.speaker
    low, high = percentile_interval(resample_sums(np.array(list(by_article.values())))[:, 0])
    counts = (decisions, changed, gained, lost, lost - gained, f"{low:.0f} to {high:.0f}", lines)
    return f"| {name} | {' | '.join(map(str, counts))} |"


@contextmanager
def without_rule(name: str) -> Iterator[None]:
    """Switch a rule for speakers off."""
    rule = RULES.pop(name)
    try:
        yield
    finally:
        RULES[name] = rule


def count_lines(function: Callable[..., Any]) -> int:
    """Return the lines of a function and of the private functions of its module that nothing else there calls."""
    function = inspect.unwrap(function)
    members = inspect.getmembers(inspect.getmodule(function), inspect.isfunction)
    code = {name: inspect.unwrap(f) for name, f in members if inspect.unwrap(f).__module__ == function.__module__}
    used = {name: _names(f.__code__) for name, f in code.items()}
    callers = {name: {other for other in code if name in used[other]} - {name} for name in code}
    own, more = {function.__name__}, {function.__name__}
    while more:
        more = {name for name in code if name.startswith("_") and callers[name] and callers[name] <= own} - own
        own |= more
    return sum(len(inspect.getsource(code[name]).splitlines()) for name in own)


def _names(code: CodeType) -> set[str]:
    """Return the names that a function uses, those inside its comprehensions and generators too."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def word_lists(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the path of each word list of a language file, and the number of its words."""
    if is_dataclass(value):
        for item in fields(value):
            if item.name not in _NO_WORDS:
                yield from word_lists(getattr(value, item.name), (item.name,))
    elif isinstance(value, dict) and value and all(isinstance(item, list | dict) for item in value.values()):
        for key, item in value.items():
            yield from word_lists(item, (*path, key))
    elif isinstance(value, list | dict) and value:
        yield path, len(value)


def without_words(language: Language, path: tuple[str, ...]) -> Language:
    """Return a language without one of its word lists."""
    first, *rest = path
    return replace(language, **{first: _emptied(getattr(language, first), rest)})


def _emptied(value: Any, path: Sequence[str]) -> Any:
    if not path:
        return type(value)()
    return {**value, path[0]: _emptied(value[path[0]], path[1:])}


def read_parsed(paths: Sequence[Path], half: str | None) -> list[Article]:
    """Read gold articles, and parse each once."""
    rows = [row for row in read_articles(paths) if half is None or is_in_half(row, half)]
    return list(zip(rows, Parser(load_language("en")).pipe(row["text"] for row in rows), strict=True))


@click.group(help=__doc__)
def main() -> None:
    """Measure rules and word lists."""


@main.command()
def rules() -> None:
    """Print the table of the rules for speakers."""
    click.echo("\n".join(format_rules()))


def _options(command: Callable[..., None]) -> Callable[..., None]:
    half = click.option(
        "--half", type=click.Choice(["x", "y"]), help="Of the open gold: x was read for rules, y was not."
    )
    only = click.option("--only", "only", multiple=True, help="Rule or list to switch off; may be repeated.")
    gold = click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
    return gold(only(half(command)))


def _show_head(before: Sequence[Verdict], size: str) -> None:
    click.echo(f"{sum(v.is_right for v in before)} of {len(before)} right\n")
    click.echo(f"| without | decisions | changed | gained | lost | earned | 95 % | {size} |\n|{'---|' * 8}")


@main.command()
@_options
def speakers(gold: tuple[Path, ...], only: tuple[str, ...], half: str | None) -> None:
    """Switch off one rule for speakers at a time."""
    articles, gazetteer = read_parsed(gold, half), read_gazetteer(CONFIGS / "speakers.csv", load_language("en"))
    before = judge_spans(articles, gazetteer)
    _show_head(before, "lines")
    for name, rule in list(RULES.items()):
        if not only or name in only:
            with without_rule(name):
                after = judge_spans(articles, gazetteer)
            decisions = sum(verdict.rule == name for verdict in before)
            click.echo(format_row(name, decisions, before, after, count_lines(rule.apply)))


@main.command()
@_options
def words(gold: tuple[Path, ...], only: tuple[str, ...], half: str | None) -> None:
    """Switch off one word list of the language at a time."""
    language = load_language("en")
    judge = partial(judge_end_to_end, read_parsed(gold, half))
    before = judge(language)
    _show_head(before, "words")
    for path, size in word_lists(language):
        name = ".".join(path)
        if not only or name in only or path[-1] in only:
            after = judge(without_words(language, path))
            click.echo(format_row(name, len(before), before, after, size))


if __name__ == "__main__":
    main()
