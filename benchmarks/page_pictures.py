"""Take the pictures of `docs/page.md` from the page of the last run.

python -m benchmarks.page_pictures [--page reports/index.html] [--out docs/images]

The page is walked as a reader would: the first screen, a quote of a recent change, its article, two sides compared.
"""

import base64
from pathlib import Path
from typing import Any

import click

from pipeline.core.storage.tables import atomic_path
from tests.report import chromium

QUALITY = 82
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def take_pictures(browser: Any, page: Path, out: Path) -> None:
    """Write the pictures as WebP files."""
    address = page.resolve().as_uri()
    tab = browser.new_page(viewport=DESK, color_scheme="light")
    tab.goto(address)
    save_picture(tab, out / "first-screen.webp")
    tab.locator("#recent-changes .half a", has_text="open the quote").nth(1).click()
    tab.wait_for_selector("#view-quote:not([hidden])")
    save_picture(tab, out / "card.webp")
    tab.get_by_role("link", name="Open the article").click()
    tab.wait_for_selector("#view-article:not([hidden])")
    tab.emulate_media(color_scheme="dark")
    save_picture(tab, out / "article-dark.webp")
    tab.emulate_media(color_scheme="light")
    tab.goto(f"{address}#compare")
    tab.wait_for_selector("#view-compare:not([hidden])")
    save_picture(tab, out / "compare.webp")
    phone = browser.new_page(viewport=PHONE, color_scheme="light")
    phone.goto(address)
    save_picture(phone, out / "phone.webp")


def save_picture(tab: Any, path: Path) -> None:
    """Write what the window shows; Playwright itself writes no WebP."""
    session = tab.context.new_cdp_session(tab)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as fresh:
        fresh.write_bytes(base64.b64decode(shot["data"]))
    click.echo(f"{path.as_posix()}  {path.stat().st_size / 1000:.0f} kB")


@click.command()
@click.option("--page", type=click.Path(path_type=Path, exists=True), default=Path("reports/index.html"))
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/images"))
def main(page: Path, out: Path) -> None:
    """Take the pictures of the documentation in Chromium."""
    if chromium.find_chromium() is None:
        raise click.ClickException("no Chromium on this machine: no picture is taken")
    with chromium.launch_chromium() as browser:
        take_pictures(browser, page, out)


if __name__ == "__main__":
    main()
