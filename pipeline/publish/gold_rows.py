"""Join the annotations of `data/annotations` to the rows of the config `gold`, one per annotated quote."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.storage.tables import Row
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Targets
from pipeline.core.text import Span
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.gold.stance_annotations import StanceRow, own_rows, read_stance
from pipeline.publish.dataset_rows import ANNOTATORS, GOLD_COLUMNS, check_offsets, sha256
from pipeline.publish.publication_plan import ArticlePlan, choose_split

# Why a row of the annotations is not published.
LOST_GOLD = "not found in its article, with text of one that is withheld, or of somebody left out"
# The id of a quote of an article begins with the article's.
_QUOTE_OF_ARTICLE = re.compile(r"([0-9a-f]{16})-\d+")


class Annotations(NamedTuple):
    """The annotations by quote id: spans, stances, and the labels of quotes that two annotators have labelled."""

    quotes: dict[str, GoldQuote]
    stances: dict[str, StanceRow]
    double_labels: dict[str, dict[str, dict[str, str]]]

    def article_of(self, quote_id: str) -> str | None:
        """Return the article of an annotated quote, None for one written for training alone."""
        if quote_id in self.quotes:
            return self.quotes[quote_id].article_id
        match = _QUOTE_OF_ARTICLE.match(quote_id)
        return match.group(1) if match else None

    def quote_ids(self) -> list[str]:
        """Return the ids of all annotated quotes, those with spans first."""
        return [*self.quotes, *(i for i in self.stances if i not in self.quotes)]

    def article_ids(self) -> list[str]:
        """Return the article of each annotated quote that has one."""
        return [i for i in map(self.article_of, self.quote_ids()) if i]

    def group_keys(self) -> Iterator[tuple[str, str]]:
        """Yield article and key of its group, which no group of quotes has: its articles stay in one split."""
        for quote_id, row in self.stances.items():
            if article_id := self.article_of(quote_id):
                yield article_id, f"gold {row.group}"


def read_annotations(root: Path, config: PublishConfig, targets: Targets) -> Annotations:
    """Read the annotations, none where the config publishes none; a missing file has no rows."""
    if not config.gold:
        return Annotations({}, {}, {})
    folder = root / paths.ANNOTATIONS
    quotes, stances, both = (folder / name for name in ("quotes.jsonl", "stance.jsonl", "agreement/stance.jsonl"))
    return Annotations(
        {row.quote_id: row for row in read_gold_quotes(quotes)} if quotes.exists() else {},
        {row.id: row for row in read_stance(stances, targets)} if stances.exists() else {},
        {row["id"]: row for row in read_json_lines(both)},
    )


@dataclass
class GoldGate:
    """What may leave of the annotations."""

    withholding: Withholding  # what may leave of the articles
    shown: Mapping[str, list[Span]]  # what the quotes of the withheld articles show of them
    held: set[str]  # texts of rows without an article that are text of a withheld one
    withheld: int = 0  # how many rows were withheld whole

    def publish(self, row: Row, text: str | None) -> Row | None:
        """Return what may leave of a row without its labels; None, and one more withheld, where nothing of it may."""
        context, article_id = row["context"], row["article_id"]
        # What is not found in its article may be of any other text: another version of it, or another article.
        lost = text is not None and context is not None and row["context_start"] is None
        texts = (value for value in row.values() if isinstance(value, str))
        is_held = lost or (row["parts"] is None and not self.held.isdisjoint(texts))
        left = None if is_held else self.withholding.publish("gold", row, text or "", self.shown.get(article_id, ()))
        self.withheld += left is None
        return left


def open_gate(root: Path, gold: Annotations, withholding: Withholding) -> GoldGate:
    """Compare the annotations with the articles whose text is withheld."""
    closed = withholding.limits.keys() | withholding.left_out
    own = [row for row in gold.stances.values() if row.id not in gold.quotes and gold.article_of(row.id) not in closed]
    values = (value for row in (own_rows(root, own) if own and closed else ()) for value in vars(row).values())
    held = withholding.find_held(root, (value for value in values if isinstance(value, str)))
    return GoldGate(withholding, withholding.find_shown(root, gold.article_ids()), held)


def join_gold_rows(
    root: Path,
    gold: Annotations,
    plans: Mapping[str, ArticlePlan],
    targets: Collection[str],
    config: PublishConfig,
    gate: GoldGate | None = None,
) -> Iterator[Row]:
    """Yield the row of each annotated quote; quotes of articles that are not published are left out.

    With a `gate` for the published dataset, rows have what may leave of them.
    """
    splits = {key: plans[article_id].split for article_id, key in gold.group_keys() if article_id in plans}
    for row, text in _join_texts(root, gold):
        article_id, key = row["article_id"], f"gold {row['group']}"
        if article_id is None:
            row["license"], split = config.gold_license, splits.get(key) or choose_split(key, config.splits)
        elif plan := plans.get(article_id):
            row["license"], split = plan.license, plan.split
        else:
            continue
        if shown := row if gate is None else gate.publish(row, text):
            stance, both = gold.stances.get(row["quote_id"]), gold.double_labels.get(row["quote_id"], {})
            labels = {target: stance.labels.get(target) if stance else None for target in targets}
            twice = {f"{t}_{who}": both.get(who, {}).get(t) for t in targets for who in ANNOTATORS}
            yield {**shown, "split": split, **labels, **twice}


def count_withheld(root: Path, config: PublishConfig, targets: Targets) -> int:
    """Return how many annotated quotes the next build of the dataset withholds whole."""
    gold = read_annotations(root, config, targets)
    gate = open_gate(root, gold, plan_withholding(root, config))
    for row, text in _join_texts(root, gold):
        if row["article_id"] is None or (text is not None and row["article_id"] not in gate.withholding.left_out):
            gate.publish(row, text)
    return gate.withheld


def _join_texts(root: Path, gold: Annotations) -> Iterator[tuple[Row, str | None]]:
    """Yield the row of each annotated quote, without its labels, and the text of its article if that is in the run."""
    texts = dict(tables.iterate_column(root / paths.ARTICLES, "text", set(gold.article_ids())))
    for quote_id in gold.quote_ids():
        row = _quote_row(gold, quote_id)
        row["article_id"], row["excerpt"] = gold.article_of(quote_id), False
        row["content_sha256"], row["license"] = sha256(row["content"]), None
        text = texts.get(row["article_id"])
        if text is not None and row["parts"] is not None:
            check_offsets({name: value for name, value in row.items() if name != "context"}, text)
        if text is not None and row["context"] is not None and (start := text.find(row["context"])) >= 0:
            row["context_start"], row["context_end"] = start, start + len(row["context"])
        yield row, text


def _quote_row(gold: Annotations, quote_id: str) -> Row:
    """Return what annotators marked and noted of a quote, without its labels."""
    quote, stance = gold.quotes.get(quote_id), gold.stances.get(quote_id)
    row: Row = dict.fromkeys((*GOLD_COLUMNS, "annotator", "context", "group", "topic", "stance_annotator", "unsure"))
    if stance:
        about = ("context", "group", "topic", "unsure", "cue", "source", "speaker")
        row |= {name: getattr(stance, name) for name in about}
        row |= {"quote_id": stance.id, "content": stance.text, "stance_annotator": stance.annotator}
    if quote:
        words = dict(quote.span_texts)
        row |= {name: getattr(quote, name) for name in ("quote_id", "type", "speaker", "annotator")}
        row["parts"] = [{"start": start, "end": end} for start, end in quote.content]
        row["content"] = " ".join(words[span] for span in quote.content)
        for name in ("cue", "source"):
            span = getattr(quote, name)
            row[f"{name}_start"], row[f"{name}_end"] = span or (None, None)
            row[name] = words[span] if span else None
    return row
