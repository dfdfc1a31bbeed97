"""Measure what each rule, or each word list of a language, earns on gold: switch one off at a time.

\b
    python -m benchmarks.ablate speakers GOLD... [--only RULE] [--half y]
    python -m benchmarks.ablate extraction GOLD... [--only RULE] [--half y] [--reader all]
    python -m benchmarks.ablate words GOLD... [--only LIST] [--half y]
    python -m benchmarks.ablate rules

`speakers` resolves the annotated quotes from their annotated spans. `extraction` compares the quotes that are found,
with `--reader all` those of reader and rules; optional quotes count neither way. `words`
extracts the quotes by the rules alone and resolves them: a gold quote is right if it was found with the right speaker.
Each article is parsed once; of the open gold the training part is read. Without a rule or list, `gained` counts what
becomes right (false quotes that are gone too) and `lost` what becomes wrong (new false ones too); `earned` is lost less
gained, with its 95 % interval (paired bootstrap over articles). A rule that stands in for another may earn nothing
while both are there. `rules` prints the table of docs/speakers.md.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple, get_args

import click
import numpy as np
from spacy.tokens import Doc

from benchmarks.open_gold import compare_article
from benchmarks.speaker_certainty import is_in_half, judge_article, read_articles
from pipeline.api.extractor import Extractor
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import Language, load_language
from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.evaluate.span_scores import ComparableText, match_contents
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules import extraction_rules
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.parse.parser import Parser
from pipeline.reader.config import Setting
from pipeline.reader.quote_tagger import QuoteTagger
from pipeline.resolve import speaker_rules
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer

Article = tuple[dict[str, Any], Doc]
# Keys of a language file that hold no list of words, or that the parse rests on: it is kept.
_NO_WORDS = ("code", "models", "lemmas", "marks", "dates", "tags", "spellings", "word_endings", "abbreviations")


class Outcome(NamedTuple):
    """What came of an article: all that was given, which gold quotes are right, what is false; the rule of each."""

    given: frozenset[Any]
    right: frozenset[int]
    false: frozenset[Any] = frozenset()
    rules: tuple[str, ...] = ()


class ReadOnce(QuoteTagger):
    """A tagger that keeps what it read."""

    def __init__(self, tagger: QuoteTagger) -> None:
        self.read = cache(tagger.read)  # type: ignore[method-assign]


def judge_spans(articles: Sequence[Article], gazetteer: Gazetteer) -> list[Outcome]:
    """Resolve the annotated quotes from their annotated spans; articles without one are left out."""
    outcomes = []
    for row, doc in articles:
        decisions = list(enumerate(judge_article(row, doc, gazetteer)))
        right = frozenset(i for i, decision in decisions if decision.is_right)
        given = frozenset((i, decision.speaker) for i, decision in decisions)
        outcomes.append(Outcome(given, right, rules=tuple(decision.rule for _, decision in decisions)))
    return [outcome for outcome in outcomes if outcome.given]


def judge_end_to_end(articles: Sequence[Article], now: dict[str, Language]) -> list[Outcome]:
    """Extract and resolve quotes with the language that is set now, and compare them with the annotated ones."""
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    least = load_config(ResolveConfig, CONFIGS / "resolve.yaml").least_certainty
    language = now["language"]
    extractor, gazetteer = RuleExtractor(language, config), read_gazetteer(CONFIGS / "speakers.csv", language)
    outcomes = []
    for row, doc in articles:
        quotes = resolve(doc, extractor(doc), gazetteer, least_certainty=least)
        pairs = list(enumerate(compare_article(row, quotes, config.profile, gazetteer)[0]))
        given = frozenset((i, pair.predicted and pair.predicted.speaker) for i, pair in pairs)
        outcomes.append(Outcome(given, frozenset(i for i, pair in pairs if pair.has_speaker)))
    return [outcome for outcome in outcomes if outcome.given]


def find_quotes(articles: Sequence[Article], extractor: Extractor) -> list[Outcome]:
    """Extract the quotes of each article and match them with its gold quotes."""
    found = []
    for row, doc in articles:
        quotes, _ = extractor.extract(doc)
        text = ComparableText(row["text"])
        gold = [quote for quote in row["quotes"] if quote["act"] == "speech"]
        contents = [tuple(quote.content) for quote in quotes]
        spans = [text.normalise([(start, end) for start, end in quote["content"]]) for quote in gold]
        matched = dict(match_contents(text, spans, [text.normalise(list(content)) for content in contents]))
        right = frozenset(i for i in matched if not gold[i]["optional"])
        false = frozenset(content for k, content in enumerate(contents) if k not in matched.values())
        found.append(Outcome(frozenset(contents), right, false, tuple(quote.rule for quote in quotes)))
    return found


def format_row(name: str, before: Sequence[Outcome], after: Sequence[Outcome], size: int) -> str:
    """Return a row: what a rule decides and changes, gained and lost without it, earned with its interval, size."""
    pairs = list(zip(before, after, strict=True))
    gained = [len(other.right - one.right) + len(one.false - other.false) for one, other in pairs]
    lost = [len(one.right - other.right) + len(other.false - one.false) for one, other in pairs]
    changed = sum(max(len(one.given - other.given), len(other.given - one.given)) for one, other in pairs)
    earned = np.array(lost) - np.array(gained)
    low, high = percentile_interval(resample_sums(earned[:, None])[:, 0])
    decisions = sum(outcome.rules.count(name) for outcome in before)
    counts = (decisions, changed, sum(gained), sum(lost), earned.sum(), f"{low:.0f} to {high:.0f}", size)
    return f"| {name} | {' | '.join(map(str, counts))} |"


@contextmanager
def during(do: Callable[[], Any], undo: Callable[[], Any]) -> Iterator[None]:
    """Do something, and undo it after the block."""
    do()
    try:
        yield
    finally:
        undo()


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
    """Read gold articles with the fields that other gold than the open one lacks, and parse each once."""
    rows = [row for row in read_articles(paths) if half is None or is_in_half(row, half)]
    for row in rows:
        row["quotes"] = [
            {"act": "speech", "optional": False, "kind": "", "speaker": quote.get("reference"), **quote}
            for quote in row["quotes"]
        ]
    return list(zip(rows, Parser(load_language("en")).pipe(row["text"] for row in rows), strict=True))


def compare(
    judge: Callable[[], list[Outcome]],
    changes: Iterable[tuple[str, AbstractContextManager[None], int]],
    only: Sequence[str],
    size: str,
) -> None:
    """Print a row for each change: its name, what makes it, and the lines or words that it switches off."""
    before = judge()
    counts = (f"{sum(len(getattr(of, name)) for of in before)} {name}" for name in ("given", "right", "false"))
    click.echo(f"{len(before)} articles: {', '.join(counts)}\n")
    click.echo(f"| without | decisions | changed | gained | lost | earned | 95 % | {size} |\n|{'---|' * 8}")
    for name, change, number in changes:
        if not only or name in only or name.rpartition(".")[2] in only:
            with change:
                after = judge()
            click.echo(format_row(name, before, after, number))


@click.group(help=__doc__)
def main() -> None:
    """Measure rules and word lists."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    half = click.option("--half", type=click.Choice(["x", "y"]), help="Of the open gold: x was read for rules.")
    only = click.option("--only", "only", multiple=True, help="Rule or list to switch off; may be repeated.")
    gold = click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
    return gold(only(half(command)))


