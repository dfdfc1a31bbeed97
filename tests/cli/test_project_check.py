"""`parley correct` and `parley check`: rows are added once, and what is wrong in project or rows is named."""

import pytest
import yaml

from pipeline.core import paths
from pipeline.core.corrections import COLUMNS, read_correction_rows
from pipeline.core.schema.data_tables import EXTRACTED, POINTINGS, QUOTES, RESOLVED
from pipeline.core.storage import tables
from tests.worlds import rows
from tests.worlds.news import war_news
from tests.worlds.project import copy_configs, parley, write_tables
from tests.worlds.rows import TARGETS, labelled_quote, row, write_json_lines

HEADER = ",".join(COLUMNS)


@pytest.fixture
def quotes(tmp_path):
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
    return parley("correct", file, *options, "--root", root, status=status).output


def kept(root):
    rows = read_correction_rows(root / paths.CORRECTIONS, TARGETS)
    return [(row.quote or row.name, row.speaker or row.label, row.by) for row in rows]


def test_new_rows_are_added_once(tmp_path, quotes):
    first, second = (quote["quote_id"] for quote in quotes[:2])
    assert "1 row added" in correct(tmp_path, f"{first},,=Teo Marl,,,,Ada,heard it")
    said = correct(tmp_path, f"{first},,=Teo Marl,,,,Ben,", f"{second},,,,ceasefire,favor,Ben,")
    for words in (f"{second}, ceasefire: favor (Ben)", "1 row added", "it already had: 1.", "dvc repro"):
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


@pytest.mark.parametrize(("row", "says"), [
    ("0123456789abcdef-1,,,,ceasefire,favor,Ada,", "row 3: not applied: no quote has this `quote_id`"),
    ("no such words,,,,ceasefire,favor,Ada,", "row 3: not applied"),
    (",Nobody Known,Teo Marl,,,,Ada,", "row 3: not applied: no quote has a speaker of this name"),
    ("no such words,,,,peace,favor,Ada,", "row 3: target is 'peace'"),
    ("0123456789abcdef-1,,Teo Marl,human,,,Ada,", "row 3: kind is 'human'"),
    ("0123456789abcdef-1", "a row has 8 cells"),
])  # fmt: skip
def test_if_one_row_is_wrong_nothing_is_written(tmp_path, quotes, row, says):
    assert says in correct(tmp_path, f"{quotes[0]['quote_id']},,Teo Marl,,,,Ada,", row, status=1)
    assert kept(tmp_path) == []


def test_a_file_of_other_columns_or_without_rows_or_a_project_without_a_run(tmp_path, quotes):
    assert f"first line: {HEADER}" in correct(tmp_path, header="quote,label", status=1)
    assert "has no correction" in correct(tmp_path, status=1)
    (tmp_path / paths.QUOTES).rename(tmp_path / "elsewhere")
    assert "dvc repro" in correct(tmp_path, "a-1,,Teo Marl,,,,Ada,", status=1)


BODY = "“We will not stop,” said Nadia Sarkel. " + "It rained in the harbour of Port Amsel all day long. " * 5
STANCE = labelled_quote("s1", "We will not stop", "g", {"ceasefire": "against"}, context=BODY)


@pytest.fixture
def root(tmp_path):
    copy_configs(tmp_path)
    write_json_lines(tmp_path / "data/raw/a.jsonl", [{"text": BODY}, {"text": ""}])
    article = rows.article(BODY.strip(), raw_path="a.jsonl")
    quote = rows.quote(article, "“We will not stop,”", cue="said", source="Nadia Sarkel", speaker=None)
    write_json_lines(tmp_path / "data/annotations/quotes.jsonl", [rows.gold_quote(article, quote)])
    write_json_lines(tmp_path / "data/annotations/stance.jsonl", [STANCE])
    return tmp_path


def check(root, *options, status=0):
    return parley("check", *options, "--root", root, status=status, color=True).output


