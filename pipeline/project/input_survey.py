"""Look at the articles as the stage `ingest` will, and say what is taken, missing, rejected and withheld."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.core.config import CONFIGS
from pipeline.core.language import load_language
from pipeline.core.number_format import counted
from pipeline.core.publish_config import UNKNOWN, PublishConfig
from pipeline.core.text import printable_line
from pipeline.ingest.column_mapping import find_columns
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import DateParser, Order
from pipeline.ingest.input_files import find_input_files
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.ingest.whole_input import table_of
from pipeline.project.column_guesses import read_sample

FIELDS = {"title": "title", "published_at": "date", "source": "source", "author": "author", "url": "url"}  # in words
EXAMPLES = 3
# Key of `withheld` for articles under a licence, before its name.
LICENCE = "licence "
# Above this many, files are counted by folder and kind.
MAX_LISTED_FILES = 40
MAX_LISTED = 20
# What to write where a text is withheld on purpose; any other name may be that of an open licence, misspelt.
RESERVED = "all-rights-reserved"
Article = dict[str, Any]
_Key = tuple[str | None, str | None, Order]
_KEPT = ("row", "source", "date_given", "published_at")


class DateEvidence:
    """Takes the articles of an input as `ingest` reads them, one by one; `order` is `date_order` of its config."""

    def __init__(self, dates: DateParser, order: str) -> None:
        self._dates, self._given_order = dates, order
        self._ambiguous: dict[_Key, tuple[str, Article]] = {}
        self._showing: dict[_Key, str] = {}

    def add(self, path: str, article: Article) -> None:
        """Take note of the first date with two readings of each table or source, and of dates that show an order."""
        given, source = article["date_given"], article["source"]
        table = table_of(path, article) or None
        reading = self._dates.read(given)
        if reading.problem == "two_readings" and article["published_at"]:
            # One program wrote a table, whatever its sources; the dates of a source's pages are written alike.
            key = (table, None if table else source, self._order_of(article))
            # Without the text: an input may have many tables and sources.
            self._ambiguous.setdefault(key, (path, {name: article[name] for name in _KEPT}))
        if reading.shows:
            place = f"{given!r} in {_place(path, article)}"
            for known in ((path, source), (None, source), (table, None)):
                if any(known):
                    self._showing.setdefault((*known, reading.shows), place)

    def examples(self) -> Iterator[tuple[str, str]]:
        """Yield for each table, and for each source of pages, a date with two readings, and how it is read and why.

        There are two for a table in which the day is first in the dates of some sources, and the month in others.
        """
        for path, article in self._ambiguous.values():
            source, order, why = article["source"], self._order_of(article), "`date_order`"
            if self._given_order == "auto":
                # As in `ArticleDates`: the dates of the outlet in this file decide, else the others of either.
                keys = ((path, source, order), (None, source, order), (path, None, order))
                why = next((self._showing[key] for key in keys if key in self._showing), "another date")
            place = _place(path, article) + (f" of {source}" if source and not table_of(path, article) else "")
            read = f"{article['date_given']!r} in {place} is read as {article['published_at']}"
            yield article["date_given"], f"{read}: the {order} first, as {why} shows"

    def _order_of(self, article: Article) -> Order:
        """Return which comes first in a date as it is read."""
        return "day" if self._dates.read(article["date_given"], "day").day == article["published_at"] else "month"


def _place(path: str, article: Article) -> str:
    return path + (f", row {article['row']}" if article["row"] else "")


@dataclass
class FileSurvey:
    """What is taken from the files of a folder and kind, or from a file that is listed by itself."""

    files: int = 0
    taken: int = 0  # articles, like the next
    rejected: int = 0
    columns: dict[str, list[str]] = field(default_factory=dict)  # of a table, by the field that is read from them


@dataclass
class InputSurvey:
    """What is taken from an input."""

    files: dict[str, FileSurvey] = field(default_factory=dict)  # by path, or by folder and kind
    articles: int = 0
    missing: Counter[str] = field(default_factory=Counter)  # articles without a value, by field of `FIELDS`
    date_evidence: Counter[str] = field(default_factory=Counter)  # articles with a date, by where it stands
    dateless_files: int = 0  # that are an article
    dates_read: list[tuple[str, str]] = field(default_factory=list)  # a few as the input has them, and as they are read
    dates_decided: list[tuple[str, str]] = field(default_factory=list)  # one for each table or source of pages
    dates_unread: list[tuple[str, str]] = field(default_factory=list)  # with its place, and why
    sources: Counter[str] = field(default_factory=Counter)  # articles by publisher
    rejects: list[dict[str, Any]] = field(default_factory=list)  # as in the table `rejects`
    withheld: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # article_id by licence
    redistributable: list[str] = field(default_factory=list)  # licences under which texts are published

    def add(self, path: str, result: dict[str, Any] | Reject, publishing: PublishConfig) -> None:
        """Count an article or a reject, except under its file."""
        if isinstance(result, Reject):
            self.rejects.append({"raw_path": path, **vars(result)})
            return
        self.articles += 1
        self.missing.update(name for name in FIELDS if not result[name])
        self.sources.update([result["source"]] if result["source"] else [])
        article = {**result, "raw_path": path}
        if publishing.leaves_out(article):
            self.withheld["leave_out"].add(result["article_id"])
        elif not publishing.allows_text(licence := publishing.licence_of(article)):
            self.withheld[f"{LICENCE}{licence}"].add(result["article_id"])
        given = article.get("date_given") or article["published_at"]
        self.dateless_files += article["row"] is None and not article["published_at"]
        if article["published_at"]:
            self.date_evidence[article["date_evidence"]] += 1
            # Examples of different lengths are likely to be of different forms.
            if len(self.dates_read) < EXAMPLES and len(given) not in {len(known) for known, _ in self.dates_read}:
                self.dates_read.append((given, article["published_at"]))
        elif given:
            why = article.get("date_problem") or "unknown_form"
            self.dates_unread.append((f"{given!r} in {_place(path, article)}", why))


def survey_input(place: Path, config: IngestConfig, publishing: PublishConfig, configs: Path = CONFIGS) -> InputSurvey:
    """Read a file or folder of articles as `ingest` does, and count what it takes; nothing is written."""
    survey = InputSurvey(redistributable=publishing.redistributable)
    found = dict(find_input_files(place, config.include, config.exclude, config.links_out))
    groups = {path: _group_of(path) if len(found) > MAX_LISTED_FILES else path for path in found}
    for path, file in found.items():
        group = survey.files.setdefault(groups[path], FileSurvey())
        group.files += 1
        if isinstance(file, Path) and (rows := read_sample(file, config)):
            group.columns = find_columns((name for row in rows for name in row), config.columns)
    evidence = DateEvidence(DateParser(load_language(config.language, configs).dates), config.date_order)
    for path, result in clean_input(place, config, configs, reject_duplicates=True):
        survey.add(path, result, publishing)
        if not isinstance(result, Reject):
            evidence.add(path, result)
        group = survey.files[groups[path]]
        group.taken += not isinstance(result, Reject)
        group.rejected += result.count if isinstance(result, Reject) else 0
    survey.dates_decided = list(evidence.examples())
    return survey


def _group_of(path: str) -> str:
    """Return the folder and the kind of a file."""
    whole = PurePosixPath(path)
    suffix = "".join(whole.suffixes[-2:]) if whole.suffix == ".gz" else whole.suffix
    return str(whole.parent / f"*{suffix}")


def format_files(survey: InputSurvey) -> Iterator[str]:
    """Yield a line for each file: what is taken, and which column is read as what."""
    width = min(60, max(map(len, survey.files), default=0))
    for name, file in survey.files.items():
        counts = counted(file.taken, "article")
        if file.files > 1:
            counts = f"{counted(file.files, 'file')}, {counts}"
        if file.rejected:
            counts += f", {file.rejected} rejected"
        yield f"  {printable_line(name):<{width}}  {counts}"
        if file.columns:
            yield f"      {format_columns(file.columns)}"


def format_columns(columns: Mapping[str, list[str]]) -> str:
    """Return which columns of a table are read as which field, and which fields it has no column for."""
    listed = {name: " or ".join(f"`{column}`" for column in named) for name, named in columns.items()}
    read = ", ".join(f"{FIELDS.get(name, name)} from {names}" for name, names in listed.items())
    none = ", ".join(word for name, word in FIELDS.items() if name not in columns)
    return printable_line(read + (f"; no column for {none}" if none else ""))


def format_articles(survey: InputSurvey) -> Iterator[str]:
    """Yield what the articles lack, how their dates are read, and their publishers."""
    missing = ", ".join(f"{word} {number}" for name, word in FIELDS.items() if (number := survey.missing[name]))
    yield f"{counted(survey.articles, 'article')} taken" + (f"; without {missing}" if missing else "")
    for _, read in survey.dates_decided[:MAX_LISTED]:
        yield printable_line(f"  date {read}")
    if (rest := len(survey.dates_decided) - MAX_LISTED) > 0:
        yield f"  and one of each of {counted(rest, 'other table or source', 'other tables or sources')}"
    for given, read in survey.dates_read:
        if given not in dict(survey.dates_decided):
            yield f"  date {given!r} is read as {read}"
    if survey.dates_unread:
        yield f"  {counted(len(survey.dates_unread), 'date')} cannot be read:"
        for place, why in survey.dates_unread[:MAX_LISTED]:
            yield f"    {printable_line(place)}: {why}"
        if (rest := len(survey.dates_unread) - MAX_LISTED) > 0:
            yield f"    and {rest} more"
    if survey.date_evidence:
        counts = ", ".join(f"{name} {number}" for name, number in survey.date_evidence.most_common())
        yield f"  date_evidence of {counted(survey.date_evidence.total(), 'article')} with a date: {counts}"
    if survey.sources:
        most = ", ".join(f"{name} {number}" for name, number in survey.sources.most_common(5))
        others = len(survey.sources) - 5
        yield f"  sources: {printable_line(most)}" + (f" and {counted(others, 'other')}" if others > 0 else "")


def format_rejects(survey: InputSurvey) -> Iterator[str]:
    """Yield a line for each reject with file, row and reason; of many of one file and reason, the first and a count."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for reject in survey.rejects:
        groups.setdefault((reject["raw_path"], reject["reason"]), []).append(reject)
    for (path, reason), same in groups.items():
        listed = [reject for reject in same if reject["count"] == 1][:MAX_LISTED]
        for reject in listed:
            row = f":{reject['row']}" if reject["row"] else ""
            yield printable_line(f"rejected: {path}{row}: {reason}: {reject['detail']}")
        if (rest := sum(reject["count"] for reject in same) - len(listed)) > 0:
            yield printable_line(f"rejected: {path}: {reason}: {counted(rest, 'more row')}")


