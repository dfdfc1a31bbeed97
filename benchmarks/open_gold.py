"""Score quotes and speakers on the open gold: real, openly licensed news on whose reserved part nothing was trained.

GOLD is what `benchmarks.join_gold` writes. Quotes that the annotators call optional count neither as found nor as
wrong. A quote is found if its content and a predicted one have an IoU of at least 0.5. Intervals are 95 % bootstrap
intervals over articles.

\b
    python -m benchmarks.open_gold GOLD.jsonl
    python -m benchmarks.open_gold GOLD.jsonl --use train --half y --reader off
    python -m benchmarks.open_gold GOLD.jsonl --split-sentences
    python -m benchmarks.open_gold GOLD.jsonl --use train --half y --certainties
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction import read_gold
from benchmarks.speaker_certainty import is_in_half, is_right
from pipeline.api.extractor import Extractor
from pipeline.core.errors import ParleyError
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.intervals import score_with_interval
from pipeline.evaluate.span_scores import ComparableText, match_contents, same_name
from pipeline.gold.open_quotes import KINDS, USES
from pipeline.reader.config import Setting
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.article_resolver import resolve_article
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.reader_choice import Voices

# Of the fit of certainties: folds over articles, and what counts as certain.
FOLDS, CERTAIN = 5, 0.9
CERTAINTIES = (0.0, 0.5, 0.7, 0.8, 0.9, 1.01)
# What is between two parts if the second begins a sentence of the same paragraph.
_SENTENCE_END = re.compile(r"[^\n]*[.!?][\"'’”)\]]*[^\S\n]*[\"'‘“(\[]*")


class Pair(NamedTuple):
    """A gold quote, and the predicted quote that finds it; None if it was missed.

    `is_exact` says whether their contents are the same but for marks at their ends, `has_speaker` whether the speaker
    is the annotated one (as `benchmarks.speaker_certainty` compares names) or rightly nobody, `has_name` whether the
    name is the annotated one too.
    """

    gold: dict[str, Any]
    predicted: Quote | None
    is_exact: bool = False
    has_speaker: bool = False
    has_name: bool = False


def compare_article(
    article: dict[str, Any], predicted: Sequence[Quote], profile: str, gazetteer: Gazetteer
) -> tuple[list[Pair], int]:
    """Return each gold quote that counts with what finds it, and the number of predicted quotes that count."""
    text = ComparableText(article["text"])
    counted = [q for q in article["quotes"] if q["act"] == "speech" or profile == "attribution"]
    contents = [text.normalise([(start, end) for start, end in q["content"]]) for q in counted]
    found = [text.normalise(q.content) for q in predicted]
    by_gold = dict(match_contents(text, contents, found))
    pairs, ignored = [], 0
    for i, quote in enumerate(counted):
        if quote["optional"]:
            ignored += i in by_gold
        elif i in by_gold:
            pairs.append(_pair(quote, predicted[by_gold[i]], contents[i] == found[by_gold[i]], gazetteer))
        else:
            pairs.append(Pair(quote, None))
    return pairs, len(predicted) - ignored


def split_sentences(quote: Quote) -> list[Quote]:
    """Return `"A," said X. "B."` as the two quotes that the open gold has there; Parley gives one, as in the sample."""
    contents = [[quote.content[0]]]
    for before, part in pairwise(quote.content):
        if _SENTENCE_END.fullmatch(quote.text[before[1] : part[0]]):
            contents.append([part])
        else:
            contents[-1].append(part)
    return [replace(quote, content=content) for content in contents]


def _pair(gold: dict[str, Any], predicted: Quote, is_exact: bool, gazetteer: Gazetteer) -> Pair:
    name, right = predicted.speaker, gold.get("speaker")
    has_name = same_name(name, right) if name and right else name == right
    return Pair(gold, predicted, is_exact, is_right(name, right, gold["kind"], gazetteer), has_name)


def format_scores(pairs: Sequence[Sequence[Pair]], predicted: Sequence[int]) -> Iterator[str]:
    """Yield a table of precision, recall and F1 of found, exact, and found with the right speaker."""
    yield "| | precision | recall | F1 | 95 % |\n|---|---|---|---|---|"
    measures = {
        "found": lambda pair: pair.predicted is not None,
        "exact content": lambda pair: pair.is_exact,
        "found, right speaker": lambda pair: pair.has_speaker,
        "found, right speaker under the annotated name": lambda pair: pair.has_name,
    }
    for name, measure in measures.items():
        right = [sum(map(measure, of_article)) for of_article in pairs]
        counts = [
            np.array([k, p, k, len(of_article)], dtype=float)
            for k, p, of_article in zip(right, predicted, pairs, strict=True)
        ]
        score = {key: 100 * value for key, value in score_with_interval(counts).items()}
        values = " | ".join(f"{score[key]:.1f}" for key in ("precision", "recall", "f1"))
        yield f"| {name} | {values} | {score['low']:.1f}–{score['high']:.1f} |"


def format_groups(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield a table by type of quote and kind of speaker: gold quotes, found, and right speakers of the found."""
    yield "| | gold | found, % | right speaker, % of found | right kind, % of right speakers |\n|---|---|---|---|---|"
    groups = [("type", name) for name in QUOTE_TYPES] + [("kind", name) for name in KINDS]
    for field, name in groups:
        members = [pair for pair in pairs if pair.gold[field] == name]
        found = [pair for pair in members if pair.predicted is not None]
        right = [pair for pair in found if pair.has_speaker]
        kinds = sum(pair.gold["kind"] == pair.predicted.kind for pair in right if pair.predicted)
        if members:
            shares = (_percent(a, b) for a, b in ((found, members), (right, found)))
            yield f"| {field} {name} | {len(members)} | {' | '.join(shares)} | {100 * kinds / max(len(right), 1):.1f} |"


