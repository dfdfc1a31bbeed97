"""A full disk, a place that may not be written, a file that vanishes, a download that broke off: the last good outputs
remain, the error is clear, the next run completes and gives the same bytes as one without failures."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import stage
from pipeline.core import paths
from pipeline.core.errors import from_os_error
from pipeline.core.storage import tables
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.input_files import read_error
from pipeline.ingest.raw_document import Reject, with_rejects
from pipeline.ingest.run import clean_input, read_documents
from tests.e2e import project

TEXTS = [
    f"The harbour master of Port Amsel said that quay {n} was open again. “Ferry {n} sails at {n} every morning, and "
    f"nobody need wait in the rain for it any more,” she told reporters who had come to see boat number {n * n}."
    for n in range(3, 9)
]


def inputs(root: Path, texts: list[str]) -> Path:
    """Return a project with configs and a text file per article, and no output."""
    if not (root / "configs").exists():
        shutil.copytree(project.ROOT / "configs", root / "configs")
    (root / "data/raw").mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (root / f"data/raw/{number}.txt").write_text(text, encoding="utf-8")
    return root


def interim_files(root: Path) -> dict[str, bytes]:
    """Return every file below data/interim but the results that are kept from run to run."""
    folder = root / paths.INTERIM
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and p.parent != root / paths.STORE}  # fmt: skip


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.chdir(root)
    return max(stage.main([name]) for name in names)


@pytest.fixture
def built_without_failures(tmp_path, monkeypatch):
    """Return the output of the stages for all texts in a folder where nothing failed."""
    root = inputs(tmp_path / "built_without_failures", TEXTS)
    assert run(root, monkeypatch, "inputs", "ingest", "parse") == 0
    return interim_files(root)


@pytest.mark.parametrize("name", ["ingest", "parse"])
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
    tmp_path, monkeypatch, capsys, built_without_failures, name, error, says
):
    root = inputs(tmp_path / "project", TEXTS[:3])
    assert run(root, monkeypatch, "inputs", "ingest", "parse") == 0
    inputs(root, TEXTS)
    earlier = {"ingest": ["inputs"], "parse": ["inputs", "ingest"]}
    assert run(root, monkeypatch, *earlier[name]) == 0
    before = interim_files(root)

    def refuse(*args, **kwargs):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(tables.pq, "write_table", refuse)
        assert run(root, patched, name) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{name}: ")
    assert "data/interim/" in told
    assert says in told
    assert "Traceback" not in told
    assert interim_files(root) == before
    assert run(root, monkeypatch, "inputs", "ingest", "parse") == 0
    assert interim_files(root) == built_without_failures


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


def run_in_namespace(mounts: str, root: Path) -> subprocess.CompletedProcess:
    """Run `ingest` in a mount namespace; skip the test if the system does not allow it."""
    space = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which(space[0]) or subprocess.run([*space, "true"], capture_output=True).returncode:
        pytest.skip("the system does not allow mount namespaces")
    script = f'{mounts} || exit 77; "$0" -m pipeline.stage ingest; status=$?; find data/interim -name ".*.tmp"; '
    script += "cat data/interim/articles/*.parquet; exit $status"
    done = subprocess.run([*space, "sh", "-c", script, sys.executable], cwd=root, env=project.environment(project.ROOT),
                          capture_output=True)  # fmt: skip
    if done.returncode == 77:
        pytest.skip(f"cannot be mounted here: {done.stderr.decode().strip()}")
    return done


FULL = (
    "cp -a data/interim keep && mount -t tmpfs -o size=28k none data/interim && cp -a keep/articles "
    "keep/inputs.jsonl data/interim/ && { head -c 1000000 /dev/zero >data/interim/other 2>/dev/null; true; }"
)
READ_ONLY = "mount --bind data/interim data/interim && mount -o remount,bind,ro data/interim"


@pytest.mark.parametrize(
    ("mounts", "says"),
    [(FULL, "No space left on device"), (READ_ONLY, "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_disk_that_is_really_full_or_read_only(tmp_path, monkeypatch, mounts, says):
    root = inputs(tmp_path, TEXTS[:3])
    assert run(root, monkeypatch, "inputs", "ingest") == 0
    before = b"".join(data for name, data in interim_files(root).items() if name.startswith("articles/"))
    assert run(inputs(root, TEXTS), monkeypatch, "inputs") == 0
    done = run_in_namespace(mounts, root)
    assert done.returncode == 1, done.stderr.decode()
    assert says in done.stderr.decode()
    assert "data/interim/" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert done.stdout == before


PAGE = "<html><head><title>Ferry {n}</title></head><body><article><p>{text}</p><p>{text}</p></article></body></html>"


def files_of_every_kind(text: str) -> dict[str, bytes]:
    """Write a file of every kind with that article first, and another after it if the kind holds more than one."""
    both = [text, text.replace("quay", "pier").replace("Ferry", "Barge").replace("rain", "wind and the snow of March")]
    lines = "".join(json.dumps({"text": one}) + "\n" for one in both).encode()
    table = io.BytesIO()
    pq.write_table(pa.table({"text": both}), table, row_group_size=1)
    cells = "text\n" + "".join(f'"{one}"\n' for one in both)
    page = PAGE.format(n=1, text=text).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
    warc = b"".join(
        record % len(head + one) + head + one + b"\r\n\r\n" for one in (page, page.replace(b"quay", b"mole"))
    )
    return {"a.txt": text.encode(), "a.jsonl": lines, "a.json": json.dumps([{"text": one} for one in both]).encode(),
            "a.csv": cells.encode(), "a.parquet": table.getvalue(), "a.html": page, "a.warc": warc}  # fmt: skip


KINDS = sorted(files_of_every_kind(TEXTS[0]))


@pytest.mark.parametrize("kind", KINDS + [f"{kind}.gz" for kind in KINDS])
def test_a_file_deleted_between_listing_and_reading(tmp_path, kind):
    """The folder is listed before the first file is read."""
    content = files_of_every_kind(TEXTS[0])[kind.removesuffix(".gz")]
    (tmp_path / "0.txt").write_text(TEXTS[1])
    (tmp_path / kind).write_bytes(gzip.compress(content) if kind.endswith(".gz") else content)
    (tmp_path / "z.txt").write_text(TEXTS[2])
    found = read_documents(tmp_path, IngestConfig())
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
    content = files_of_every_kind(TEXTS[0])[kind.removesuffix(".gz")]
    packed = gzip.compress(content, mtime=0) if kind.endswith(".gz") else content
    (tmp_path / kind).write_bytes(packed[: int(len(packed) * share)])
    (tmp_path / "z.txt").write_text(TEXTS[2])
    found = list(clean_input(tmp_path, IngestConfig()))
    rejects = [row for name, row in found if name == kind and isinstance(row, Reject)]
    assert [row.reason for row in rejects] == reasons
    assert sum(name == kind for name, _ in found) - len(rejects) == taken
    assert found[-1][0] == "z.txt"
    assert not isinstance(found[-1][1], Reject)
