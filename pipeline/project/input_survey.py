"""Look at the articles as the stage `ingest` will: what is taken from each file, what is missing, what is rejected."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.core.config import CONFIGS
from pipeline.core.language import load_language
from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.column_mapping import find_columns
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import DateParser
from pipeline.ingest.input_files import find_input_files
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import examine_input
from pipeline.project.date_evidence import DateEvidence, DecidedDate
from pipeline.project.table_samples import read_sample

FIELDS = ("title", "published_at", "source", "author", "url")
EXAMPLES = 3
# Key of `withheld` for articles under a licence, before its name.
LICENCE = "licence "
# Above this many, files that are no tables are counted by folder and kind.
MAX_LISTED_FILES = 40


@dataclass
class FileSurvey:
    """What is taken from a file, or from all files of a folder and kind.

    Attributes
    ----------
    files, taken, rejected : int
        Number of files, and of their articles that are taken and rejected.
    columns : dict of str to list of str
        Of a table: for each field the columns that it is read from.
    """

    files: int = 0
    taken: int = 0
    rejected: int = 0
    columns: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class InputSurvey:
    """What is taken from an input.

    Attributes
    ----------
    files : dict of str to FileSurvey
        By path, or by folder and kind.
    articles : int
        Number of articles that are taken.
    missing : Counter of str
        Articles without a value, by field of `FIELDS`.
    dates_read : list of (str, str)
        A few dates as the input has them, and as they are read.
    dates_decided : list of DecidedDate
        For each table or source of pages, a date whose day and month could be either.
    dates_unread : list of (str, str)
        Each date that is not read, with its place, and why.
    sources : Counter of str
        Articles by publisher.
    rejects : list of dict
        `raw_path`, `row`, `reason`, `detail` and `count` of each reject, as in the table `rejects`.
    withheld : dict of str to set of str
        By licence, the article_id of each article whose text is not published.
    redistributable : list of str
        The licences under which a text is published.
    """

    files: dict[str, FileSurvey] = field(default_factory=dict)
    articles: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    dates_read: list[tuple[str, str]] = field(default_factory=list)
    dates_decided: list[DecidedDate] = field(default_factory=list)
    dates_unread: list[tuple[str, str]] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    withheld: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    redistributable: list[str] = field(default_factory=list)

    def add(self, path: str, result: dict[str, Any] | Reject, publishing: PublishConfig) -> None:
        """Count an article or a reject, except under its file."""
        if isinstance(result, Reject):
            self.rejects.append({"raw_path": path, **vars(result)})
            return
        self.articles += 1
        self.missing.update(name for name in FIELDS if not result[name])
        self.sources.update([result["source"]] if result["source"] else [])
        self._add_date(path, result)
        article = {**result, "raw_path": path}
        if publishing.leaves_out(article):
            self.withheld["leave_out"].add(result["article_id"])
        elif not publishing.allows_text(licence := publishing.licence_of(article)):
            self.withheld[f"{LICENCE}{licence}"].add(result["article_id"])

    def _add_date(self, path: str, article: dict[str, Any]) -> None:
        given = article.get("date_given") or article["published_at"]
        if article["published_at"]:
            # Examples of different lengths are likely to be of different forms.
            if len(self.dates_read) < EXAMPLES and len(given) not in {len(known) for known, _ in self.dates_read}:
                self.dates_read.append((given, article["published_at"]))
        elif given:
            place = f"{path}, row {article['row']}" if article["row"] else path
            self.dates_unread.append((f"{given!r} in {place}", article.get("date_problem") or "unknown_form"))


def survey_input(place: Path, config: IngestConfig, publishing: PublishConfig, configs: Path = CONFIGS) -> InputSurvey:
    """Read a file or folder of articles as `ingest` does, and count what it takes; nothing is written."""
    survey = InputSurvey(redistributable=publishing.redistributable)
    found = dict(find_input_files(place, config.include, config.exclude, config.links_out))
    groups = _group_files(found)
    for path, file in found.items():
        group = survey.files.setdefault(groups[path], FileSurvey())
        group.files += 1
        if isinstance(file, Path) and (rows := read_sample(file, config)):
            group.columns = find_columns((name for row in rows for name in row), config.columns)
    evidence = DateEvidence(DateParser(load_language(config.language, configs).dates), config.date_order)
    for path, result in examine_input(place, config, configs):
        survey.add(path, result, publishing)
        if not isinstance(result, Reject):
            evidence.add(path, result)
        group = survey.files[groups[path]]
        group.taken += not isinstance(result, Reject)
        group.rejected += result.count if isinstance(result, Reject) else 0
    survey.dates_decided = evidence.examples()
    return survey


def _group_files(found: dict[str, Path | Reject]) -> dict[str, str]:
    """Return the line of the survey for each file: its own for a table, one for each folder and kind of many files."""
    if len(found) <= MAX_LISTED_FILES:
        return {path: path for path in found}
    groups = {}
    for path in found:
        whole = PurePosixPath(path)
        suffix = "".join(whole.suffixes[-2:]) if whole.suffix == ".gz" else whole.suffix
        groups[path] = str(whole.parent / f"*{suffix}")
    return groups
