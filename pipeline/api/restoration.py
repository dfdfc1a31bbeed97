"""Restore the texts that a published dataset had to withhold, from a user's own copies of the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.core import paths
from pipeline.core.config import CONFIGS, ROOT, load_config
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.publish.restored_folder import check_out_folder
from pipeline.publish.text_restoration import restore_texts


def restore(
    folder: Path | str,
    articles: Path | str | Iterable[Mapping[str, Any] | str],
    out: Path | str | None = None,
    gaps: bool = False,
) -> dict[str, int]:
    """Restore the texts that licences keep out of a published dataset, from your own copies of the articles.

    A text is used only if its SHA-256 is that of the published article, and every quote is cut from it by its offsets
    and checked against its own hash. The published folder is not changed. The new folder is for your own use:
    `parley push` refuses to upload it.

    Parameters
    ----------
    folder : path
        The published folder, as downloaded.
    articles : path, or iterable of mapping or str
        A file or folder: Parley's table `articles` (`data/interim/articles`) is read as it is, anything else is
        cleaned as in `ingest`, with the configs of the project in the current folder if there is one. Or texts, or
        mappings with `text` and, for better error messages, `url`.
    out : path, optional
        The new folder; `restored` beside `folder` by default. One that `restore` wrote before is replaced, no other.
    gaps : bool
        Leave articles without a copy as they are instead of raising an error.

    Returns
    -------
    dict of str to int
        Number of rows of each config whose text was restored, and how many are `still without`.

    Raises
    ------
    CopyMissingError
        If there is no copy of an article.
    CopyChangedError
        If there is a copy with the same URL but another text.
    DataError
        If the folder was changed after it was published, or `out` exists and contains anything else, or contains the
        project, its input, `folder` or `articles`.

    Examples
    --------
    >>> restore("data/published", "data/raw", out="data/restored")  # doctest: +SKIP
    {'quotes': 949, 'articles': 66, 'speakers': 0, 'gold': 1050, 'still without': 0}
    """
    folder = Path(folder)
    out = Path(out) if out else folder.parent / "restored"
    given = [Path(articles)] if isinstance(articles, str | Path) else []
    check_out_folder(out, [folder, *given, *_project_places(Path.cwd()), *_project_places(ROOT)])
    copies = read_article_copies(Path(articles)) if isinstance(articles, str | Path) else articles
    return restore_texts(folder, copies, out, gaps)


def _project_places(root: Path) -> Iterator[Path]:
    """Yield a project's folder and its input; the folder alone where there are no configs."""
    yield root
    path = root / paths.CONFIGS / "ingest.yaml"
    if path.is_file():
        yield root / load_config(IngestConfig, path).input


def read_article_copies(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the articles of a file or folder, cleaned as in `ingest` unless they are Parley's table `articles`.

    Raises
    ------
    DataError
        If there is no such file or folder.
    """
    if not path.exists():
        raise DataError("no such file or folder", where=str(path), fix="give the path of your articles")
    if _is_articles_table(path):
        yield from tables.iterate_rows(path)
        return
    own = Path.cwd() / paths.CONFIGS
    configs = own if (own / "ingest.yaml").is_file() else CONFIGS
    for raw_path, row in clean_input(path, load_config(IngestConfig, configs / "ingest.yaml"), configs):
        if not isinstance(row, Reject):
            yield {**row, "raw_path": raw_path}


def _is_articles_table(path: Path) -> bool:
    """Return True if all files at the path are Parquet with the columns `article_id` and `text`."""
    files = [path] if path.is_file() else sorted(path.glob("*.parquet"))
    return bool(files) and all(
        file.suffix == ".parquet" and {"article_id", "text"} <= set(pq.read_schema(file).names) for file in files
    )
