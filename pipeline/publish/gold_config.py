"""The config `gold`: the hand-made annotations of `data/annotations`, a row per annotated quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Features, Value

from pipeline.core import paths
from pipeline.core.schema.data_tables import QUOTES
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.publish.config import PublishConfig
from pipeline.publish.config_rows import check_offsets
from pipeline.publish.dataset_features import CONTENT_SHA256, EXCERPT, LICENSE, WITHHELD, Labels, plain
from pipeline.publish.dataset_splits import split_of
from pipeline.publish.publication_plan import Home
from pipeline.publish.withheld_text import sha256, spans, withheld

Row = dict[str, Any]

# Columns that an annotator fills in, as they are called in `quotes`.
SHARED = (
    *("quote_id", "article_id", "type", "content", "parts"),
    *("cue", "cue_start", "cue_end", "source", "source_start", "source_end"),
    *("speaker", "context_start", "context_end"),
)
NO_ARTICLE = " Null for a quote that was written for training alone."
OWN = {
    "context": "Paragraph or paragraphs that hold the quote.",
    "group": "Scenario or article; rows of one group are in one split.",
    "topic": "Kind of text; null where only the spans were annotated.",
    "annotator": "Who marked the spans and the speaker; null where only the stance was annotated.",
    "stance_annotator": "Who labelled the stances; null where only the spans were annotated.",
    "unsure": "True where the annotator of the stances was not sure.",
    "license": LICENSE,
    "content_sha256": CONTENT_SHA256,
    "excerpt": EXCERPT,
}
TRUTHS = ("unsure", "excerpt")
SIDES = ("first", "second")
# The id of a quote of an article begins with the article's.
_OF_ARTICLE = re.compile(r"([0-9a-f]{16})-\d+")


@dataclass(frozen=True)
class Annotations:
    """What `data/annotations` holds: spans and stances by quote, and the two labels of what was labelled twice."""

    spans: dict[str, GoldQuote]
    stances: dict[str, StanceRow]
    twice: dict[str, dict[str, dict[str, str]]]

    def article_of(self, quote_id: str) -> str | None:
        """The article of an annotated quote, None for one written for training alone."""
        if quote_id in self.spans:
            return self.spans[quote_id].article_id
        found = _OF_ARTICLE.match(quote_id)
        return found.group(1) if found else None

    def ids(self) -> list[str]:
        """Ids of all annotated quotes, those with spans first."""
        return [*self.spans, *(i for i in self.stances if i not in self.spans)]

    def articles(self) -> list[str]:
        """Ids of the annotated articles, one for each annotated quote."""
        return [i for i in map(self.article_of, self.ids()) if i]

    def ties(self) -> Iterator[tuple[str, str]]:
        """Articles with their group: those of one group stay in one split."""
        for quote_id, row in self.stances.items():
            if article_id := self.article_of(quote_id):
                yield article_id, f"gold {row.group}"


def files(root: Path) -> list[Path]:
    """Quotes, stances, and stances that two have labelled."""
    return [root / paths.ANNOTATIONS / name for name in ("quotes.jsonl", "stance.jsonl", "agreement/stance.jsonl")]


def read(root: Path, targets: Mapping[str, Target]) -> Annotations:
    """Read the annotations; a file that is not there has no rows.

    Raises
    ------
    DataError
        Naming file and line of a row that is not sound.
    """
    quotes, stances, twice = files(root)
    return Annotations(
        {row.quote_id: row for row in read_gold_quotes(quotes)} if quotes.exists() else {},
        {row.id: row for row in read_stance(stances, targets)} if stances.exists() else {},
        {row["id"]: row for row in read_json_lines(twice)},
    )


def features(labels: Labels) -> Features:
    """Features of the config; `labels` by target."""
    shared = plain(QUOTES)
    columns = {name: shared[name] for name in SHARED}
    columns.update({name: Value("bool" if name in TRUTHS else "string") for name in OWN})
    for target, names in labels.items():
        columns.update({column: ClassLabel(names=list(names)) for column in _columns(target)})
    return Features(columns)


def about(labels: Labels) -> dict[str, str]:
    """A sentence for each column."""
    sentences = {c.name: c.about for c in QUOTES.columns if c.name in SHARED} | OWN
    sentences["quote_id"] = "That of the article's quote, or an id of its own."
    sentences["article_id"] += NO_ARTICLE
    for name in ("type", "parts", "context_start", "context_end"):
        sentences[name] += " Null where only the stance was annotated."
    for name in [*spans(SHARED), "context"]:
        sentences[name] += WITHHELD
    for target, names in labels.items():
        final, *sides = _columns(target)
        sentences[final] = f"Stance toward the target `{target}`: {', '.join(names)}."
        for number, column in zip(SIDES, sides, strict=True):
            sentences[column] = f"What the {number} of two annotators said of it; null where it was labelled once."
    return sentences


def _columns(target: str) -> list[str]:
    return [target, *(f"{target}_{side}" for side in SIDES)]


def rows(
    gold: Annotations,
    homes: Mapping[str, Home],
    texts: Mapping[str, str],
    targets: Iterable[str],
    config: PublishConfig,
) -> Iterator[tuple[str, Row]]:
    """Each annotated quote with its split; a quote of an article that is not published is left out.

    Parameters
    ----------
    gold : Annotations
        The annotations.
    homes : mapping
        `plan.homes`.
    texts : mapping of str to str
        Texts of the annotated articles, by article_id.
    targets : iterable of str
        Stance targets.
    config : PublishConfig
        Shares of the splits, licence of the annotations.

    Raises
    ------
    DataError
        When offsets do not give the text of the row.
    """
    splits = {mark: homes[i].split for i, mark in gold.ties() if i in homes}
    for quote_id in gold.ids():
        article_id = gold.article_of(quote_id)
        row = {**dict.fromkeys(SHARED), **_spans(gold, quote_id), **_stance(gold, quote_id, targets)}
        row["article_id"], row["excerpt"] = article_id, False
        if article_id is None:
            key = f"gold {row['group']}"
            row["content_sha256"], row["license"] = sha256(row["content"]), config.gold_license
            yield splits.get(key) or split_of(key, config.splits), row
        elif home := homes.get(article_id):
            _complete(row, texts[article_id])
            row["license"] = home.license
            yield home.split, row if home.words is None else withheld(row, home.words)


def _spans(gold: Annotations, quote_id: str) -> Row:
    if quote_id not in gold.spans:
        return {"annotator": None}
    quote = gold.spans[quote_id]
    words = dict(quote.span_texts)
    row: Row = {name: getattr(quote, name) for name in ("quote_id", "type", "speaker", "annotator")}
    row["parts"] = [{"start": start, "end": end} for start, end in quote.content]
    row["content"] = " ".join(words[span] for span in quote.content)
    for name in ("cue", "source"):
        span = getattr(quote, name)
        row[f"{name}_start"], row[f"{name}_end"] = span or (None, None)
        row[name] = words[span] if span else None
    return row


def _stance(gold: Annotations, quote_id: str, targets: Iterable[str]) -> Row:
    """Labels of a quote; what the annotator of the spans has said already is not overwritten."""
    stance, twice = gold.stances.get(quote_id), gold.twice.get(quote_id, {})
    row: Row = dict.fromkeys(("context", "group", "topic", "stance_annotator", "unsure"))
    for target in targets:
        row[target] = stance.labels.get(target) if stance else None
        row.update({f"{target}_{side}": twice.get(side, {}).get(target) for side in SIDES})
    if stance:
        row.update({name: getattr(stance, name) for name in ("context", "group", "topic", "unsure")})
        row["stance_annotator"] = stance.annotator
        if quote_id not in gold.spans:
            row.update({"quote_id": stance.id, "content": stance.text})
            row.update({name: getattr(stance, name) for name in ("cue", "source", "speaker")})
    return row


def _complete(row: Row, text: str) -> None:
    """Check the offsets, and add those of the context."""
    row["content_sha256"] = sha256(row["content"])
    if row["parts"] is not None:
        check_offsets({name: value for name, value in row.items() if name != "context"}, text)
    if row["context"] is not None and (start := text.find(row["context"])) >= 0:
        row["context_start"], row["context_end"] = start, start + len(row["context"])
