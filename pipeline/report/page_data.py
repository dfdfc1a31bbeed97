"""Collect the data of the page: articles, speakers and quotes, in a form that is small enough for one file."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.core.language import Language
from pipeline.core.quote import row_parts, row_span
from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.core.schema.position_tables import LIKELY_CHANGE
from pipeline.core.targets import UNKNOWN, Target, predicted_label, published_label, shared_labels, shared_roles
from pipeline.core.text import Span

# What JavaScript, which offsets on the page are for, counts as two.
_BEYOND_FFFF = re.compile(r"[\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEB_ADDRESS = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)
# A full stop, its closing marks and white space, with something after it that can begin a sentence.
_SENTENCE_END = re.compile(r"""[.!?…][.!?…"'”’»)\]]*\s+(?=["'“‘«(\[¿¡—–-]*[\w])|\n+""")
_LAST_WORD = re.compile(r"\b(\w+)\.\Z")

# What the page says of each type of quote.
TYPE_MEANINGS = {
    "direct": "all of it in quotation marks",
    "indirect": "reported in the words of the article",
    "mixed": "partly in quotation marks, partly in the words of the article",
}
# Speakers less certain than this are marked on the cards of their quotes.
SURE_SPEAKER = 0.9
# An article without a title is shown by its first words: that many, of its first characters.
OPENING_WORDS, OPENING_CHARACTERS = 8, 100
# Items of a quote before those of its place.
BEFORE_PLACE = 7
Row = Mapping[str, Any]


class PageData:
    """Collects what the page shows: an article, its quotes, the next article, and so on.

    An article whose text may not be published comes with None for it, and its quotes with excerpts for content. Where
    articles are not shown `with_texts`, each quote comes with its sentences alone. `speakers` are rows by `speaker_id`,
    `abbreviations` by language the words whose full stop ends no sentence.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        speakers: Mapping[str, Row],
        with_texts: bool,
        abbreviations: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.targets, self.with_texts = targets, with_texts
        self.labels = (*shared_labels(targets), UNKNOWN)
        self.articles: list[dict[str, Any]] = []
        self.speakers: list[dict[str, Any]] = []
        self.quotes: list[list[Any]] = []
        self.changes: list[list[int]] = []
        self.unsure_speakers: dict[int, int] = {}
        self.corrected_speakers: dict[int, str] = {}
        self.corrected_stances: dict[int, list[str | None]] = {}
        self.versions: dict[int, int] = {}
        self.parties: set[str] = set()
        self._speaker_rows = speakers
        self._abbreviations = abbreviations or {}
        self._speaker_positions: dict[str, int] = {}
        self._side_positions: dict[str, int] = {}
        self._quote_positions: dict[str, int] = {}
        self._group_numbers: dict[str, int] = {}
        self._article_text = self._language = ""

    def add_article(self, row: Row, invented: bool = False, licence: str | None = None) -> None:
        """Add an article, invented or not, with the licence of its text; the quotes that follow are its own."""
        url, day, text = row["url"] or "", _DAY.match(row["published_at"] or ""), row["text"]
        opening = " ".join((text or "")[:OPENING_CHARACTERS].split()[:OPENING_WORDS])
        values = {
            "id": row["article_id"],
            "title": row["title"],
            "opening": None if row["title"] else opening or None,
            "publisher": row["source"],
            "author": row["author"],
            "day": day and day.group(),
            "url": url if _WEB_ADDRESS.match(url) else None,
            "text": text if self.with_texts else None,
            "withheld": text is None,
            "licence": licence,
            "invented": invented,
            "newest": row["newest_version"],
        }
        self.articles.append({name: value for name, value in values.items() if value not in (None, False)})
        self._article_text, self._language = text or "", row["language"]
        self._article_double = [match.start() for match in _BEYOND_FFFF.finditer(self._article_text)]

    def add_quote(self, row: Row, stances: Iterable[Row]) -> None:
        """Add a quote of the last article, with its stance toward each target."""
        labels, evidence = [], []
        for stance in stances:
            predicted = predicted_label(stance)
            label = published_label(stance["label"], stance["abstained"])
            percent = round(100 * stance["p_" + predicted])
            labels += [self.labels.index(label), self.labels.index(predicted), percent]
            evidence.append([] if stance["abstained"] else [(s["start"], s["end"]) for s in stance["evidence"]])
        withheld = "withheld" in self.articles[-1]
        place = [row["content"]] if withheld else self._place(row, evidence)
        number = self._quote_positions[row["quote_id"]] = len(self.quotes)
        if row["side"] and self._is_party(row):
            self.parties.add(row["side"])
        by_hand = [row.get(f"{target}_corrected_by") for target in self.targets]
        if row["versions"]:
            self.versions[number] = 0 if row["vanished"] else len(row["versions"])
        if any(by_hand):
            self.corrected_stances[number] = by_hand
        if row["corrected_by"]:
            self.corrected_speakers[number] = row["corrected_by"]
        elif row["speaker"] is not None and round(row["certainty"], 4) < SURE_SPEAKER:
            self.unsure_speakers[number] = round(10 * row["certainty"])
        self.quotes.append(
            [
                row["quote_id"].removeprefix(row["article_id"] + "-"),
                len(self.articles) - 1,
                QUOTE_TYPES.index(row["type"]),
                self._speaker_position(row),
                self._group_numbers.setdefault(row["group_id"], len(self._group_numbers)),
                labels,
                -1 if row["side"] is None else self._side_positions.setdefault(row["side"], len(self._side_positions)),
                *place,
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

        Its items are the end of its id, its article, type, speaker and group; for each stance the published label, the
        predicted label and its probability in percent; its side; and its place (`_place`), of a withheld text the
        excerpt alone. Numbers are positions; -1 is nobody.
        What only some quotes have stands apart, by the position of the quote: of an unsure speaker, how many in ten
        like it are right; of a corrected one, who corrected it, of corrected stances for each target; in how many
        versions of its article a quote stands, 0 if the newest lacks it.
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
            "sides": list(self._side_positions),
            "parties": sorted(self.parties),
            "quotes": self.quotes,
            "unsureSpeakers": self.unsure_speakers,
            "correctedSpeakers": self.corrected_speakers,
            "correctedStances": self.corrected_stances,
            "versions": self.versions,
            "changes": self.changes,
            "likelyChange": round(100 * LIKELY_CHANGE),
        }

    def _place(self, row: Row, evidence: list[list[Span]]) -> list[Any]:
        """Return where a quote is, in UTF-16 units: start and end of each span, one after the other.

        Its sentences, as a span of the article's text or, where that is not on the page, as a text to which the other
        spans refer; the parts; cue; source; for each target the evidence; the paragraphs where they are more than the
        sentences. 0 stands for none, and is left out at the end.
        """
        text, double = self._article_text, self._article_double
        single = [row_span(row, name) for name in ("cue", "source")]
        paragraphs = (row["context_start"], row["context_end"])
        spans = [*row_parts(row), *(span for span in single if span)]
        window = find_window(text, paragraphs, spans, self._abbreviations.get(self._language, ()))
        visible, base = (0, len(text)), 0
        if not self.with_texts:
            visible, base, text = window, window[0], text[window[0] : window[1]]
            double = [match.start() for match in _BEYOND_FFFF.finditer(text)]

        def convert(all_spans: Iterable[Span | None]) -> list[int] | int:
            shown = [span for span in all_spans if span and visible[0] <= span[0] and span[1] <= visible[1]]
            return [each - base + bisect_left(double, each - base) for span in shown for each in span] or 0

        # Order: sentences, parts, cue, source, evidence, paragraphs; `toSpans` of `data.js` reads it.
        place: list[Any] = [convert([window]) if self.with_texts else text, convert(row_parts(row))]
        place += [convert([span]) for span in single]
        place.append([convert(of_target) for of_target in evidence] if any(evidence) else 0)
        place.append(convert([paragraphs]) if self.with_texts and paragraphs != window else 0)
        while place[-1] == 0:
            place.pop()
        return place

    def _is_party(self, row: Row) -> bool:
        """Return whether a quote tells that its side is a state, or a body with a role in the list of speakers."""
        speaker = self._speaker_rows.get(row["speaker_id"], {})
        has_role = speaker.get("name") == row["side"] and speaker.get("role")
        return row["side_by"] in ("state", "office") or speaker.get("country") == row["side"] or bool(has_role)

    def _speaker_position(self, row: Row) -> int:
        """Return the position of the quote's speaker among those of the page, -1 where the speaker is unknown."""
        if row["speaker"] is None:
            return -1
        key = row["speaker_id"] or row["speaker"]
        if key not in self._speaker_positions:
            self._speaker_positions[key] = len(self.speakers)
            speaker = self._speaker_rows.get(key, {})
            values = {name: speaker.get(name) for name in ("role", "country", "side")}
            values |= {"aliases": speaker.get("aliases") or None, "kind": speaker.get("kind", "unknown")}
            values |= {"id": key, "name": row["speaker"]}
            self.speakers.append({name: value for name, value in sorted(values.items()) if value is not None})
        return self._speaker_positions[key]


def abbreviations_of(language: Language) -> frozenset[str]:
    """Return the words of a language whose full stop ends no sentence: its abbreviations, and short names of months."""
    months = (name.capitalize() for names in language.dates.months for name in names[1:])
    return frozenset([*language.abbreviations, *months])


def find_window(text: str, bounds: Span, spans: list[Span], abbreviations: Collection[str] = ()) -> Span:
    """Return start and end of the whole sentences that contain `spans`, all in code points of `text`.

    They are guessed from punctuation: a wrong guess shows less of the paragraph, but never less than the spans.
    `bounds` are the paragraph or paragraphs of the quote, `spans` its parts, cue and source (those outside are
    ignored). The full stop of one of the `abbreviations` ends no sentence, nor does that of an initial.
    """
    inside = [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]
    if not inside:
        return bounds
    first, last = min(start for start, _ in inside), max(end for _, end in inside)
    ends = []
    for match in _SENTENCE_END.finditer(text, *bounds):
        stop = match.start() + 1
        word = _LAST_WORD.search(text[max(0, stop - 20) : stop])
        if word is None or not (word.group(1) in abbreviations or re.fullmatch("[A-Z]", word.group(1))):
            ends.append(match.end())
    start = max((end for end in ends if end <= first), default=bounds[0])
    end = min((end for end in ends if end >= last), default=bounds[1])
    return start, start + len(text[start:end].rstrip())
