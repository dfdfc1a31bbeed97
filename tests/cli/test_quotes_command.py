"""`parley quotes` and `parley stance`: tables, JSON lines, explanations, input in any format, labels and why."""

import csv
import io
import json
import shutil

import pytest

from pipeline.api.extractor import Extractor
from pipeline.cli.quotes_command import format_csv_line
from pipeline.cli.stance_command import StancePrediction, format_lines
from pipeline.core.targets import load_targets
from pipeline.publish.dataset_rows import build_features
from pipeline.stance import stage_train
from tests.worlds.project import copy_configs, parley
from tests.worlds.stance_project import training_rows, write_labels, write_project, write_run

SPEECH = "“We will not stop,” said Nadia Sarkel, the government's spokeswoman.\n"
LONG = SPEECH + "It rained all day in the harbour of Port Amsel. " * 5


def quotes(*arguments, text=None, status=None):
    return parley("quotes", *arguments, text=text, status=status)


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_has_offsets_into_exactly_this_text_and_names_are_those_of_the_dataset():
    """But for `file`, the start and end of the content in CSV, and what the dataset does not have."""
    (quote,) = rows(quotes("--json", "-", text=SPEECH))
    assert (quote["speaker"], quote["source"], quote["type"]) == ("Nadia Sarkel", "Nadia Sarkel", "direct")
    (part,) = quote["parts"]
    assert SPEECH[part["start"] : part["end"]] == quote["content"] == "“We will not stop,”"
    assert SPEECH[quote["cue_start"] : quote["cue_end"]] == quote["cue"] == "said"
    header, _ = quotes("--format", "csv", "-", text=SPEECH).stdout.splitlines()
    own = {"file", "content_start", "content_end", "steps", "members", "affiliation", "floating"}
    assert {*header.split(","), *quote} - own <= set(build_features(load_targets())["quotes"])


@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_brackets_of_an_article_are_shown_as_they_are(options):
    done = quotes(*options, "-", text="“[red]No[/red] truce,” said Nadia Sarkel.\n", status=0)
    assert "[red]No[/red]" in done.stdout


def test_an_explanation_is_a_line_for_each_quote_and_no_quotes_is_no_error():
    done = quotes("-", text="It rained all day in Port Amsel.\n")
    assert (done.exit_code, "No quotes found" in done.stderr) == (0, True)
    text = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day. The “peace ship” sank.\n"
    (line,) = quotes("--explain", "-", text=text).stdout.splitlines()
    for words in ("“We will not stop", "quoted_before ", "full_name “Nadia Sarkel”", "certainty 0."):
        assert words in line