def format_withheld(survey: InputSurvey, quotes: Mapping[str, int] | None) -> Iterator[str]:
    """Yield for each licence how many articles and quotes are not published whole.

    `quotes` has the number of quotes of each article in the last run; None where there was none.
    """
    for why, articles in sorted(survey.withheld.items()):
        total = "quotes not counted before the first run"
        if quotes is not None:
            total = counted(sum(quotes.get(article, 0) for article in articles), "quote") + " of the last run"
        what = "nothing of it" if why == "leave_out" else "offsets and excerpts only"
        yield f"withheld from data/published ({why}): {counted(len(articles), 'article')}, {total}: {what}"
        if why.startswith(LICENCE):
            yield from warn_of_licence(why.removeprefix(LICENCE), survey.redistributable)
    if survey.articles and not survey.withheld:
        yield "withheld from data/published: nothing; every licence allows the text"


def warn_of_licence(licence: str, redistributable: Sequence[str]) -> Iterator[str]:
    """Yield a warning for the name of a licence that withholds texts, perhaps by mistake, and what to do."""
    if licence in ("", UNKNOWN, RESERVED, *redistributable):
        return
    allowed = ", ".join(redistributable) or "none"
    yield printable_line(f"warning: licence `{licence}` is not one of those under which texts are published: {allowed}")
    yield "  → data/published will have the first words of each quote and offsets, no text. If it is one of these,"
    yield f"    spell it as it is here; if all rights are reserved, write {RESERVED}; if it is another one that"
    yield "    allows passing on, add it to `redistributable` in configs/publish.yaml."
