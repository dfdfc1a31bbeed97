"""The stage `read`: which articles it reads, and that nothing is read twice."""

import shutil

import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import ARTICLES, EXTRACTED, PARSES
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.extract.quote_table import quote_rows
from pipeline.reader.run import read_pointings, run
from tests.cases.marked_text import parse_quotes
from tests.worlds.project import change_config
from tests.worlds.rows import article

TRUCE, LATE = "Ilse Korvath ‹said› ⟦a truce would hold⟧.", "Nadia Sarkel ‹said› ⟦it was late⟧."


@pytest.fixture
def root(tmp_path):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    by_rules = []
    for text, (quote,) in map(parse_quotes, (TRUCE, LATE)):
        found = Quote(text, quote.content, "indirect", "clause_after", 0.83, quote.cue, quote.source)
        by_rules += quote_rows(article_id(text), text, [found])
    texts = [parse_quotes(line)[0] for line in (TRUCE, LATE, "It rained in Lorne all day.")]
    tables.write_sorted(ARTICLES, [article(text, raw_path="news.jsonl") for text in texts], tmp_path / paths.ARTICLES)
    parses = [{"article_id": article_id(text), "parser": "none", "doc": b""} for text in texts]
    tables.write(PARSES, sorted(parses, key=lambda row: row["article_id"]), tmp_path / paths.PARSES)
    tables.write_sorted(EXTRACTED, by_rules, tmp_path / paths.RULED)
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
    assert run(root)["quotes"] == 2
    assert names(root) == expected
    extracted = tables.read(root / paths.EXTRACTED)
    assert {row["rule"] for row in extracted} == {"clause_after"}
    assert sum(row["speech_score"] is not None for row in extracted) == len(expected)


def test_a_second_run_reads_nothing_and_writes_the_same_bytes(root):
    first = run(root)
    before = [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)]
    assert (first["articles read now"], run(root)["articles read now"]) == (3, 0)
    assert [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)] == before
    assert len(tables.read(root / paths.POINTINGS)) == 2
