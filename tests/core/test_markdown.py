"""Tables and templates of Markdown: whatever a cell holds, the table keeps its columns."""

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from pipeline.core import markdown
from pipeline.core.number_format import counted, interval, percent, with_interval

FIGURES = {"value": 0.5, "f1": 0.25, "low": 0.401, "high": 0.6}


def test_shares_and_intervals():
    assert (percent(0.5), percent(None)) == ("50.0", "–")
    assert interval(FIGURES) == "40.1 to 60.0"
    assert (with_interval(FIGURES), with_interval(FIGURES, "f1")) == ("50.0 (40.1 to 60.0)", "25.0 (40.1 to 60.0)")
    assert with_interval(None) == "–"


@pytest.mark.parametrize(
    ("said", "number", "words"),
    [("1 quote", 1, ["quote"]), ("0 quotes", 0, ["quote"]), ("2 entries", 2, ["entry", "entries"])],
)
def test_a_number_and_its_noun_agree(said, number, words):
    assert counted(number, *words) == said


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, "–"),
        ("a | b\nc", "a \\| b c"),
        ("<b> & \\", "&lt;b> & \\\\"),
        ("![x](http://a.example)", "!\\[x\\](http://a.example)"),
        (Markup("|"), "|"),
        (3, "3"),
    ],
)
def test_cells(value, cell):
    assert markdown.header(["what"]) == "| what |\n|---|"
    assert markdown.row([value]) == f"| {cell} |"


def test_templates_escape_what_they_insert(tmp_path):
    template = tmp_path / "page.md.j2"
    template.write_text(
        "{% macro line(value) %}\n| {{ value }} |\n{% endmacro %}\n"
        "{{ names | header }}\n{% for value in values %}\n{{ line(value) }}{% endfor %}\n{{ share | percent }} %\n"
    )
    text = markdown.render(template, names=["a|b"], values=["c|d", None, "'"], share=0.5)
    assert text == "| a\\|b |\n|---|\n| c\\|d |\n| – |\n| ' |\n50.0 %\n"
    with pytest.raises(UndefinedError):
        markdown.render(template, names=[], values=[])
