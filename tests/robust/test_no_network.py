"""No stage asks a network: sockets are refused while it runs, and where the system allows there is no network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import project
from tests.robust import mini

# An audit hook cannot be taken off, and sees every socket that Python opens.
RUN = """
import sys
def hook(event, args):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "urllib.Request",
                         "http.client.connect", "ftplib.", "smtplib.")):
        raise RuntimeError(f"NETWORK {event} {args[1:]}")
sys.addaudithook(hook)
from pipeline.stage import main
for name in sys.argv[1:]:
    if main(name.split()):
        sys.exit(f"{name} failed")
"""


def alone() -> list[str]:
    """A command before a command that gives it a network of its own, where nothing answers; nothing if not allowed."""
    command = ["unshare", "--map-root-user", "--net"]
    works = shutil.which(command[0]) and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if works else []


def refused(folder: Path, *stages: str) -> str:
    return project.run(folder, *alone(), sys.executable, "-c", RUN, *stages).stdout


def test_the_stages_of_an_article_run_without_a_network(tmp_path):
    said = refused(mini.copy(tmp_path / "project"), "ingest", "parse", "extract", "resolve")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["ingest", "parse", "extract", "resolve"]


@pytest.mark.long
def test_every_stage_runs_without_a_network(tmp_path):
    said = refused(mini.copy(tmp_path / "project"), *mini.STAGES)
    assert [line.partition(":")[0] for line in said.splitlines()] == list(mini.STAGES)


def test_a_socket_would_be_refused(tmp_path):
    code = RUN.partition("from pipeline")[0] + "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    done = project.run(tmp_path, sys.executable, "-c", code, check=False)
    assert "NETWORK socket." in done.stderr
