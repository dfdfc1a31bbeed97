"""Fetch pages politely: by robots.txt, one at a time, with a pause between two requests to a host."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from pipeline import __version__
from pipeline.collect.feed_links import absolute_address, is_web_address

USER_AGENT = f"parley-quotes/{__version__}"
MAX_BYTES = 10_000_000
TIMEOUT = 30  # seconds without a byte
MAX_SECONDS = 300  # of one request: a server that sends a byte now and then would hold the others up for ever
MAX_REDIRECTS = 5
MAX_CRAWL_DELAY = 60  # seconds; a site that asks for more is left
BUSY = {429, 503}
MISSING = {400, 401, 403, 404, 405, 410, 451}
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """What a server sent.

    Attributes
    ----------
    address : str
        Where it was found, after redirects.
    data : bytes
        The body, unpacked.
    content_type : str
        The header `Content-Type`, with its charset.
    """

    address: str
    data: bytes
    content_type: str


class NotFetched(Exception):
    """A page was not fetched; the text says why. `final` is false where another try may succeed."""

    def __init__(self, why: str, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Downloader:
    """Fetches one page after the other.

    Parameters
    ----------
    delay : float
        Seconds between two requests to one host, at least; more where its robots.txt says so.
    private : bool
        Whether addresses inside a private network may be fetched. A feed can name any address, so without this
        a connection to an address that is not public is refused, also after a redirect.
    """

    def __init__(self, delay: float, private: bool = False) -> None:
        with warnings.catch_warnings(action="ignore"):  # a missing package for SOCKS proxies, which is not needed
            from trafilatura.downloads import create_pool

        self._pool = create_pool(ssrf_protection=not private)
        self._delay = delay
        self._robots: dict[str, RobotFileParser | NotFetched] = {}
        self._last_request: dict[str, float] = {}
        self._busy: set[str] = set()

    def fetch(self, address: str) -> Page:
        """Return the page at an address.

        Raises
        ------
        NotFetched
            When it may not be fetched, or is not there, or the server does not answer as it should.
        """
        address, status, headers, data = self._follow(address, self._check_robots)
        if status in BUSY:
            self._busy.add(_site(address))
        if not 200 <= status < 300:
            raise NotFetched(f"HTTP status {status}", final=status in MISSING)
        return Page(address, data, headers.get("Content-Type", ""))

    def _follow(self, address: str, check: Callable[[str], None]) -> tuple[str, int, Any, bytes]:
        """Follow redirects, each checked before it is asked; return the last address, status, headers and body."""
        for _ in range(MAX_REDIRECTS + 1):
            if not is_web_address(address):
                raise NotFetched("not an address of http or https", final=True)
            check(address)
            status, headers, data = self._request(address)
            if not 300 <= status < 400 or "Location" not in headers:
                return address, status, headers, data
            address = absolute_address(address, headers["Location"])
        raise NotFetched(f"more than {MAX_REDIRECTS} redirects", final=True)

    def _check_robots(self, address: str) -> None:
        site = _site(address)
        if site in self._busy:
            raise NotFetched("the site asked to be left alone for now (HTTP status 429 or 503)")
        if site not in self._robots:
            self._robots[site] = self._read_robots(site)
        rules = self._robots[site]
        if isinstance(rules, NotFetched):
            raise rules
        if not rules.can_fetch(USER_AGENT, address):
            raise NotFetched("robots.txt of the site does not allow it", final=True)
        if self._pause(site) > MAX_CRAWL_DELAY:
            raise NotFetched(f"robots.txt asks for {self._pause(site):g} seconds between pages", final=True)

    def _read_robots(self, site: str) -> RobotFileParser | NotFetched:
        """Return the rules of a site. RFC 9309: one without the file allows all, one that cannot be reached nothing."""
        rules = RobotFileParser()
        try:
            _, status, _, data = self._follow(f"{site}/robots.txt", lambda address: None)
        except NotFetched as error:  # the next run tries again
            return NotFetched(f"the site's robots.txt cannot be read: {error}")
        if status >= 500 or status in BUSY:
            return NotFetched(f"the site's robots.txt cannot be read: HTTP status {status}")
        rules.parse(data.decode("utf-8", "replace").splitlines() if 200 <= status < 300 else [])
        return rules

    def _request(self, address: str) -> tuple[int, Any, bytes]:
        """Return status, headers and body of one request, without following redirects."""
        import urllib3

        self._wait(_site(address))
        try:
            return _within(MAX_SECONDS, lambda: self._ask(address))
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NotFetched(f"no answer: {_describe(error)}") from error

    def _ask(self, address: str) -> tuple[int, Any, bytes]:
        import urllib3

        headers = urllib3.util.make_headers(accept_encoding=True, user_agent=USER_AGENT)
        response = self._pool.request(
            "GET", address, headers=headers, timeout=TIMEOUT, retries=False, redirect=False, preload_content=False
        )
        try:
            return response.status, response.headers, _read_body(response)
        finally:
            response.close()

    def _wait(self, site: str) -> None:
        """Wait until the pause since the last request to this site is over."""
        last = self._last_request.get(site)
        if last is not None:
            time.sleep(max(0.0, last + self._pause(site) - time.monotonic()))
        self._last_request[site] = time.monotonic()

    def _pause(self, site: str) -> float:
        rules = self._robots.get(site)
        wish = rules.crawl_delay(USER_AGENT) if isinstance(rules, RobotFileParser) else None
        return max(self._delay, float(wish or 0))


def _site(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a function returns, or raise TimeoutError; then it is left to its thread, which nobody waits for."""
    outcome: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except Exception as error:
            outcome.put((None, error))

    Thread(target=run, daemon=True).start()
    try:
        value, error = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"it did not end within {seconds:g} seconds") from None
    if error is not None:
        raise error
    return value


def _read_body(response: Any) -> bytes:
    """Return the unpacked body; stop as soon as it is too long."""
    parts, size = [], 0
    for part in response.stream(2**16):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise NotFetched(f"more than {MAX_BYTES} bytes", final=True)
    return b"".join(parts)


def _describe(error: Exception) -> str:
    """Return the reason of an error without the object that urllib3 puts in front of it."""
    why = str(error).rsplit(">: ", 1)[-1].rsplit("): ", 1)[-1] or type(error).__name__
    return f"{why}; `--private` allows it" if "non-public address" in why else why
