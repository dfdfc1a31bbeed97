"""`parley check` on a small project: valid, then with one error at a time."""

import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli.main import main
from tests.worlds import rows
from tests.worlds.project import copy_configs
from tests.worlds.rows import labelled_quote, write_json_lines

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


def check(root):
    return CliRunner().invoke(main, ["check", "--root", str(root)])


def test_valid_annotations_and_a_rejected_input(root):
    done = check(root)
    assert done.exit_code == 0, done.output
    assert "rejected: a.jsonl:2: empty" in done.output
    assert "1 input would be rejected." in done.output
    assert "valid" in done.output


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("quotes.jsonl", '"start": 0', '"start": 1', "quotes.jsonl, line 1"),
        ("quotes.jsonl", '"direct"', '"loud"', "type is 'loud'"),
        ("stance.jsonl", '"against"', '"maybe"', "maybe"),
        ("stance.jsonl", '"ceasefire"', '"weather"', "weather"),
    ],
)
def test_what_is_wrong_is_named(root, file, old, new, says):
    path = root / "data/annotations" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = check(root)
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


def test_behaviours_are_checked(root):
    (root / "data/annotations/behaviours.jsonl").write_text('{"id": "B-1"}\n')
    done = check(root)
    assert done.exit_code == 1
    assert "behaviours.jsonl, line 1: key `kind` is missing" in done.output


def test_a_file_name_is_printed_on_one_line_without_control_characters(root):
    (root / "data/raw" / "a\x1b[31m\nerror: b\u202e.odt").write_text("x")
    done = CliRunner().invoke(main, ["check", "--root", str(root)], color=True)
    assert "rejected: a error: b.odt: unknown_format" in done.output
    assert not {"\x1b", "\u202e"} & set(done.output)


def test_corrections_are_checked(root):
    path = root / "configs/corrections.csv"
    path.write_text("quote,name,speaker,kind,target,label,by,note\na-1,,Nadia Sarkel,,,,,\n")
    done = check(root)
    assert done.exit_code == 1
    assert "corrections.csv, row 2" in done.output
    path.write_text("quote,name,speaker,kind,target,label,by,note\na-1,,Nadia Sarkel,,,,a reader,\n")
    assert check(root).exit_code == 0


def test_a_correction_that_matches_nothing_is_a_warning(root, monkeypatch):
    monkeypatch.setattr("pipeline.cli.project_check.find_unmatched_rows", lambda root: ["row 2: `a-1`"])
    done = check(root)
    assert done.exit_code == 0
    assert "warning: row 2: `a-1`" in done.output


def test_a_row_of_corrections_that_is_not_applied_is_in_the_last_line(root, monkeypatch):
    monkeypatch.setattr("pipeline.cli.project_check.find_unmatched_rows", lambda root: ["row 2: `a-1`"])
    last = check(root).output.splitlines()[-1]
    assert "valid, but 1 row of configs/corrections.csv is not applied" in last


@pytest.mark.parametrize(
    ("file", "added", "says"),
    [
        ("ingest.yaml", "near_duplicate_threshold: 90", ["ingest.yaml: `near_duplicate_threshold` is 90"]),
        ("ingest.yaml", "min_words: thirty", ["ingest.yaml: `min_words` is 'thirty'"]),
        ("ingest.yaml", "inputt: data", ["ingest.yaml: unknown key `inputt`", "known keys: input"]),
        ("ingest.yaml", "inputt: data\nmin_words: thirty", ["`inputt`", "`min_words`", "2 errors in configs"]),
        ("ingest.yaml", "input: [data", ["ingest.yaml: not a YAML file"]),
        ("ingest.yaml", "language: xx", ["xx.yaml: no such config file"]),
        ("parse.yaml", "language: 7", ["parse.yaml: `language` is 7"]),
        ("extract.yaml", "profile: speach", ["extract.yaml: unknown profile `speach`", "use one of speech"]),
        ("resolve.yaml", "least_certainty: 45", ["resolve.yaml: `least_certainty` is 45"]),
        ("stance.yaml", "not_evidence: [hope]", ["stance.yaml: `not_evidence` has an unknown stance cue `hope`"]),
        ("publish.yaml", "licenses: [{path: a, licence: b}]", ["publish.yaml, licenses, entry 1: "]),
        ("targets.yaml", "targets: {}", ["targets.yaml"]),
        ("languages/en.yaml", "cues: {spech: [say]}", ["languages/en.yaml", "unknown key `spech`"]),
        ("languages/en_boilerplate.yaml", "author: '('", ["en_boilerplate.yaml: a pattern of `author` is no regular"]),
        ("languages/en_stance.yaml", "negation: [not]", ["en_stance.yaml: unknown key `negation`"]),
    ],
)  # fmt: skip
def test_configs_are_checked(root, file, added, says):
    path = root / "configs" / file
    keys = {line.partition(":")[0] for line in added.splitlines()}
    kept = {key: value for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items() if key not in keys}
    path.write_text((yaml.safe_dump(kept) if kept else "") + added, encoding="utf-8")
    done = CliRunner().invoke(main, ["check", "--no-input", "--root", str(root)])
    assert done.exit_code == 1, done.output
    assert [words for words in says if words not in done.output] == []
    assert "valid." not in done.output


def test_a_config_that_is_missing_is_named(root):
    (root / "configs/parse.yaml").unlink()
    done = check(root)
    assert done.exit_code == 1
    assert "parse.yaml: no such config file" in done.output
    assert "annotations and articles were not read" in done.output
