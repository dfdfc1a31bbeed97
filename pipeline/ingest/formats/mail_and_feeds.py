"""Read e-mails (.eml), one article each, and feeds that were saved (RSS, Atom), one article an entry."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from lxml import etree, html

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import read_page
from pipeline.ingest.formats.html import decode_page
from pipeline.ingest.raw_document import RawDocument, Reject, RejectedError

# Of RSS 2.0, of Atom, and of Dublin Core in RSS 1.0; an Atom entry's `updated` is no date of publication.
DATES = ("{*}pubDate", "{*}published", "{http://purl.org/dc/elements/1.1/}date")
FEED_ROOTS = {"rss", "feed", "RDF"}
_FEED_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>")
# Errors behind which the parser reads nothing, or takes the rest of the feed for one text or comment.
_STOPS = {"ERR_RESOURCE_LIMIT", "ERR_ENTITY_LOOP", "ERR_CDATA_NOT_FINISHED", "ERR_COMMENT_NOT_FINISHED"}
_TEXTS = ("{*}encoded", "{*}content", "{*}description", "{*}summary")
_BLOCKS = "address article aside blockquote br dd div dt figcaption figure h1 h2 h3 h4 h5 h6 hr li p pre section td tr"
_FORWARDED = re.compile(r"^(?:fwd?|wg|tr) ?:", re.IGNORECASE)
_REPLY_MARKS = re.compile(r"^(?:(?:fwd?|re|aw|wg|tr) ?: ?)+", re.IGNORECASE)


def parse_feed(data: bytes) -> tuple[Any, list[str]]:
    """Return the root of a feed (None for what is no feed), and why nothing behind its last entry was read, if so."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    is_feed = root is not None and isinstance(root.tag, str) and etree.QName(root).localname in FEED_ROOTS
    is_whole = _FEED_END.search(data.replace(b"\0", b""))  # the zeros of UTF-16
    stops = [error.message for error in parser.error_log if error.type_name in _STOPS]
    return (root if is_feed else None), stops if is_whole else ["the file ends before the feed does"]


def first_text(element: Any, names: tuple[str, ...]) -> str:
    """Return the text of the first element below this one that has one of the names, in their order, and a text."""
    found = (child for name in names for child in element.findall(name))
    return next((text for child in found if (text := "".join(child.itertext())).strip()), "")


def item_link(item: Any) -> str:
    """Return the address of an item of a feed: that of its alternate link, or nothing."""
    links = [link for link in item.findall("{*}link") if link.get("rel", "alternate") == "alternate"]
    return next((t for link in links if (t := (link.get("href") or link.text or "").strip())), "")


def read_feed(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the entries of a feed; the row counts them from 1."""
    root, stops = parse_feed(read_page(path, "feed", config))
    if root is None:
        yield Reject("unknown_format", "XML that is no feed (RSS, Atom); save its articles as .txt or .jsonl")
    else:
        channel = first_text(root, ("{*}channel/{*}title", "{*}title")).strip() or None
        entries = list(root.iter("{*}item", "{*}entry"))
        for row, item in enumerate(entries[:-1] if stops else entries, 1):  # the last one may be half an article
            title, author = first_text(item, ("{*}title",)), first_text(item, ("{*}creator", "{*}author/{*}name"))
            text = fragment_text(first_text(item, _TEXTS))
            date = first_text(item, DATES) or None
            yield RawDocument(row, text, fragment_text(title), item_link(item) or None, date, channel, author or None)
        for stop in stops[:1]:
            detail = f"nothing of the feed is read from this entry on: {stop}; fetch or save it again"
            yield Reject("bad_row", detail, max(1, len(entries)))


def read_mail(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the article of a mail: its text without attachments, its subject, and its date unless it was forwarded."""
    mail = cast(EmailMessage, message_from_bytes(read_page(path, "mail", config), policy=policy.default))
    part = mail.get_body(("plain", "html")) if mail.keys() else None
    content = part.get_payload(decode=True) if part else b""
    text = decode_page(cast(bytes, content), part.get_content_charset("") if part else "")
    if text is None:
        raise RejectedError("bad_encoding", "neither UTF-8 nor the encoding that the mail names; save its text as .txt")
    if not text.strip():
        raise RejectedError("no_text", "a mail without a text; save its attachment if that is the article")
    text = fragment_text(text) if part and part.get_content_subtype() == "html" else text
    subject, date = str(mail["Subject"] or ""), str(mail["Date"] or "") or None
    # A forwarded mail has the header of the other on top, where the day is found as in any text.
    date = None if _FORWARDED.match(subject) else date
    yield RawDocument(None, text, _REPLY_MARKS.sub("", subject) or None, published_at=date)


def fragment_text(markup: str) -> str:
    """Return the text of a piece of HTML, with blank lines between its blocks."""
    if "<" not in markup:
        return html.fromstring(f"<p>{markup}</p>").text_content().strip() if "&" in markup else markup.strip()
    tree = html.fromstring(f"<div>{markup}</div>")
    for element in tree.xpath("//script | //style"):
        element.drop_tree()
    for element in tree.iter(*_BLOCKS.split()):
        element.text, element.tail = f"\n\n{element.text or ''}", f"\n\n{element.tail or ''}"
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", tree.text_content()).strip()
