"""A Dask cluster of separate programs on this machine, started as a user starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.e2e import project


class Programs:
    """Start `dask scheduler` on a free port, and a `dask worker` for each call of `worker`; all end with the block.

    Workers have no nanny that restarts them: the test that kills one decides whether to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen] = []

    def __enter__(self) -> Programs:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.scheduler = self._start("scheduler", "--host", self.address)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running):
            process.kill()
            process.wait()

    def worker(self, threads: int = 1) -> subprocess.Popen:
        """Start one more worker; it joins within seconds."""
        place = ["--local-directory", str(self.folder)]
        return self._start("worker", self.address, "--no-nanny", "--nthreads", str(threads), *place)

    def _start(self, *what: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", *what, "--dashboard-address", "127.0.0.1:0"]
        env = {**os.environ, "PYTHONPATH": str(project.ROOT), "OPENBLAS_NUM_THREADS": "1"}
        self.running.append(subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL, cwd=self.folder))
        return self.running[-1]
