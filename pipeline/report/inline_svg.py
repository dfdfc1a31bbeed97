"""Embed the SVG figures of `reports/figures` in the page: their shapes and words, nothing that acts or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

from pipeline.core.errors import DataError

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = ("svg", "g", "path", "rect", "line", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "defs")
_PAINT = ("clipPath", "linearGradient", "radialGradient", "stop", "title", "desc", "pattern", "marker", "mask")
_ALLOWED_TAGS = {f"{{{_SVG}}}{name}" for name in (*_SHAPES, *_PAINT)}
# The figure is one image with one name, so roles and labels inside are dropped. `style` would break the page's CSP.
_DROPPED_ATTRIBUTES = re.compile(r"on\w+|style|role|aria-[\w-]+|href|class|tabindex|\{.*")
# A reference to an element of the same file.
_LOCAL_URL = re.compile(r"url\([\"']?#([\w-]+)[\"']?\)")


def read_figures(folder: Path) -> Iterator[dict[str, str]]:
    """Yield name, caption and markup of each SVG file of a folder, by name.

    The caption is the title of the SVG.
    """
    for path in sorted(folder.glob("*.svg")):
        try:
            svg = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        except ElementTree.ParseError as error:
            raise DataError("not an SVG file", where=str(path), why=str(error), fix="run `dvc repro`") from None
        caption = _take_title(svg) or path.stem.replace("_", " ").replace("-", " ").capitalize() + "."
        yield {"name": path.stem, "caption": caption, "svg": _embed_svg(svg, path.stem, caption)}


def _embed_svg(svg: ElementTree.Element, name: str, caption: str) -> Markup:
    """Return an SVG as markup that can neither run, link nor load anything; its ids get the name as prefix."""
    _sanitise(svg, name)
    svg.attrib |= {"role": "img", "aria-label": caption}
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(svg, encoding="unicode"))


def _take_title(svg: ElementTree.Element) -> str | None:
    """Remove the title of an SVG and return its text; browsers would show it as a tooltip over the whole figure."""
    title = svg.find(f"{{{_SVG}}}title")
    if title is None:
        return None
    svg.remove(title)
    return title.text


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
