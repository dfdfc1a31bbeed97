"""Upload the published folder to a Hugging Face repository, or say what would be uploaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.publish import dataset_card
from pipeline.publish.folder_check import check_folder
from pipeline.publish.gold_rows import LOST_GOLD

_FILES = (dataset_card.FILE, dataset_card.FIGURE)
REPO = re.compile(r"[\w.-]+/[\w.-]+")


def push(repo: str, folder: Path, dry_run: bool = False, private: bool = False) -> Iterator[str]:
    """Check a published folder and upload it; yield lines that say what is done.

    Parquet files that the repository has and the folder has not are removed there: they would be read as well.

    Parameters
    ----------
    repo : str
        `owner/name`; it is created where it does not exist.
    folder : path
        As `dvc repro` published it.
    dry_run : bool
        Say what would be sent, without a network and without a token.
    private : bool
        Create the repository as a private one.

    Raises
    ------
    DataError
        When the folder is not as it was published, or contains texts that may not be passed on.
    ParleyError
        When `repo` is no name, no token is found, or the upload fails.
    """
    if not REPO.fullmatch(repo):
        raise ParleyError(f"{repo!r} is no repository", fix="name it as owner/name")
    files = check_folder(folder)
    _refuse_other_files(folder, files)
    metadata, _ = dataset_card.read_card(folder)
    if dataset_card.FULL_TAG in metadata["tags"]:
        what, why = "this folder contains texts that may not be passed on", "it has every text in full"
        fix = "upload data/published, which has what licences allow"
        raise DataError(what, where=str(folder), why=why, fix=fix)
    for path in files:
        yield f"{path.stat().st_size:>12,} B  {path.relative_to(folder).as_posix()}"
    total = sum(path.stat().st_size for path in files)
    rows = ", ".join(f"{info['config_name']} {_count_rows(info)}" for info in metadata["dataset_info"])
    fits = f"the card fits them ({rows} rows; licence {metadata['license']})"
    yield f"{total:>12,} B  in {counted(len(files), 'file')}; {fits}"
    yield from _describe_withheld(metadata.get("withheld") or {})
    if dry_run:
        yield f"Dry run: nothing was sent. Without --dry-run this goes to the dataset {repo}."
    else:
        yield f"Sent: {_upload(repo, folder, private)}"


def _refuse_other_files(folder: Path, files: list[Path]) -> None:
    """Raise DataError if there is a file besides those of the dataset, such as keys or copies of the articles."""
    for path in files:
        if path.suffix != ".parquet" and path.relative_to(folder).as_posix() not in _FILES:
            why = f"besides Parquet files, only {', '.join(_FILES)} are uploaded"
            raise DataError("no part of the dataset", where=str(path), why=why, fix="move it elsewhere")


def _describe_withheld(numbers: Mapping[str, int]) -> Iterator[str]:
    """Yield what the card says is not in the folder."""
    if articles := numbers.get("articles"):
        yield f"Withheld: the text of {counted(articles, 'article')}, whose licence does not allow it."
    if rows := numbers.get("gold"):
        yield f"Withheld: {counted(rows, 'annotated quote')}, {LOST_GOLD}."


def _count_rows(info: dict[str, Any]) -> int:
    return sum(split["num_examples"] for split in info["splits"])


def _upload(repo: str, folder: Path, private: bool) -> str:
    """Upload the folder and return the address of the commit."""
    from huggingface_hub import HfApi, get_token

    token = get_token()
    if not token:
        fix = "set HF_TOKEN or run `hf auth login`; --dry-run needs none"
        raise ParleyError("no token for the hub", where=repo, fix=fix)
    api = HfApi(token=token)
    try:
        api.create_repo(repo, repo_type="dataset", private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=folder,
            delete_patterns="*.parquet",
            commit_message="Publish the dataset as built",
        )
    except Exception as error:  # errors of the HTTP library that the hub's client uses come through as they are
        raise ParleyError("the upload failed", where=repo, why=str(error).strip().split("\n")[0]) from error
    return str(commit)
