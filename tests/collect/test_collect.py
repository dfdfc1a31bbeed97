"""`parley collect` against a server on the loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.main import main
from pipeline.collect import downloader
from pipeline.collect.collection import LIST, Collection
from pipeline.collect.downloader import Downloader, is_public
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import html, warc
from pipeline.ingest.raw_document import WebPage
from pipeline.ingest.whole_input import complete_all
from tests.collect.conftest import Site


def run_collect(out: Path, *arguments: str, delay: str = "0", private: bool = True) -> Result:
    options = ["--out", str(out), "--delay", delay, *(["--private"] if private else [])]
    return CliRunner().invoke(main, ["collect", *arguments, *options])


def saved_files(out: Path) -> list[Path]:
    return sorted(out.rglob("*.warc.gz"))


def test_thirty_pages_then_none(site: Site, tmp_path: Path) -> None:
    site.add_articles(30)
    first = run_collect(tmp_path, f"{site.address}/world.rss")
    assert "30 pages saved" in first.output
    assert ", 0 not saved" in first.output
    before = {path: path.read_bytes() for path in saved_files(tmp_path)}
    second = run_collect(tmp_path, f"{site.address}/world.rss")
    assert "0 pages saved" in second.output
    assert "30 there already" in second.output
    assert {path: path.read_bytes() for path in saved_files(tmp_path)} == before
    assert len(before) == 30
    assert {n for path, n in site.requests.items() if path.startswith("/news/")} == {1}
    assert site.requests["/robots.txt"] == 2


def test_ingest_reads_the_pages_with_their_addresses(site: Site, tmp_path: Path) -> None:
    site.add_articles(2)
    run_collect(tmp_path, f"{site.address}/world.rss")
    pages = [page for path in saved_files(tmp_path) for page in warc.read(path, IngestConfig())]
    assert all(isinstance(page, WebPage) for page in pages)
    articles = [html.extract_article(page, IngestConfig()) for page in pages if isinstance(page, WebPage)]
    assert [article.url for article in articles] == [f"{site.address}/news/truce-{n}.html" for n in (0, 1)]
    assert "Ilsa Odei, said on day 1" in articles[1].text


RFC_DATE = "Mon, 11 Mar 2024 09:20:00 +0100"
STATED = '<meta property="article:published_time" content="2024-03-09">'


@pytest.mark.parametrize(
    ("page", "date", "expected"),
    [
        ("", RFC_DATE, ("2024-03-11", "09:20:00+01:00", f"feed: {RFC_DATE}", None)),
        (STATED, RFC_DATE, ("2024-03-09", None, "2024-03-09", None)),
        ("", "last night", (None, None, "feed: last night", "relative")),
        ("", "", (None, None, None, "updated")),  # only the day of the crawl
        ("", "11 März 2024", (None, None, None, "updated")),
    ],
)
def test_the_date_of_the_feed_counts_where_the_page_has_none(
    site: Site, tmp_path: Path, page: str, date: str, expected: tuple[str | None, ...]
) -> None:
    site.add_articles(1)
    status, headers, body = site.answers["/news/truce-0.html"]
    site.answers["/news/truce-0.html"] = (status, headers, body.replace(b"<head>", b"<head>" + page.encode()))
    item = f"<item><link>/news/truce-0.html</link><pubDate>{date}</pubDate></item>"
    site.add("/dated.rss", f"<rss version='2.0'><channel>{item}</channel></rss>", "application/rss+xml")
    run_collect(tmp_path, f"{site.address}/dated.rss")
    (found,) = [found for path in saved_files(tmp_path) for found in warc.read(path, IngestConfig())]
    cleaner = ArticleCleaner(IngestConfig(min_words=1))
    article = cleaner.clean(html.extract_article(found, IngestConfig())) | {"row": 1}
    ((_, row),) = complete_all([("a.warc", article)], IngestConfig(), cleaner.dates, {})
    given = None if expected[2] is None else row["date_given"]
    assert (row["published_at"], row["published_time"], given, row["date_problem"]) == expected


def test_a_killed_run_goes_on(site: Site, tmp_path: Path) -> None:
    site.add_articles(8)
    arguments = ["collect", f"{site.address}/world.rss", "--out", str(tmp_path), "--private", "--delay"]
    process = subprocess.Popen([sys.executable, "-m", "pipeline", *arguments, "0.3"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(saved_files(tmp_path)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with (tmp_path / LIST).open("ab") as file:
        file.write(b'{"address": "htt')  # the line that was being written
    kept = len(Collection(tmp_path, Downloader(0)).done)
    result = run_collect(tmp_path, f"{site.address}/world.rss")
    assert f"{8 - kept} pages saved" in result.output
    assert f"{kept} there already" in result.output
    assert len(saved_files(tmp_path)) == 8
    assert "0 pages saved" in run_collect(tmp_path, f"{site.address}/world.rss").output


def test_front_page_article_and_limit(site: Site, tmp_path: Path) -> None:
    site.add_articles(4)
    site.add("/", "<html><head><link type='application/rss+xml' href='/world.rss'></head><body></body></html>")
    assert "2 pages saved" in run_collect(tmp_path, f"{site.address}/", "--limit", "2").output
    assert "1 page saved" in run_collect(tmp_path, f"{site.address}/news/truce-3.html").output


def test_one_page_under_two_addresses_is_saved_once(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    site.add("/short", "", status=302, Location="/news/truce-0.html")
    result = run_collect(tmp_path, f"{site.address}/short", f"{site.address}/news/truce-0.html")
    assert "1 page saved" in result.output
    assert "1 there already" in result.output


REFUSED = {
    "gone": ("/x", {}, "HTTP status 404"),
    "no HTML": ("/a.pdf", {"/a.pdf": ("%PDF", "application/pdf", 200)}, "application/pdf, not HTML"),
    "busy": ("/x", {"/x": ("", "text/html", 429)}, "HTTP status 429"),
    "robots": ("/x", {"/robots.txt": ("User-agent: *\nDisallow: /x", "text/plain", 200)}, "robots.txt"),
    "robots, by name": ("/x", {"/robots.txt": ("User-agent: parley-quotes\nDisallow: /", "text/plain", 200)}, "robots"),
    "robots cannot be read": ("/x", {"/robots.txt": ("", "text/plain", 500)}, "robots.txt cannot be read"),
    "too slow a crawl": ("/x", {"/robots.txt": ("User-agent: *\nCrawl-delay: 600", "text/plain", 200)}, "600 seconds"),
    "a front page without a feed": ("/", {"/": ("<html></html>", "text/html", 200)}, "names no feed"),
    "too large": ("/x", {"/x": ("a" * 10_000_001, "text/html", 200)}, "more than 10000000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "answers", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_saved_is_named(
    site: Site, tmp_path: Path, path: str, answers: dict[str, tuple[str, str, int]], reason: str
) -> None:
    for place, (body, kind, status) in answers.items():
        site.add(place, body, kind, status)
    result = run_collect(tmp_path, site.address + path)
    assert reason in result.output
    assert site.address + path in result.output
    assert result.exit_code == 1
    assert not saved_files(tmp_path)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_is_gone_is_not_asked_for_again_and_what_failed_is(site: Site, tmp_path: Path, status: int) -> None:
    items = "<item><link>/gone</link></item><item><link>/broken</link></item>"
    site.add("/f.rss", f"<rss><channel>{items}</channel></rss>")
    site.add("/broken", "", status=status)
    for _ in range(2):
        run_collect(tmp_path, f"{site.address}/f.rss")
    assert site.requests["/gone"] == 1
    assert site.requests["/broken"] == 2


@pytest.mark.parametrize("link", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/html,x"])
def test_other_schemes_are_refused_in_feeds_and_redirects(site: Site, tmp_path: Path, link: str) -> None:
    site.add("/f.rss", f"<rss><channel><item><link>{link}</link></item></channel></rss>")
    site.add("/moved", "", status=302, Location=link)
    for path in ("/f.rss", "/moved"):
        assert "not an address of http or https" in run_collect(tmp_path, site.address + path).output


def test_a_link_that_is_no_address_costs_no_other_page(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    bad = "<item><link>http://[bad/x</link></item>"
    site.add("/f.rss", f"<rss><channel>{bad}<item><link>/news/truce-0.html</link></item></channel></rss>")
    site.add("/moved", "", status=302, Location="http://[bad/x")
    result = run_collect(tmp_path, f"{site.address}/moved", f"{site.address}/f.rss")
    assert result.output.count("not an address of http or https") == 2
    assert "1 page saved" in result.output


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_holds_nobody_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(downloader, "MAX_SECONDS", 0.5)
    site.add_articles(1)
    site.add("/slow", "a" * 1000)
    site.dripping["/slow"] = part
    result = run_collect(tmp_path, f"{site.address}/slow", f"{site.address}/world.rss")
    assert "it did not end within 0.5 seconds" in result.output
    assert "1 page saved" in result.output


def test_private_addresses_need_the_option(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    result = run_collect(tmp_path, f"{site.address}/news/truce-0.html", private=False)
    assert "non-public address blocked" in result.output
    assert "--private" in result.output
    assert not site.requests


def test_pages_are_saved_where_the_project_reads_them(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "project/configs").mkdir(parents=True)
    (tmp_path / "my-articles").mkdir()
    (tmp_path / "project/configs/ingest.yaml").write_text("input: ../my-articles\n")
    monkeypatch.chdir(tmp_path / "project")
    site.add_articles(1)
    CliRunner().invoke(main, ["collect", f"{site.address}/world.rss", "--delay", "0", "--private"])
    assert saved_files(tmp_path / "my-articles/collected")


def test_endless_redirects_end(site: Site, tmp_path: Path) -> None:
    site.add("/x", "", status=302, Location="/x")
    assert "more than 5 redirects" in run_collect(tmp_path, f"{site.address}/x").output


def test_the_pause_between_two_pages_is_kept(site: Site, tmp_path: Path) -> None:
    site.add_articles(3)
    start = time.monotonic()
    run_collect(tmp_path, f"{site.address}/world.rss", delay="0.1")
    assert time.monotonic() - start >= 0.4  # robots.txt, the feed and three pages: four pauses


def test_a_robots_file_that_never_arrives_is_tried_again(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    site.add("/robots.txt", "", status=302, Location="/robots.txt")
    assert "robots.txt cannot be read" in run_collect(tmp_path, f"{site.address}/world.rss").output
    site.answers.pop("/robots.txt")
    assert "1 page saved" in run_collect(tmp_path, f"{site.address}/world.rss").output


@pytest.mark.parametrize(
    "line", ["Crawl-delay: ²", "Crawl-delay: " + "9" * 5000, "Request-rate: 1/²", "Disallow: //[", "User-agent: \udcff"]
)
def test_a_line_of_robots_that_is_no_rule_costs_no_page(site: Site, tmp_path: Path, line: str) -> None:
    site.add_articles(2)
    site.add("/robots.txt", "User-agent: *\n" + line.replace("\udcff", "\xff") + "\nDisallow: /news/truce-0.html")
    result = run_collect(tmp_path, f"{site.address}/world.rss")
    assert "1 page saved" in result.output
    assert "robots.txt of the site does not allow it" in result.output
    assert ("a line that is no rule is left out" in result.output) == ("User-agent" not in line)


def test_a_crawl_delay_of_many_figures_is_too_long(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: " + "9" * 4000)
    assert "robots.txt asks for 1000000 seconds" in run_collect(tmp_path, f"{site.address}/world.rss").output


def test_links_with_a_user_name_are_refused_and_later_feeds_are_read(site: Site, tmp_path: Path) -> None:
    site.add_articles(1)
    host = site.address.removeprefix("http://")
    links = ["http://%5B@host/a", *(f"http://reader{n}@{host}/news/truce-0.html" for n in range(12))]
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    site.add("/f.rss", f"<rss><channel>{items}</channel></rss>")
    result = run_collect(tmp_path, f"{site.address}/f.rss", f"{site.address}/world.rss")
    assert result.output.count("without a user name") == 13
    assert "1 page saved" in result.output
    assert site.requests["/robots.txt"] == 1


def test_a_busy_site_is_left_alone_however_its_host_is_spelt(site: Site, tmp_path: Path) -> None:
    port = site.address.rpartition(":")[2]
    hosts = ["localhost", "LOCALHOST", "localhost.", "LocalHost."]
    items = "".join(f"<item><link>http://{host}:{port}/busy{n}</link></item>" for n, host in enumerate(hosts))
    site.add("/f.rss", f"<rss><channel>{items}</channel></rss>")
    for n in range(len(hosts)):
        site.add(f"/busy{n}", "", status=429)
    result = run_collect(tmp_path, f"{site.address}/f.rss")
    assert result.output.count("asked to be left alone") == 3
    assert sum(count for path, count in site.requests.items() if path.startswith("/busy")) == 1


def test_a_name_is_looked_at_when_it_is_connected_to(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add_articles(1)
    inside = socket.getaddrinfo("127.0.0.1", int(site.address.rpartition(":")[2]), type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)  # as a name may lead elsewhere the second time
    result = run_collect(tmp_path, "http://news.example/news/truce-0.html", private=False)
    assert "non-public address blocked: 127.0.0.1; `--private` allows it" in result.output
    assert not site.requests


def test_a_redirect_to_a_private_address_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloader, "is_public", lambda address: address == "127.0.0.1")
    for n, host in enumerate(["127.0.0.2", "127.1.1.1", "0x7f.0.0.3", "2130706437", "[::1]", "[::ffff:127.0.0.6]"]):
        site.add(f"/moved{n}", "", status=302, Location=f"http://{host}/secret")
        result = run_collect(tmp_path, f"{site.address}/moved{n}", private=False)
        assert "non-public address blocked" in result.output, host


PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "2002:808:808::1"]
NOT_PUBLIC = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "2002:7f00:1::1", "2002:a00:1::1", "2001:0:7f00:1::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "expected"), [(a, True) for a in PUBLIC] + [(a, False) for a in NOT_PUBLIC], ids=PUBLIC + NOT_PUBLIC
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(address) is expected
