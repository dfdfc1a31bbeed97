"""The answers of a labelling session on disk as they come, so that none is lost however the session ends.

Each session has a file in `data/labelling`, in the form that Prodigy exports, until its answers are in
`data/annotations`. A running session holds a lock on its file; a file without one is from a session that was killed.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path

from pipeline.annotate import prodigy
from pipeline.annotate.import_answers import import_answers
from pipeline.annotate.task import Answer
from pipeline.core import paths
from pipeline.core.errors import ParleyError, from_os_error
from pipeline.core.storage.annotation_files import annotations_lock
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import Target


class SessionFile:
    """The file of one session, open and locked."""

    def __init__(self, root: Path, path: Path, file: TextIOWrapper, annotator: str = "") -> None:
        self._root, self.path, self._file, self._annotator = root, path, file, annotator

    @classmethod
    def create(cls, root: Path, annotator: str) -> SessionFile:
        """Begin the session of an annotator."""
        if not annotator.strip():
            raise ParleyError("the annotator has no name", fix="give --annotator NAME")
        folder = root / paths.LABELLING
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}.jsonl"
        with annotations_lock(root):  # or another process could take the file, still unlocked, for a killed session's
            file = path.open("x", encoding="utf-8", newline="\n")
            fcntl.flock(file, fcntl.LOCK_EX)
        return cls(root, path, file, annotator)

    def save(self, answer: Answer, targets: Mapping[str, Target]) -> None:
        """Add an answer; it replaces an earlier one of the same task, and one without labels takes that back."""
        try:
            self._file.write(format_json_lines([prodigy.format_answer(answer, targets, self._annotator)]))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise from_os_error(error, str(self.path)) from error

    def read(self, targets: Mapping[str, Target]) -> list[Answer]:
        """Return the last answer to each task, without those that were taken back."""
        # The process may have been killed in the middle of a line.
        os.truncate(self.path, self.path.read_bytes().rfind(b"\n") + 1)
        answers: dict[str, Answer] = {}
        for _, where, item in iterate_json_lines(self.path):
            answer = prodigy.parse_answer(item, targets, where)
            answers[answer.task.task_id] = answer
        return [answer for answer in answers.values() if answer.labels]

    def finish(self, targets: Mapping[str, Target]) -> list[str]:
        """Import the answers into `data/annotations` and delete the file; return lines that describe the result.

        Raises
        ------
        ParleyError
            When an answer is not valid, such as one that contradicts an earlier label; the file stays, to be imported.
        """
        answers: list[Answer] = []
        try:
            answers = self.read(targets)
            annotator = answers[0].user if answers else ""
            lines = list(import_answers(self._root, answers, annotator)) if answers else ["Nothing was labelled."]
        except ParleyError as error:
            if answers:  # without those that were taken back, which an import would read too
                items = [prodigy.format_answer(answer, targets, answer.user) for answer in answers]
                write_text(self.path, format_json_lines(items))
            fix = f"the answers are in {self.path}: `parley annotate import` imports them, with --replace over others"
            raise ParleyError(str(error), fix=fix) from None
        self.path.unlink(missing_ok=True)
        self._file.close()
        return lines


def find_killed_sessions(root: Path) -> Iterator[SessionFile]:
    """Yield the files of sessions that were killed, locked for this process."""
    if not (folder := root / paths.LABELLING).is_dir():
        return
    found = []
    with annotations_lock(root):
        for path in sorted(folder.glob("*.jsonl")):
            if path.is_symlink() or not path.is_file():  # whatever it is, no session wrote it
                continue
            try:
                file = path.open("a", encoding="utf-8", newline="\n")
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):  # the session is running, or another user's
                continue
            found.append(SessionFile(root, path, file))
    yield from found
