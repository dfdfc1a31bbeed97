"""Check that a published folder is what its card describes, and upload it to a Hugging Face repository."""

import hashlib
import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.storage.tables import iterate_rows, open_parquet, reading
from pipeline.core.text import shortened
from pipeline.publish import dataset_card
from pipeline.publish.gold_rows import LOST_GOLD
from pipeline.publish.parquet_shards import DIGITS, SPLIT, digest_bytes

FIX = "run `dvc repro` and take data/published as it is"
_FILES = (dataset_card.FILE, dataset_card.FIGURE)
REPO = re.compile(r"[\w.-]+/[\w.-]+")


def push(repo: str, folder: Path, dry_run: bool = False, private: bool = False) -> Iterator[str]:
    """Check a published folder and upload it to `repo` (`owner/name`); yield lines that say what is done.

    The repository is created where there is none, as a `private` one if asked to. Parquet files that it has and the
    folder has not are removed there: they would be read as well. A `dry_run` needs neither network nor token. A folder
    that is not as it was published, or has texts that may not be passed on, is a DataError; a wrong name, no token or a
    failed upload a ParleyError.
    """
    if not REPO.fullmatch(repo) or Path(repo).exists():
        raise ParleyError(f"{repo!r} is no repository", fix="name it as owner/name; --folder names another folder")
    metadata, files = check_folder(folder)
    for path in files:  # it may have keys, or copies of the articles
        if path.suffix != ".parquet" and path.relative_to(folder).as_posix() not in _FILES:
            why = f"besides Parquet files, only {', '.join(_FILES)} are uploaded"
            raise DataError("no part of the dataset", where=str(path), why=why, fix="move it elsewhere")
    if dataset_card.FULL_TAG in metadata["tags"]:
        what, why = "this folder contains texts that may not be passed on", "it has every text in full"
        fix = "upload data/published, which has what licences allow"
        raise DataError(what, where=str(folder), why=why, fix=fix)
    for path in files:
        yield f"{path.stat().st_size:>12,} B  {path.relative_to(folder).as_posix()}"
    total = sum(path.stat().st_size for path in files)
    rows = ", ".join(f"{name} {number}" for name, number in metadata["rows"].items())
    fits = f"the card fits them ({rows} rows; licence {metadata['license']})"
    yield f"{total:>12,} B  in {counted(len(files), 'file')}; {fits}"
    withheld = metadata.get("withheld") or {}
    if articles := withheld.get("articles"):
        yield f"Withheld: the text of {counted(articles, 'article')}, whose licence does not allow it."
    if quotes := withheld.get("gold"):
        yield f"Withheld: {counted(quotes, 'annotated quote')} ({LOST_GOLD})."
    if dry_run:
        yield f"Dry run: nothing was sent. Without --dry-run this goes to the dataset {repo}."
    else:
        yield f"Sent: {_upload(repo, folder, private)}"


def _upload(repo: str, folder: Path, private: bool) -> str:
    """Upload the folder and return the address of the commit."""
    from huggingface_hub import HfApi, get_token

    if not (token := get_token()):
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


def most_memory() -> int:
    """Return half of the bytes of this machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


@contextmanager
def bounded_memory(folder: Path) -> Iterator[None]:
    """Let this process take half of the memory while it reads a folder: a file of a kilobyte can ask for all of it.

    A block that needs more is a DataError, where the system can limit it (Linux).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (soft, most_memory()) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    except MemoryError:
        fix = "download it again from a place that you trust; if it is really so large, use a machine with more memory"
        what = f"reading this takes more than {min(limits) >> 20} MB of memory"
        raise DataError(what, where=str(folder), fix=fix) from None
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def check_folder(folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """Return the keys of a published folder's card and its files, sorted; a DataError names what differs from the card.

    No link is followed: a downloaded folder could have the texts of other places published.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            fix = "replace it by the file itself, or download the dataset again, to a folder of its own (`local_dir`)"
            raise DataError("neither a file nor a folder", where=str(path), why="links are not followed", fix=fix)
    metadata, _ = dataset_card.read_card(folder)
    infos = {info["config_name"]: info for info in metadata.get("dataset_info", [])}
    known: set[Path] = set()
    for config in metadata["configs"]:
        name = config["config_name"]
        known.update(_check_config(folder, config, metadata["rows"].get(name), infos.get(name, {}).get("features")))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if unknown := [path for path in files if path.suffix == ".parquet" and path not in known]:
        raise DataError("a file of no config", where=str(unknown[0]), why="the card does not name it", fix=FIX)
    return metadata, files


def _check_config(folder: Path, config: dict[str, Any], told: int | None, features: Any) -> list[Path]:
    """Compare rows and content of a config with the card, and return its files."""
    name, where = config["config_name"], f"{folder}, config {config['config_name']}"
    places = [(entry["split"], entry["path"]) for entry in config["data_files"]]
    if places != [(SPLIT, f"{name}/{SPLIT}-*.parquet")]:
        raise DataError("it is read from elsewhere", where=where, why=shortened(places), fix=FIX)
    files = sorted((folder / name).glob(f"{SPLIT}-[0-9]*.parquet"))
    if not files:
        raise DataError("it has no files", where=where, fix=FIX)
    number = 0
    for path in files:
        with open_parquet(path) as file:
            number += file.metadata.num_rows
    if number != told:
        raise DataError(f"it has {number} rows", where=where, why=f"the card says {told}", fix=FIX)
    with reading(folder / dataset_card.FILE):  # its YAML may have lists in lists without end
        digest = hashlib.sha256(digest_bytes(features))
    for path in files:
        for row in iterate_rows(path):
            digest.update(digest_bytes(row))
    if digest.hexdigest()[:DIGITS] not in config["description"]:
        raise DataError("the content is not what the card was written for", where=where, fix=FIX)
    return files
