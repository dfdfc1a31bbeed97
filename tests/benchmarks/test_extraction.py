"""`python -m benchmarks.extraction`: its measures and phenomena, checked by hand, and the command."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.extraction import format_other_systems, main
from benchmarks.extraction_measures import compare_quotes, fold_speaker, read_quotes, split_by_part
from benchmarks.quote_phenomena import PHENOMENA, find_phenomena
from pipeline.annotate.spreadsheet import parse_spans
from pipeline.evaluate.span_scores import ComparableText

TEXT = "The truce holds, said Nadia Sarkel of the council. Bram Odei called it void."
GOLD = [
    {"content": [[0, 15]], "cue": [[17, 21]], "source": [[22, 49]], "reference": "Nadia Sarkel", "type": "indirect"},
    {"content": [[68, 75]], "cue": [[61, 67]], "source": [[51, 60]], "type": "indirect"},
]


def quote(start, end, cue=(17, 21), source=(22, 34), speaker=None):
    spans = {"content": [[start, end]], "cue": [list(cue)], "source": [list(source)]}
    return {**spans, "speaker": speaker, "type": "indirect"}


def counts(*predicted, gold=GOLD):
    return compare_quotes(TEXT, gold, predicted).counts


@pytest.mark.parametrize(("predicted", "measure", "right"), [
    (quote(0, 15), "content_exact", 1),
    (quote(4, 15), "content_match", 1),
    (quote(0, 15), "attribution", 1),  # the head of the source is the name
    (quote(0, 15, source=(51, 60)), "attribution", 0),
    (quote(0, 15, cue=(16, 26)), "cue", 1),
    (quote(0, 50), "ggt@0.8", 1),  # a longer prediction costs nothing in this measure
    (quote(0, 50), "content_match", 0),
    (quote(4, 9), "ggt@0.3", 1),
    (quote(4, 9), "ggt@0.8", 0),
    (quote(0, 15, speaker="nadia sarkel"), "resolved_exact", 1),
    (quote(0, 15, speaker="Bram Odei"), "resolved_exact", 0),
    (quote(0, 15), "resolved_exact", 1),  # by the mention, where no speaker is resolved
])  # fmt: skip
def test_number_of_right_quotes(predicted, measure, right):
    assert counts(predicted)[measure][2] == right


def test_counts_of_overlaps_doubles_and_gold_without_a_source_and_recall_of_each_quote():
    assert counts(quote(4, 15))["content_overlap"] == [10, 10, 10, 19]
    assert counts(quote(0, 15), quote(0, 15))["content_exact"] == [1, 1, 1, 2]
    assert counts(quote(0, 15), quote(0, 15, cue=(61, 67)))["content_exact"] == [1, 2, 1, 2]
    unattributed = [{"content": [[0, 15]]}]
    assert counts(quote(0, 15), gold=unattributed)["attribution"] == [0, 0, 0, 0]
    assert counts(quote(0, 15), quote(68, 75), gold=unattributed)["attribution"] == [0, 1, 0, 0]
    recall = compare_quotes(TEXT, GOLD, [quote(0, 15)]).recall
    assert recall["content_exact"] == [(1, 1), (0, 1)]
    assert recall["content_overlap"] == [(13, 13), (0, 6)]
    assert recall["cue"] == [(1, 1), (0, 1)]
    # Parts become quotes of their own.
    assert [q["content"] for q in split_by_part([{"content": [[0, 3], [5, 9]], "cue": []}])] == [[[0, 3]], [[5, 9]]]


def test_fold_speaker():
    names = {"The Zoë Okafor": "zoe okafor", "K.L. Vail’s": "kl vail", "His": "his", "the the": "the"}
    assert {name: fold_speaker(name) for name in names} == names


ARTICLE = (
    "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day.\nAuer dreamt that the ridge was ours."
)
DIRECT = {"content": [[0, 19]], "cue": [[20, 24]], "source": [[25, 37]], "type": "direct", "reference": "Nadia Sarkel"}
INDIRECT = {"content": [[84, 107]], "cue": [[77, 83]], "source": [[72, 76]], "type": "indirect"}


def run(tmp_path, *rows):
    path = tmp_path / "tiny.jsonl"
    lines = [row if isinstance(row, str) else json.dumps({"text": ARTICLE} | row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(main, ["--gold", str(path), "--rounds", "0"])


def test_the_report(tmp_path):
    done = run(tmp_path, {"quotes": [DIRECT, INDIRECT]}, {"text": "It rained.", "quotes": []})
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.output.splitlines()]
    for expected in (
        "2 articles, 2 gold quotes, 1 predicted",
        "content_exact 100.0 50.0 66.7",
        "No scores of other systems on tiny in other_systems.csv.",
        "quotes by rule: quoted_before 1",
        "direct 1 100.0",
        "indirect 1 0.0",
        "cue behind 1 100.0",
    ):
        words = expected.split()
        assert words in [line[: len(words)] for line in lines], expected
    assert "mixed" not in [line[0] for line in lines if line]


def test_scores_of_other_systems_name_their_origin():
    lines = list(format_other_systems("polnear_dev"))
    assert any(line.startswith("two annotators agree") and " 71.9 " in line for line in lines)
    assert all("same measures" in line or "annotations" in line for line in lines[1:])


@pytest.mark.parametrize(("rows", "message"), [
    (["{no json"], "tiny.jsonl:1"),
    ([{}], "quotes"),
    ([{"text": "short", "quotes": [DIRECT]}], "beyond the text"),
    ([{"quotes": []}, {"text": "a", "quotes": [{}]}], "tiny.jsonl:2"),
    ([""], "no gold"),
])  # fmt: skip
def test_invalid_gold_is_an_error(tmp_path, rows, message):
    done = run(tmp_path, *rows)
    assert done.exit_code == 1
    assert message in done.output
    assert "Traceback" not in done.output


CASES = [
    ("⟨Auer⟩ ‹said› ⟦the line holds firm today⟧.", {"cue before"}),
    ("⟦The line holds today⟧, ⟨Auer⟩ ‹said›.", {"cue behind"}),
    ("“⟦No⟧,” ⟨Auer⟩ ‹said›, “⟦not the line⟧.”", {"cue inside", "several parts"}),
    ("⟨Auer⟩ ‹said›: “⟦The line holds today⟧.”", {"cue before", "colon"}),
    ("‹According to› ⟨Auer⟩, ⟦the line holds firm⟧.", {"cue before", "according to"}),
    ("⟨Auer⟩ ‹was quoted as saying› ⟦the line holds firm⟧.", {"cue before", "passive", "many-word cue"}),
    ("⟨His⟩ bold ‹claim› that ⟦the line holds firm⟧.", {"cue before", "noun cue", "pronoun source"}),
    ("A ‹claim› that ⟦the line holds firm⟧.", {"cue before", "noun cue", "no source"}),
    ("“⟦We hold the line⟧.”", {"no cue", "no source"}),
    ("⟨She⟩ ‹called› it “⟦void⟧”.", {"cue before", "pronoun source", "short"}),
    ("⟨Auer⟩ ‹vows› ⟦to hold the line⟧¶It rained.", {"cue before", "headline"}),
    ("News.¶⟨Auer⟩ ‹said›: “⟦We hold.¶We always did⟧.”", {"cue before", "colon", "several paragraphs"}),
    ("⟨Auer⟩ ‹said›, ''⟦We hold the line⟧.''", {"cue before", "two-tick marks"}),
    ("⟨Auer⟩ ‹said›, ‘⟦We hold the line⟧.’", {"cue before", "single marks"}),
]


@pytest.mark.parametrize(("line", "phenomena"), CASES)
def test_find_phenomena(line, phenomena):
    words, spans = parse_spans(line.replace("¶", "\n"), "a case")
    quote = {of: [[start, end] for start, end, name in spans if name == of] for of in ("content", "cue", "source")}
    text = ComparableText(words)
    result = find_phenomena(text, read_quotes(text, [quote], True), 0)
    assert result == phenomena
    assert result <= set(PHENOMENA)


def test_a_quote_in_a_quote_is_nested():
    text = ComparableText("Auer said Odei thinks the line holds.")
    pair = [{"content": [[10, 36]]}, {"content": [[22, 36]]}, {"content": [[0, 4]]}]
    quotes = read_quotes(text, pair, True)
    assert [("nested" in find_phenomena(text, quotes, i)) for i in range(3)] == [True, True, False]
