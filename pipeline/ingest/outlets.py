"""One name for each outlet: `Northwire`, where the input has `Northwire`, `NORTHWIRE` and `www.northwire.example`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,}|xn--[\w.-]+)/?", re.IGNORECASE)
# Last parts of a domain under which others are registered: `bbc.co.uk`, `abc.net.au`.
_REGISTRIES = {"ac", "co", "com", "edu", "gov", "net", "org"}
_NOT_LETTERS = re.compile(r"[\W_]+")


class OutletNames:
    """Learns which names and web domains occur together, and then gives one name to each outlet.

    A domain gets a name if the input has that name beside an address of the domain, the two resemble each other, and no
    second name does. Spellings that differ in case become the most frequent one. Nothing depends on the order.

    Parameters
    ----------
    configured : mapping of str to str
        Name or domain to the name of the outlet; these come first.
    """

    def __init__(self, configured: Mapping[str, str]) -> None:
        self._configured = {_key(name): outlet for name, outlet in configured.items()}
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._names: defaultdict[str, set[str]] = defaultdict(set)  # keys of names by domain

    def add(self, source: str | None, url: str | None) -> None:
        """Take note of the source and the address of an article."""
        if source and not _domain(source):
            self._spellings[_key(source)][source] += 1
            if domain := domain_of(url):
                self._names[domain].add(_key(source))

    def name(self, source: str | None, url: str | None) -> str | None:
        """Return the name of the outlet of an article, or the domain of one without a name; None if it has neither."""
        if source and (outlet := self._configured.get(_key(source))):
            return outlet
        domain = _domain(source) if source else domain_of(url)
        if domain is None:
            return self._usual_spelling(_key(source)) if source else None
        if outlet := self._configured.get(domain):
            return outlet
        alike = [name for name in self._names[domain] if _resemble(name, domain)] if domain in self._names else []
        outlets = {self._configured.get(name) or self._usual_spelling(name) for name in alike}
        return outlets.pop() if len(outlets) == 1 else domain

    def _usual_spelling(self, key: str) -> str:
        return min(self._spellings[key].items(), key=lambda item: (-item[1], item[0]))[0]


def domain_of(url: str | None) -> str | None:
    """Return the domain of a web address without `www.`, or None."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:  # `http://[`
        return None
    return _domain(host) if host else None


def _domain(text: str) -> str | None:
    """Return a text that is a web domain without `www.`, in small letters; None for any other."""
    match = _DOMAIN.fullmatch(text.strip())
    return match[1].casefold() if match and match[1] else None


def _key(name: str) -> str:
    """Return what is the same for all spellings of a name or domain."""
    return _domain(name) or " ".join(name.casefold().split())


def _resemble(name: str, domain: str) -> bool:
    """Whether a name and the registered part of a domain have the same letters, or it has the name's initials."""
    parts = domain.split(".")[:-1]
    while len(parts) > 1 and parts[-1] in _REGISTRIES:
        parts.pop()
    registered = _NOT_LETTERS.sub("", parts[-1])
    words = [word for word in _NOT_LETTERS.split(name) if word]
    words = words[1:] if len(words) > 1 and words[0] == "the" else words
    joined, initials = "".join(words), "".join(word[0] for word in words)
    alike = len(min(joined, registered, key=len)) > 2 and (registered in joined or joined in registered)
    return alike or (len(initials) > 1 and registered == initials)
