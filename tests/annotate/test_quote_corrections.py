"""Import of corrected quotes: whole articles only, into the gold or, from a second annotator, into the agreement."""

import json

import pytest

from pipeline.annotate.annotation_merges import FIRST_QUOTES_FILE, QUOTES_FILE, SECOND_QUOTES_FILE
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.gold.quote_annotations import (
    GOLD_QUOTE_FIELDS,
    classify_type,
    find_span_problems,
    parse_gold_quote,
    read_gold_quotes,
)
from tests.annotate.conftest import IDS, QUOTE_IDS, TEXTS, read_csv, write_csv

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS
RAIN = f"{IDS[0]}-p{TEXTS[0].index('It rained')}"
HEAD = f"{IDS[0]}-p0"


@pytest.fixture
def corrected(call, tmp_path):
    """Function that exports the article of a paper, answers its tasks by id, and returns the file."""

    def correct(paper, judged, *options):
        path = tmp_path / "fix.csv"
        call("export", path, "--overwrite", "--layer", "quotes", "-n", "1", "--source", paper, *options)
        rows = read_csv(path)
        for row in rows:
            row.update(judged.get(row["task_id"], {"verdict": "quote" if "⟦" in row["marked"] else "no quote"}))
        return write_csv(path, rows)

    return correct


def test_an_article_whose_quotes_are_right_becomes_gold(root, call, corrected):
    assert "1 new" in call("import", corrected("Paper 0", {}), "--annotator", "ana")
    (quote,) = read_gold_quotes(root / QUOTES_FILE)
    text = TEXTS[0]
    assert list(find_span_problems([quote], {IDS[0]: text}, {"0.txt"})) == []
    assert (quote.quote_id, quote.raw_path, quote.annotator, quote.type) == (SAID, "0.txt", "ana", "direct")
    assert [text[slice(*span)] for span in (*quote.content, quote.cue, quote.source)] == [
        "“We will not stop,”",
        "said",
        "Nadia Sarkel",
    ]


def test_marks_speaker_and_type_are_corrected(root, call, corrected):
    fixed = {
        "verdict": "quote",
        "marked": "Ferries\n\n=SUM(1) is what the mayor wrote. ⟦“Wheat is⟧ cheap,” ⟨he⟩ added.",
    }
    path = corrected(
        "Paper 1", {WHEAT: {**fixed, "speaker": "Ada Lorn", "type": "mixed"}, FORMULA: {"verdict": "no quote"}}
    )
    call("import", path, "--annotator", "ana")
    (row,) = read_json_lines(root / QUOTES_FILE)
    assert [part["text"] for part in row["content"]] == ["“Wheat is"]
    assert (row["cue"], row["source"]["text"], row["speaker"], row["type"]) == (None, "he", "Ada Lorn", "mixed")


def test_missed_quotes_are_added(root, call, corrected):
    path = corrected(
        "Paper 0", {HEAD: {"verdict": "quote", "marked": "⟨Sarkel⟩: ⟦no truce⟧", "speaker": "Nadia Sarkel"}}
    )
    rows = read_csv(path)
    rain = next(row for row in rows if row["task_id"] == RAIN)
    further = {"task_id": f"{RAIN}+", "verdict": "quote", "marked": "It ⟦rained⟧ in ⟨Sorrin⟩."}
    call("import", write_csv(path, [*rows, {**rain, **further}]), "--annotator", "ana")
    gold = read_json_lines(root / QUOTES_FILE)
    assert [row["content"][0]["text"] for row in gold] == ["no truce", "“We will not stop,”", "rained"]
    assert [row["type"] for row in gold] == ["indirect", "direct", "indirect"]
    assert gold[2]["speaker"] is None


def test_one_content_of_two_speakers_is_two_rows(root, call, corrected):
    path = corrected("Paper 2", {})
    rows = read_csv(path)
    said = next(row for row in rows if row["task_id"] == LIVES)
    call(
        "import",
        write_csv(path, [*rows, {**said, "task_id": f"{LIVES}+", "speaker": "Ada Lorn"}]),
        "--annotator",
        "ana",
    )
    assert [(row["quote_id"], row["speaker"]) for row in read_json_lines(root / QUOTES_FILE)] == [
        (LIVES, "Ada Lorn"),
        (f"{LIVES}-2", "Pavlo Renn"),
    ]
    assert len(read_gold_quotes(root / QUOTES_FILE)) == 2


def test_an_article_with_an_open_task_is_left_out(root, call, corrected):
    output = call("import", corrected("Paper 0", {RAIN: {"verdict": ""}}), "--annotator", "ana")
    assert f"Left out: article {IDS[0]}: 2 of 3 tasks are answered" in output
    assert not (root / QUOTES_FILE).exists()


def test_an_article_without_quotes_has_no_rows(root, call, corrected):
    output = call("import", corrected("Paper 0", {SAID: {"verdict": "no quote"}}), "--annotator", "ana")
    assert f"Left out: article {IDS[0]}: it has no quote" in output


