"""Fetch pages politely: by robots.txt, one at a time, with a pause between two requests to a site.

Trafilatura's own downloader follows redirects past the robots.txt of where they lead.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from threading import Thread, local
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import urllib3
from courlan import normalize_url

from pipeline import __version__

USER_AGENT = f"parley-quotes/{__version__}"
MAX_BYTES, MAX_ROBOTS_BYTES, MAX_REDIRECTS = 10_000_000, 500_000, 5
TIMEOUT = 30  # seconds without a byte
MAX_SECONDS = 300  # of one request: a server that sends a byte now and then would hold the others up for ever
MAX_CRAWL_DELAY = 60  # seconds; a site that asks for more is left
BUSY, MISSING = {429, 503}, {400, 404, 405, 410, 451}
_thread = local()


@dataclass(frozen=True)
class Page:
    """What a server sent: the address after redirects, the body, unpacked, and the header `Content-Type`."""

    address: str
    data: bytes
    content_type: str


class NotFetched(Exception):
    """A page was not fetched; the text says why. `final` is false where another try may succeed."""

    def __init__(self, why: str, final: bool = False, status: int = 0) -> None:
        super().__init__(why)
        self.final, self.status = final or status in MISSING, status


class Downloader:
    """Fetches one page after the other, `delay` seconds between two of a site, or more where its robots.txt says so.

    With `private`, also addresses inside a private network: a feed can name any address, and redirect to any. `warn` is
    told what is wrong with a robots.txt.
    """

    def __init__(self, delay: float, private: bool = False, warn: Callable[[str], None] = print) -> None:
        self._delay, self._private, self._warn = delay, private, warn
        self._pool = urllib3.PoolManager()
        self._robots: dict[tuple[str, int], RobotFileParser | NotFetched] = {}  # by host and port
        self._last_request: dict[tuple[str, int], float] = {}
        _install_guard()

    def fetch(self, address: str, robots: bool = True) -> Page:
        """Return the page at an address, after redirects, each checked before it is asked; raise NotFetched."""
        for _ in range(MAX_REDIRECTS + 1):
            if not is_web_address(address):
                raise NotFetched("not an address of http or https without a user name", final=True)
            parts = urlsplit(address)
            site = (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)
            if robots and site not in self._robots:
                self._robots[site] = self._read_robots(urljoin(address, "/robots.txt"))
            pause = self._check_robots(self._robots.get(site), address)
            time.sleep(max(0.0, self._last_request.get(site, float("-inf")) + pause - time.monotonic()))
            self._last_request[site] = time.monotonic()
            try:
                status, headers, data = self._ask(address)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                why = str(error).rsplit(">: ", 1)[-1].rsplit("): ", 1)[-1]
                raise NotFetched(f"no answer: {why or f'it did not end within {MAX_SECONDS:g} seconds'}") from error
            if status in BUSY:
                self._robots[site] = NotFetched("the site asked to be left alone for now (HTTP status 429 or 503)")
            if 200 <= status < 300:
                return Page(address, data, headers.get("Content-Type", ""))
            if not 300 <= status < 400 or "Location" not in headers:
                raise NotFetched(f"HTTP status {status}", status=status)
            address = absolute_address(headers["Location"], address)
        raise NotFetched(f"more than {MAX_REDIRECTS} redirects", final=True)

    def _read_robots(self, address: str) -> RobotFileParser | NotFetched:
        """Return the rules of a site. RFC 9309: one without the file allows all, one that cannot be reached nothing."""
        rules, lines = RobotFileParser(), []
        try:
            data = self.fetch(address, robots=False).data[:MAX_ROBOTS_BYTES]
        except NotFetched as error:  # the next run tries again
            if not 400 <= error.status < 500 or error.status in BUSY:
                return NotFetched(f"the site's robots.txt cannot be read: {error}")
            data = b""
        for line in data.decode("utf-8", "replace").splitlines():
            try:
                RobotFileParser().parse(["User-agent: *", line])
                lines.append(line)
            except ValueError:  # `Crawl-delay: ²`, `Disallow: //[`
                self._warn(f"{address}: a line that is no rule is left out: {line[:80]}")
        rules.parse(lines)
        return rules

    def _check_robots(self, rules: RobotFileParser | NotFetched | None, address: str) -> float:
        """Return the pause between pages where the rules of a site let one be fetched, or raise NotFetched."""
        if isinstance(rules, NotFetched):
            raise rules
        wish = min(int((rules and rules.crawl_delay(USER_AGENT)) or 0), 1_000_000)
        if rules and not rules.can_fetch(USER_AGENT, address):
            raise NotFetched("robots.txt of the site does not allow it", final=True)
        if wish > MAX_CRAWL_DELAY:
            raise NotFetched(f"robots.txt asks for {wish} seconds between pages", final=True)
        return max(self._delay, wish)

    def _ask(self, address: str) -> tuple[int, Any, bytes]:
        """Return status, headers and body; after `MAX_SECONDS` the request is left to its thread."""
        outcome: Future[tuple[int, Any, bytes]] = Future()

        def request() -> None:
            _thread.guarded = not self._private
            headers = urllib3.util.make_headers(accept_encoding=True, user_agent=USER_AGENT)
            try:
                response = self._pool.request("GET", address, headers=headers, timeout=TIMEOUT, retries=False,
                                              redirect=False, preload_content=False)  # fmt: skip
                data = bytearray()
                for part in response.stream(2**16):
                    data += part
                    if len(data) > MAX_BYTES:
                        raise NotFetched(f"more than {MAX_BYTES} bytes", final=True)
                outcome.set_result((response.status, response.headers, bytes(data)))
                response.close()
            except Exception as error:
                outcome.set_exception(error)

        Thread(target=request, daemon=True).start()
        return outcome.result(timeout=MAX_SECONDS)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the internet; one of IPv6 that leads to IPv4 is as public as that."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or getattr(ip, "is_site_local", False))


@cache
def _install_guard() -> None:
    """Look at each address as a guarded thread connects to it, whatever name led there, now or a moment ago."""

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and getattr(_thread, "guarded", False) and not is_public(str(arguments[1][0])):
            raise OSError(f"non-public address blocked: {arguments[1][0]}; `--private` allows it")

    sys.addaudithook(guard)


def absolute_address(link: str, base: str) -> str:
    """Return the address that a link on the page `base` leads to; a link that is no address stays as it is."""
    try:
        return urljoin(base, link)
    except ValueError:  # brackets that are no IPv6
        return link


def clean_address(address: str, base: str = "") -> str:
    """Return an address in its normal form, without fragment and trackers such as `utm_source`."""
    address = absolute_address(address, base).partition("#")[0]
    return str(normalize_url(address)) if is_web_address(address) else address


def is_web_address(address: str) -> bool:
    """Return whether an address is one of http or https, with a host and without a user name."""
    try:
        parts = urlsplit(address)
        if (host := (parts.hostname or "").rstrip(".")).rpartition(".")[2][:1].isdigit():
            ip_address(host)  # its other spellings, such as `127.1`, would each be a site of its own
        plain = bool(parts.hostname) and parts.port != 0 and not set("@%\\") & set(parts.netloc)
        return parts.scheme in ("http", "https") and plain
    except ValueError:  # a port that is no number, brackets that are no IPv6, figures that are no address
        return False
