"""Files that are no articles, as folders of downloads have them, and a run of `dvc` that may not read everything."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import project

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


def make_unreadable(path: Path) -> None:
    path.write_text(STORY.format("nobody"), encoding="utf-8")
    path.chmod(0)


def make_closed_folder(path: Path) -> None:
    path.mkdir()
    (path / "in.txt").write_text(STORY.format("nobody"), encoding="utf-8")
    path.chmod(0)


def make_folder_of_dvc(path: Path) -> None:
    (path / ".dvc").mkdir(parents=True)
    (path / "in.txt").write_text(STORY.format("of others"), encoding="utf-8")


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
    "secret.txt": (make_unreadable, "cannot be read: Permission denied; make it readable", ""),
    "closed": (make_closed_folder, "cannot be read: Permission denied; make it readable", ""),
    "of-dvc": (make_folder_of_dvc, "", "of-dvc/in.txt"),
    "bytes": (make_name_of_bytes, "", r"caf\xe9.txt"),
}


def run_dvc(folder: Path, *arguments: str, code: Path | None = None) -> str:
    """Run `dvc` with the code of `code`, by default the folder's own, and return its output; root reads no more than
    others."""
    command = ["dvc", *arguments]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root reads everything, and there is no setpriv to keep it from that")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    env = project.environment(code or folder)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=SECONDS)  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
