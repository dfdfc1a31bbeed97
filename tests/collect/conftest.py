"""A site of invented news on the loopback, with feeds."""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = """<html><head><title>Truce {n}</title></head><body><article><h1>Truce talks, day {n}</h1>
<p>The Velmoran foreign minister, Ilsa Odei, said on day {n} that she would accept a ceasefire of {n} weeks.</p>
<p>Talks in Brestik went on late into the night, and delegates left without a word to the reporters who waited.</p>
</article></body></html>"""


class Site:
    """A web server with a table of answers, and a count of what was asked for."""

    def __init__(self) -> None:
        site = self
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.requests: Counter[str] = Counter()
        self.dripping: dict[str, str] = {}  # path to the part, head or body, that comes a byte at a time

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests[self.path] += 1
                status, headers, body = site.answers.get(self.path, (404, {}, b"gone"))
                part = site.dripping.get(self.path)
                if part == "head":
                    self.drip(b"HTTP/1.1 200 OK\r\nX-Filler: " + body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if part == "body":
                    self.drip(body)
                self.wfile.write(body)

            def drip(self, data: bytes) -> None:
                for n in range(len(data)):
                    self.wfile.write(data[n : n + 1])
                    if site.closed.wait(0.1):
                        break

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self.closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def add(
        self, path: str, body: str = "", kind: str = "text/html; charset=utf-8", status: int = 200, **more: str
    ) -> None:
        """Answer a path with a body."""
        self.answers[path] = (status, {"Content-Type": kind, **more}, body.encode())

    def add_feed(self, *links: str, path: str = "/f.rss", more: str = "") -> str:
        """Add an RSS feed of links, with `more` in each item; return its address."""
        items = "".join(f"<item><link>{link}</link>{more}</item>" for link in links)
        link = f"<link>{self.address}/</link>"
        self.add(path, f"<rss version='2.0'><channel>{link}{items}</channel></rss>", "application/rss+xml")
        return self.address + path

    def add_articles(self, number: int) -> str:
        """Add articles and an RSS feed of them; return its address."""
        for n in range(number):
            self.add(f"/news/truce-{n}.html", PAGE.format(n=n))
        return self.add_feed(*(f"/news/truce-{n}.html?utm_source=rss" for n in range(number)), path="/world.rss")

    def close(self) -> None:
        """Stop the server."""
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()
