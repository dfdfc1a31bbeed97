"""`parley quotes`: a table, JSON lines, explanations, and input in any format."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from pipeline.api.extractor import Extractor
from pipeline.cli.main import main
from pipeline.cli.quotes_command import format_csv_line
from pipeline.core.targets import load_targets
from pipeline.publish.dataset_rows import build_features

TEXT = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day. The “peace ship” sank.\n"
SPEECH = "“We will not stop,” said Nadia Sarkel, the government's spokeswoman.\n"


def quotes(*arguments, text=None):
    return CliRunner().invoke(main, ["quotes", *arguments], input=text)


def test_json_has_offsets_into_exactly_this_text():
    done = quotes("--json", "-", text=SPEECH)
    (quote,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert quote["speaker"] == "Nadia Sarkel"
    assert quote["type"] == "direct"
    (part,) = quote["parts"]
    assert SPEECH[part["start"] : part["end"]] == quote["content"] == "“We will not stop,”"
    assert SPEECH[quote["cue_start"] : quote["cue_end"]] == quote["cue"] == "said"
    assert quote["source"] == "Nadia Sarkel"


def test_names_are_those_of_the_dataset():
    """But for `file`, the start and end of the content in CSV, and what the dataset does not have."""
    header, _ = quotes("--format", "csv", "-", text=SPEECH).stdout.splitlines()
    record = json.loads(quotes("--json", "-", text=SPEECH).stdout)
    own = {"file", "content_start", "content_end", "steps", "members", "affiliation", "floating"}
    assert {*header.split(","), *record} - own <= set(build_features(load_targets())["quotes"])


def test_a_table_for_people_shows_brackets_as_text():
    done = quotes("-", text="“[red]No[/red],” said Nadia Sarkel.\n")
    assert done.exit_code == 0
    assert "[red]No[/red]" in done.stdout


def test_no_quotes_is_no_error():
    done = quotes("-", text="It rained all day in Port Amsel.\n")
    assert done.exit_code == 0
    assert "No quotes found" in done.stderr


@pytest.mark.parametrize("place", ["a.csv", "."])
def test_the_articles_are_not_overwritten(tmp_path, place):
    path = tmp_path / "a.csv"
    path.write_text(f'text\n"{SPEECH}"\n', encoding="utf-8")
    done = quotes(str(tmp_path / place), "--out", str(path))
    assert done.exit_code == 1
    assert "a.csv: this file is not replaced" in done.stderr
    assert path.read_text(encoding="utf-8") == f'text\n"{SPEECH}"\n'


def test_annotations_are_not_overwritten(tmp_path, monkeypatch):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/ingest.yaml").touch()
    (tmp_path / "a.txt").write_text(SPEECH, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = quotes("a.txt", "--out", "data/annotations/stance.jsonl")
    assert done.exit_code == 1
    assert "this is a place for annotations" in done.stderr


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", ""), ("a.txt", " \n\n"), ("a.jsonl", ""), ("a.csv", ""), ("a.unknown", "")]
)
def test_an_empty_file_is_said_to_be_empty(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    done = quotes(str(path))
    assert done.exit_code == 1
    assert f"{name}: the file is empty" in done.stderr
    assert "→ put the text of an article into it" in done.stderr
    assert "No quotes found" not in done.stderr


def test_empty_standard_input_is_said_to_be_empty():
    done = quotes("-", text="\n")
    assert done.exit_code == 1
    assert "standard input is empty" in done.stderr


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    done = quotes(str(path))
    assert done.exit_code == 1
    assert "UTF-8" in done.stderr
    assert "Traceback" not in done.output


def test_other_formats_go_through_ingest(tmp_path):
    row = {"title": "No halt, says Sorrin", "text": SPEECH + "It rained all day in the harbour of Port Amsel. " * 5}
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = [json.loads(line) for line in quotes("--json", str(path)).stdout.splitlines()]
    assert "Nadia Sarkel" in [quote["speaker"] for quote in found]
    assert {quote["article_title"] for quote in found} == {"No halt, says Sorrin"}


def test_a_file_without_an_article_says_why(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text('{"text": ""}\n')
    done = quotes(str(path))
    assert done.exit_code == 1
    assert "empty" in done.stderr


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%\xe2\xe3", b"PK\x03\x04\x14\x00\xae", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_text_is_refused_with_what_is_read(tmp_path, data):
    path = tmp_path / "notes.other"
    path.write_bytes(data)
    done = quotes(str(path))
    assert done.exit_code == 1
    assert "not a text in UTF-8" in done.stderr
    assert ".jsonl" in done.stderr
    assert "No quotes found" not in done.output


@pytest.fixture
def folder(tmp_path):
    """A folder with two texts and a picture, and a text beside it."""
    (tmp_path / "in/b").mkdir(parents=True)
    (tmp_path / "in/a.txt").write_text(SPEECH, encoding="utf-8")
    (tmp_path / "in/b/c.txt").write_text("It rained in Port Amsel.", encoding="utf-8")
    (tmp_path / "in/d.png").write_bytes(b"\x89PNG")
    (tmp_path / "e").write_text("=1 “[We] do,” said Ilse Korvath, the mayor.\n", encoding="utf-8")
    return tmp_path


def test_folders_files_and_standard_input_are_read_together(folder):
    done = quotes("--json", str(folder / "in"), str(folder / "e"), "-", text=SPEECH)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(quote["file"], quote["speaker"]) for quote in found] == [
        (str(folder / "in/a.txt"), "Nadia Sarkel"),
        (str(folder / "e"), "Ilse Korvath"),
        ("-", "Nadia Sarkel"),
    ]
    assert done.exit_code == 1
    assert "1 file in other formats (1 .png)" in done.stderr


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_it(folder):
    (folder / "in/a.txt").write_bytes(b"\xff\xfe\xfa")
    done = quotes(str(folder / "in/a.txt"), str(folder / "e"))
    assert done.exit_code == 1
    assert "UTF-8" in done.stderr
    assert "Ilse Korvath" in done.stdout
    assert "1 quote." in done.stderr


def test_csv_is_safe_for_a_spreadsheet(folder):
    out = folder / "quotes.csv"
    done = quotes(str(folder / "e"), "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 quote written to" in done.stderr
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (row["speaker"], row["cue"], row["type"]) == ("Ilse Korvath", "said", "mixed")
    (printed,) = csv.DictReader(io.StringIO(quotes("--format", "csv", str(folder / "e")).stdout))
    assert printed == row
    assert format_csv_line(["=1", None, 2]) == "'=1,,2"


@pytest.mark.parametrize(
    "options",
    [["--json", "--format", "csv"], ["--out", "a.txt"], ["--format", "csv", "--explain"], ["--json", "--explain"], []],
)
def test_options_that_contradict_each_other_are_refused(options, folder):
    done = quotes(*options, *([str(folder / "e")] if options else []))
    assert done.exit_code == 2


def explain(*arguments, text):
    done = quotes(*arguments, "-", text=text)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_an_explanation_is_a_line_for_each_quote():
    (line,) = explain("--explain", text=TEXT).splitlines()
    for words in ("“We will not stop", "quoted_before 0.", "full_name “Nadia Sarkel”", "certainty 0."):
        assert words in line


def test_brackets_of_an_article_are_shown_as_they_are():
    assert "[red]No[/red]" in explain("--explain", text="“[red]No[/red] truce,” said Nadia Sarkel.\n")


def test_a_text_that_is_too_long_is_named_and_the_others_are_read(tmp_path):
    (tmp_path / "a.txt").write_text("Ferry one. " * 110_000, encoding="utf-8")
    (tmp_path / "b.txt").write_text(SPEECH, encoding="utf-8")
    done = quotes("--json", str(tmp_path))
    assert done.exit_code == 1
    assert f"{tmp_path / 'a.txt'}: 330,000 words and signs" in done.stderr
    assert json.loads(done.stdout)["speaker"] == "Nadia Sarkel"


def test_an_error_in_one_article_names_its_file(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("It rained.", encoding="utf-8")
    (tmp_path / "b.txt").write_text(SPEECH, encoding="utf-8")
    find = Extractor.__call__
    monkeypatch.setattr(Extractor, "__call__", lambda self, text: find(self, text) if text == SPEECH else {}["7"])
    done = quotes("--json", str(tmp_path))
    assert done.exit_code == 1
    assert f"{tmp_path / 'a.txt'}: an error of Parley itself (KeyError: '7'" in done.stderr
    assert json.loads(done.stdout)["speaker"] == "Nadia Sarkel"


LONG = SPEECH + "It rained all day in the harbour of Port Amsel. " * 5


@pytest.fixture
def archive(tmp_path):
    """A table with foreign columns, one of which has a text that is no article."""
    path = tmp_path / "archiv.csv"
    row = ["1", "Kein Halt, sagt Sorrin", "25.02.2031", LONG.strip(), "A summary. " * 20]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["Nr", "Überschrift", "Datum", "Langfassung", "Kurz"], row])
    return path


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder in no project."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_columns_are_guessed_and_named(archive, elsewhere):
    done = quotes("--json", str(archive))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert "Nadia Sarkel" in [quote["speaker"] for quote in found]
    assert {quote["article_title"] for quote in found} == {"Kein Halt, sagt Sorrin"}
    assert "text from `Langfassung`, title from `Überschrift`, date from `Datum`; no column for source" in done.stderr
    assert "--text COLUMN" in done.stderr


def test_a_chosen_column_is_read(archive, elsewhere):
    done = quotes("--json", str(archive), "--text", "kurz")
    assert done.stdout == ""
    assert "text from `Kurz`" in done.stderr


def test_a_chosen_column_that_is_missing_is_named_with_those_that_are_there(archive, elsewhere):
    done = quotes(str(archive), "--text", "Volltext")
    assert done.exit_code == 1
    assert "no file has a column `Volltext` (there are: `Nr`, `Überschrift`" in done.stderr


def test_without_a_likely_column_the_option_is_named(tmp_path, elsewhere):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "note": "short"}\n{"id": 2, "note": "brief"}\n', encoding="utf-8")
    done = quotes(str(tmp_path / "a.jsonl"))
    assert done.exit_code == 1
    assert done.stderr.count("columns found: `id`, `note`") == 1
    assert "name the column that has the article: --text COLUMN" in done.stderr


def test_columns_of_a_known_name_need_no_word(tmp_path, elsewhere):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": LONG, "title": "No halt"}) + "\n", encoding="utf-8")
    assert "column" not in quotes("--json", str(tmp_path / "a.jsonl")).stderr
