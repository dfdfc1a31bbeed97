"""The system's Chromium, driven by Playwright; nothing is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of Chromium from `CHROMIUM` or under one of its usual names."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def skip_without_chromium() -> None:
    """Skip the calling test if there is no browser."""
    missing = "playwright (extra `dev`)" if find_spec("playwright") is None else "Chromium on this machine"
    if find_spec("playwright") is None or find_chromium() is None:
        pytest.skip(f"no {missing}: the page is not tried in a browser")


@contextmanager
def launch_chromium() -> Iterator[Any]:
    """Start headless Chromium as a browser of Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root has no sandbox; the only page opened is the project's own.
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()
