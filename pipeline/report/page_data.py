"""The page's data: articles, speakers and quotes as columns, small enough to travel inside one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.core.text import Span
from pipeline.report.sentence_window import window
from pipeline.report.utf16_offsets import Utf16

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEB = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)

Row = Mapping[str, Any]


class Payload:
    """Gathers what the page shows, one quote after the other.

    Texts come in cleared: an article whose text may not be passed on has None for it, and the content of its quotes is
    an excerpt.

    Parameters
    ----------
    labels : list of str
        Stance labels, in order.
    targets : mapping of str to str
        Targets with their questions, in order.
    speakers : mapping of str to mapping
        Row of `speakers` by `speaker_id`.
    texts : bool
        Whether articles are shown whole; else each quote carries its sentences alone.
    """

    def __init__(self, labels: list[str], targets: Mapping[str, str], speakers: Mapping[str, Row], texts: bool) -> None:
        self.labels, self.targets, self.texts = labels, targets, texts
        self.known = speakers
        self.articles: list[dict[str, Any]] = []
        self.speakers: list[dict[str, Any]] = []
        self.quotes: list[list[Any]] = []
        self._speaker_at: dict[str, int] = {}
        self._group_at: dict[str, int] = {}
        self._last: tuple[str, Utf16] = ("", Utf16(""))

    def article(self, row: Row) -> None:
        """Take an article; the quotes that follow are its own."""
        url, day = row["url"] or "", _DAY.match(row["published_at"] or "")
        text = row["text"]
        shown = {
            "id": row["article_id"],
            "title": row["title"],
            "source": row["source"],
            "author": row["author"],
            "day": day and day.group(),
            "url": url if _WEB.match(url) else None,
            "text": text if self.texts else None,
            "withheld": text is None,
        }
        self.articles.append({key: value for key, value in shown.items() if value not in (None, False)})
        self._last = (text or "", Utf16(text or ""))

    def quote(self, row: Row, opinions: Iterable[Row]) -> None:
        """Take a quote of the article that came last."""
        cleared = "withheld" not in self.articles[-1]
        spans = self._spans(row) if cleared else {"excerpt": row["content"]}
        stances = []
        for opinion in opinions:
            sure = round(100 * opinion["p_" + opinion["label"]])
            stances += [self.labels.index(opinion["label"]), -sure if opinion["abstained"] else sure]
        self.quotes.append(
            [
                row["quote_id"].removeprefix(row["article_id"] + "-"),
                len(self.articles) - 1,
                QUOTE_TYPES.index(row["type"]),
                self._speaker(row),
                self._group_at.setdefault(row["group_id"], len(self._group_at)),
                stances,
                spans,
            ]
        )

    def _spans(self, row: Row) -> dict[str, Any]:
        """Spans in UTF-16 units: of the article's text, or of the sentences where these travel alone."""
        text, units = self._last
        parts = [(part["start"], part["end"]) for part in row["parts"]]
        single = {name: _span(row, name) for name in ("cue", "source")}
        bounds = (row["context_start"], row["context_end"])
        seen = window(text, bounds, [*parts, *(span for span in single.values() if span)])
        base = 0 if self.texts else seen[0]
        if not self.texts:
            text = text[seen[0] : seen[1]]
            units = Utf16(text)

        def shown(span: Span) -> Span:
            return units(span[0] - base), units(span[1] - base)

        held = {name: shown(span) for name, span in single.items() if span and (self.texts or _within(span, seen))}
        where: dict[str, Any] = {"in": shown(seen)} if self.texts else {"text": text}
        return {**where, "parts": [shown(part) for part in parts], **held}

    def _speaker(self, row: Row) -> int:
        """Place of the quote's speaker in the list, -1 where the text does not tell."""
        if row["speaker"] is None:
            return -1
        key = row["speaker_id"] or row["speaker"]
        if key not in self._speaker_at:
            self._speaker_at[key] = len(self.speakers)
            known = self.known.get(key, {})
            shown = {name: known.get(name) for name in ("role", "country")}
            shown |= {"id": key, "name": row["speaker"], "kind": known.get("kind", "unknown")}
            self.speakers.append({name: value for name, value in sorted(shown.items()) if value is not None})
        return self._speaker_at[key]

    def data(self) -> dict[str, Any]:
        """Everything, ready for `json.dumps`; quotes as rows of values without names, for they are many."""
        return {
            "labels": self.labels,
            "targets": [{"key": key, "question": question} for key, question in self.targets.items()],
            "types": QUOTE_TYPES,
            "kinds": [kind for kind in SPEAKER_KINDS if any(kind == s["kind"] for s in self.speakers)],
            "articles": self.articles,
            "speakers": self.speakers,
            "quotes": self.quotes,
        }


def _span(row: Row, name: str) -> Span | None:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return None if start is None or end is None else (start, end)


def _within(span: Span, bounds: Span) -> bool:
    return bounds[0] <= span[0] and span[1] <= bounds[1]
