"""A project folder for tests of stage `ingest`."""

import gzip
import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.storage import tables
from pipeline.ingest import input_files
from tests.worlds.project import ingest_input

STORY = (
    "TOLVAR - Ferries crossed the Anse again on Monday after the two armies had held their fire for six days, the "
    "harbour master of Ostry said.\n\n"
    "“We carried forty people and one very old piano,” said Jarek Moll, who has run the boat since he was nineteen. "
    "He said he would go on as long as the river stays quiet."
)
OTHER = (
    "PORT AMSEL - The price of smoked herring doubled in a week, and shopkeepers on Great Corrin blame the closed "
    "fishing grounds.\n\n"
    "“Nobody sails for pleasure this spring,” said Hilde Brack, who sells bread and rope by the old customs house. "
    "The finance ministry promised help before the end of the month."
)

GERMAN = (
    "Die Fähren überqueren den Fluss seit Montag wieder, sagte der Hafenmeister von Ostry am Abend vor Journalisten. "
    "Er hoffe, dass die Waffen noch lange schweigen, denn im Frühjahr müsse das Getreide auf die andere Seite gebracht "
    "werden, und ohne die Boote gehe das nicht."
)
NEIGHBOUR = (
    "HARROW FORD - Bakers lit their ovens at dawn for the first time since the siege, and the smell of rye reached the "
    "customs gate. “I had forgotten what a queue looks like,” said Ada Wrede, who used to teach Latin at the school."
)


def json_rows(*rows: str | Mapping[str, Any]) -> str:
    return "".join(json.dumps({"text": row} if isinstance(row, str) else row) + "\n" for row in rows)


def parquet_of(table: pa.Table | Mapping[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(dict(table)), sink)
    return sink.getvalue()


class Project:
    """A project folder with `data/raw` and a config, and the tables that the stage writes."""

    def __init__(self, root: Path) -> None:
        self.root, self.raw, self.config = root, root / "data/raw", dict[str, Any]()
        self.raw.mkdir(parents=True)
        shutil.copytree(CONFIGS / "languages", root / paths.CONFIGS / "languages")

    def add(self, name: str, content: str | bytes) -> Path:
        """Write an input file; a name that ends in .gz is packed."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode("utf-8") if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    def run(self) -> dict[str, int]:
        """List the input and run the stage with the config as it is now."""
        self.write_config()
        return ingest_input(self.root)

    def read(self, name: str, content: str | bytes, **config: Any) -> tuple[list[str], list[tuple[int | None, str]]]:
        """Run the stage on a file beside a text that must be taken; return its texts, and row and reason of rejects."""
        self.config |= config
        self.add(name, content)
        self.add("zz.txt", NEIGHBOUR)
        self.run()
        *articles, neighbour = self.articles
        assert neighbour["text"] == NEIGHBOUR
        return [article["text"] for article in articles], [(row, reason) for _, row, reason in self.reasons()]

    def list_input(self) -> list[dict[str, Any]]:
        """Run the stage `inputs` with the config as it is now, and return what it wrote."""
        self.write_config()
        input_files.run(self.root)
        return [json.loads(line) for line in (self.root / paths.INPUTS).read_text(encoding="ascii").splitlines()]

    def write_config(self) -> None:
        path = self.root / paths.CONFIGS / "ingest.yaml"
        path.write_text(yaml.safe_dump(self.config), encoding="utf-8")

    @property
    def articles(self) -> list[dict[str, Any]]:
        """Sorted by path and headline; the table itself is sorted by id."""
        return sorted(tables.read(self.root / paths.ARTICLES), key=lambda row: (row["raw_path"], row["title"] or ""))

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return tables.read(self.root / paths.REJECTS)

    def reasons(self) -> list[tuple[str, int | None, str]]:
        """Path, row and reason of every reject."""
        return [(row["raw_path"], row["row"], row["reason"]) for row in self.rejects]