@pytest.mark.parametrize(("place", "out", "says"), [
    ("a.csv", "a.csv", "a.csv: this file is not replaced"),
    ("a.csv", "data/annotations/stance.jsonl", "this is a place for annotations"),
])  # fmt: skip
def test_articles_and_annotations_are_not_overwritten(tmp_path, monkeypatch, place, out, says):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/ingest.yaml").touch()
    (tmp_path / "a.csv").write_text(f'text\n"{SPEECH}"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert says in quotes(place, "--out", out, status=1).stderr
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == f'text\n"{SPEECH}"\n'


@pytest.mark.parametrize(("name", "content", "says"), [
    *(
        (name, content, f"{name}: the file is empty")
        for name, content in [("a.txt", b""), ("a.txt", b" \n\n"), ("a.csv", b""), ("a.unknown", b"")]
    ),
    ("-", b"\n", "standard input is empty"),
    ("a.jsonl", b'{"text": ""}\n', "empty"),
    ("a.txt", b"\xff\xfe\xfa", "UTF-8"),
    *(
        ("a.other", content, "save it as UTF-8; read are .")
        for content in (b"%PDF-1.7\n%\xe2\xe3", b"PK\x03\x04\x14\x00\xae", b"\xd0\xcf\x11\xe0")
    ),
])  # fmt: skip
def test_a_file_without_an_article_says_why(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    done = quotes("-", text=content.decode()) if name == "-" else quotes(path)
    assert done.exit_code == 1
    assert says in done.stderr
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
    done = quotes("--json", folder / "in", folder / "e", "-", text=SPEECH)
    speakers = {str(folder / "in/a.txt"): "Nadia Sarkel", str(folder / "e"): "Ilse Korvath", "-": "Nadia Sarkel"}
    assert [(quote["file"], quote["speaker"]) for quote in rows(done)] == [*speakers.items()]
    assert done.exit_code == 1
    assert "1 file in other formats (1 .png)" in done.stderr


@pytest.mark.parametrize(("content", "says"), [
    (b"\xff\xfe\xfa", "UTF-8"),
    (b"Ferry one. " * 110_000, "a.txt: 330,000 words and signs"),
    (b"a" * 4_000_001, "a.txt: a text of more than 4000000 bytes"),
    (b"It rained.", "a.txt: an error of Parley itself (KeyError: '7'"),
])  # fmt: skip
def test_what_is_wrong_with_one_article_does_not_keep_the_others_from_it(tmp_path, monkeypatch, content, says):
    find = Extractor.__call__
    monkeypatch.setattr(Extractor, "__call__", lambda self, text: {}["7"] if text == "It rained." else find(self, text))
    (tmp_path / "a.txt").write_bytes(content)
    (tmp_path / "b.txt").write_text(SPEECH, encoding="utf-8")
    done = quotes("--json", tmp_path / "a.txt", tmp_path / "b.txt")
    assert done.exit_code == 1
    assert says in done.stderr
    assert [quote["speaker"] for quote in rows(done)] == ["Nadia Sarkel"]


def test_csv_is_safe_for_a_spreadsheet(folder):
    out = folder / "quotes.csv"
    done = quotes(folder / "e", "--out", out)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 quote written to" in done.stderr
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (row["speaker"], row["cue"], row["type"]) == ("Ilse Korvath", "said", "mixed")
    (printed,) = csv.DictReader(io.StringIO(quotes("--format", "csv", folder / "e").stdout))
    assert printed == row
    assert format_csv_line(["=1", None, 2]) == "'=1,,2"


@pytest.mark.parametrize(
    "options",
    [["--json", "--format", "csv"], ["--out", "a.txt"], ["--format", "csv", "--explain"], ["--json", "--explain"], []],
)
def test_options_that_contradict_each_other_are_refused(options, folder):
    assert quotes(*options, *([folder / "e"] if options else [])).exit_code == 2


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A table with foreign columns, one of which has a text that is no article, seen from a folder in no project."""
    path = tmp_path / "archiv.csv"
    row = ["1", "Kein Halt, sagt Sorrin", "25.02.2031", LONG.strip(), "A summary. " * 20]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["Nr", "Überschrift", "Datum", "Langfassung", "Kurz"], row])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return path


def test_columns_are_guessed_and_named_or_chosen(archive):
    done = quotes("--json", archive)
    found = rows(done)
    assert "Nadia Sarkel" in [quote["speaker"] for quote in found]
    assert {quote["article_title"] for quote in found} == {"Kein Halt, sagt Sorrin"}
    assert "text from `Langfassung`, title from `Überschrift`, date from `Datum`; no column for source" in done.stderr
    assert "--text COLUMN" in done.stderr
    done = quotes("--json", archive, "--text", "kurz")
    assert done.stdout == ""
    assert "text from `Kurz`" in done.stderr
    done = quotes(archive, "--text", "Volltext", status=1)
    assert "no file has a column `Volltext` (there are: `Nr`, `Überschrift`" in done.stderr


def test_of_columns_a_likely_one_is_asked_for_and_a_known_one_needs_no_word(archive):
    path = archive.with_name("a.jsonl")
    path.write_text('{"id": 1, "note": "short"}\n{"id": 2, "note": "brief"}\n', encoding="utf-8")
    done = quotes(path, status=1)
    assert done.stderr.count("columns found: `id`, `note`") == 1
    assert "name the column that has the article: --text COLUMN" in done.stderr
    path.write_text(json.dumps({"text": LONG, "title": "No halt"}) + "\n", encoding="utf-8")
    assert "column" not in quotes("--json", path).stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    copy_configs(root)
    write_project(root)
    stage_train.run(root, "ceasefire")
    return root


def call(root, *arguments, text=None, status=0):
    return parley("stance", *arguments, "--root", root, text=text, status=status)


def stances(root, *arguments, text=None):
    (line,) = call(root, "--json", *arguments, text=text).stdout.splitlines()
    return json.loads(line)


def test_a_quote_with_the_reasons(root):
    done = call(root, "--explain", "There will be no truce with Tolvar.")
    assert "ceasefire: against" in done.stdout
    assert "    evidence: will, no truce\n" in done.stdout
    assert done.stdout.count("    near ") == 3
    assert "near 0.9" in done.stdout or "near 1.0" in done.stdout
    lines = call(root, "--explain", "No truce with Tolvar.").stdout.splitlines()
    (words,) = [line for line in lines if "words for it:" in line]
    assert "no +" in words


def test_json_has_every_probability(root):
    found = stances(root, "--explain", "--cue", "rejects", "every ceasefire")
    (one,) = found["stances"]
    assert (found["cue"], one["target"]) == ("rejects", "ceasefire")
    assert list(one["probabilities"]) == ["favor", "against", "conditional", "neutral", "unrelated"]
    assert sum(one["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert set(one) >= {"words_for", "words_against", "nearest", "abstained"}
    assert one["evidence"] == (["ceasefire"] if one["predicted_label"] != "unrelated" else [])


def test_an_abstained_label_is_shown_as_unknown_with_the_predicted_one_beside():
    prediction = StancePrediction("ceasefire", "favor", {"favor": 0.4, "against": 0.3}, True)
    shown = list(format_lines({"text": "Peace."}, [prediction]))
    assert shown[1] == "  ceasefire: unknown (not sure enough of favor)"
    values = prediction.to_dict()
    assert (values["label"], values["predicted_label"], values["abstained"]) == ("unknown", "favor", True)


def test_the_quotes_of_an_article_or_of_the_build(root):
    found = stances(root, "-", text="“There will be no truce with Renn,” said Nadia Sarkel.\n")
    assert (found["speaker"], found["stances"][0]["label"]) == ("Nadia Sarkel", "against")
    text = "We want a truce with Renn now. " * 40  # longer than a file name may be
    found = stances(root, text)
    assert (found["content"], "words_for" in found["stances"][0]) == (text, False)
    (first, *_) = write_run(root)
    found = stances(root, first)
    assert (found["content"], found["cue"]) == ("there will be no truce", "said")


@pytest.mark.parametrize(("arguments", "says"), [
    (["0123456789abcdef-7"], "no quote 0123456789abcdef-7"),
    (["missing.txt"], "missing.txt: no such file"),
    (["  "], "no text"),
    (["--target", "weather", "No truce."], "unknown target 'weather'"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_remedy(root, arguments, says):
    done = call(root, *arguments, status=1)
    assert says in done.stderr
    assert "→" in done.stderr


def test_a_project_without_a_build_and_one_of_two_builds(root, tmp_path):
    shutil.copytree(root / "configs", tmp_path / "none/configs")
    shutil.copytree(root, tmp_path / "two")
    write_labels(tmp_path / "two", training_rows()[:-1])
    for name, *says in [("none", "no stance models here yet", "dvc repro"), ("two", "out of step")]:
        done = call(tmp_path / name, "--explain", "No truce.", status=1)
        assert [words for words in says if words not in done.stderr] == []
