"""Restore the texts that a published dataset had to withhold, from a user's own copies of the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.core import paths
from pipeline.core.config import CONFIGS, ROOT, load_config
from pipeline.core.errors import DataError
from pipeline.core.number_format import counted
from pipeline.core.storage import tables
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input
from pipeline.project.settings import Settings, find_guesses
from pipeline.publish.restored_folder import check_out_folder, default_folder
from pipeline.publish.text_restoration import CopyChangedError, CopyMissingError, restore_texts

# Above this many, the files that an error lists are counted.
MAX_LISTED = 20


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
        cleaned as in `ingest`, with the configs of the project in the current folder if there is one, else with columns
        guessed as `parley init` does. Or texts, or mappings with `text` and, for better error messages, `url`.
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
    out = Path(out) if out else default_folder(folder)
    given = [Path(articles)] if isinstance(articles, str | Path) else []
    check_out_folder(out, [folder, *given, *_project_places(Path.cwd()), *_project_places(ROOT)])
    unread: dict[str, str] = {}
    copies = read_article_copies(Path(articles), unread) if isinstance(articles, str | Path) else articles
    try:
        return restore_texts(folder, copies, out, gaps)
    except (CopyMissingError, CopyChangedError) as error:
        why = f"{error.why}{_format_unread(unread)}"
        fix = f"{error.fix.removesuffix('; or allow gaps')}; or leave what is missing as it is, with `--gaps`"
        raise type(error)(error.what, where=error.where, why=why, fix=fix) from None


def _project_places(root: Path) -> Iterator[Path]:
    """Yield a project's folder and its input; the folder alone where there are no configs."""
    yield root
    path = root / paths.CONFIGS / "ingest.yaml"
    if path.is_file():
        yield root / load_config(IngestConfig, path).input


def read_article_copies(path: Path, unread: dict[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the articles of a file or folder, cleaned as in `ingest` unless they are Parley's table `articles`.

    Parameters
    ----------
    path : path
        A file or folder.
    unread : dict, optional
        Takes the reason for each file of which no article was read, once all are.

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
    config, configs = _find_config(path)
    reasons: dict[str, str] = {}
    read = set()
    for raw_path, row in clean_input(path, config, configs):
        if isinstance(row, Reject):
            reasons.setdefault(raw_path, f"{row.reason}: {row.detail}" if row.detail else row.reason)
        else:
            read.add(raw_path)
            yield {**row, "raw_path": raw_path}
    if unread is not None:
        unread.update((raw_path, reason) for raw_path, reason in reasons.items() if raw_path not in read)


def _find_config(path: Path) -> tuple[IngestConfig, Path]:
    """Return how articles are read, and the folder of its configs: the project's, or outside of one as `init` would."""
    own = Path.cwd() / paths.CONFIGS
    if (own / "ingest.yaml").is_file():
        return load_config(IngestConfig, own / "ingest.yaml"), own
    guessed = Settings("", guesses=find_guesses(path)).ingest_config()
    return replace(load_config(IngestConfig, CONFIGS / "ingest.yaml"), columns=guessed.columns, exclude=[]), CONFIGS


def _format_unread(unread: Mapping[str, str]) -> str:
    """Return the files of which no article was read, each with the reason."""
    listed = [f"{path} ({reason})" for path, reason in list(unread.items())[:MAX_LISTED]]
    if (rest := len(unread) - MAX_LISTED) > 0:
        listed.append(counted(rest, "other file"))
    return f"; not read: {'; '.join(listed)}" if listed else ""


def _is_articles_table(path: Path) -> bool:
    """Return True if all files at the path are Parquet with the columns `article_id` and `text`."""
    files = [path] if path.is_file() else sorted(path.glob("*.parquet"))
    return bool(files) and all(
        file.suffix == ".parquet" and {"article_id", "text"} <= set(pq.read_schema(file).names) for file in files
    )
