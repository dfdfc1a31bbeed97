"""Where each article goes before anything is written: its split, its licence, and whether its text goes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.publish.config import PublishConfig
from pipeline.publish.dataset_splits import Groups, split_of
from pipeline.publish.minhash import Kept


@dataclass(frozen=True)
class Home:
    """What becomes of an article.

    Attributes
    ----------
    split : str
        The split of all its rows.
    license : str
        Its licence.
    words : int or None
        Words of each of its quotes that may be published; None where the licence allows the whole text.
    language : str
        ISO 639-1.
    sample : bool
        True where it is one of the sample.
    """

    split: str
    license: str
    words: int | None
    language: str
    sample: bool

    @property
    def whole(self) -> bool:
        """True where the licence allows to publish the text."""
        return self.words is None


def homes(
    root: Path, config: PublishConfig, ties: Iterable[tuple[str, str]] = (), annotated: Iterable[str] = ()
) -> dict[str, Home]:
    """Home of each article that is published, by article_id.

    Articles are tied when their texts are nearly the same, when they hold near-identical quotes, or by `ties`.

    Parameters
    ----------
    root : path
        The project's folder.
    config : PublishConfig
        Shares of the splits, licences, and what is left out.
    ties : iterable of (str, str)
        article_id and a mark that the articles which belong together share.
    annotated : iterable of str
        article_id of each annotated quote: its excerpt counts beside those of `quotes`.
    """
    licences, groups, bands = config.licences, Groups(), Kept(root)
    about: dict[str, tuple[str, str, bool]] = {}
    lengths: dict[str, int] = {}
    excerpts = Counter(annotated)
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "language", "text"]):
        if not any(fnmatch(row["raw_path"], pattern) for pattern in config.leave_out):
            groups.add(row["article_id"], bands(row["article_id"], row["text"]))
            about[row["article_id"]] = licences.of(row), row["language"], row["raw_path"].startswith("sample/")
            lengths[row["article_id"]] = len(row["text"].split())
    bands.save()
    for row in tables.iterate_rows(root / paths.QUOTES, ["article_id", "group_id"]):
        if row["article_id"] in groups:
            groups.tie(row["article_id"], row["group_id"])
            excerpts[row["article_id"]] += 1
    for article_id, mark in ties:
        if article_id in groups:
            groups.tie(article_id, mark)

    def words(article_id: str, licence: str) -> int | None:
        if licences.allow(licence):
            return None
        share = int(config.excerpt_share * lengths[article_id] / max(1, excerpts[article_id]))
        return min(config.excerpt_words, share)

    def split(article_id: str) -> str:
        return split_of(groups.first(article_id), config.splits)

    return {
        article_id: Home(split(article_id), licence, words(article_id, licence), language, sample)
        for article_id, (licence, language, sample) in about.items()
    }


def by_licence(places: Mapping[str, Home]) -> dict[str, tuple[int, bool]]:
    """For each licence, sorted: how many articles stand under it, and whether their text is published."""
    found = sorted({(home.license, home.whole) for home in places.values()})
    licences = [home.license for home in places.values()]
    return {licence: (licences.count(licence), whole) for licence, whole in found}
