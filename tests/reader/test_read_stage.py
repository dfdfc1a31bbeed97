"""The stage `read`: which quotes it reads, and that nothing is read twice."""

from __future__ import annotations

import shutil

import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.schema.data_tables import ARTICLES, EXTRACTED, POINTINGS
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.reader.run import read_pointings, run
from tests.cases.marked_text import parse_quotes
from tests.worlds.project import change_config
from tests.worlds.rows import article, row

TRUCE, LATE = "Ilse Korvath ‹said› ⟦a truce would hold⟧.", "Nadia Sarkel ‹said› ⟦it was late⟧."


@pytest.fixture
def root(tmp_path):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    rows = []
    for text, (quote,) in map(parse_quotes, (TRUCE, LATE)):
        parts = [{"start": start, "end": end} for start, end in quote.content]
        rows.append(
            row(EXTRACTED, quote_id=f"{article_id(text)}-0", article_id=article_id(text), type="indirect", parts=parts)
        )
    texts = [parse_quotes(line)[0] for line in (TRUCE, LATE)]
    tables.write_sorted(ARTICLES, [article(text, raw_path="news.jsonl") for text in texts], tmp_path / paths.ARTICLES)
    tables.write(EXTRACTED, sorted(rows, key=lambda row: row["article_id"]), tmp_path / paths.EXTRACTED)
    return tmp_path


def names(root):
    """Return the words that each article's quote is given to."""
    texts = {article_id(text): text for text, _ in map(parse_quotes, (TRUCE, LATE))}
    of = read_pointings(root, set(texts))
    found = {name: list(of(name).values()) for name in sorted(texts)}
    return {texts[name][slice(*one.best_span())] for name, all_of in found.items() for one in all_of}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("all", {"Ilse Korvath", "Nadia Sarkel"}), ("topical", {"Ilse Korvath"}), ("off", set())],
)
def test_the_setting_chooses_what_is_read(root, setting, expected):
    change_config(root / paths.CONFIGS / "read.yaml", reader=setting)
    assert run(root)["quotes"] == len(expected)
    assert names(root) == expected


def test_a_second_run_reads_nothing_and_writes_the_same_bytes(root):
    first = run(root)
    before = [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)]
    assert (first["articles read now"], run(root)["articles read now"]) == (2, 0)
    assert [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)] == before
    assert len(tables.read(root / paths.POINTINGS)) == 1
    assert POINTINGS.schema.names == ["article_id", "parts", "starts", "ends", "nobody"]
