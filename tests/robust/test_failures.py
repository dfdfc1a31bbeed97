"""A full disk, a place that may not be written, a file that vanishes, a download that broke off: the last good outputs
remain, the error is clear, the next run completes and gives the same bytes as one without failures."""

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

from pipeline import stage
from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import from_os_error
from pipeline.core.storage import tables
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


def interim_files(root: Path) -> dict[str, bytes]:
    """Return every file below data/interim but the results that are kept from run to run."""
    files = (path for path in sorted((root / paths.INTERIM).rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files if path.parent != root / paths.STORE}


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Return a function that runs stages on these texts in a folder of this name, and returns their exit status."""

    def run(name: str, texts: list[str], *stages: str) -> int:
        root = tmp_path / name
        for number, text in enumerate(texts):
            if not (path := root / f"data/raw/{number}.txt").exists():
                tables.write_text(path, text)
        shutil.copytree(CONFIGS, root / paths.CONFIGS, dirs_exist_ok=True)
        monkeypatch.chdir(root)
        return max(stage.main([each]) for each in stages)

    return run


@pytest.mark.parametrize(("name", "before_it"), [("ingest", ["inputs"]), ("parse", ["inputs", "ingest"])])
@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "free some space"),
        (OSError(errno.EROFS, "Read-only file system"), "make the place writable"),
        (PermissionError(errno.EACCES, "Permission denied"), "readable and writable for yourself"),
    ],
    ids=["full", "read-only", "no rights"],
)
def test_a_stage_that_cannot_write_leaves_the_old_outputs(
    tmp_path, monkeypatch, capsys, build, name, before_it, error, says
):
    every = ("inputs", "ingest", "parse")
    assert build("project", TEXTS[:3], *every) == build("project", TEXTS, *before_it) == 0
    before = interim_files(tmp_path / "project")

    def refuse(*args, **kwargs):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(tables.pq, "write_table", refuse)
        assert build("project", TEXTS, name) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{name}: ")
    assert "data/interim/" in told
    assert says in told
    assert "Traceback" not in told
    assert interim_files(tmp_path / "project") == before
    assert build("project", TEXTS, *every) == build("without failures", TEXTS, *every) == 0
    assert interim_files(tmp_path / "project") == interim_files(tmp_path / "without failures")


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


def test_a_full_disk_is_named_where_the_system_does_not_say_which(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", "/full")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=0 if place == "/full" else 9**9))
    told = str(from_os_error(OSError(errno.ENOSPC, "No space left on device")))
    assert told.startswith("/full: No space left on device\n  → free some space")
    assert str(from_os_error(OSError(errno.ENOSPC, "No space left on device", "a/b"))).startswith("a/b: ")


def test_no_temporary_folder_has_space(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [])
    with pytest.raises(FileNotFoundError) as caught:
        tempfile.gettempdir()
    told = str(from_os_error(caught.value))
    assert told.startswith("no temporary file can be written")
    assert "TMPDIR" in told
    told = str(from_os_error(OSError(errno.ENOSPC, "No space left on device")))
    assert told.startswith(f"{os.getcwd()}: No space left on device")


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


KINDS = sorted(files_of_every_kind())


def write_kind(folder: Path, kind: str, share: float = 1) -> None:
    """Write a file of this kind, of which only a share is left."""
    content = files_of_every_kind()[kind.removesuffix(".gz")]
    packed = gzip.compress(content, mtime=0) if kind.endswith(".gz") else content
    (folder / kind).write_bytes(packed[: int(len(packed) * share)])


@pytest.mark.parametrize("kind", KINDS + [f"{kind}.gz" for kind in KINDS])
def test_a_file_deleted_between_listing_and_reading(tmp_path, kind):
    """The folder is listed before the first file is read."""
    (tmp_path / "0.txt").write_text(TEXTS[2])
    (tmp_path / "z.txt").write_text(TEXTS[3])
    write_kind(tmp_path, kind)
    files = list(find_input_files(tmp_path, [], []))
    found = read_documents(files, IngestConfig(), TimeBudget(600))
    taken = [next(found)]
    (tmp_path / kind).unlink()
    taken += found
    assert [name for name, _ in taken] == ["0.txt", kind, "z.txt"]
    gone = taken[1][1]
    assert isinstance(gone, Reject)
    assert gone.reason == "bad_file"
    assert not any(isinstance(row, Reject) for _, row in (taken[0], taken[2]))


# What is left of a download that broke off: the share of its bytes, what is taken of it, and the reasons of the rest.
BROKEN = [
    ("a.jsonl", 0.9, 1, ["bad_row"]),
    ("a.json", 0.9, 1, ["bad_row"]),
    ("a.csv", 0.9, 1, ["bad_row"]),
    ("a.parquet", 0.9, 0, ["bad_file"]),
    ("a.parquet", 0.1, 0, ["bad_file"]),
    ("a.jsonl.gz", 0.6, 0, ["bad_file"]),
    ("a.csv.gz", 0.6, 0, ["bad_file"]),
    ("a.parquet.gz", 0.6, 0, ["bad_file"]),
    ("a.txt.gz", 0.6, 0, ["bad_file"]),
    ("a.html.gz", 0.6, 0, ["bad_file"]),
    ("a.warc.gz", 0.4, 0, ["bad_file"]),
]


@pytest.mark.parametrize(("kind", "share", "taken", "reasons"), BROKEN)
def test_an_interrupted_download(tmp_path, kind, share, taken, reasons):
    write_kind(tmp_path, kind, share)
    (tmp_path / "z.txt").write_text(TEXTS[2])
    found = list(clean_input(tmp_path, IngestConfig()))
    rejects = [row for name, row in found if name == kind and isinstance(row, Reject)]
    assert [row.reason for row in rejects] == reasons
    assert sum(name == kind for name, _ in found) - len(rejects) == taken
    assert found[-1][0] == "z.txt"
    assert not isinstance(found[-1][1], Reject)