def format_certainty(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield a table of how often speakers are right, by what `certainty` says, and those that were left open."""
    named = [pair for pair in pairs if pair.predicted is not None and pair.predicted.speaker]
    yield "| certainty | quotes | mean, % | right, % |\n|---|---|---|---|"
    for low, high in pairwise(CERTAINTIES):
        members = [pair for pair in named if pair.predicted and low <= pair.predicted.certainty < high]
        if members:
            mean = 100 * np.mean([pair.predicted.certainty for pair in members if pair.predicted])
            right = [pair for pair in members if pair.has_speaker]
            yield f"| {low} to {min(high, 1)} | {len(members)} | {mean:.1f} | {_percent(right, members)} |"
    open_ = [pair for pair in pairs if pair.predicted is not None and not pair.predicted.speaker]
    yield f"| left open | {len(open_)} | – | {_percent([pair for pair in open_ if pair.has_speaker], open_)} |"


def format_rules(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield a table of how often each rule for speakers is right for quotes that were found."""
    named = [pair for pair in pairs if pair.predicted is not None and pair.predicted.speaker]
    yield "| rule | quotes | right |\n|---|---|---|"
    for rule in sorted({str(pair.predicted.resolved_by) for pair in named if pair.predicted}):
        members = [pair for pair in named if pair.predicted and pair.predicted.resolved_by == rule]
        yield f"| {rule} | {len(members)} | {sum(pair.has_speaker for pair in members)} |"


def _percent(right: Sequence[Any], of: Sequence[Any]) -> str:
    return f"{100 * len(right) / len(of):.1f}" if of else "–"


def voices_of(
    articles: Sequence[dict[str, Any]], extractor: Extractor, profile: str
) -> Iterator[tuple[str, Voices, tuple[bool, bool]]]:
    """Yield for each quote that is found its article, what rules and reader say, and whether each of them is right."""
    docs = extractor.parser.pipe(article["text"] for article in articles)
    for article, doc in zip(articles, docs, strict=True):
        quotes, pointings = extractor.extract(doc)
        context = ArticleContext(doc, quotes, extractor.gazetteer, pointings=pointings)
        resolve_article(context, 0.0)
        for pair in compare_article(article, quotes, profile, extractor.gazetteer)[0]:
            if pair.predicted is not None:
                both = context.voices.get(tuple(pair.predicted.content))
                gold, kind = pair.gold["speaker"], pair.gold["kind"]
                if both is not None:
                    rules, reader = (
                        is_right(name, gold, kind, extractor.gazetteer) for name in (both.rules, both.reader)
                    )
                    yield article["doc_id"], both, (rules, reader)


Heard = Sequence[tuple[Voices, tuple[bool, bool]]]


def fit_certainties(heard: Heard) -> dict[str, list[float]]:
    """Return the coefficients of `CERTAINTIES`: logistic regressions of whether a speaker is right."""
    cases = {
        "same": [(both, right[0]) for both, right in heard if both.rules == both.reader],
        "rules": [(both, right[0]) for both, right in heard if both.rules != both.reader],
        "reader": [(both, right[1]) for both, right in heard if both.rules != both.reader],
    }
    fitted = {}
    for case, rows in cases.items():
        model = LogisticRegression(fit_intercept=False)
        model.fit([both.features for both, _ in rows], [right for _, right in rows])
        fitted[case] = [round(float(value), 3) for value in model.coef_[0]]
    return fitted


def format_certainties(rows: Sequence[tuple[str, Voices, tuple[bool, bool]]]) -> Iterator[str]:
    """Yield how often each voice is right, and the more certain one by cross-validation over articles; coefficients."""
    number = {name: i % FOLDS for i, name in enumerate(sorted({name for name, *_ in rows}))}
    chosen: list[tuple[float, str | None, bool]] = []
    for fold in range(FOLDS):
        fitted = fit_certainties([(both, right) for name, both, right in rows if number[name] != fold])
        for _, both, right in (row for row in rows if number[row[0]] == fold):
            choice = both.choose(fitted)
            chosen.append((choice.certainty, choice.speaker, right[choice.by_reader]))
    certain = [right for certainty, speaker, right in chosen if speaker and certainty >= CERTAIN]
    yield "| speakers of the quotes found | quotes | right |\n|---|---|---|"
    yield f"| rules | {len(rows)} | {sum(right[0] for *_, right in rows)} |"
    yield f"| reader | {len(rows)} | {sum(right[1] for *_, right in rows)} |"
    yield f"| the more certain of both | {len(rows)} | {sum(right for *_, right in chosen)} |"
    yield f"| of them with a certainty of {CERTAIN} or more | {len(certain)} | {sum(certain)} |"
    yield "\nCERTAINTIES = {"
    fitted = fit_certainties([(both, right) for _, both, right in rows])
    yield from (f'    "{case}": {tuple(values)},' for case, values in fitted.items())
    yield "}"


@click.command(help=__doc__)
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--use", type=click.Choice(USES), default="test", show_default=True, help="The part to score.")
@click.option("--half", type=click.Choice(["x", "y"]), help="Of the training part: x was read for rules, y was not.")
@click.option("--profile", type=click.Choice(["speech", "attribution"]), default="speech", show_default=True)
@click.option("--split-sentences", "splits", is_flag=True, help="Two sentences of a quote are two, as in GOLD.")
@click.option("--certainties", is_flag=True, help="Fit the certainties of speakers instead, with all quotes read.")
@click.option("--reader", type=click.Choice(get_args(Setting)), default="all", show_default=True)
def main(
    gold: Path, use: str, half: str | None, profile: str, splits: bool, certainties: bool, reader: Setting
) -> None:
    """Print the tables."""
    try:
        articles = [row for row in read_gold(gold) if row.get("use") == use and (not half or is_in_half(row, half))]
        extractor = Extractor(profile=profile, reader=reader)
    except ParleyError as error:
        raise click.ClickException(str(error)) from None
    if not articles:
        raise click.ClickException(
            f"{gold.name} has no article whose `use` is {use}: make it with benchmarks.join_gold"
        )
    if certainties:
        click.echo("\n".join(format_certainties(list(voices_of(articles, extractor, profile)))))
        return
    quotes = list(extractor.pipe(article["text"] for article in articles))
    if splits:
        quotes = [[part for quote in of_article for part in split_sentences(quote)] for of_article in quotes]
    compared = [compare_article(a, q, profile, extractor.gazetteer) for a, q in zip(articles, quotes, strict=True)]
    pairs, predicted = [of for of, _ in compared], [count for _, count in compared]
    click.echo(f"{len(articles)} articles ({use}), {sum(map(len, pairs))} gold quotes, {sum(predicted)} predicted\n")
    every = [pair for of_article in pairs for pair in of_article]
    for block in (format_scores(pairs, predicted), format_groups(every), format_certainty(every), format_rules(every)):
        click.echo("\n".join(block) + "\n")


if __name__ == "__main__":
    main()
