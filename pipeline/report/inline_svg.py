"""The reports' figures as markup inside the page: only shapes and words of them, nothing that acts or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

from pipeline.core.errors import DataError

CAPTIONS = {
    "calibration": "Probability of the label given against the share right, out of fold.",
    "labels": "Quotes of this run by label.",
}
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = {"svg", "g", "path", "rect", "line", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "defs"}
_PAINT = {"clipPath", "linearGradient", "radialGradient", "stop", "title", "desc", "pattern", "marker", "mask"}
# Roles and labels inside are dropped: the figure is one image with one name. `style` would break the page's CSP.
_DROPPED = re.compile(r"on\w+|style|role|aria-[\w-]+|href|class|tabindex|\{.*")


def figures(folder: Path) -> Iterator[dict[str, str]]:
    """Name, caption and markup of each SVG of a folder, by name.

    Raises
    ------
    DataError
        When a file is no SVG.
    """
    for path in sorted(folder.glob("*.svg")):
        caption = CAPTIONS.get(path.stem, path.stem.replace("_", " ").replace("-", " ").capitalize() + ".")
        yield {"name": path.stem, "caption": caption, "svg": inline(path, caption)}


def inline(path: Path, caption: str) -> Markup:
    """One SVG file as markup that can neither run, link nor load anything; its ids are made its own."""
    try:
        drawn = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    except ElementTree.ParseError as error:
        raise DataError("not an SVG file", where=str(path), why=str(error), fix="run `dvc repro`") from None
    _clean(drawn, path.stem)
    drawn.attrib |= {"role": "img", "aria-label": caption}
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(drawn, encoding="unicode"))


def _clean(element: ElementTree.Element, prefix: str) -> None:
    for name, value in list(element.attrib.items()):
        if _DROPPED.fullmatch(name) or ("url(" in value and not re.fullmatch(r"url\([\"']?#[\w-]+[\"']?\)", value)):
            del element.attrib[name]
        elif name == "id":
            element.set(name, f"{prefix}-{value}")
        else:
            element.set(name, re.sub(r"^url\([\"']?#([\w-]+)[\"']?\)$", rf"url(#{prefix}-\1)", value))
    for child in list(element):
        if child.tag in {f"{{{_SVG}}}{name}" for name in _SHAPES | _PAINT}:
            _clean(child, prefix)
        else:
            element.remove(child)