def test_valid_annotations_and_a_rejected_input(root):
    (root / "data/raw" / "b\x1b[31m\nerror: c\u202e.odt").write_text("x")
    output = check(root)
    assert "rejected: a.jsonl:2: empty" in output
    assert "rejected: b error: c.odt: unknown_format" in output
    assert not {"\x1b", "\u202e"} & set(output)
    assert "2 inputs would be rejected." in output
    assert "valid" in output


CORRECTION = "quote,name,speaker,kind,target,label,by,note\na-1,,Nadia Sarkel,,,,%s,\n"


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("data/annotations/quotes.jsonl", '"start": 0', '"start": 1', "quotes.jsonl, line 1"),
    ("data/annotations/stance.jsonl", '"against"', '"maybe"', "maybe"),
    ("data/annotations/behaviours.jsonl", None, '{"id": "B-1"}\n', "line 1: key `kind` is missing"),
    ("configs/corrections.csv", None, CORRECTION % "", "corrections.csv, row 2"),
    ("configs/parse.yaml", None, None, "parse.yaml: no such config file"),
])  # fmt: skip
def test_what_is_wrong_is_named(root, file, old, new, says):
    path = root / file
    if new is None:
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new) if old else new, encoding="utf-8")
    output = check(root, status=1)
    assert says in output
    assert ("nothing else was read" in output) == (new is None)


def test_a_correction_that_is_not_applied_is_a_warning_and_in_the_last_line(root, monkeypatch):
    (root / "configs/corrections.csv").write_text(CORRECTION % "a reader")
    check(root)
    monkeypatch.setattr("pipeline.cli.project_check.find_unmatched_rows", lambda root: ["row 2: `a-1`"])
    output = check(root)
    assert "warning: row 2: `a-1`" in output
    assert "valid; not applied: 1 row of configs/corrections.csv" in output.splitlines()[-1]


@pytest.mark.parametrize(("sides", "warns"), [([None, None, "Velmora"], True), ([None, "Velmora"], False)])
def test_few_speakers_with_a_side_are_a_warning(root, monkeypatch, sides, warns):
    monkeypatch.setattr("pipeline.cli.project_check.MANY_QUOTES", 2)
    quotes = [row(QUOTES, quote_id=f"a-{n}", type="direct", speaker="Teo", side=side) for n, side in enumerate(sides)]
    tables.write(QUOTES, quotes, root / paths.QUOTES)
    assert ("2 of 3 quotes with a speaker have no `side`" in check(root, "--no-input")) == warns


@pytest.mark.parametrize(("file", "added", "says"), [
    ("ingest.yaml", "inputt: data\nmin_words: thirty", ["`inputt`", "`min_words`", "2 errors in configs"]),
    ("parse.yaml", "language: 7", ["parse.yaml: `language` is 7"]),
    ("extract.yaml", "profile: speach", ["extract.yaml: unknown profile `speach`", "use one of speech"]),
    ("resolve.yaml", "least_certainty: 45", ["resolve.yaml: `least_certainty` is 45"]),
    ("languages/en_evidence.yaml", "stance_cues: ['a*b*c*d*']", ["en_evidence.yaml: `stance_cues", "'a*b*c*d*'"]),
    ("publish.yaml", "licenses: [{path: a, licence: b}]", ["publish.yaml, licenses, entry 1: "]),
    ("targets.yaml", "targets: {}", ["targets.yaml"]),
    ("languages/en.yaml", "cues: {spech: [say]}", ["languages/en.yaml", "unknown key `spech`"]),
    ("languages/en_boilerplate.yaml", "author: '('", ["en_boilerplate.yaml: a pattern of `author` is no regular"]),
    ("languages/en_stance.yaml", "negation: [not]", ["en_stance.yaml: unknown key `negation`"]),
])  # fmt: skip
def test_configs_are_checked(root, file, added, says):
    path = root / "configs" / file
    keys = {line.partition(":")[0] for line in added.splitlines()}
    kept = {key: value for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items() if key not in keys}
    path.write_text((yaml.safe_dump(kept) if kept else "") + added, encoding="utf-8")
    output = check(root, "--no-input", status=1)
    assert [words for words in says if words not in output] == []
    assert "valid." not in output
