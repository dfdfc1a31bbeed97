"""A full disk is no fault of a file; a file that vanishes and a download that broke off are rejects.

What a stage leaves where it cannot write is in `test_every_stage_fails_well` and, table by table, in `tests/core`.
"""

import errno
import gzip
import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.errors import from_os_error
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.input_files import find_input_files, read_error
from pipeline.ingest.raw_document import Reject, with_rejects
from pipeline.ingest.run import clean_input, read_documents
from pipeline.ingest.time_budget import TimeBudget
from tests.robust import bad_files

TEXTS = [
    f"The harbour master of Port Amsel said that quay {n} was open again. “Ferry {n} sails at {n} every morning, and "
    f"nobody need wait in the rain for it any more,” she told reporters who had come to see boat number {n * n}."
    for n in range(3, 9)
]
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE])
def test_what_is_no_fault_of_a_file_makes_no_reject_of_it(number):
    """An article that a full disk turned into a reject would be gone from the data until the next change."""

    first = Reject("bad_row", "not an article", 1)

    def documents():
        yield first
        raise OSError(number, os.strerror(number))

    found = with_rejects(documents())
    assert next(found) is first
    with pytest.raises(OSError, match=os.strerror(number)):
        next(found)
    with pytest.raises(OSError, match=os.strerror(number)):
        read_error(OSError(number, os.strerror(number)))


def told_of(error: OSError) -> str:
    return str(from_os_error(error))


def test_a_full_disk_is_named_where_the_system_does_not_say_which(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", "/full")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=0 if place == "/full" else 9**9))
    assert told_of(FULL).startswith("/full: No space left on device\n  → free some space")
    assert told_of(OSError(errno.ENOSPC, "No space left on device", "a/b")).startswith("a/b: ")


def test_no_temporary_folder_has_space(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [])
    with pytest.raises(FileNotFoundError) as caught:
        tempfile.gettempdir()
    assert told_of(caught.value).startswith("no temporary file can be written")
    assert "TMPDIR" in told_of(caught.value)
    assert told_of(FULL).startswith(f"{os.getcwd()}: No space left on device")


def files_of_every_kind() -> dict[str, bytes]:
    """Write a file of every kind with two articles, or one if it holds no more."""
    both = TEXTS[:2]
    table = io.BytesIO()
    pq.write_table(pa.table({"text": both}), table, row_group_size=1)
    first, second = (bad_files.page(f"<p>{text}</p>").encode() for text in both)
    return {
        "a.txt": TEXTS[0].encode(),
        "a.jsonl": "".join(json.dumps({"text": text}) + "\n" for text in both).encode(),
        "a.json": json.dumps([{"text": text} for text in both]).encode(),
        "a.csv": ("text\n" + "".join(f'"{text}"\n' for text in both)).encode(),
        "a.parquet": table.getvalue(),
        "a.html": first,
        "a.warc": bad_files.record(first) + bad_files.record(second),
    }


KINDS, CONFIG = sorted(files_of_every_kind()), IngestConfig()


def write_kind(folder: Path, kind: str, share: float = 1) -> None:
    """Write a file of this kind, of which only a share is left."""
    content = files_of_every_kind()[kind.removesuffix(".gz")]
    packed = gzip.compress(content, mtime=0) if kind.endswith(".gz") else content
    (folder / kind).write_bytes(packed[: int(len(packed) * share)])


@pytest.mark.parametrize("kind", [f"{kind}{packed}" for packed in ("", ".gz") for kind in KINDS])
def test_a_file_deleted_between_listing_and_reading(tmp_path, kind):
    """The folder is listed before the first file is read."""
    (tmp_path / "0.txt").write_text(TEXTS[2])
    (tmp_path / "z.txt").write_text(TEXTS[3])
    write_kind(tmp_path, kind)
    files = list(find_input_files(tmp_path, [], []))
    found = read_documents(files, CONFIG, TimeBudget(600))
    taken = [next(found)]
    (tmp_path / kind).unlink()
    taken += found
    reasons = {name: row.reason if isinstance(row, Reject) else "" for name, row in taken}
    assert list(reasons.items()) == [("0.txt", ""), (kind, "bad_file"), ("z.txt", "")]


# What is left of a download that broke off: the share of its bytes, what is taken of it, and the reason of the rest.
BROKEN = [(kind, 0.9, 1, "bad_row") for kind in ("a.jsonl", "a.json", "a.csv")]
BROKEN += [("a.parquet", share, 0, "bad_file") for share in (0.9, 0.1)]
BROKEN += [(f"a.{kind}.gz", 0.6, 0, "bad_file") for kind in ("jsonl", "csv", "parquet", "txt", "html")]
BROKEN += [("a.warc.gz", 0.4, 0, "bad_file")]


@pytest.mark.parametrize(("kind", "share", "taken", "reason"), BROKEN)
def test_an_interrupted_download(tmp_path, kind, share, taken, reason):
    write_kind(tmp_path, kind, share)
    (tmp_path / "z.txt").write_text(TEXTS[2])
    found = [(name, row.reason if isinstance(row, Reject) else "") for name, row in clean_input(tmp_path, CONFIG)]
    assert found == [*[(kind, "")] * taken, (kind, reason), ("z.txt", "")]
