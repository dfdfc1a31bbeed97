"""`parley collect` against a server on the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect import downloader
from pipeline.collect.collection import LIST, Collection
from pipeline.collect.downloader import Downloader, is_public
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import html, warc
from pipeline.ingest.whole_input import complete_all
from tests.collect.conftest import Site
from tests.worlds.project import parley


@pytest.fixture
def collect(tmp_path: Path):
    """Function that collects pages into the folder of the test and returns what was printed."""

    def run(*arguments: str, delay: str = "0", private: bool = True, status: int | None = None) -> str:
        options = ["--out", tmp_path, "--delay", delay, *(["--private"] if private else [])]
        return parley("collect", *arguments, *options, status=status).output

    return run


def saved_files(out: Path) -> list[Path]:
    return sorted(out.rglob("*.warc.gz"))


def test_thirty_pages_then_none(site: Site, tmp_path: Path, collect) -> None:
    feed = site.add_articles(30)
    first = collect(feed)
    assert "30 pages saved" in first
    assert ", 0 not saved" in first
    before = {path: path.read_bytes() for path in saved_files(tmp_path)}
    second = collect(feed)
    assert "0 pages saved" in second
    assert "30 there already" in second
    assert {path: path.read_bytes() for path in saved_files(tmp_path)} == before
    assert len(before) == 30
    assert {n for path, n in site.requests.items() if path.startswith("/news/")} == {1}
    assert site.requests["/robots.txt"] == 2


RFC_DATE = "Mon, 11 Mar 2024 09:20:00 +0100"
STATED = '<meta property="article:published_time" content="2024-03-09">'


@pytest.mark.parametrize(("page", "date", "expected"), [
    ("", RFC_DATE, ("2024-03-11", "09:20:00+01:00", f"feed: {RFC_DATE}", None)),
    (STATED, RFC_DATE, ("2024-03-09", None, "2024-03-09", None)),
    ("", "last night", (None, None, "feed: last night", "relative")),
    ("", "", (None, None, None, "updated")),  # only the day of the crawl
    ("", "11 März 2024", (None, None, None, "updated")),
])  # fmt: skip
def test_the_date_of_the_feed_counts_where_the_page_has_none(site, tmp_path, collect, page, date, expected):
    site.add_articles(1)
    status, headers, body = site.answers["/news/truce-0.html"]
    site.answers["/news/truce-0.html"] = (status, headers, body.replace(b"<head>", b"<head>" + page.encode()))
    collect(site.add_feed("/news/truce-0.html", more=f"<pubDate>{date}</pubDate>"))
    (found,) = [found for path in saved_files(tmp_path) for found in warc.read(path, IngestConfig())]
    cleaner = ArticleCleaner(IngestConfig(min_words=1))
    article = cleaner.clean(html.extract_article(found, IngestConfig())) | {"row": 1}
    ((_, row),) = complete_all([("a.warc", article)], IngestConfig(), cleaner.dates, {})
    given = None if expected[2] is None else row["date_given"]
    assert (row["published_at"], row["published_time"], given, row["date_problem"]) == expected
    assert row["url"] == f"{site.address}/news/truce-0.html"
    assert "Ilsa Odei, said on day 0" in row["text"]


def test_a_killed_run_goes_on(site: Site, tmp_path: Path, collect) -> None:
    feed = site.add_articles(8)
    arguments = ["collect", feed, "--out", str(tmp_path), "--private", "--delay", "0.3"]
    process = subprocess.Popen([sys.executable, "-m", "pipeline", *arguments], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(saved_files(tmp_path)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with (tmp_path / LIST).open("ab") as file:
        file.write(b'{"address": "htt')  # the line that was being written
    kept = len(Collection(tmp_path, Downloader(0)).done)
    output = collect(feed)
    assert f"{8 - kept} pages saved" in output
    assert f"{kept} there already" in output
    assert len(saved_files(tmp_path)) == 8
    assert "0 pages saved" in collect(feed)


def test_front_page_article_and_limit(site: Site, collect) -> None:
    site.add_articles(4)
    site.add("/", "<html><head><link type='application/rss+xml' href='/world.rss'></head><body></body></html>")
    assert "2 pages saved" in collect(f"{site.address}/", "--limit", "2")
    assert "1 page saved" in collect(f"{site.address}/news/truce-3.html")


def test_one_page_under_two_addresses_is_saved_once(site: Site, collect) -> None:
    site.add_articles(1)
    site.add("/short", status=302, Location="/news/truce-0.html")
    output = collect(f"{site.address}/short", f"{site.address}/news/truce-0.html")
    assert "1 page saved" in output
    assert "1 there already" in output


def robots(rule: str, agent: str = "*", **answer: Any) -> dict[str, dict[str, Any]]:
    return {"/robots.txt": {"body": f"User-agent: {agent}\n{rule}", "kind": "text/plain", **answer}}


@pytest.mark.parametrize(("path", "answers", "reason"), [
    ("/x", {}, "HTTP status 404"),
    ("/a.pdf", {"/a.pdf": {"body": "%PDF", "kind": "application/pdf"}}, "application/pdf, not HTML"),
    ("/x", robots("Disallow: /x"), "robots.txt"),
    ("/x", robots("Disallow: /", agent="parley-quotes"), "robots.txt"),
    ("/x", robots("", status=500), "robots.txt cannot be read"),
    ("/x", robots("Crawl-delay: 600"), "600 seconds"),
    ("/x", robots("Crawl-delay: " + "9" * 4000), "robots.txt asks for 1000000 seconds"),
    ("/", {"/": {"body": "<html></html>"}}, "names no feed"),
    ("/x", {"/x": {"body": "a" * 10_000_001}}, "more than 10000000 bytes"),
    ("/x", {"/x": {"status": 302, "Location": "/x"}}, "more than 5 redirects"),
])  # fmt: skip
def test_what_is_not_saved_is_named(site, tmp_path, collect, path, answers, reason):
    for place, answer in answers.items():
        site.add(place, **answer)
    output = collect(site.address + path, status=1)
    assert reason in output
    assert site.address + path in output
    assert not saved_files(tmp_path)
    assert "0 there already, 1 not saved" in collect(site.address + path, status=1)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_is_gone_is_not_asked_for_again_and_what_failed_is(site: Site, collect, status: int) -> None:
    site.add("/broken", status=status)
    for _ in range(2):
        collect(site.add_feed("/gone", "/broken"))
    assert (site.requests["/gone"], site.requests["/broken"]) == (1, 2)


@pytest.mark.parametrize(
    "link", ["file:///x", "ftp://127.0.0.1/x", "data:,x", "http://[bad", "http://127.1/x", "http://0x7f.1"]
)
def test_what_is_no_web_address_is_refused_and_costs_no_other_page(site: Site, collect, link: str) -> None:
    site.add_articles(1)
    site.add("/moved", status=302, Location=link)
    output = collect(f"{site.address}/moved", site.add_feed(link, "/news/truce-0.html"))
    assert output.count("not an address of http or https") == 2
    assert "1 page saved" in output


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_holds_nobody_up(site: Site, collect, monkeypatch, part: str) -> None:
    monkeypatch.setattr(downloader, "MAX_SECONDS", 0.5)
    site.add("/slow", "a" * 1000)
    site.dripping["/slow"] = part
    output = collect(f"{site.address}/slow", site.add_articles(1))
    assert "it did not end within 0.5 seconds" in output
    assert "1 page saved" in output


def test_pages_are_saved_where_the_project_reads_them(site: Site, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "project/configs").mkdir(parents=True)
    (tmp_path / "my-articles").mkdir()
    (tmp_path / "project/configs/ingest.yaml").write_text("input: ../my-articles\n")
    monkeypatch.chdir(tmp_path / "project")
    parley("collect", site.add_articles(1), "--delay", "0", "--private")
    assert saved_files(tmp_path / "my-articles/collected")


def test_the_pause_between_two_pages_is_kept(site: Site, collect) -> None:
    feed = site.add_articles(3)
    start = time.monotonic()
    collect(feed, delay="0.1")
    assert time.monotonic() - start >= 0.4  # robots.txt, the feed and three pages: four pauses


def test_a_robots_file_that_never_arrives_is_tried_again(site: Site, collect) -> None:
    feed = site.add_articles(1)
    site.add("/robots.txt", status=302, Location="/robots.txt")
    assert "robots.txt cannot be read" in collect(feed)
    site.answers.pop("/robots.txt")
    assert "1 page saved" in collect(feed)


@pytest.mark.parametrize(
    "line", ["Crawl-delay: ²", "Crawl-delay: " + "9" * 5000, "Request-rate: 1/²", "Disallow: //[", "User-agent: \xff"]
)
def test_a_line_of_robots_that_is_no_rule_costs_no_page(site: Site, collect, line: str) -> None:
    site.add("/robots.txt", f"User-agent: *\n{line}\nDisallow: /news/truce-0.html")
    output = collect(site.add_articles(2))
    assert "1 page saved" in output
    assert "robots.txt of the site does not allow it" in output
    assert ("a line that is no rule is left out" in output) == ("User-agent" not in line)


def test_links_with_a_user_name_are_refused_and_later_feeds_are_read(site: Site, collect) -> None:
    host = site.address.removeprefix("http://")
    links = ["http://%5B@host/a", *(f"http://reader{n}@{host}/news/truce-0.html" for n in range(12))]
    output = collect(site.add_feed(*links), site.add_articles(1))
    assert output.count("without a user name") == 13
    assert "1 page saved" in output
    assert site.requests["/robots.txt"] == 1


def test_a_busy_site_is_left_alone_however_its_host_is_spelt(site: Site, collect) -> None:
    port = site.address.rpartition(":")[2]
    hosts = ["localhost", "LOCALHOST", "localhost.", "LocalHost."]
    for n in range(len(hosts)):
        site.add(f"/busy{n}", status=429)
    output = collect(site.add_feed(*(f"http://{host}:{port}/busy{n}" for n, host in enumerate(hosts))))
    assert output.count("asked to be left alone") == 3
    assert sum(count for path, count in site.requests.items() if path.startswith("/busy")) == 1


def test_private_addresses_need_the_option_also_where_a_name_leads_to_one(site: Site, collect, monkeypatch) -> None:
    site.add_articles(1)
    inside = socket.getaddrinfo("127.0.0.1", int(site.address.rpartition(":")[2]), type=socket.SOCK_STREAM)
    assert "non-public address blocked" in collect(f"{site.address}/news/truce-0.html", private=False)
    # A name is looked at when it is connected to, because it may lead elsewhere the second time.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    output = collect("http://news.example/news/truce-0.html", private=False)
    assert "non-public address blocked: 127.0.0.1; `--private` allows it" in output
    assert not site.requests


def test_a_redirect_to_a_private_address_is_refused(site: Site, collect, monkeypatch) -> None:
    monkeypatch.setattr(downloader, "is_public", lambda address: address == "127.0.0.1")
    for n, host in enumerate(["127.0.0.2", "127.1.1.1", "[::1]", "[::ffff:127.0.0.6]"]):
        site.add(f"/moved{n}", status=302, Location=f"http://{host}/secret")
        assert "non-public address blocked" in collect(f"{site.address}/moved{n}", private=False), host


PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "2002:808:808::1"]
NOT_PUBLIC = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "2002:7f00:1::1", "2002:a00:1::1", "2001:0:7f00:1::1", "2001:db8::1",
]  # fmt: skip


def test_public_addresses() -> None:
    assert [address for address in PUBLIC + NOT_PUBLIC if is_public(address)] == PUBLIC
