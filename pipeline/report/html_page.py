"""Put the page together as one file that loads nothing; of SVG figures it has shapes and words, nothing that acts."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.core.errors import DataError
from pipeline.report.page_data import BEFORE_PLACE

PAGE = Path(__file__).parent / "page"
STYLES = ("base.css", "marks.css", "lanes.css", "components.css", "print.css")
# Joined to one script, in which a file uses names of those before it.
SCRIPTS = (
    *("dom.js", "data.js", "address.js", "query.js", "highlight.js", "filter.js", "copy.js", "marks.js", "tip.js"),
    *("time_axis.js", "mark_places.js", "lanes.js", "lane_marks.js", "pager.js", "quotes.js", "changes.js"),
    *("captions.js", "overview.js", "citation.js", "card.js", "holder.js", "speakers.js", "compare.js", "articles.js"),
    *("counts.js", "export.js", "corrections.js", "form.js", "history.js", "keys.js", "theme.js", "main.js"),
)
# Characters that could end the element or the line that the data is in, and lone surrogates, which cannot be
# written as UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = ("svg", "g", "path", "rect", "line", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "defs")
_PAINT = ("clipPath", "linearGradient", "radialGradient", "stop", "title", "desc", "pattern", "marker", "mask")
_ALLOWED_TAGS = {f"{{{_SVG}}}{name}" for name in (*_SHAPES, *_PAINT)}
# The figure is one image with one name, so roles and labels inside are dropped. `style` would break the page's CSP.
_DROPPED_ATTRIBUTES = re.compile(r"on\w+|style|role|aria-[\w-]+|href|class|tabindex|\{.*")
# A reference to an element of the same file.
_LOCAL_URL = re.compile(r"url\([\"']?#([\w-]+)[\"']?\)")


def render_page(data: Mapping[str, Any], **values: Any) -> str:
    """Return the HTML of the page."""
    style, script = ("\n" + "\n".join((PAGE / n).read_text("utf-8") for n in names) for names in (STYLES, SCRIPTS))
    articles = [{name: value for name, value in article.items() if name != "text"} for article in data["articles"]]
    # What the first picture needs; what the page reads later: of each article its text, of each quote its place.
    first = {**data, "articles": articles, "quotes": [quote[:BEFORE_PLACE] for quote in data["quotes"]]}
    texts = [article.get("text") for article in data["articles"]]
    passages = {"texts": texts, "places": [quote[BEFORE_PLACE:] for quote in data["quotes"]]}
    values |= {"data": data, "json": embed_json(first), "passages": embed_json(passages)}
    values |= {"style": Markup(style), "script": Markup(script), "policy": build_security_policy(style, script)}
    jinja = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    jinja.filters["words"] = lambda name: name.replace("_", " ")
    return jinja.get_template("index.html.j2").render(values)


def embed_json(data: Mapping[str, Any]) -> Markup:
    """Return data as JSON that cannot end the `<script type="application/json">` around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text))


def build_security_policy(style: str, script: str) -> str:
    """Return a policy under which this style and this script run, and nothing is loaded, sent or written as markup."""
    style_hash, script_hash = (base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (style, script))
    rules = {
        "default-src": "'none'",
        "style-src": f"'sha256-{style_hash}'",
        "script-src": f"'sha256-{script_hash}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def read_figures(folder: Path) -> Iterator[dict[str, str]]:
    """Yield name, caption (the title of the SVG) and markup of each SVG file of a folder, by name."""
    for path in sorted(folder.glob("*.svg")):
        try:
            svg = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        except ElementTree.ParseError as error:
            raise DataError("not an SVG file", where=str(path), why=str(error), fix="run `dvc repro`") from None
        caption = path.stem.replace("_", " ").replace("-", " ").capitalize() + "."
        if (title := svg.find(f"{{{_SVG}}}title")) is not None:
            svg.remove(title)  # browsers would show it as a tooltip over the whole figure
            caption = title.text or caption
        # What is left can neither run, link nor load anything; ids get the name as prefix.
        _sanitise(svg, path.stem)
        svg.attrib |= {"role": "img", "aria-label": caption}
        ElementTree.register_namespace("", _SVG)
        yield {"name": path.stem, "caption": caption, "svg": Markup(ElementTree.tostring(svg, encoding="unicode"))}


def _sanitise(element: ElementTree.Element, prefix: str) -> None:
    """Remove what an element may not have, and put the prefix before its ids and before references to them."""
    for name, value in list(element.attrib.items()):
        if _DROPPED_ATTRIBUTES.fullmatch(name) or ("url(" in value and not _LOCAL_URL.fullmatch(value)):
            del element.attrib[name]
        elif name == "id":
            element.set(name, f"{prefix}-{value}")
        elif match := _LOCAL_URL.fullmatch(value):
            element.set(name, f"url(#{prefix}-{match.group(1)})")
    for child in list(element):
        if child.tag in _ALLOWED_TAGS:
            _sanitise(child, prefix)
        else:
            element.remove(child)
