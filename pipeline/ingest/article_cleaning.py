"""Clean a raw document: normalise characters, strip boilerplate, find headline, author and date, check lengths."""

import re
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.core.config import CONFIGS
from pipeline.core.errors import ConfigError
from pipeline.core.language import load_language
from pipeline.core.number_format import counted
from pipeline.core.text import article_id, find_broken
from pipeline.ingest.boilerplate import BoilerplateFinder, Removal, load_boilerplate, strip_boilerplate
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import FROM_FEED, DateParser, days_apart
from pipeline.ingest.formats.mail_and_feeds import fragment_text
from pipeline.ingest.formats.pdf import join_broken
from pipeline.ingest.raw_document import CRAWL, RawDocument, Reject
from pipeline.ingest.unicode_normalisation import LINE_ENDS, folded_words, normalise_text, separate_sentences

# Languages in which news is often collected. Among all 97 of the model, a short English brief full of names is now and
# then taken for Latin or Maltese.
CANDIDATE_LANGUAGES = """
ar be bg cs da de el en es et fa fi fr he hi hr hu hy id it ja ka ko lt lv ms nl no pl pt ro ru sk sl sr sv th tr uk ur
vi zh
"""
MAX_CHARACTERS = 10_000  # more do not change the answer
# A paragraph of news has 20 to 80 words; the text of a whole page in one line has hundreds.
MAX_PARAGRAPH_WORDS, MIN_SPLIT_WORDS = 250, 50
# What ends a sentence, or a text above other things (`___`).
_SENTENCE_END = re.compile(r"(?:(?P<word>\w{1,20}|\))[.!?…]{1,3}[\"”’'»]{0,2}|(?<= )_{3,9}) (?=[\"“‘'«(]?[^\W\d_a-z])")
# A credit that stands after a caption: `(MNA Photo/Radu Pell, File)`.
_CREDIT = re.compile(r"\([A-Z][^().]{1,70}\) ?(?=[\"“‘'«]?[^\W\d_a-z]|$)")
_MARKS = re.compile(
    r"(?P<open>[“«]|(?<!\S)\"(?=\S))|(?P<shut>[”»\"])|(?P<open_single>(?<!\S)['‘](?=\w))|(?P<shut_single>['’](?!\w))"
)
MAX_ABBREVIATION = 4  # characters of `Gen.`, `Sept.`; a name so short ends no paragraph


