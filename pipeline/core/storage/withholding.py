"""Decide what may leave of a row of any table: `data/published`, the public page and the reports all ask here.

Of an article whose text a licence withholds, everything that leaves counts against one limit, `excerpt_share` of its
words and of its characters: names that stand in it, its title, and of what is left an equal part for each quote. What
does not fit is cut, or `…` stands in its place.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.left_out import LeftOut, read_left_out, skeleton
from pipeline.core.publish_config import (
    CHARACTERS_OF_WORD,
    ELLIPSIS,
    Limit,
    PublishConfig,
    cut_excerpt,
    find_end,
    measure,
)
from pipeline.core.quote import row_parts
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.storage.tables import Row, articles_with_quotes
from pipeline.core.text import Span

TITLE, NAME = Limit(10_000, 300), Limit(10_000, 150)  # most of a title and of a name where the text is withheld
# So many letters and digits in common with an article are its text; fewer only if they are all of a name.
RUN = 12
# So many in all are no chance where two texts should have nothing in common.
LONG_RUN = 30
# A name up to this length, which another article shows, is not hidden because it does not fit into the limit of one.
SHORT = 40
_TEXT = {"text", "context", "cue", "source", "evidence_words", "evidence_text"}
_FIELDS = ("title", "source", "author", "url", "raw_path", "date_given")
_ADDRESSES = {"url", "raw_path"}
_OF_ARTICLE = {f"article_{name}" for name in _FIELDS}  # columns of the article, beside each quote
_OF_SPEAKER = ("name", "affiliation", "side", "side_evidence", "role", "members", "aliases")
# Not text: ids that are hashes, dates that were parsed, names of rules and licences, hashes.
_SAFE = {
    *("article_id", "group_id", "change_id", "position_id", "type", "rule", "resolved_by", "side_by", "kind"),
    *("speaker_kind", "holder_kind", "published_at", "published_time", "date_problem", "language", "license"),
    *("article_license", "content_sha256", "text_sha256", "target", "month", "stance", "date", "quote_ids"),
    *("article_ids", "country", "date_evidence", "versions", "newest_version"),
}
_QUOTE_ID = re.compile(r"[0-9a-f]{16}-\d+")
_QUOTE_COLUMNS = [
    *("quote_id", "article_id", "group_id", "speaker_id", "speaker", "corrected_by"),
    *("side", "side_evidence", "side_evidence_start"),
]


def count_held(value: str, text: str, known: str = "") -> int:
    """Return how many letters of a value are text of an article that nothing else of it shows.

    `text` and `known` are skeletons. A value of fewer letters than a run counts if all of it stands in the article.
    """
    letters, end, total = skeleton(value), 0, 0
    if len(letters) < RUN:
        return len(letters) if letters in text and letters not in known else 0
    for start in range(len(letters) - RUN + 1):
        run = letters[start : start + RUN]
        if run in text and run not in known:
            total, end = total + start + RUN - max(start, end), start + RUN
    return total


class Withholding:
    """What may leave of the articles of a run, and how much of each.

    `limits` has for each article whose text is withheld most words and characters of each of its quotes; of those in
    `left_out` nothing leaves (`leave_out`), and of `people` neither quotes nor names.
    """

    def __init__(self, people: LeftOut) -> None:
        self.limits: dict[str, Limit] = {}
        self.left_out, self.people = set[str](), people
        self._fields: dict[str, dict[str, str | None]] = {}
        self.names: dict[str, str] = {}  # of speakers, by their ids
        self._of_groups, self._group_of = dict[str, Limit](), dict[str, str]()
        # Names of texts that may leave; of those that may not, all names, those that fit into a limit, and that do not.
        self._free, self._limited, self._opened, self._closed = set[str](), set[str](), set[str](), set[str]()

    def publish(self, table: str, row: Row, text: str = "", shown: Iterable[Span] = ()) -> Row | None:
        """Return what may leave of a row of a table, None where nothing of it may.

        The table is `articles`, `quotes`, `speakers`, `positions`, `changes` or `gold`; the row may have some of its
        columns alone, and has no labels, which are never text. Of a row of `gold`, `text` is the article, with which
        names are compared that only this row has, and `shown` what the quotes of this article show of it
        (`find_shown`): the row shows nothing else.
        """
        if table == "changes":
            return self._publish_change(row)
        if self.drops(row):
            return None
        article_id, left = row.get("article_id"), row
        if article_id in self.limits or table in ("speakers", "positions"):
            letters = skeleton(text)
            left = {name: self._value(table, name, value, row, letters) for name, value in row.items()}
            if article_id in self.limits and "content" in row:
                left["excerpt"] = True
            if table == "gold":
                left["content"] = _within(row, text, shown)
        elif row.get("speaker_id"):
            left = {**row, "speaker_id": self._id(row["speaker_id"])}
        return self._cover(left, row) if self.people else left

    def drops(self, row: Row) -> bool:
        """Return whether nothing of a row may leave: it is of an article, or of somebody, left out."""
        is_out = row.get("article_id") in self.left_out or self.left_out.intersection(row.get("article_ids") or ())
        return bool(is_out) or self.people.speaks(row)

    def limit_of(self, row: Mapping[str, Any]) -> Limit | None:
        """Return how much of a quote's content may leave, None where all may."""
        limit = self.limits.get(row["article_id"])
        # Near-identical quotes of several articles show the same words, or each copy would add some.
        of_group = self._of_groups.get(self._group_of.get(row["quote_id"], ""))
        return limit.smaller(of_group) if limit and of_group else limit

    def hides(self, article_id: str | None) -> bool:
        """Return whether the text of an article may not leave, or names somebody who is left out."""
        return any(article_id in those for those in (self.limits, self.left_out, self.people.articles))

    def name(self, value: str, text: str = "") -> str:
        """Return a name as it may leave: its beginning, or `…`; `text` is the skeleton of its article."""
        if value in self._free:
            return value
        if self._is_closed(value) or (value not in self._limited and count_held(value, text)):
            return ELLIPSIS
        return cut_excerpt(value, NAME) if text or value in self._limited else value

    def find_held(self, root: Path, values: Iterable[str]) -> set[str]:
        """Return which of some texts that are of no article have text of one that is withheld or left out."""
        closed = self.limits.keys() | self.left_out
        lengths: dict[str, int] = {}
        by_run: defaultdict[str, list[str]] = defaultdict(list)
        for value in dict.fromkeys(values) if closed else ():
            runs = _runs(letters := skeleton(value))
            lengths[value] = len(letters)
            for run in runs:
                by_run[run].append(value)
        found: set[str] = set()
        for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"]) if by_run else ():
            if row["article_id"] in closed:
                runs = _runs(text := skeleton(row["text"]))
                hits = Counter(value for run in runs & by_run.keys() for value in by_run[run])
                for value, number in hits.items():
                    # A few words in common are chance, unless they are most of either text.
                    if number + RUN > min(LONG_RUN, lengths[value] / 2, len(text) / 10):
                        found.add(value)
        return found

    def find_shown(self, root: Path, article_ids: Iterable[str]) -> dict[str, list[Span]]:
        """Return for some of the withheld articles which spans the excerpts of their quotes show."""
        spans: dict[str, list[Span]] = {article_id: [] for article_id in article_ids if article_id in self.limits}
        columns = ["quote_id", "article_id", "parts", "content"]
        for row in tables.iterate_rows(root / paths.QUOTES, columns) if spans else ():
            if row["article_id"] in spans and (limit := self.limit_of(row)):
                end, start = find_end(row["content"], limit), 0
                for first, last in row_parts(row):  # the content is its parts joined by spaces
                    if start < end:
                        spans[row["article_id"]].append((first, min(last, first + end - start)))
                    start += last - first + 1
        return spans

    def add(self, article: Row, quotes: list[Row], speakers: Mapping[str, Row], config: PublishConfig) -> None:
        """Decide what may leave of an article, and note the names that it has."""
        if config.leaves_out(article):
            self.left_out.add(article["article_id"])
            self._closed.update(name for quote in quotes for name in _names_of(quote, speakers))
        elif config.allows_text(config.licence_of(article)):  # names beside its quotes, and of their speakers in it
            self._free.update(name for quote in quotes for name in _names_of(quote, {}))
            names = (name for quote in quotes for name in _names_of(quote, speakers))
            self._free.update(name for name in names if name in article["text"])
        else:
            self._share_out(article, quotes, speakers, config)

    def _share_out(self, article: Row, quotes: list[Row], speakers: Mapping[str, Row], config: PublishConfig) -> None:
        """Share out the limit of a withheld article: its speakers first, its title, its quotes, and other names."""
        text, known = skeleton(article["text"]), ""
        left = measure(article["text"]).share(config.excerpt_share)
        # Names that are shorter than a run, such as those of states, have a limit of their own.
        left_of_short = left

        def spend(value: str) -> bool:
            nonlocal left, left_of_short, known
            letters, number = count_held(value, text, known), len(skeleton(value))
            if not letters:
                return True
            cost = Limit(-(-measure(value).words * letters // number), letters)
            if not cost.fits(left_of_short if number < RUN else left):
                return False
            if number < RUN:
                left_of_short = left_of_short.minus(cost)
            else:
                left = left.minus(cost)
            known = f"{known}\n{skeleton(value)}"
            return True

        def open_names(names: Iterable[str]) -> None:
            self._limited.update(names := dict.fromkeys(names))
            for name in names:
                shown = cut_excerpt(name, NAME)
                if count_held(shown, text):
                    (self._opened if spend(shown) else self._closed).add(name)

        open_names(name for quote in quotes for name in (quote["speaker"], quote["side"]) if name)
        fields = self._fields[article["article_id"]] = {}
        for name in _FIELDS:
            whole = article[name] or ""
            value = cut_excerpt(whole, TITLE if name == "title" else NAME)
            if not spend(value):
                cut = cut_excerpt(value, left)
                value = cut if name == "title" and spend(cut.removesuffix(ELLIPSIS)) else ELLIPSIS
            if name in _ADDRESSES and value != whole:  # half an address leads nowhere
                value = ELLIPSIS
            fields[name] = None if article[name] is None or (name, value) == ("url", ELLIPSIS) else value
        number = max(1, len(quotes))
        most = Limit(config.excerpt_words, config.excerpt_words * CHARACTERS_OF_WORD)
        limit = most.smaller(Limit(left.words // number, left.characters // number))
        self.limits[article["article_id"]] = limit
        for quote in quotes:
            self._group_of[quote["quote_id"]] = quote["group_id"]
            self._of_groups[quote["group_id"]] = limit.smaller(self._of_groups.get(quote["group_id"], limit))
        left = left.minus(Limit(limit.words * number, limit.characters * number))
        open_names(name for quote in quotes for name in _names_of(quote, speakers))

    def _value(self, table: str, name: str, value: Any, row: Row, letters: str) -> Any:
        """Return what may leave of one column of a withheld article, or of a table of speakers."""
        if value is None or name in _SAFE:
            return value
        if name == "qid":
            return value if self._id(row["speaker_id"]) == row["speaker_id"] else None
        fields = self._fields.get(row.get("article_id") or "", {})
        if table == "articles" and name in fields:
            return fields[name]
        if name in _OF_ARTICLE:
            return fields[name.removeprefix("article_")]
        if name in _TEXT or (name == "side_evidence" and row.get("side_evidence_start") is not None):
            return None
        if name == "content":
            limit = self.limit_of(row)
            return value if limit is None else cut_excerpt(value, limit)
        if name in ("speaker_id", "holder_id"):
            return self._id(value)
        if name == "quote_id":
            return value if _QUOTE_ID.fullmatch(value) else _hashed(value)
        if isinstance(value, str):
            return self.name(value, letters)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return [self.name(each, letters) for each in value]
        return value

    def _publish_change(self, row: Row) -> Row | None:
        """Publish a change: its holder, and its two quotes as rows of `quotes`."""
        shown: Row = {}
        for prefix in QUOTE_PREFIXES:
            columns = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
            if (quote := self.publish("quotes", columns)) is None:
                return None
            shown |= {f"{prefix}{name}": value for name, value in quote.items()}
        holder = self.publish("positions", {name: value for name, value in row.items() if name not in shown})
        return None if holder is None else holder | shown

    def _cover(self, shown: Row, row: Row) -> Row:
        """Return a row with the names of people who are left out covered, and their content hashed anew."""
        article_id = row.get("article_id")
        covered = {name: self.people.cover(value, article_id) for name, value in shown.items()}
        for name in ("url", "article_url", "raw_path"):
            if self.people.is_in(shown.get(name), article_id):
                covered[name] = ELLIPSIS if name == "raw_path" else None
        if "content_sha256" in row and (content := self.people.cover(row["content"], article_id)) != row["content"]:
            covered["content_sha256"] = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return covered

    def _id(self, value: str) -> str:
        """Return the id of a speaker or holder, or a hash of it where it, or the name, does not leave whole."""
        hidden = any(self.name(each) != each for each in (value, self.names.get(value, value)))
        return _hashed(value) if hidden or value in self.people.hidden_ids or self.people.is_in(value) else value

    def _is_closed(self, name: str) -> bool:
        return name in self._closed and not (len(name) <= SHORT and name in self._opened)


def plan_withholding(root: Path, config: PublishConfig) -> Withholding:
    """Read the tables of a run once, and decide how much of each article may leave."""
    plan = Withholding(read_left_out(root / paths.CONFIGS))
    speakers = {row["speaker_id"]: row for row in tables.iterate_rows(root / paths.SPEAKERS)}
    plan.names = {speaker_id: row["name"] for speaker_id, row in speakers.items()}
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables.iterate_rows(root / paths.QUOTES, ["speaker_id", "source"]) if plan.people else ():
        sources[row["speaker_id"]].add(row["source"])
    for row in speakers.values() if plan.people else ():
        plan.people.add_speaker(row, sources[row["speaker_id"]])
    by_hand: defaultdict[str, list[str]] = defaultdict(list)  # who corrected stances, by quote
    stances = root / paths.STANCES
    for row in tables.iterate_rows(stances, ["quote_id", "corrected_by"]) if stances.exists() else ():
        if row["corrected_by"]:
            by_hand[row["quote_id"]].append(row["corrected_by"])
    columns = {paths.QUOTES: _QUOTE_COLUMNS, paths.ARTICLES: ["article_id", "text", *_FIELDS]}
    for article, joined in articles_with_quotes(root, 0, columns):
        quotes = [quote | {"corrected_stances": by_hand.get(quote["quote_id"], [])} for quote, _ in joined]
        if plan.people:
            theirs = (speakers.get(quote["speaker_id"], {}) for quote in quotes if plan.people.speaks(quote))
            aliases = [alias for row in theirs for alias in row.get("aliases") or ()]
            plan.people.add_article(article["article_id"], article["text"], aliases)
            for speaker_id in {quote["speaker_id"] for quote in quotes} & speakers.keys():
                plan.people.add_names(speakers[speaker_id], article["article_id"])
        plan.add(article, quotes, speakers, config)
    return plan


def _names_of(quote: Row, speakers: Mapping[str, Row]) -> Iterator[str]:
    """Yield the names that leave with a quote, and the id of its speaker, which has a name in it."""
    evidence = None if quote["side_evidence_start"] is not None else quote["side_evidence"]
    speaker = speakers.get(quote["speaker_id"], {})
    values = (quote["speaker"], quote["side"], evidence, quote["corrected_by"], quote["corrected_stances"])
    for value in (*values, *map(speaker.get, _OF_SPEAKER)):
        yield from filter(None, [value] if isinstance(value, str) else value or ())
    if quote["speaker_id"]:
        yield quote["speaker_id"]


def _runs(letters: str) -> set[str]:
    return {letters[start : start + RUN] for start in range(len(letters) - RUN + 1)}


def _hashed(value: str) -> str:
    return f"withheld:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _within(row: Row, text: str, shown: Iterable[Span]) -> str:
    """Return the beginning of the content of an annotated quote, as far as its article's quotes show it."""
    content = row["content"]
    start, last = row_parts(row)[0] if row["parts"] else (text.find(content), text.find(content) + len(content))
    end = min(last, max((end for first, end in shown if 0 <= first <= start < end), default=start))
    return content if end - start == len(content) else " ".join([*text[start:end].split(), ELLIPSIS])
