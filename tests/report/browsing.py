"""What tests of the page in a browser read from it."""

from __future__ import annotations

from typing import Any


def count(page: Any) -> str:
    return page.locator("#count strong").inner_text()


def speakers(page: Any) -> list[str]:
    return page.locator("#quote-list .who").all_inner_texts()


def wait_for_hash(page: Any, pattern: str) -> None:
    page.wait_for_function("pattern => new RegExp(pattern).test(location.hash)", arg=pattern)


def wait_for_view(page: Any, view: str) -> None:
    page.wait_for_selector(f"#view-{view}:not([hidden])")
