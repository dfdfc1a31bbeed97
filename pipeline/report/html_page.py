"""The page as one file: template, styles, scripts and data put together, so that nothing is left to load."""

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

PAGE = Path(__file__).parent / "page"
STYLES = ("base.css", "parts.css", "print.css")
# In the order in which they need each other; together they are one script.
SCRIPTS = (
    "dom.js",
    "data.js",
    "state.js",
    "filter.js",
    "pager.js",
    "quotes.js",
    "timeline.js",
    "speakers.js",
    "sides.js",
    "articles.js",
    "main.js",
)
# Characters that could end the element or the line that the data stands in, and lone surrogates, which cannot be
# written as UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def page(data: Mapping[str, Any], **shown: Any) -> str:
    """The whole page.

    Parameters
    ----------
    data : mapping
        What the scripts read: `Payload.data()`.
    **shown
        What the template names; strings are escaped, only `Markup` is not.
    """
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["words"] = lambda name: name.replace("_", " ")
    style, script = _joined(STYLES), _joined(SCRIPTS)
    return environment.get_template("index.html.j2").render(
        **shown,
        data=data,
        json=embedded(data),
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
    )


def embedded(data: Mapping[str, Any]) -> Markup:
    """Data as JSON that cannot leave its `<script type="application/json">`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text))


def policy(style: str, script: str) -> str:
    """Content security policy: this style and this script run, nothing is loaded, sent or written as markup."""
    rules = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _joined(names: tuple[str, ...]) -> str:
    return "\n" + "\n".join((PAGE / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
