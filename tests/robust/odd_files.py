"""Files that are no articles, as folders of downloads have them, and a run of `dvc` that may not read everything."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import project
from tests.worlds.project import change_config, parley

# No stage of these tests takes a tenth of this; a run that waits for a pipe never ends.
SECONDS = 180
STORY = (
    "The harbour master of Port Amsel said that the quay was open again. “The ferry sails at eight every morning, and "
    "nobody need wait in the rain for it any more,” she told reporters who had come to see boat {}."
)


def make_socket(path: Path) -> None:
    """Make a socket; its address has a limit of 108 bytes, so it is given relative to the folder."""
    before = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def write_story(path: Path, closed: Path | None = None) -> None:
    """Write a story that nobody should read; nobody may open what is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STORY.format("nobody"), encoding="utf-8")
    if closed:
        closed.chmod(0)


def make_folder_of_dvc(path: Path) -> None:
    write_story(path / "in.txt")
    (path / ".dvc").mkdir()


def make_name_of_bytes(path: Path) -> None:
    with open(os.fsencode(path.with_name("caf")) + b"\xe9.txt", "wb") as file:
        file.write(STORY.format("in Latin-1").encode())


# By name: what makes it, and either what `rejects` says of it, or the path of the article that is taken.
ODD: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "pipe.txt": (os.mkfifo, "a named pipe", ""),
    "socket.txt": (make_socket, "a socket", ""),
    "nothing.txt": (lambda path: path.symlink_to("none"), "a link to nothing; restore", ""),
    "loop.txt": (lambda path: path.symlink_to(path.name), "a link that leads back to itself", ""),
    "endless.txt": (lambda path: path.symlink_to("/dev/zero"), "a link out of the input folder", ""),
    "up": (lambda path: path.symlink_to(".."), "a link to a folder is not followed", ""),
    "secret.txt": (lambda path: write_story(path, path), "cannot be read: Permission denied; make it readable", ""),
    "closed": (lambda path: write_story(path / "in.txt", path), "cannot be read: Permission denied; make it", ""),
    "of-dvc": (make_folder_of_dvc, "", "of-dvc/in.txt"),
    "bytes": (make_name_of_bytes, "", r"caf\xe9.txt"),
}


def init_project(articles: Path, folder: Path, **ingest: object) -> None:
    """Set up a project by `parley init`, and give keys of its `ingest.yaml` other values."""
    parley("init", articles, folder, "--yes")
    change_config(folder / "configs/ingest.yaml", **ingest)


def run_dvc(folder: Path, *arguments: str) -> str:
    """Run `dvc` with the code of a copy of Parley, or the code here for a project of one's own, and return its output;
    root reads no more than others."""
    command = ["dvc", *arguments]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root reads everything, and there is no setpriv to keep it from that")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    done = subprocess.run(
        command, cwd=folder, env=project.environment(code_of(folder)), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def code_of(folder: Path) -> Path:
    """Return where the code of a project is: in a copy of Parley, or here."""
    return folder if (folder / "pipeline").exists() else project.ROOT


def repro(folder: Path) -> list[str]:
    """Run the stages up to `ingest`, and return those that ran."""
    return [name for name in project.ran(run_dvc(folder, "repro", "ingest")) if name != "code"]
