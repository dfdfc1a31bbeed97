"""Measure how often each rule for speakers is right, from annotated spans, and how reliable the certainties are.

    python -m benchmarks.speaker_certainty --gold FILE.jsonl [--half y] [--least 0.5] [--counts] [--errors]

A gold line has `doc_id`, `text` and `quotes` with `content`, `cue`, `source` (lists of spans) and the speaker's full
name as `speaker` or `reference`; `date`, `publisher` and a quote's `kind` may be there. A quote whose speaker is null
counts as right where the speaker is left open. `--counts` prints the numbers in the form of `DECISION_COUNTS` in
`pipeline/resolve/speaker_rules.py`, which sets the certainties; use gold that chose no rule (`--half y` of the open
gold). `--errors` prints the wrong speakers. Nothing is left open by certainty here, unless `--least` says from which
certainty on a speaker counts.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.extraction import read_gold
from pipeline.core.config import CONFIGS
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.gold.quote_annotations import classify_type
from pipeline.parse.parser import Parser
from pipeline.resolve.article_context import Publication
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.name_forms import may_be_same_person, name_words, normalise
from pipeline.resolve.speaker_rules import rule_certainty
from pipeline.resolve.vocabulary import Vocabulary, strip_name

BINS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
OPEN = "(open)"


@dataclass(frozen=True)
class Decision:
    """The resolved speaker of one annotated quote: by which rule, how certain, and whether it is right."""

    doc_id: str
    rule: str
    certainty: float
    kind: str
    is_right: bool
    speaker: str | None
    gold: str | None
    gold_kind: str
    source: str | None


def read_articles(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read articles with annotated quotes; of the open gold the training part."""
    return [row for path in paths for row in read_gold(path) if row.get("use") != "test"]


def is_in_half(row: dict[str, Any], half: str) -> bool:
    """Return whether an article is in a half: the hash of its name begins with a to f (`y`) or with a digit (`x`)."""
    return (hashlib.sha256(row["doc_id"].encode()).hexdigest()[0] >= "a") == (half == "y")


def judge_articles(articles: Sequence[dict[str, Any]], least: float = 0.0) -> list[Decision]:
    """Resolve the annotated quotes of articles and compare the speakers with the annotated ones.

    A speaker that is less certain than `least` is left open.
    """
    language = load_language("en")
    parser, gazetteer = Parser(language), read_gazetteer(CONFIGS / "speakers.csv", language)
    decisions: list[Decision] = []
    for article, doc in zip(articles, parser.pipe(article["text"] for article in articles), strict=True):
        decisions.extend(judge_article(article, doc, gazetteer, least))
    return decisions


def judge_article(article: dict[str, Any], doc: Any, gazetteer: Gazetteer, least: float = 0.0) -> Iterable[Decision]:
    """Yield the decision about each annotated quote of a parsed article, from its annotated spans."""
    pairs = sorted(((_quote(article["text"], row), row) for row in article["quotes"]), key=lambda p: p[0].content[0])
    publication = Publication(article.get("publisher") or "", article.get("date") or "")
    resolve(doc, [quote for quote, _ in pairs], gazetteer, publication, least)
    for quote, row in pairs:
        gold, kind = row.get("speaker", row.get("reference")), row.get("kind") or ""
        right = is_right(quote.speaker, gold, kind, gazetteer)
        rule = quote.resolved_by if quote.speaker else OPEN
        certainty, source = quote.certainty, quote.words(quote.source)
        yield Decision(article["doc_id"], rule, certainty, quote.kind, right, quote.speaker, gold, kind, source)


def _quote(text: str, row: dict[str, Any]) -> Quote:
    cue, source = ([tuple(span) for span in row.get(name) or ()] for name in ("cue", "source"))
    content = [(start, end) for start, end in row["content"]]
    return Quote(text, content, row.get("type") or classify_type(text, content), cue=_first(cue), source=_first(source))


def _first(spans: list[Any]) -> Any:
    return spans[0] if spans else None


def is_right(speaker: str | None, gold: str | None, kind: str, gazetteer: Gazetteer) -> bool:
    """Return whether a speaker is the annotated one, also under another name of the gazetteer, or rightly nobody."""
    if speaker is None or not gold:
        return speaker is None and not gold
    is_same_row = gazetteer.find(gold) is not None and gazetteer.find(gold) is gazetteer.find(speaker)
    return is_same_row or same_speaker(speaker, gold, kind or "person", gazetteer.vocabulary)


def share_row(name: str, decisions: Sequence[Decision], certainty: float | None) -> str:
    """Return a table row: name, quotes, right, share with its 95 % interval (bootstrap over articles), certainty."""
    counts: dict[str, list[int]] = {}
    for decision in decisions:
        of_article = counts.setdefault(decision.doc_id, [0, 0])
        of_article[0] += decision.is_right
        of_article[1] += 1
    sums = resample_sums(np.array(list(counts.values())))
    drawn = sums[sums[:, 1] > 0]
    low, high = percentile_interval(drawn[:, 0] / drawn[:, 1])
    right = sum(decision.is_right for decision in decisions)
    shown = "" if certainty is None else f"{certainty:.2f}"
    return f"| {name} | {len(decisions)} | {right} | {right / len(decisions):.3f} | {low:.2f} to {high:.2f} | {shown} |"


