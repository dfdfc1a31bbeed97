"""The page of the invented world in the system's Chromium; without one, the tests that need it are skipped."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.report.report_world import built

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser():
    """Chromium, headless; nothing is downloaded."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright (extra `dev`)")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: the page was not tried in a browser")
    with sync_api.sync_playwright() as playwright:
        # Root has no sandbox; the page is the project's own, and its hostile article is what is tested.
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the page lies."""
    folder = tmp_path_factory.mktemp("world")
    built(folder)
    return (folder / "reports/index.html").as_uri()


@pytest.fixture
def open_page(browser, address):
    """Opens the page at a hash; afterwards nothing may have been complained about or asked of the network."""
    contexts, said, asked = [], [], []

    def opened(hash_="", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + hash_)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said
    assert all(url.split("#")[0] == address for url in asked)
