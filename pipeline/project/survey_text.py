"""The lines in which `parley init` and `parley check` say what is taken from the input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.core.number_format import counted
from pipeline.core.publish_config import UNKNOWN
from pipeline.core.text import printable_line
from pipeline.project.input_survey import FIELDS, LICENCE, InputSurvey

WORDS = {"published_at": "date"}
MAX_LISTED = 20
# What to write where a text is withheld on purpose; any other name may be that of an open licence, misspelt.
RESERVED = "all-rights-reserved"


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
    read = ", ".join(f"{WORDS.get(name, name)} from {_listed(names)}" for name, names in columns.items())
    none = ", ".join(WORDS.get(name, name) for name in FIELDS if name not in columns)
    return printable_line(read + (f"; no column for {none}" if none else ""))


def _listed(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def format_articles(survey: InputSurvey) -> Iterator[str]:
    """Yield what the articles lack, how their dates are read, and their publishers."""
    missing = ", ".join(f"{WORDS.get(name, name)} {survey.missing[name]}" for name in FIELDS if survey.missing[name])
    yield f"{counted(survey.articles, 'article')} taken" + (f"; without {missing}" if missing else "")
    yield from _format_dates(survey)
    if survey.dates_unread:
        yield f"  {counted(len(survey.dates_unread), 'date')} cannot be read:"
        for place, why in survey.dates_unread[:MAX_LISTED]:
            yield f"    {printable_line(place)}: {why}"
        if (rest := len(survey.dates_unread) - MAX_LISTED) > 0:
            yield f"    and {rest} more"
    if survey.sources:
        most = ", ".join(f"{name} {number}" for name, number in survey.sources.most_common(5))
        others = len(survey.sources) - 5
        yield f"  sources: {printable_line(most)}" + (f" and {counted(others, 'other')}" if others > 0 else "")


def _format_dates(survey: InputSurvey) -> Iterator[str]:
    """Yield examples of dates as they are read; first, of each table or source, one that could be another day."""
    for date in survey.dates_decided[:MAX_LISTED]:
        yield printable_line(f"  date {date.given!r} in {date.place} is read as {date.read}: {date.why}")
    if (rest := len(survey.dates_decided) - MAX_LISTED) > 0:
        yield f"  and one of each of {counted(rest, 'other table or source', 'other tables or sources')}"
    decided = {date.given for date in survey.dates_decided}
    for given, read in survey.dates_read:
        if given not in decided:
            yield f"  date {given!r} is read as {read}"


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
