"""Stage `extract`: rows in the order of the articles, valid offsets, the same bytes for any number of processes."""

import shutil
from collections import Counter

import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import ARTICLES, PARSES
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.extract import run as stage
from pipeline.extract.quote_table import quote_rows
from pipeline.parse import run as parse

TEXTS = [
    f"Notes from day {n}\n\n“We will not stop on day {n},” said Nadia Sarkel. “Not now.”\n\n"
    f"Renn said the army had {n} shells left.\n\n“It is late and the road is bad.”"
    for n in range(2, 8)
]


def rows_of(texts):
    return [
        {"article_id": article_id(text), "language": "en", "text": text, "raw_path": "a.jsonl", "title": text[:10]}
        for text in texts
    ]


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_PROCESSES", "1")
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    tables.write_sorted(ARTICLES, rows_of(TEXTS), tmp_path / paths.ARTICLES)
    parse.run(tmp_path)
    return tmp_path


def stored(root):
    return [(path.name, path.read_bytes()) for path in tables.shard_paths(root / paths.RULED)]


def test_rows_of_the_table(root):
    counts = stage.run(root)
    rows = tables.read(root / paths.RULED)
    assert counts == {"quotes": len(rows), "articles read now": len(TEXTS)}
    texts = {article_id(text): text for text in TEXTS}
    assert [row["article_id"] for row in rows] == [name for name in sorted(texts) for _ in range(3)]
    first = rows[0]
    assert (first["cue"], first["source"], len(first["parts"])) == ("said", "Nadia Sarkel", 2)
    text = texts[first["article_id"]]
    assert first["quote_id"] == f"{first['article_id']}-{text.index('“')}"
    assert text[first["context_start"] : first["context_end"]].startswith("“We will")
    assert Counter(row["type"] for row in rows) == {"direct": 12, "indirect": 6}
    assert (rows[2]["cue"], rows[2]["cue_start"], rows[2]["source"]) == (None, None, None)
    for row in rows:
        text = texts[row["article_id"]]
        assert row["content"] == " ".join(text[part["start"] : part["end"]] for part in row["parts"])


def test_a_missing_parse_is_an_error(root):
    tables.write(PARSES, tables.read(root / paths.PARSES)[1:], root / paths.PARSES)
    with pytest.raises(DataError, match="no parse of this article"):
        stage.run(root)


def test_a_wrong_offset_is_an_error():
    with pytest.raises(DataError, match="does not give back"):
        quote_rows("a", "“No,” he said.", [Quote("“No,” he said.", [(0, 5)], "direct", cue=(9, 99))])


def test_one_more_article_reads_one_and_results_do_not_depend_on_earlier_runs(root):
    tables.write_sorted(ARTICLES, rows_of(TEXTS[:-1]), root / paths.ARTICLES)
    parse.run(root)
    assert stage.run(root)["articles read now"] == len(TEXTS) - 1
    tables.write_sorted(ARTICLES, rows_of(TEXTS), root / paths.ARTICLES)
    parse.run(root)
    assert stage.run(root)["articles read now"] == 1
    before = stored(root)
    (root / paths.STORE / "extract.sqlite").unlink()
    assert stage.run(root)["articles read now"] == len(TEXTS)
    assert stored(root) == before


def test_a_changed_profile_extracts_again_without_parsing(root):
    stage.run(root)
    language = root / paths.CONFIGS / "languages/en.yaml"
    language.write_text(language.read_text(encoding="utf-8").replace("  sayings:", "  sayings: # more", 1), "utf-8")
    assert stage.run(root)["articles read now"] == 0, "a comment changes nothing"
    config = root / paths.CONFIGS / "extract.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("profile: speech", "profile: attribution"), "utf-8")
    assert parse.run(root)["parsed now"] == 0
    assert stage.run(root)["articles read now"] == len(TEXTS)