def format_tables(decisions: Sequence[Decision]) -> str:
    """Return the tables: by rule, and the reliability of the certainties by bin."""
    lines = ["| rule | quotes | right | share | 95 % | certainty |", "|---|---|---|---|---|---|"]
    named = [decision for decision in decisions if decision.rule != OPEN]
    for rule in sorted({decision.rule for decision in decisions}):
        of_rule = [decision for decision in decisions if decision.rule == rule]
        lines.append(share_row(rule, of_rule, None if rule == OPEN else rule_certainty(rule)))
    lines += [share_row("all with a speaker", named, float(np.mean([d.certainty for d in named])))]
    lines += [share_row("all", decisions, None), "", "| certainty | quotes | right | share | 95 % | mean certainty |"]
    lines += ["|---|---|---|---|---|---|"]
    for low, high in BINS:
        in_bin = [decision for decision in named if low <= decision.certainty < high]
        if in_bin:
            name = f"{low} to {min(high, 1.0)}"
            lines.append(share_row(name, in_bin, float(np.mean([d.certainty for d in in_bin]))))
    return "\n".join(lines)


def format_counts(decisions: Sequence[Decision]) -> str:
    """Return right decisions and all decisions by rule, in the form of `DECISION_COUNTS`."""
    rules = sorted({decision.rule for decision in decisions} - {OPEN})
    lines = ["DECISION_COUNTS = {"]
    for rule in rules:
        right = [decision.is_right for decision in decisions if decision.rule == rule]
        lines.append(f'    "{rule}": ({sum(right)}, {len(right)}),')
    return "\n".join([*lines, "}"])


_DETERMINER = re.compile(r"^(?:(?:the|a|an|some|his|her|their|its|our|my|this|that|these|those) )+(?=\w)")
_AFTER_HEAD = re.compile(r"[,(\[:;—–]|\s-+\s|\b(?:of|in|at|for|from|with|on|to|who|whose|that|which|by|about|near)\b")
_POSSESSIVE = re.compile(r"['’]s\b")


def same_speaker(predicted: str, gold: str, kind: str, vocabulary: Vocabulary) -> bool:
    """Return True when a predicted name means the annotated speaker, as the GenderGapTracker's evaluation decides it.

    Both are names or noun phrases, never empty; titles, determiners and possessives do not count. Two people are the
    same when their last names are equal and their given names agree, or one has none; others also by their acronym.
    """
    one, other = _fold(predicted), _fold(gold)
    if not one or not other or one in vocabulary.pronouns:
        return False
    if one in (other, _fold(_head(gold))) or _fold(_head(predicted)) == other:
        return True
    if kind == "person":
        return _same_person(_head(predicted), _head(gold), vocabulary)
    return any(_shortens(a, b) for a, b in ((predicted, gold), (gold, predicted)))


def _fold(name: str) -> str:
    return _DETERMINER.sub("", normalise(_POSSESSIVE.sub(" ", name)))


def _head(name: str) -> str:
    """Return a name up to its first comma, bracket or preposition."""
    return next((name[: m.start()] for m in _AFTER_HEAD.finditer(name) if _fold(name[: m.start()])), name).strip()


def _same_person(predicted: str, gold: str, vocabulary: Vocabulary) -> bool:
    one, other = (name_words(_without_small_words(strip_name(name, vocabulary))) for name in (predicted, gold))
    if not one or not other or one[-1] != other[-1]:
        return bool(one and other) and len(one) > 1 and len(other) > 1 and may_be_same_person(one, other)
    return len(one) == 1 or len(other) == 1 or may_be_same_person(one, other)


def _without_small_words(name: str) -> str:
    """Return a name without the small words before it: `spokeswoman Jane Roe`."""
    words = name.split()
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    return " ".join(words)


def _shortens(short: str, long: str) -> bool:
    """Return True for an acronym of a name, and for a capitalised end of a phrase with small words before it."""
    words, longer = _POSSESSIVE.sub(" ", short).split(), _POSSESSIVE.sub(" ", long).split()
    if not words or len(words) >= len(longer):
        return False
    capitals = "".join(word[0] for word in longer if word[0].isupper()).casefold()
    if len(words) == 1 and len(capitals) > 1 and normalise(short) == capitals:
        return True
    front, end = longer[: -len(words)], longer[-len(words) :]
    is_end = _fold(" ".join(end)) == _fold(short) and end[-1][0].isupper()
    return is_end and (all(word.islower() for word in front) or normalise(short).endswith("s"))


@click.command(help=__doc__)
@click.option("--gold", "paths", multiple=True, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--half", type=click.Choice(["x", "y"]), help="Of the open gold: x was read for rules, y was not.")
@click.option("--least", default=0.0, help="Leave speakers open that are less certain.")
@click.option("--counts", is_flag=True, help="Print the table of speaker_rules.py too.")
@click.option("--errors", is_flag=True, help="Print the wrong speakers too.")
def main(paths: tuple[Path, ...], half: str | None, least: float, counts: bool, errors: bool) -> None:
    """Run the command."""
    articles = [row for row in read_articles(paths) if half is None or is_in_half(row, half)]
    decisions = judge_articles(articles, least)
    click.echo(format_tables(decisions))
    if counts:
        click.echo("\n" + format_counts(decisions))
    if errors:
        for d in decisions:
            if not d.is_right:
                click.echo(f"{d.doc_id}\t{d.rule}\t{d.kind}\t[{d.source}]\t{d.speaker}\tgold: {d.gold} ({d.gold_kind})")


if __name__ == "__main__":
    main()
