"""The page of the invented war news, in a browser."""

import pytest

from pipeline.report import run
from pipeline.report.html_page import PAGE
from tests.report import chromium
from tests.report.browsing import rewrite
from tests.worlds.page_project import write_page, write_project
from tests.worlds.project import write_tables


@pytest.fixture(scope="session")
def browser():
    """Start headless Chromium."""
    chromium.skip_without_chromium()
    with chromium.launch_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Return the URL of the page."""
    folder = tmp_path_factory.mktemp("page")
    write_page(folder)
    return (folder / "reports/index.html").as_uri()


@pytest.fixture
def open_page(browser, address):
    """Open the page, or that of another address, at a hash; afterwards check that there were no errors and no network
    requests."""
    contexts, said, asked, known = [], [], [], set()

    def opened(hash_="", at=address, **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        known.add(at)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(at + hash_)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said
    assert {url.split("#")[0] for url in asked} <= known


@pytest.fixture
def open_project(open_page, tmp_path):
    """Open the page of the war news with other stories, or with rows changed by a function for their table."""

    def opened(hash_="", changes=None, stories=None):
        root = write_project(tmp_path)
        if stories:
            write_tables(root, stories)
        for place, change in (changes or {}).items():
            rewrite(root, place, change)
        run.run(root)
        return open_page(hash_, (root / "reports/index.html").as_uri())

    return opened


@pytest.fixture(scope="session")
def call(browser):
    """Return a function that runs code with scripts of the page and a value named `given`, in an empty page."""
    page = browser.new_page()

    def called(scripts, code, given, width=1280):
        page.set_viewport_size({"width": width, "height": 900})
        read = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in scripts.split())
        return page.evaluate(f"given => {{ {read}\n{code} }}", given)

    yield called
    page.close()
