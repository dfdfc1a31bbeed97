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


def check(root, *options, status=0):
    done = CliRunner().invoke(main, ["check", *options, "--root", str(root)], color=True)
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    return done.output


def test_valid_annotations_and_a_rejected_input(root):
    (root / "data/raw" / "b\x1b[31m\nerror: c\u202e.odt").write_text("x")
    output = check(root)
    assert "rejected: a.jsonl:2: empty" in output
    assert "rejected: b error: c.odt: unknown_format" in output
    assert not {"\x1b", "\u202e"} & set(output)
    assert "2 inputs would be rejected." in output
    assert "valid" in output


CORRECTION = "quote,name,speaker,kind,target,label,by,note\na-1,,Nadia Sarkel,,,,%s,\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("data/annotations/quotes.jsonl", '"start": 0', '"start": 1', "quotes.jsonl, line 1"),
        ("data/annotations/quotes.jsonl", '"direct"', '"loud"', "type is 'loud'"),
        ("data/annotations/stance.jsonl", '"against"', '"maybe"', "maybe"),
        ("data/annotations/stance.jsonl", '"ceasefire"', '"weather"', "weather"),
        ("data/annotations/behaviours.jsonl", None, '{"id": "B-1"}\n', "line 1: key `kind` is missing"),
        ("configs/corrections.csv", None, CORRECTION % "", "corrections.csv, row 2"),
        ("configs/parse.yaml", None, None, "parse.yaml: no such config file"),
    ],
)
def test_what_is_wrong_is_named(root, file, old, new, says):
    path = root / file
    if new is None:
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new) if old else new, encoding="utf-8")
    output = check(root, status=1)
    assert says in output
    assert ("annotations and articles were not read" in output) == (new is None)


def test_a_correction_that_is_not_applied_is_a_warning_and_in_the_last_line(root, monkeypatch):
    (root / "configs/corrections.csv").write_text(CORRECTION % "a reader")
    check(root)
    monkeypatch.setattr("pipeline.cli.project_check.find_unmatched_rows", lambda root: ["row 2: `a-1`"])
    output = check(root)
    assert "warning: row 2: `a-1`" in output
    assert "valid, but 1 row of configs/corrections.csv is not applied" in output.splitlines()[-1]


@pytest.mark.parametrize(
    ("file", "added", "says"),
    [
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
    output = check(root, "--no-input", status=1)
    assert [words for words in says if words not in output] == []
    assert "valid." not in output
