"""Which versions of an article have the words of a quote; a quote that a newer version repeats is published once."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core import paths
from pipeline.core.quote import row_parts, row_span
from pipeline.core.storage import tables

# Of fewer words, which may stand elsewhere by chance, the reporting words must stand beside them.
MIN_WORDS = 4
_ORDER = ["published_at", "published_time", "article_id"]
_PLACE = ["quote_id", "article_id", "parts", "cue_start", "cue_end"]


@dataclass(frozen=True)
class VersionedQuotes:
    """The quotes of articles with several versions."""

    # The versions of the article that have the words of a quote, the earliest first, by quote.
    versions: dict[str, list[str]] = field(default_factory=dict)
    # Quotes whose words the newest version lacks.
    vanished: set[str] = field(default_factory=set)
    # The same quote of the newest version that has its words, by quote whose words a newer version has; an empty
    # string if it was not found there.
    repeated: dict[str, str] = field(default_factory=dict)


def read_versions(root: Path) -> VersionedQuotes:
    """Look up the words of each quote, punctuation and case aside, in all versions of its article."""
    found, stories = VersionedQuotes(), defaultdict[str, list[str]](list)
    rows = tables.iterate_rows(root / paths.ARTICLES, ["newest_version", *_ORDER])
    older = [row for row in rows if row["newest_version"] not in (None, "", row["article_id"])]
    for row in sorted(older, key=lambda row: [row[name] or "" for name in _ORDER]):
        stories[row["newest_version"]].append(row["article_id"])
    story_of = {version: [*of, newest] for newest, of in stories.items() for version in (*of, newest)}
    if not story_of:
        return found
    articles = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"], story_of)
    texts = {row["article_id"]: row["text"] for row in articles}
    words = {article: _words(text) for article, text in texts.items()}
    places: dict[str, tuple[str, ...]] = {}  # the newest version with the words of a quote, and these
    for row in tables.iterate_rows(root / paths.EXTRACTED, _PLACE, story_of):
        article, quote_id = row["article_id"], row["quote_id"]
        spans, story = row_parts(row), story_of[article]
        if sum(len(_words(texts[article][slice(*span)]).split()) for span in spans) < MIN_WORDS:
            everything = [*spans, *filter(None, [row_span(row, "cue")])]
            spans = [(min(start for start, _ in everything), max(end for _, end in everything))]
        parts = [_words(texts[article][slice(*span)]) for span in spans]
        having = [version for version in story if version == article or all(part in words[version] for part in parts)]
        found.versions[quote_id] = having
        places[quote_id] = having[-1], *parts
        if having[-1] != article:  # a newer version
            found.repeated[quote_id] = ""
        if story[-1] not in having:
            found.vanished.add(quote_id)
    newest = {place: quote_id for quote_id, place in places.items() if quote_id not in found.repeated}
    found.repeated.update({quote_id: newest.get(places[quote_id], "") for quote_id in found.repeated})
    return found


def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])
