"""Put the page together as one file with its styles, scripts and data, so that nothing is left to load."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.page_data import BEFORE_PLACE

PAGE = Path(__file__).parent / "page"
STYLES = ("base.css", "marks.css", "lanes.css", "components.css", "print.css")
# Joined to one script, in which a file uses names of those before it.
SCRIPTS = (
    "dom.js",
    "data.js",
    "address.js",
    "query.js",
    "highlight.js",
    "filter.js",
    "copy.js",
    "marks.js",
    "tip.js",
    "time_axis.js",
    "mark_places.js",
    "lanes.js",
    "lane_marks.js",
    "pager.js",
    "quotes.js",
    "changes.js",
    "captions.js",
    "overview.js",
    "citation.js",
    "card.js",
    "holder.js",
    "speakers.js",
    "compare.js",
    "articles.js",
    "export.js",
    "form.js",
    "history.js",
    "keys.js",
    "theme.js",
    "main.js",
)
# Characters that could end the element or the line that the data is in, and lone surrogates, which cannot be
# written as UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def render_page(data: Mapping[str, Any], **values: Any) -> str:
    """Return the HTML of the page."""
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["words"] = lambda name: name.replace("_", " ")
    style, script = _join_files(STYLES), _join_files(SCRIPTS)
    first, passages = split_passages(data)
    return environment.get_template("index.html.j2").render(
        **values,
        data=data,
        json=embed_json(first),
        passages=embed_json(passages),
        style=Markup(style),
        script=Markup(script),
        policy=build_security_policy(style, script),
    )


def split_passages(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split data into what the first picture needs, and the texts and places in them, which the page reads later.

    Returns
    -------
    first : dict
        `data`, its articles without `text`, its quotes without their places.
    passages : dict
        `texts`: the text of each article, None where it is not on the page; `places`: the place of each quote.
    """
    articles = [{name: value for name, value in article.items() if name != "text"} for article in data["articles"]]
    first = {**data, "articles": articles, "quotes": [quote[:BEFORE_PLACE] for quote in data["quotes"]]}
    texts = [article.get("text") for article in data["articles"]]
    return first, {"texts": texts, "places": [quote[BEFORE_PLACE:] for quote in data["quotes"]]}


def embed_json(data: Mapping[str, Any]) -> Markup:
    """Return data as JSON that cannot end the `<script type="application/json">` around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text))


def build_security_policy(style: str, script: str) -> str:
    """Return a policy under which this style and this script run, and nothing is loaded, sent or written as markup."""
    rules = {
        "default-src": "'none'",
        "style-src": _source_hash(style),
        "script-src": _source_hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _join_files(names: tuple[str, ...]) -> str:
    return "\n" + "\n".join((PAGE / name).read_text(encoding="utf-8") for name in names)


def _source_hash(text: str) -> str:
    """Return the hash of a style or script as a Content Security Policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