def test_annotated_articles_are_not_chosen_again(call, corrected, tmp_path):
    path = corrected("Paper 0", {})
    call("import", path, "--annotator", "ana")
    options = ["--layer", "quotes", "--source", "Paper 0"]
    assert "no quote to label" in call("export", tmp_path / "a.csv", *options, status=1)
    assert "3 tasks" in call("export", tmp_path / "a.csv", *options, "--labelled")
    assert "1 unchanged" in call("import", path, "--annotator", "ana")


SHORTER = {
    SAID: {
        "verdict": "quote",
        "marked": "Sarkel: no truce\n\n⟦“We will not⟧ stop,” said ⟨Nadia Sarkel⟩.\n\nIt rained in Sorrin.",
    }
}


def test_a_second_annotator_goes_into_the_agreement(root, call, corrected):
    call("import", corrected("Paper 0", {}), "--annotator", "ana")
    gold = (root / QUOTES_FILE).read_bytes()
    path = corrected("Paper 0", SHORTER, "--labelled", "--annotator", "ben")
    output = call("import", path, "--annotator", "ben")
    assert "Agreement on quotes of 1 article: F1 100% of contents (IoU of a half or more), 0% exact" in output
    assert (root / QUOTES_FILE).read_bytes() == gold
    first, second = read_json_lines(root / FIRST_QUOTES_FILE), read_json_lines(root / SECOND_QUOTES_FILE)
    assert [row["annotator"] for row in (*first, *second)] == ["ana", "ben"]
    for row in (*first, *second):
        parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, "agreement")
        assert row["labels"] == {}
    assert "1 unchanged" in call("import", path, "--annotator", "ben")
    third = corrected("Paper 0", SHORTER, "--labelled", "--annotator", "cyr")
    assert "two people have annotated it already" in call("import", third, "--annotator", "cyr")


def test_another_annotation_by_the_same_annotator_is_refused_or_replaces(root, call, corrected):
    call("import", corrected("Paper 1", {}), "--annotator", "ana")
    call("import", corrected("Paper 0", {}), "--annotator", "ana")
    call("import", corrected("Paper 2", {}), "--annotator", "ana")
    before = [row["article_id"] for row in read_json_lines(root / QUOTES_FILE)]
    path = corrected("Paper 0", SHORTER, "--labelled")
    output = call("import", path, "--annotator", "ana", status=1)
    assert f"fix.csv, row 2: two annotations of article {IDS[0]} by one annotator" in output
    assert "1 replaced" in call("import", path, "--annotator", "ana", "--replace")
    assert [row["article_id"] for row in read_json_lines(root / QUOTES_FILE)] == before
    assert "“We will not" in [row["content"][0]["text"] for row in read_json_lines(root / QUOTES_FILE)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"verdict": "perhaps"}, "unknown verdict 'perhaps'"),
        ({"verdict": "quote", "type": "loud"}, "unknown type 'loud'"),
        (
            {"verdict": "quote", "marked": "Sarkel: no truce\n\n“We will stop,” said."},
            f"the text of {SAID} was changed",
        ),
        ({"verdict": "quote", "marked": TEXTS[0]}, "a quote without content"),
        ({"verdict": "quote", "task_id": f"{'0' * 16}-18"}, f"article {'0' * 16} is not in this build"),
        ({"verdict": "quote", "task_id": "x-18"}, "unknown id 'x-18'"),
    ],
)
def test_what_is_wrong_is_named(root, call, corrected, change, says):
    path = corrected("Paper 0", {SAID: change})
    row = next(n for n, cells in enumerate(read_csv(path), 2) if cells["task_id"] == change.get("task_id", SAID))
    output = call("import", path, "--annotator", "ana", status=1)
    assert f"fix.csv, row {row}" in output
    assert says in output
    assert not (root / QUOTES_FILE).exists()


def test_label_studio_gives_the_same_rows(root, call, corrected, tmp_path):
    call("import", corrected("Paper 0", {}), "--annotator", "ana")
    expected = (root / QUOTES_FILE).read_text(encoding="utf-8")
    (root / QUOTES_FILE).unlink()
    path = tmp_path / "a.json"
    call("export", path, "--layer", "quotes", "-n", "1", "--source", "Paper 0", "--format", "label-studio")
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        result = task["predictions"][0]["result"] if task.get("predictions") else []
        verdict = {"from_name": "verdict", "value": {"choices": ["quote" if result else "no quote"]}}
        task["annotations"] = [{"result": [*result, verdict]}]
    path.write_text(json.dumps(tasks))
    call("import", path, "--annotator", "ana")
    assert (root / QUOTES_FILE).read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“No,”", "direct"),
        ('"No."', "direct"),
        ("'No'", "direct"),
        ("he would ‘not stop’ now", "mixed"),
        ("the state's army won't stop", "indirect"),
        ("“No. And never", "direct"),
        ("it was over", "indirect"),
    ],
)
def test_the_type_follows_from_the_quotation_marks(text, kind):
    assert classify_type(text, [(0, len(text))]) == kind
