"""`benchmarks.join_gold` joins the open gold with copies of its texts, and says what it did not find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.join_gold import main, split_off_text
from pipeline.core import paths

TEXTS = {"1": "Ada Brandt said the pier was shut.", "2": "The mayor said the ferry was late."}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rows = []
    for name, text in TEXTS.items():
        start = text.index("the p" if name == "1" else "the f")
        quote = {"content": [[start, len(text) - 1]], "cue": [], "source": [], "speaker": None, "kind": "unknown"}
        hashes, quotes = split_off_text(text, [{**quote, "act": "speech", "optional": False}])
        row = {"source": "harbour", "doc_id": name, "url": f"https://harbour.example/{name}", "date": "2024-05-01"}
        row |= {"licence": "CC BY 2.5", "use": "train", "annotators": ["A1"], "attitudes": False}
        rows.append({**row, "paragraphs": hashes, "quotes": quotes})
    folder = tmp_path / paths.ANNOTATIONS
    folder.mkdir(parents=True)
    (folder / "open_quotes.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def gold(root: Path, *options: str, **files: str) -> Result:
    """Run the command on files with these names and contents."""
    written = []
    for name, content in files.items():
        path = root / name.replace("_", ".")
        path.write_text(content, encoding="utf-8")
        written.append(str(path))
    arguments = [*written, "--out", str(root / "out.jsonl"), "--root", str(root), *options]
    return CliRunner().invoke(main, arguments)


def test_articles_with_all_paragraphs_are_written(root: Path) -> None:
    result = gold(root, a_jsonl=json.dumps({"text": TEXTS["1"]}), b_txt=f"Ferry news\n\n{TEXTS['2']}\n")
    rows = [json.loads(line) for line in (root / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert "2 of 2 articles, 2 quotes" in result.output
    assert [row["text"] for row in rows] == list(TEXTS.values())
    ((start, end),) = rows[1]["quotes"][0]["content"]
    assert rows[1]["text"][start:end] == "the ferry was late"


def test_what_is_missing_is_counted_and_listed_on_request(root: Path) -> None:
    content = json.dumps({"text": TEXTS["1"]})
    assert "1 of 2 articles, 1 quote" in gold(root, a_jsonl=content).output
    assert "https://harbour.example/2" in gold(root, "--verbose", a_jsonl=content).output


@pytest.mark.parametrize("name", ["a.jsonl", "data/annotations/open_quotes.jsonl", "data/annotations/new.jsonl"])
def test_neither_texts_nor_annotations_are_overwritten(root: Path, name: str) -> None:
    content = json.dumps({"text": TEXTS["1"]})
    result = gold(root, "--out", str(root / name), a_jsonl=content)
    assert result.exit_code == 1
    assert name in result.output
    assert (root / "a.jsonl").read_text(encoding="utf-8") == content
    assert len((root / paths.ANNOTATIONS / "open_quotes.jsonl").read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_txt": "It rained."}, "no article of the open gold"),
        ({"a_jsonl": '{"body": "It rained."}'}, "no `text`"),
    ],
)
def test_wrong_files_are_an_error_and_nothing_is_written(root: Path, files: dict[str, str], message: str) -> None:
    result = gold(root, **files)
    assert result.exit_code == 1
    assert message in result.output
    assert not (root / "out.jsonl").exists()
