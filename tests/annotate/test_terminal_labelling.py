"""Labelling in the terminal: keys, skip, back, quit, and continuing later."""

import pytest

from pipeline.annotate.task import Task, TaskSpans
from pipeline.annotate.terminal_labelling import assign_keys, print_task
from tests.annotate.conftest import QUOTE_IDS


def label(call, text, *options):
    return call("label", "--annotator", "ana", "--target", "ceasefire", *options, text=text)


def test_keys_label_quotes_in_the_order_of_the_sample(call, stance):
    output = label(call, "f\na!\nn\nc\n")
    assert "Written: data/annotations/stance.jsonl" in output
    rows = stance()
    assert {row["id"] for row in rows} == set(QUOTE_IDS)
    assert sorted(row["labels"]["ceasefire"] for row in rows) == ["against", "conditional", "favor", "neutral"]
    assert [row["labels"]["ceasefire"] for row in rows if row["unsure"]] == ["against"]
    assert {row["annotator"] for row in rows} == {"ana"}


def test_it_continues_where_it_stopped(call, stance):
    label(call, "f\nq\n")
    (first,) = stance()
    output = label(call, "a\na\na\n")
    assert "[1 of 3]" in output
    assert {row["id"] for row in stance()} == set(QUOTE_IDS)
    assert next(row for row in stance() if row["id"] == first["id"])["labels"] == {"ceasefire": "favor"}


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("s\nf\nq\n", ["favor"]),
        ("f\nb\na\nq\n", ["against"]),
        ("b\nf\nq\n", ["favor"]),
        ("x\n\nf?\nf\nq\n", ["favor"]),
        ("F\n", ["favor"]),
        ("f\nf\nb\ns\n\n", ["favor"]),
        ("q\n", []),
        ("", []),
    ],
)
def test_commands(call, stance, root, typed, labels):
    """The end of the input saves and quits, like `q`."""
    output = label(call, typed, "-n", "2")
    if labels:
        assert [row["labels"]["ceasefire"] for row in stance()] == labels
    else:
        assert "Nothing was labelled" in output
        assert not (root / "data/annotations").exists()


def test_a_quote_counts_when_every_target_was_labelled(call, stance):
    call("label", "--annotator", "ana", text="f\nu\na\nq\n")
    assert [row["labels"] for row in stance()] == [{"ceasefire": "favor", "territorial_concession": "unrelated"}]


def test_back_crosses_to_the_quote_before(call, stance):
    call("label", "--annotator", "ana", "-n", "2", text="f\nu\nb\nn\na\na\n")
    assert sorted(row["labels"]["territorial_concession"] for row in stance()) == ["against", "neutral"]


def test_a_second_annotator_labels_the_same_quotes(call):
    label(call, "f\nq\n")
    output = call("label", "--annotator", "ben", "--target", "ceasefire", "--labelled", text="a\n")
    assert "Agreement on ceasefire: 0% of 1 quote," in output
    assert "no quote to label" in call("label", "--annotator", "ben", "--labelled", "--target", "ceasefire", status=1)


def test_an_article_cannot_send_control_characters_to_the_terminal(capsys):
    passage = "“No,\x1b[2J\x1b]0;owned\x07” said \u202eAda\x07."
    task = Task(
        "a-0",
        "stance",
        "a",
        0,
        passage,
        TaskSpans(((0, 8),)),
        "“No,\x1b[2J",
        "A\nda\x1b[1m",
        title="T\x1b[5m\nx",
        outlet="P",
    )
    print_task(task, "1 of 1")
    shown = capsys.readouterr().out
    assert "\x1b[2J" not in shown
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "P · T x" in shown
    assert "A da: “No," in shown


@pytest.mark.parametrize(
    ("labels", "keys"),
    [
        (["favor", "against"], "fa"),
        (["for", "from"], "12"),
        (["support", "oppose"], "12"),
    ],
)
def test_keys_are_first_letters_where_these_are_free(labels, keys):
    assert "".join(assign_keys(labels)) == keys
    assert list(assign_keys(labels).values()) == labels
