"""What tests of the page in a browser read from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.report import run


def count(page: Any) -> str:
    return page.locator("#count strong").inner_text()


def speakers(page: Any) -> list[str]:
    return page.locator("#quote-list .who").all_inner_texts()


def wait_for_hash(page: Any, pattern: str) -> None:
    page.wait_for_function("pattern => new RegExp(pattern).test(location.hash)", arg=pattern)


def wait_for_view(page: Any, view: str) -> None:
    page.wait_for_selector(f"#view-{view}:not([hidden])")


def open_project(page: Any, root: Path, hash_: str = "") -> None:
    """Build the page of a project and open it."""
    run.run(root)
    page.goto((root / "reports/index.html").as_uri() + hash_)
