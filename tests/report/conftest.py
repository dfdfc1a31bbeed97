"""The page of the invented war news, in a browser."""

from __future__ import annotations

import pytest

from tests.report import chromium
from tests.worlds.page_project import write_page


@pytest.fixture(scope="session")
def browser():
    """Start headless Chromium."""
    with chromium.launch_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Return the URL of the page."""
    folder = tmp_path_factory.mktemp("page")
    write_page(folder)
    return (folder / "reports/index.html").as_uri()


@pytest.fixture
def page(browser):
    """Return an empty page, for projects that a test makes itself."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def open_page(browser, address):
    """Open the page at a hash; afterwards check that there were no errors and no network requests."""
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