@lru_cache(maxsize=4)
def _identifier(wanted: str) -> LanguageIdentifier:
    """Load the model, restricted to the candidate languages."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    if wanted not in identifier.labels:
        raise ConfigError(f"`language` is {wanted!r}", fix="give it an ISO 639-1 code such as en")
    identifier.set_languages(sorted({*CANDIDATE_LANGUAGES.split(), wanted} & set(identifier.labels)))
    return identifier


def reject_other_language(text: str, config: IngestConfig, row: int | None = None) -> Reject | None:
    """Return the reject for a text that is not in the language of the config."""
    found = str(_identifier(config.language).classify(text[:MAX_CHARACTERS])[0])
    if found == config.language:
        return None
    detail = f"the text is in another language ({found}); `language` in configs/ingest.yaml is {config.language}"
    return Reject("other_language", detail, row)


# What to do about an article without a text, and how much of a short one a reject shows.
NO_TEXT_FIX = "delete it, or name the column that has the text under `columns.text`"
EMPTY_FILE_FIX = "put the text of the article into the file, or delete it"
SHOWN_CHARACTERS = 40
MAX_HEADLINE_WORDS = 20
# Ends of a first line that is a sentence or goes on below, not a headline.
_NO_HEADLINE_ENDS = (".", "!”", '."', ".”", ":", ",", ";")
# A teaser is looked for in this many lines at the top; fewer words than these may be said twice with a purpose.
LINES_AT_TOP = 6
# The day may stand in so many lines above the first paragraphs.
LINES_WITH_DATE = 30
_RULES_WITH_DATE = ("published", "date_line", "above_headline")
MAX_LINES_APART, MIN_PARAGRAPH_WORDS = 3, 18
_SENTENCE_ENDS = (".", "?", "!", "”", '"', "’", "'")
MIN_TEASER_WORDS = 6
_TOKEN = re.compile(r"\w+|[^\w\s]|\n+")
# A column of a CMS's export may have HTML.
_MARKUP = re.compile(r"</(?:p|div)>|<br ?/?>", re.IGNORECASE)


class ArticleCleaner:
    """Cleans raw documents of one language into articles."""

    def __init__(self, config: IngestConfig, configs: Path = CONFIGS) -> None:
        dates, boilerplate = load_language(config.language, configs).dates, load_boilerplate(config.language, configs)
        self.config = config
        self.words = (dates, boilerplate)
        self.dates = DateParser(dates)
        self._finder = BoilerplateFinder(boilerplate, dates)

    def clean(self, document: RawDocument) -> dict[str, Any] | Reject:
        """Return a document as a row of the table `articles`, without language and path, or reject it.

        Instead of the columns of its date, it has `dates`: where each of the dates that may be its own stands, and its
        words, the surest first.
        """
        if reject := self._reject_oversized(document):
            return reject
        no_text_fix = EMPTY_FILE_FIX if document.row is None else NO_TEXT_FIX  # only a row of a table has columns
        text = fragment_text(document.text) if _MARKUP.search(document.text) else document.text
        lines = LINE_ENDS.sub("\n", text).split("\n")
        begins = [True, *(not is_broken for is_broken in find_broken(lines))]
        text = normalise_text("\n".join(join_broken(list(map(str.strip, lines)), begins)))
        text = self._finder.cut_glued(text) if self.config.strip_boilerplate else text
        lines = list(filter(None, map(str.strip, text.split("\n"))))
        body = [part for line in lines for part in split_dump(separate_sentences(line))]
        if not body:
            return Reject("empty", f"the text is empty; {no_text_fix}", document.row)
        title, publisher = _clean_field(document.title), _clean_field(document.publisher)
        lines, removals = body, list[Removal]()
        if document.headline_in_text and title is None:
            title, body, removals = self._split_headline(body)
        elif title and folded_words(body[0]) == folded_words(title) != []:
            body = body[1:]
        if self.config.strip_boilerplate:
            boilerplate = self._finder.find(body, publisher)
            body, removals = strip_boilerplate(body, boilerplate), removals + boilerplate
        body = drop_repeated_lines(title, body)
        if not body:
            detail = f"the text is nothing but boilerplate or a headline; {no_text_fix}"
            return Reject("empty", detail, document.row)
        heading, first = folded_words(title or ""), folded_words(body[0])
        # A feed without headlines cuts the first line off there.
        is_cut = len(heading) >= MIN_TEASER_WORDS and first[: len(heading)] == heading
        text = "\n\n".join(body if title is None or is_cut else [title, *body])
        bylines = (removal.text for removal in removals if removal.rule in ("byline", "above_headline"))
        # None where a second name or other words follow.
        author = next((match["author"] for line in bylines if (match := self._finder.author.match(line))), None)
        if reject := self._reject_by_length(text, document.row):
            return reject
        dates = {
            "field": _clean_field(document.published_at),
            "line": self._date_in_lines(lines, removals),
            "running_head": self.dates.find(document.running_head or ""),
            "feed": document.feed_date and FROM_FEED + document.feed_date,
            "dateline": next(filter(None, map(self.dates.find_dateline, lines)), None),
            CRAWL: document.crawled_at,
        }
        return {
            "article_id": article_id(text),
            "source": publisher,
            "url": _clean_field(_SECRETS.sub("//", _RUNS.sub("", document.url or ""))),
            "title": title,
            "author": _clean_field(document.author) or author,
            "dates": [(place, date) for place, date in dates.items() if date],
            "text": text,
        }

    def _reject_oversized(self, document: RawDocument) -> Reject | None:
        """Reject a document that would take too long to clean."""
        limit = self.config.max_field_characters
        for name in ("title", "url", "published_at", "publisher", "author"):
            if (size := len(getattr(document, name) or "")) > limit:
                column = "source" if name == "publisher" else name
                detail = f"`{column}` has {size} characters; `max_field_characters` is {limit}: is it the right column?"
                return Reject("bad_row", detail, document.row)
        fits = len(document.text) <= self.config.max_raw_characters
        return None if fits else self._too_long(document.text, document.row)

    def _too_long(self, text: str, row: int | None) -> Reject:
        limit = f"`max_characters` is {self.config.max_characters}: split it, or raise the limit"
        return Reject("too_long", f"the text has {len(text)} characters; {limit}", row)

    def _reject_by_length(self, text: str, row: int | None) -> Reject | None:
        """Reject a cleaned text that is too short, too long, or has a word without end."""
        config, words = self.config, text.split()
        if (longest := max(map(len, words), default=0)) > config.max_word_characters:
            limit = f"`max_word_characters` is {config.max_word_characters}: raise it, or delete what is no word"
            return Reject("long_word", f"text or title has {longest} characters without a space; {limit}", row)
        if len(words) < config.min_words:
            # With its beginning, by which it can be found.
            has = f"the text has {counted(len(words), 'word')} ({' '.join(words)[:SHOWN_CHARACTERS]!r})"
            return Reject("too_short", f"{has}; `min_words` is {config.min_words}: lower it if this is an article", row)
        if len(text) > config.max_characters:
            return self._too_long(text, row)
        tokens = len(_TOKEN.findall(text))
        detail = f"the text has {tokens} words, marks and lines; `max_tokens` is {config.max_tokens}: split it"
        return Reject("too_long", detail, row) if tokens > config.max_tokens else None

    def _split_headline(self, body: list[str]) -> tuple[str | None, list[str], list[Removal]]:
        """Split off the headline of a plain text: its first line that is not boilerplate, if short and no sentence.

        Returns the headline, the lines below it, and the boilerplate that stood above.
        """
        is_date, start = partial(self.dates.find_beside_names, apart=True), 0  # beside the name of an outlet
        if self.config.strip_boilerplate:
            above_it = takewhile(lambda line: self._finder.is_boilerplate(line) or is_date(line), body)
            start = sum(1 for _ in above_it)
        headline = body[start] if start + 1 < len(body) else ""
        if not headline or len(headline.split()) > MAX_HEADLINE_WORDS or headline.endswith(_NO_HEADLINE_ENDS):
            return None, body, []
        above = [Removal(i, "above_headline", line) for i, line in enumerate(body[:start])]
        below = start + 1
        if below + 1 < len(body) and self.config.strip_boilerplate and is_date(body[below]):
            above, below = [*above, Removal(below, "published", body[below])], below + 1
        return headline, body[below:], above

    def _date_in_lines(self, lines: list[str], removals: list[Removal]) -> str | None:
        """Return the date in a line above the first paragraphs, else in a stripped one that says when it was published.

        Of the lines nearest to the paragraphs, the first has the day of publication, unless they have days far apart.
        A line that has no whole date comes last; a bare time of day is none.
        """
        prose = [len(line.split()) >= MIN_PARAGRAPH_WORDS and line.endswith(_SENTENCE_ENDS) for line in lines]
        # Alone stands a caption, a summary or a notice.
        first = next((i for i, is_prose in enumerate(prose) if is_prose and any(prose[i + 1 : i + 3])), len(lines))
        nearest: dict[int, str] = {}
        for i in range(first - 1, max(-1, first - 1 - LINES_WITH_DATE), -1):
            if min(nearest, default=i) - i <= MAX_LINES_APART and (date := self.dates.find_beside_names(lines[i])):
                nearest[i] = date
        if nearest:
            days = [day for date in nearest.values() if (day := self.dates.read(date).day)]
            alike = len(days) == len(nearest) and days_apart(max(days), min(days)) <= 1
            return nearest[min(nearest)] if alike or len(set(nearest.values())) == 1 else None
        stripped = [(removal.rule, removal.text) for removal in removals if removal.rule in _RULES_WITH_DATE]
        published = [line for rule, line in stripped if rule == "published" and not self._finder.updated.match(line)]
        if len(found := {date for line in published if (date := self.dates.find(line))}) == 1:
            return found.pop()
        if signed := self.dates.find_beside_names(lines[-1], apart=True):
            return signed
        return next((line for _, line in stripped if self.dates.read(line).problem not in (None, "unknown_form")), None)


# An address that runs a program in the browser of whoever follows it.
_RUNS = re.compile(r"(?is)\A\s*(?:javascript|vbscript|data):.*")
_SECRETS = re.compile(r"(?<=:)//[^/?#\s]*@")  # the name and password of an account before the host


def _clean_field(value: str | None) -> str | None:
    return " ".join(normalise_text(value or "").split()) or None


def drop_repeated_lines(title: str | None, body: list[str]) -> list[str]:
    """Return a body without the lines at its top that are said again: nothing that stands once alone is lost.

    These are the headline (under the name of a site, a kicker or a teaser), and a teaser whose words are all at the
    beginning of a paragraph below it. Punctuation and case aside.
    """
    heading, top = folded_words(title or ""), [folded_words(line) for line in body[:LINES_AT_TOP]]

    def is_repeated(number: int) -> bool:
        line = top[number]
        below = (later[: len(line)] == line for later in top[number + 1 :])
        return bool(line) and (line == heading or (len(line) >= MIN_TEASER_WORDS and any(below)))

    return [line for number, line in enumerate(body) if number >= len(top) or not is_repeated(number)]


def split_dump(line: str) -> list[str]:
    """Return the paragraphs of a line that is far longer than one; any other line as it is.

    They end with a sentence outside of quotations. A sentence with a credit after it is one of its own.
    """
    if line.count(" ") < MAX_PARAGRAPH_WORDS:
        return [line]
    parts, is_open = list[str](), {"": False, "single": False}
    start = sentence = read = words = 0
    for match in _SENTENCE_END.finditer(line):
        end = match.end()
        for mark in _MARKS.finditer(line, read, end):
            does, _, kind = (mark.lastgroup or "").partition("_")
            is_open[kind] = does == "open"
        words, read = words + line.count(" ", read, end), end
        if words > MAX_PARAGRAPH_WORDS:  # a mark that nothing closes
            is_open = dict.fromkeys(is_open, False)
        word, credit = match["word"] or "", _CREDIT.match(line, end)
        if any(is_open.values()) or (not credit and word[:1].isupper() and len(word) <= MAX_ABBREVIATION):
            continue
        if credit:
            parts += [line[start:sentence], line[sentence : credit.end()]]
            start, words = credit.end(), 0
        elif words >= MIN_SPLIT_WORDS and line[end] not in "\"“‘'«":
            parts.append(line[start:end])
            start, words = end, 0
        sentence = max(start, end)
    return [part for part in map(str.strip, [*parts, line[start:]]) if part]
