"""A raw document to an article: characters, boilerplate, headline, fields, and the checks on its text."""

from __future__ import annotations

import re
from typing import Any

from pipeline.core.text import article_id
from pipeline.ingest import boilerplate, dates
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.unicode_normalisation import normalise_line, normalise_text, split_lines

MAX_HEADLINE_WORDS = 20
_TOKEN = re.compile(r"\w+|[^\w\s]|\n+")
_BYLINE = re.compile(
    r"(?:[Bb]y|BY) ((?:[A-Z][\w.’'-]*|de|van|von|al|bin)(?: (?:[A-Z][\w.’'-]*|de|van|von|al|bin)){1,3})"
)


def clean_article(document: RawDocument, config: IngestConfig) -> dict[str, Any] | Reject:
    """Make a row of the table `articles`, its language and path still to fill, or say why not.

    Parameters
    ----------
    document : Document
        As a reader yields it.
    config : IngestConfig
        `strip_boilerplate`, `min_words` and the limits on characters are heeded here.
    """
    if wrong := _reject_oversized(document, config):
        return wrong
    body = split_lines(normalise_text(document.text))
    if not body:
        return Reject("empty", "no text", document.row)
    title = normalise_line(document.title or "") or None
    source = normalise_line(document.source or "") or None
    removals: list[boilerplate.Removal] = []
    if document.headline_in_text and title is None:
        title, body, removals = _split_headline(body, config.strip_boilerplate)
    elif title and _same_words(body[0], title):
        body = body[1:]
    if config.strip_boilerplate:
        removals = removals + boilerplate.find_boilerplate(body, source)
        body = boilerplate.strip_boilerplate(body, source)
    if title and body and _same_words(body[0], title):  # under a site's name or a kicker
        body = body[1:]
    if not body:
        return Reject("empty", "nothing but boilerplate or a headline", document.row)
    text = "\n\n".join([title, *body] if title else body)
    return _reject_by_length(text, document.row, config) or {
        "article_id": article_id(text),
        "source": source,
        "url": ((document.url or "").strip() and normalise_line(document.url or "")) or None,
        "title": title,
        "author": normalise_line(document.author or "") or _author_from_byline(removals),
        "published_at": dates.parse_date(normalise_line(document.published_at or "")) or _publication_date(removals),
        "text": text,
    }


def _reject_oversized(document: RawDocument, config: IngestConfig) -> Reject | None:
    """What is not even cleaned: cleaning would take long."""
    for name in ("title", "url", "published_at", "source", "author"):
        if (size := len(getattr(document, name) or "")) > config.max_field_characters:
            return Reject("bad_row", f"`{name}` has {size} characters; `max_field_characters` is "
                          f"{config.max_field_characters}", document.row)  # fmt: skip
    if len(document.text) > config.max_raw_characters:
        return _too_long_reject(document.text, document.row, config)
    return None


def _too_long_reject(text: str, row: int | None, config: IngestConfig) -> Reject:
    return Reject("too_long", f"{len(text)} characters; `max_characters` is {config.max_characters}", row)


def _reject_by_length(text: str, row: int | None, config: IngestConfig) -> Reject | None:
    if (longest := max(map(len, text.split()), default=0)) > config.max_word_characters:
        detail = f"{longest} characters without a space; `max_word_characters` is {config.max_word_characters}"
        return Reject("long_word", detail, row)
    words = len(text.split())
    if words < config.min_words:
        return Reject("too_short", f"{words} words; `min_words` is {config.min_words}", row)
    if len(text) > config.max_characters:
        return _too_long_reject(text, row, config)
    if (tokens := len(_TOKEN.findall(text))) > config.max_tokens:
        return Reject("too_long", f"{tokens} words, marks and lines; `max_tokens` is {config.max_tokens}", row)
    return None


def _split_headline(body: list[str], strip: bool) -> tuple[str | None, list[str], list[boilerplate.Removal]]:
    """Part the headline of a plain text: its first line that is not boilerplate, if it is short and no sentence.

    Returns the headline, the lines below it, and the boilerplate that stood above.
    """
    skipped = 0
    while strip and skipped < len(body) and boilerplate.is_boilerplate(body[skipped]):
        skipped += 1
    if skipped + 1 >= len(body):
        return None, body, []
    first = body[skipped]
    short = len(first.split()) <= MAX_HEADLINE_WORDS and not first.endswith((".", "!”", '."', ".”", ":", ",", ";"))
    if not short:
        return None, body, []
    above = [boilerplate.Removal(i, "above_headline", line) for i, line in enumerate(body[:skipped])]
    return first, body[skipped + 1 :], above


def _same_words(line: str, title: str) -> bool:
    def key(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.casefold()))

    return key(line) == key(title) != ""


def _author_from_byline(removals: list[boilerplate.Removal]) -> str | None:
    """The name in a stripped byline, where it is a name and nothing else before a comma, "in", "for" or the end."""
    for removal in removals:
        match = _BYLINE.match(removal.text) if removal.rule in ("byline", "above_headline") else None
        if match and re.match(r"$|,| in | for ", removal.text[match.end() :]):
            return match.group(1)
    return None


def _publication_date(removals: list[boilerplate.Removal]) -> str | None:
    """The date in a stripped line that says when the article was published; none for a bare time of day."""
    for removal in removals:
        dated = removal.rule in ("published", "date_line", "above_headline")
        if dated and not re.match(r"(?i)(?:last )?updated", removal.text):
            found = dates.parse_date(removal.text) or dates.find_date(removal.text)
            if found:
                return found
    return None
