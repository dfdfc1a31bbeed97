"""Collect the data of the page: articles, speakers and quotes, in a form that is small enough for one file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.core.quote_rows import row_parts, row_span
from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.core.targets import UNKNOWN, Target, published_label, published_labels, shared_labels, shared_roles
from pipeline.core.text import Span
from pipeline.report.page_plan import SAMPLE
from pipeline.report.sentence_window import find_window
from pipeline.report.utf16_offsets import Utf16Offsets

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEB_ADDRESS = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)

# What the page says of each type of quote.
TYPE_MEANINGS = {
    "direct": "all of it in quotation marks",
    "indirect": "reported in the words of the article",
    "mixed": "partly in quotation marks, partly in the words of the article",
}
Row = Mapping[str, Any]


class PageData:
    """Collects what the page shows: an article, its quotes, the next article, and so on.

    An article whose text may not be published comes with None for it, and its quotes with excerpts for content.

    Parameters
    ----------
    targets : mapping of str to Target
        Stance targets, in order.
    speakers : mapping of str to mapping
        Row of `speakers` by `speaker_id`.
    with_texts : bool
        Whether articles are shown whole; else each quote comes with its sentences alone.
    abbreviations : mapping of str to collection of str, optional
        By language, words whose full stop ends no sentence.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        speakers: Mapping[str, Row],
        with_texts: bool,
        abbreviations: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.targets, self.with_texts = targets, with_texts
        self.labels = published_labels(shared_labels(targets))
        self.articles: list[dict[str, Any]] = []
        self.speakers: list[dict[str, Any]] = []
        self.sides: list[str] = []
        self.quotes: list[list[Any]] = []
        self.changes: list[list[int]] = []
        self._speaker_rows = speakers
        self._abbreviations = abbreviations or {}
        self._speaker_positions: dict[str, int] = {}
        self._side_positions: dict[str, int] = {}
        self._quote_positions: dict[str, int] = {}
        self._group_numbers: dict[str, int] = {}
        self._article_text = self._language = ""
        self._article_offsets = Utf16Offsets("")

    def add_article(self, row: Row) -> None:
        """Add an article; the quotes that follow are its own."""
        url, day = row["url"] or "", _DAY.match(row["published_at"] or "")
        text = row["text"]
        values = {
            "id": row["article_id"],
            "title": row["title"],
            "publisher": row["source"],
            "author": row["author"],
            "day": day and day.group(),
            "url": url if _WEB_ADDRESS.match(url) else None,
            "text": text if self.with_texts else None,
            "withheld": text is None,
            "invented": row["raw_path"].startswith(SAMPLE),
        }
        self.articles.append({name: value for name, value in values.items() if value not in (None, False)})
        self._article_text, self._language = text or "", row["language"]
        self._article_offsets = Utf16Offsets(self._article_text)

    def add_quote(self, row: Row, stances: Iterable[Row]) -> None:
        """Add a quote of the last article, with its stance toward each target."""
        labels, evidence = [], []
        for stance in stances:
            predicted = stance["label"]
            label = published_label(predicted, stance["abstained"])
            percent = round(100 * stance["p_" + predicted])
            labels += [self.labels.index(label), self.labels.index(predicted), percent]
            evidence.append([] if stance["abstained"] else [(s["start"], s["end"]) for s in stance["evidence"]])
        withheld = "withheld" in self.articles[-1]
        spans = {"excerpt": row["content"]} if withheld else self._spans(row, evidence)
        self._quote_positions[row["quote_id"]] = len(self.quotes)
        self.quotes.append(
            [
                row["quote_id"].removeprefix(row["article_id"] + "-"),
                len(self.articles) - 1,
                QUOTE_TYPES.index(row["type"]),
                self._speaker_position(row),
                self._group_numbers.setdefault(row["group_id"], len(self._group_numbers)),
                labels,
                spans,
                self._side_position(row["side"]),
            ]
        )

    def add_change(self, row: Row) -> None:
        """Add a change of position; one whose quotes are not both on the page is left out."""
        before, after = (self._quote_positions.get(row[f"{when}_quote_id"]) for when in ("before", "after"))
        positions = self._side_positions if row["holder_kind"] == "side" else self._speaker_positions
        holder = positions.get(row["holder_id"], positions.get(row["holder"]))
        if before is None or after is None or holder is None:
            return
        target, probability = list(self.targets).index(row["target"]), round(100 * row["probability_real"])
        self.changes.append([int(row["holder_kind"] == "side"), holder, target, before, after, probability])

    def to_dict(self) -> dict[str, Any]:
        """Return all data, ready for `json.dumps`; a quote is a list without names, because quotes are many.

        Of each stance it has three numbers: the published label, the predicted label, and its probability in percent.
        A change has whether its holder is a side, positions of holder, target and both quotes, and a percentage.
        """
        target = next(iter(self.targets.values()))
        return {
            "labels": self.labels,
            "unknown": UNKNOWN,
            "roles": asdict(shared_roles(self.targets)),
            "meanings": {label: target.descriptions.get(label, "") for label in target.labels},
            "targets": [{"key": key, "question": target.question} for key, target in self.targets.items()],
            "types": QUOTE_TYPES,
            "typeMeanings": TYPE_MEANINGS,
            "kinds": [kind for kind in SPEAKER_KINDS if any(kind == s["kind"] for s in self.speakers)],
            "articles": self.articles,
            "speakers": self.speakers,
            "sides": self.sides,
            "quotes": self.quotes,
            "changes": self.changes,
        }

    def _spans(self, row: Row, evidence: list[list[Span]]) -> dict[str, Any]:
        """Return the spans of a quote in UTF-16 units, in the article's text or in the sentences that replace it.

        `in` are its sentences, `around` its paragraphs where these are more, `evidence` what shows each stance.
        """
        text, offsets = self._article_text, self._article_offsets
        parts = row_parts(row)
        single = {name: row_span(row, name) for name in ("cue", "source")}
        paragraphs = (row["context_start"], row["context_end"])
        spans = [*parts, *(span for span in single.values() if span)]
        window = find_window(text, paragraphs, spans, self._abbreviations.get(self._language, ()))
        visible = (0, len(text)) if self.with_texts else window
        base = 0
        if not self.with_texts:
            base, text = window[0], text[window[0] : window[1]]
            offsets = Utf16Offsets(text)

        def convert(span: Span) -> Span:
            return offsets.convert(span[0] - base), offsets.convert(span[1] - base)

        def convert_all(all_spans: Iterable[Span | None]) -> list[Span]:
            return [convert(s) for s in all_spans if s and visible[0] <= s[0] and s[1] <= visible[1]]

        place: dict[str, Any] = {"in": convert(window)} if self.with_texts else {"text": text}
        if self.with_texts and paragraphs != window:
            place["around"] = convert(paragraphs)
        marks: dict[str, Any] = {name: found[0] for name, span in single.items() if (found := convert_all([span]))}
        if any(evidence):
            marks["evidence"] = [convert_all(of_target) for of_target in evidence]
        return {**place, "parts": [convert(part) for part in parts], **marks}

    def _side_position(self, side: str | None) -> int:
        """Return the position of a side among those of the page, -1 where it is unknown."""
        if side is None:
            return -1
        if side not in self._side_positions:
            self._side_positions[side] = len(self.sides)
            self.sides.append(side)
        return self._side_positions[side]

    def _speaker_position(self, row: Row) -> int:
        """Return the position of the quote's speaker among those of the page, -1 where the speaker is unknown."""
        if row["speaker"] is None:
            return -1
        key = row["speaker_id"] or row["speaker"]
        if key not in self._speaker_positions:
            self._speaker_positions[key] = len(self.speakers)
            speaker = self._speaker_rows.get(key, {})
            values = {name: speaker.get(name) for name in ("role", "country", "side")}
            values |= {"aliases": speaker.get("aliases") or None, "id": key, "name": row["speaker"]}
            values["kind"] = speaker.get("kind", "unknown")
            self.speakers.append({name: value for name, value in sorted(values.items()) if value is not None})
        return self._speaker_positions[key]
