"""Measure what each extraction rule earns on gold: switch one off at a time, and compare the quotes that are found.

\b
    python -m benchmarks.ablate_extraction GOLD.jsonl --half y
    python -m benchmarks.ablate_extraction GOLD.jsonl --half y --learned --only quoted_before

GOLD is the open gold, of which the training part is read; each article is parsed once. Without a rule, `gained` counts
quotes that are found then and false ones that are gone, `lost` quotes that are no longer found and new false ones;
`earned` is lost less gained, with its 95 % interval (paired bootstrap over articles). A rule that stands in for another
may earn nothing while both are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from spacy.tokens import Doc

from benchmarks.ablate import count_lines
from benchmarks.extraction import build_extractor, read_gold
from benchmarks.speaker_certainty import is_in_half
from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.evaluate.span_scores import ComparableText, match_contents
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.rules.extraction_rules import RULES, switched_off

Content = tuple[tuple[int, int], ...]


class Found(NamedTuple):
    """The contents that are extracted from an article, the gold quotes that they find, and those that find none."""

    contents: frozenset[Content]
    right: frozenset[int]
    false: frozenset[Content]


def find_quotes(extractor: QuoteExtractor, articles: Sequence[dict[str, Any]], docs: Sequence[Doc]) -> list[Found]:
    """Extract the quotes of each article and match them with its gold quotes; optional ones count neither way."""
    found = []
    for article, quotes in zip(articles, extractor.pipe(docs), strict=True):
        text = ComparableText(article["text"])
        gold = [quote for quote in article["quotes"] if quote["act"] == "speech"]
        contents: list[Content] = [tuple(quote.content) for quote in quotes]
        spans = [text.normalise([(start, end) for start, end in quote["content"]]) for quote in gold]
        matched = dict(match_contents(text, spans, [text.normalise(list(content)) for content in contents]))
        right = frozenset(i for i in matched if not gold[i]["optional"])
        false = frozenset(content for k, content in enumerate(contents) if k not in matched.values())
        found.append(Found(frozenset(contents), right, false))
    return found


def format_row(name: str, before: Sequence[Found], after: Sequence[Found], lines: int) -> str:
    """Return a row: contents that a rule changes, gained and lost without it, earned with its interval, lines."""
    gained, lost = [], []
    for one, other in zip(before, after, strict=True):
        gained.append(len(other.right - one.right) + len(one.false - other.false))
        lost.append(len(one.right - other.right) + len(other.false - one.false))
    changed = sum(len(one.contents ^ other.contents) for one, other in zip(before, after, strict=True))
    earned = np.array(lost) - np.array(gained)
    low, high = percentile_interval(resample_sums(earned[:, None])[:, 0])
    example = RULES[name].example
    values = f"{changed} | {sum(gained)} | {sum(lost)} | {earned.sum()} | {low:.0f} to {high:.0f} | {lines}"
    return f"| `{name}` | {example} | {values} |"


@contextmanager
def without_rule(name: str) -> Iterator[None]:
    """Switch a rule off."""
    switched_off.add(name)
    try:
        yield
    finally:
        switched_off.remove(name)


@click.command(help=__doc__)
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--half", type=click.Choice(["x", "y"]), help="x was read for rules, y was not.")
@click.option("--learned", is_flag=True, help="With the learned extractor, which is not trained again.")
@click.option("--only", multiple=True, type=click.Choice(sorted(RULES)), help="Rule to switch off; may be repeated.")
def main(gold: Path, half: str | None, learned: bool, only: tuple[str, ...]) -> None:
    """Print the table."""
    rows = [row for row in read_gold(gold) if row.get("use") == "train" and (half is None or is_in_half(row, half))]
    extractor = build_extractor(rules=not learned)
    docs = list(extractor.parser.pipe(row["text"] for row in rows))
    before = find_quotes(extractor.quote_extractor, rows, docs)
    wanted = sum(quote["act"] == "speech" and not quote["optional"] for row in rows for quote in row["quotes"])
    right, false = (sum(len(getattr(found, name)) for found in before) for name in ("right", "false"))
    click.echo(f"{len(rows)} articles, {wanted} gold quotes, {right} found, {false} false\n")
    click.echo(f"| without | finds | changed | gained | lost | earned | 95 % | lines |\n|{'---|' * 8}")
    for rule in sorted(RULES.values(), key=lambda rule: rule.order):
        if not only or rule.name in only:
            with without_rule(rule.name):
                after = find_quotes(extractor.quote_extractor, rows, docs)
            click.echo(format_row(rule.name, before, after, count_lines(rule.apply)))


if __name__ == "__main__":
    main()
