"""`parley correct`: rows are added once, what is wrong is named, and nothing is written then."""

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.corrections import COLUMNS, read_correction_rows
from pipeline.core.schema.data_tables import EXTRACTED, POINTINGS, RESOLVED
from pipeline.core.storage import tables
from tests.worlds.news import war_news
from tests.worlds.project import copy_configs, write_tables
from tests.worlds.rows import TARGETS, row

HEADER = ",".join(COLUMNS)


@pytest.fixture
def quotes(tmp_path):
    """Return the quotes of a build in `tmp_path`."""
    copy_configs(tmp_path)
    written = write_tables(tmp_path, war_news())
    names = ("quote_id", "speaker", "certainty")
    resolved = [row(RESOLVED, **{name: q[name] for name in names}, kind="person", members=[]) for q in written]
    tables.write(RESOLVED, resolved, tmp_path / paths.RESOLVED)
    extracted = [{name: q[name] for name in EXTRACTED.schema.names} for q in written]
    tables.write(EXTRACTED, extracted, tmp_path / paths.EXTRACTED)
    tables.write(POINTINGS, [], tmp_path / paths.POINTINGS)
    return written


def correct(root, *rows, options=(), status=0, header=HEADER):
    file = root / "given.csv"
    file.write_text("\ufeff" + "\r\n".join([header, *rows]) + "\r\n", encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["correct", str(file), *options, "--root", str(root)])
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    return done.output


def kept(root):
    rows = read_correction_rows(root / paths.CORRECTIONS, TARGETS)
    return [(row.quote or row.name, row.speaker or row.label, row.by) for row in rows]


def test_new_rows_are_added_once(tmp_path, quotes):
    first, second = (quote["quote_id"] for quote in quotes[:2])
    assert "1 row added" in correct(tmp_path, f"{first},,=Teo Marl,,,,Ada,heard it")
    said = correct(tmp_path, f"{first},,=Teo Marl,,,,Ben,", f"{second},,,,ceasefire,favor,Ben,")
    for words in (f"{second}, ceasefire: favor (Ben)", "1 row added", "there before: 1.", "dvc repro"):
        assert words in said
    assert kept(tmp_path) == [(first, "=Teo Marl", "Ada"), (second, "favor", "Ben")]
    assert "'=Teo Marl" in (tmp_path / paths.CORRECTIONS).read_text(encoding="utf-8")
    before = (tmp_path / paths.CORRECTIONS).read_bytes()
    assert "0 rows added" in correct(tmp_path, f"{first},,=Teo Marl,,,,Ada,heard it")
    assert (tmp_path / paths.CORRECTIONS).read_bytes() == before


def test_a_row_that_contradicts_one_that_is_there_needs_replace(tmp_path, quotes):
    quote, words = quotes[0]["quote_id"], quotes[1]["content"].replace('"', '""')
    correct(tmp_path, f"{quote},,,,ceasefire,favor,Ada,", f'"{words}",,,,ceasefire,favor,Ada,')
    said = correct(tmp_path, f"{quote},,,,ceasefire,against,Ben,", status=1)
    assert f"given.csv, row 2: `{quote}, ceasefire` is corrected otherwise" in said
    assert "corrections.csv, row 2" in said
    assert "--replace" in said
    assert [row[1:] for row in kept(tmp_path)] == [("favor", "Ada")] * 2
    correct(tmp_path, f"{quote},,,,ceasefire,against,Ben,", options=["--replace"])
    assert [row[1:] for row in kept(tmp_path)] == [("against", "Ben"), ("favor", "Ada")]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("0123456789abcdef-1,,,,ceasefire,favor,Ada,", "row 3: not applied: no quote has this `quote_id`"),
        ("no such words,,,,ceasefire,favor,Ada,", "row 3: not applied"),
        (",Nobody Known,Teo Marl,,,,Ada,", "row 3: not applied: no quote has a speaker of this name"),
        ("no such words,,,,peace,favor,Ada,", "row 3: target is 'peace'"),
        ("0123456789abcdef-1,,Teo Marl,human,,,Ada,", "row 3: kind is 'human'"),
        ("0123456789abcdef-1", "a row has 8 cells"),
    ],
)
def test_if_one_row_is_wrong_nothing_is_written(tmp_path, quotes, row, says):
    assert says in correct(tmp_path, f"{quotes[0]['quote_id']},,Teo Marl,,,,Ada,", row, status=1)
    assert kept(tmp_path) == []


def test_a_file_of_other_columns_or_without_rows_or_a_project_without_a_run(tmp_path, quotes):
    assert f"first line: {HEADER}" in correct(tmp_path, header="quote,label", status=1)
    assert "has no correction" in correct(tmp_path, status=1)
    (tmp_path / paths.QUOTES).rename(tmp_path / "elsewhere")
    assert "dvc repro" in correct(tmp_path, "a-1,,Teo Marl,,,,Ada,", status=1)
