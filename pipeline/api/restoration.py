"""A user's own copies of the articles, and with them the texts that a published dataset had to keep back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.core import paths
from pipeline.core.config import ROOT, load_config
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.publish.text_restoration import restore_texts


def restore(
    folder: Path | str,
    articles: Path | str | Iterable[Mapping[str, Any] | str],
    out: Path | str | None = None,
    gaps: bool = False,
) -> dict[str, int]:
    """Put the texts that licences keep back into a published dataset again, from your own copies of the articles.

    Every text is taken only if its SHA-256 is that of the article that was published, and every quote is cut from it
    by its offsets and checked against its own hash. The folder itself stays as it is; the new one is for your use
    alone, and `parley push` refuses it.

    Parameters
    ----------
    folder : path
        The published folder, as downloaded.
    articles : path, or iterable of mapping or str
        A file or folder: a table `articles` of Parley (`data/interim/articles`) is taken as it is, anything else is
        cleaned as `ingest` does it. Or texts, or mappings with `text` and, for better messages, `url`.
    out : path, optional
        Where the new folder goes; `restored` beside `folder` by default. An older one is replaced.
    gaps : bool
        Leave articles without a copy as they are instead of raising.

    Returns
    -------
    dict of str to int
        Rows of each config that have their text again, and how many are `still without`.

    Raises
    ------
    CopyMissingError
        No copy of an article is among those given.
    CopyChangedError
        A copy is of the right article, but its text is another one.
    DataError
        The folder is not as it was published.

    Examples
    --------
    >>> restore("data/published", "data/raw", out="data/restored")  # doctest: +SKIP
    {'quotes': 949, 'articles': 66, 'speakers': 0, 'gold': 1050, 'still without': 0}
    """
    folder = Path(folder)
    out = Path(out) if out else folder.parent / "restored"
    if out.resolve() == folder.resolve():
        raise DataError("`out` is the published folder itself", where=str(out), fix="name another")
    copies = read_article_copies(Path(articles)) if isinstance(articles, str | Path) else articles
    return restore_texts(folder, copies, out, gaps)


def read_article_copies(place: Path) -> Iterator[dict[str, Any]]:
    """Articles of a file or folder, cleaned as `ingest` does it unless they are a table of Parley.

    Raises
    ------
    DataError
        When there is nothing at that place.
    """
    if not place.exists():
        raise DataError("no such file or folder", where=str(place), fix="name the place of your articles")
    if _is_articles_table(place):
        yield from tables.iterate_rows(place)
        return
    for raw_path, row in clean_input(place, load_config(IngestConfig, ROOT / paths.CONFIGS / "ingest.yaml")):
        if not isinstance(row, Reject):
            yield {**row, "raw_path": raw_path}


def _is_articles_table(place: Path) -> bool:
    files = [place] if place.is_file() else sorted(place.glob("*.parquet"))
    return bool(files) and all(
        path.suffix == ".parquet" and {"article_id", "text"} <= set(pq.read_schema(path).names) for path in files
    )
