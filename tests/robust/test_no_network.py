"""No stage uses a network: connections are errors, and where the system allows it there is no network."""

import shutil
import subprocess
import sys

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


def isolation_command() -> list[str]:
    """Return a command prefix that runs a command without a network; empty if the system does not allow it."""
    command = ["unshare", "--map-root-user", "--net"]
    works = shutil.which(command[0]) and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if works else []


@pytest.mark.parametrize("stages", [mini.STAGES[:6], pytest.param(mini.STAGES, marks=pytest.mark.long)])
def test_stages_run_without_a_network(tmp_path, stages):
    folder = mini.copy(tmp_path / "project")
    done = project.run(folder, *isolation_command(), sys.executable, "-c", RUN, *stages)
    # Some have a line for each target.
    names = [line.partition(":")[0].split()[0] for line in done.stdout.splitlines()]
    assert list(dict.fromkeys(names)) == list(stages)


def test_opening_a_socket_is_an_error(tmp_path):
    code = RUN.partition("from pipeline")[0] + "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    done = project.run(tmp_path, sys.executable, "-c", code, check=False)
    assert "NETWORK socket." in done.stderr