@main.command()
def rules() -> None:
    """Print the table of the rules for speakers."""
    click.echo("\n".join(speaker_rules.format_rules()))


@main.command()
@_options
def speakers(gold: tuple[Path, ...], only: tuple[str, ...], half: str | None) -> None:
    """Switch off one rule for speakers at a time."""
    judge = partial(judge_spans, read_parsed(gold, half), read_gazetteer(CONFIGS / "speakers.csv", load_language("en")))
    of = speaker_rules.RULES
    changes = [
        (name, during(partial(of.pop, name), partial(of.__setitem__, name, rule)), count_lines(rule.apply))
        for name, rule in of.items()
    ]
    compare(judge, changes, only, "lines")


@main.command()
@_options
@click.option("--reader", type=click.Choice(get_args(Setting)), default="off", show_default=True)
def extraction(gold: tuple[Path, ...], only: tuple[str, ...], half: str | None, reader: Setting) -> None:
    """Switch off one extraction rule at a time; each article is read once."""
    extractor = Extractor(reader=reader)
    if extractor.reader:
        extractor.reader = replace(extractor.reader, tagger=ReadOnce(extractor.reader.tagger))
    judge = partial(find_quotes, read_parsed(gold, half), extractor)
    off = extraction_rules.switched_off
    changes = [
        (rule.name, during(partial(off.add, rule.name), partial(off.remove, rule.name)), count_lines(rule.apply))
        for rule in sorted(extraction_rules.RULES.values(), key=lambda rule: rule.order)
    ]
    compare(judge, changes, only, "lines")


@main.command()
@_options
def words(gold: tuple[Path, ...], only: tuple[str, ...], half: str | None) -> None:
    """Switch off one word list of the language at a time."""
    language = load_language("en")
    now = {"language": language}
    back = partial(now.update, language=language)
    changes = [
        (".".join(path), during(partial(now.update, language=without_words(language, path)), back), size)
        for path, size in word_lists(language)
    ]
    compare(partial(judge_end_to_end, read_parsed(gold, half), now), changes, only, "words")


if __name__ == "__main__":
    main()
