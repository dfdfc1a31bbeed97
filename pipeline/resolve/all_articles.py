"""The pass over all articles: the speakers of their quotes, and for whom they speak.

An article that raises an exception here is left out, and the pass begins anew: the others have the rows that they
would have if its quotes had no speaker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import ArticleNet, Failure
from pipeline.resolve.article_context import Publication
from pipeline.resolve.corrections import Correction
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.manual_merges import MergeDecisions
from pipeline.resolve.same_people import merge_same_people
from pipeline.resolve.sides.side_columns import SpeakerSides
from pipeline.resolve.speaker_registry import SpeakerRegistry

# Sorts undated articles after all others.
_NO_DATE = "9999"
Row = dict[str, Any]
Corrected = Mapping[str, Correction]  # by quote id


@dataclass
class RegisteredSpeakers:
    """The speakers of all quotes.

    Attributes
    ----------
    registry, sides
        The speakers, and for whom they speak.
    speaker_ids : dict of str to list of (str, str or None)
        Id and speaker of each quote, by article.
    contents : dict of str to list of (str, str, str)
        Date, id and content of each quote, by speaker.
    failures : list of Failure
        The articles that raised an exception; their quotes have no speaker.
    """

    registry: SpeakerRegistry
    sides: SpeakerSides = field(default_factory=SpeakerSides)
    speaker_ids: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    contents: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def add(self, row: Row, is_corrected: bool) -> str | None:
        """Count a quote, and return the id of its speaker."""
        if is_corrected:
            row |= self.sides.set_corrected(row, self.registry.gazetteer)
        if row["speaker"] is None:
            return None
        details = row["form"], tuple(row["members"]), row["affiliation"]
        speaker_id = self.registry.add(row["speaker"], row["kind"], row["article_id"], *details).speaker_id
        self.sides.add(speaker_id, row)
        self.contents.setdefault(speaker_id, []).append((row["date"] or _NO_DATE, row["quote_id"], row["content"]))
        return speaker_id

    def contents_by_date(self) -> dict[str, list[tuple[str, str]]]:
        """Return id and content of the quotes of each speaker, the earliest first: it gives a group its name."""
        # Quotes of one date stay in the order of the tables.
        ordered = ((speaker, sorted(quotes, key=lambda quote: quote[0])) for speaker, quotes in self.contents.items())
        return {speaker: [(quote_id, content) for _, quote_id, content in quotes] for speaker, quotes in ordered}


def register_speakers(
    root: Path, gazetteer: Gazetteer, merges: MergeDecisions, corrected: Corrected
) -> RegisteredSpeakers:
    """Return the speakers of the quotes of `resolved`, with these corrections; the names of one person are merged."""
    net, left_out = ArticleNet(), -1
    while left_out < len(net):  # the first pass, or the one before found articles to leave out
        left_out = len(net)
        people = merge_same_people(_people(root, corrected, net), gazetteer, merges, net)
        found = RegisteredSpeakers(SpeakerRegistry(gazetteer, people))
        for row in _all_rows(root, corrected):
            speaker_id, article = None, row["article_id"]
            if article not in net:
                with net.of(article):
                    speaker_id = found.add(row, row["quote_id"] in corrected)
            found.speaker_ids.setdefault(article, []).append((row["quote_id"], speaker_id))
    found.failures = net.failures()
    return found


def read_publications(root: Path) -> dict[str, Publication]:
    """Return publisher and date of each article."""
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "published_at"])
    return {row["article_id"]: Publication(row["source"] or "", row["published_at"] or "") for row in rows}


def _people(root: Path, corrected: Corrected, left_out: ArticleNet) -> Iterator[tuple[str, str, str]]:
    """Yield name, form and article of the speaker of each quote that a person says."""
    for row in tables.iterate_rows(root / paths.RESOLVED, ["quote_id", "speaker", "kind", "form"]):
        row |= corrected[row["quote_id"]].speaker_columns() if row["quote_id"] in corrected else {}
        article = row["quote_id"].rpartition("-")[0]
        if row["kind"] == "person" and article not in left_out:
            yield row["speaker"], row["form"], article


def _all_rows(root: Path, corrected: Corrected) -> Iterator[Row]:
    """Yield the rows of `resolved`, corrected, each with the article, content and date of its quote."""
    publications = read_publications(root)
    quotes = tables.iterate_rows(root / paths.EXTRACTED, ["quote_id", "article_id", "content"])
    for quote, resolved in zip(quotes, tables.iterate_rows(root / paths.RESOLVED), strict=True):
        row = resolved | quote | {"date": publications[quote["article_id"]].date}
        yield row | corrected[row["quote_id"]].speaker_columns() if row["quote_id"] in corrected else row
