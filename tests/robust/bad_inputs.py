"""Broken inputs between two valid ones, and what stage `ingest` makes of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.config import IngestConfig
from tests.ingest.ingest_inputs import OTHER as LAST
from tests.ingest.ingest_inputs import STORY as FIRST
from tests.robust.invariants import ingest_and_check

# What is broken is put into, or beside, this one.
STORY = (
    "BELHAVEN - Monitors counted fewer flares above the reservoir on Thursday than on any night since the winter, and "
    "the bakers of Kolm opened for the first time.\n\n“A quiet night is not yet a truce,” Ilse Korvath told reporters "
    "in the town hall. Rustam Odei replied that Velmora would cede no village, whatever the mediators wrote."
)


@dataclass(frozen=True)
class BadInput:
    """One broken input."""

    name: str  # what is broken
    write: Callable[[Path], None]  # into a folder
    rejects: tuple[str, ...] = ()  # reasons expected, in order; a trailing `*` stands for one or more of the same
    taken: int = 0  # articles expected beside the neighbours
    long: bool = False  # whether it is too heavy for the ordinary tests


CASES: dict[str, BadInput] = {}
RAW = "raw"  # the input folder, below the folder of a case


def register_case(
    name: str, *rejects: str, taken: int = 0, long: bool = False
) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register a broken input under a name, with its expected result."""

    def register(write: Callable[[Path], None]) -> Callable[[Path], None]:
        assert name not in CASES
        CASES[name] = BadInput(name, write, rejects, taken, long)
        return write

    return register


def register_file(
    name: str, file: str, content: Callable[[], str | bytes], *rejects: str, taken: int = 0, long: bool = False
) -> None:
    """Register a broken input that is one file."""

    def write(folder: Path) -> None:
        data = content()
        (folder / file).write_bytes(data.encode("utf-8") if isinstance(data, str) else data)

    register_case(name, *rejects, taken=taken, long=long)(write)


def write_case(bad: BadInput, folder: Path) -> Path:
    """Write a broken input and its neighbours; return the input folder."""
    raw = folder / RAW
    raw.mkdir(parents=True)
    (raw / "a-first.txt").write_text(FIRST, encoding="utf-8")
    bad.write(raw)
    (raw / "z-last.txt").write_text(LAST, encoding="utf-8")
    return raw


def read_case(bad: BadInput, raw: Path) -> list[str]:
    """Ingest the folder, check every row, the rejects and both neighbours; return the texts of the broken input."""
    found = ingest_and_check(raw, IngestConfig())
    wanted = (f"{r[:-1]}(?: {r[:-1]})*" if r.endswith("*") else r for r in bad.rejects)
    assert re.fullmatch(" ".join(wanted), " ".join(found.reasons)), (bad.rejects, found.rejects)
    first, *texts, last = (row["text"] for row in found.articles)
    assert (first, last) == (FIRST, LAST)
    assert len(texts) == bad.taken
    return texts
