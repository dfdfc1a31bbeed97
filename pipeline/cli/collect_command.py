"""The command `parley collect`: articles from feeds and pages. Slow imports are inside the command."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.cli.command_line import find_project
from pipeline.core.errors import ParleyError
from pipeline.core.number_format import counted
from pipeline.core.text import printable_line

_MOST_REASONS = 20


@click.command()
@click.argument("addresses", metavar="FEED_OR_URL...", nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
    help="The folder to save pages in.  [default: collected, in the input folder of the project]")  # fmt: skip
@click.option("--delay", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds between two pages.")
@click.option("--limit", type=click.IntRange(1), help="Save at most this many pages.")
@click.option("--private", is_flag=True, help="Also fetch addresses inside a private network, such as an intranet.")
def collect(addresses: tuple[str, ...], out: Path | None, delay: float, limit: int | None, private: bool) -> None:
    """Fetch articles from feeds and pages.

    FEED_OR_URL is a feed (RSS, Atom, JSON Feed), the front page of a site that names its feeds, or an article. Each
    page is saved once, as a WARC file with its address and the time, which `dvc repro` reads. Run the command again
    for what is new; it continues a run that was stopped. It follows robots.txt and waits between two pages of a site.
    Nothing else in Parley reads from the network. Whether you may collect and keep the pages is for you to check.

    \b
    Examples:
      parley collect https://northwire.example/world.rss
      parley collect https://northwire.example/ https://harbourpost.example/2031/truce.html --limit 50
    """
    from pipeline.collect.collection import Collection
    from pipeline.collect.downloader import Downloader

    out = out or _default_folder()
    counts = {"saved": 0, "known": 0, "feed": 0, "refused": 0}
    downloader = Downloader(delay, private, warn=lambda text: click.echo(printable_line(text), err=True))
    for outcome in Collection(out, downloader).collect(addresses, limit):
        counts[outcome.result] += 1
        if outcome.result == "feed":
            click.echo(printable_line(f"{outcome.address}: a feed of {counted(int(outcome.detail), 'page')}"), err=True)
        elif outcome.result == "refused" and counts["refused"] <= _MOST_REASONS:
            click.echo(printable_line(f"not saved: {outcome.address}: {outcome.detail}"), err=True)
        elif outcome.result == "saved" and sys.stderr.isatty():
            click.echo(printable_line(f"saved {counts['saved']}: {outcome.address}"), err=True)
    if counts["refused"] > _MOST_REASONS:
        click.echo(f"... and {counts['refused'] - _MOST_REASONS} more that were not saved", err=True)
    line = f"{counted(counts['saved'], 'page')} saved in {out}, {counts['known']} there already"
    click.echo(line + f", {counts['refused']} not saved")
    sys.exit(0 if counts["saved"] + counts["known"] + counts["feed"] else 1)


def _default_folder() -> Path:
    """Return the folder from which the project's run reads collected pages; without a project, where one has it."""
    from pipeline.core import paths
    from pipeline.core.config import load_config
    from pipeline.ingest.config import IngestConfig

    project, config = find_project(), paths.CONFIGS / "ingest.yaml"
    settings = IngestConfig() if project is None else load_config(IngestConfig, project / config)
    folder = (project or Path()) / settings.input
    if folder.is_file():
        why, fix = f"`input` in {config} is a file", "name a folder with --out, and make it the input"
        raise ParleyError("no folder to save pages in", where=str(folder), why=why, fix=fix)
    return folder / "collected"
