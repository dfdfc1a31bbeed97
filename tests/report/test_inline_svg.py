"""Charts in the page: captions, and no scripts or external resources."""

import pytest

from pipeline.core.errors import DataError
from pipeline.report.inline_svg import read_figures

ACTIVE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">
<script>a()</script><foreignObject><p>b</p></foreignObject><image href="https://c.example/d.png"/>
<style>*{background:url(https://e.example)}</style><use xlink:href="#f"/>
<clipPath id="f"><rect/></clipPath>
<g clip-path="url(#f)" style="fill:red" fill="url(https://g.example)">
<text onclick="h()">kept &lt;b&gt;</text></g></svg>"""


def test_a_chart_has_no_scripts_and_loads_nothing(tmp_path):
    titled = ACTIVE.replace("<script>", '<title>A "caption"</title><script>')
    (tmp_path / "one.svg").write_text(titled, encoding="utf-8")
    (figure,) = read_figures(tmp_path)
    drawn = str(figure["svg"])
    for gone in ("script", "onload", "onclick", "foreignObject", "example", "style", "href", "image", "use"):
        assert gone not in drawn.replace("http://www.w3.org", "")
    assert 'clip-path="url(#one-f)"' in drawn
    assert 'id="one-f"' in drawn
    assert "kept &lt;b&gt;" in drawn
    assert 'aria-label="A &quot;caption&quot;"' in drawn
    assert "title" not in drawn
    assert figure["caption"] == 'A "caption"'


def test_charts_are_read_by_name_with_captions(tmp_path):
    for name in ("risk_coverage", "labels"):
        title = "<title>Quotes of this run by label.</title><script>" if name == "labels" else "<script>"
        (tmp_path / f"{name}.svg").write_text(ACTIVE.replace("<script>", title), encoding="utf-8")
    assert [(f["name"], f["caption"]) for f in read_figures(tmp_path)] == [
        ("labels", "Quotes of this run by label."),
        ("risk_coverage", "Risk coverage."),
    ]


def test_a_broken_chart_is_an_error(tmp_path):
    (tmp_path / "one.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(DataError, match=r"one\.svg"):
        list(read_figures(tmp_path))
