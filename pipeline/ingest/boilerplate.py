"""Find and strip what a site puts around an article: whole lines, and only where a rule is sure."""

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import takewhile
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, load_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import DateWords
from pipeline.ingest.dates import any_of

Place = Literal["any", "top", "start", "end"]
_FRAGMENT = re.compile(r"\{([A-Z_]+)\}")
_NOTHING = "(?!)"  # a pattern that matches nothing


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BoilerplateRule:
    """An entry under `rules` of the file: patterns that match whole lines, under one name."""

    name: str
    patterns: list[str]
    place: Place = "any"
    max_words: int = 25
    case_sensitive: bool = False


@dataclass(frozen=True, config=STRICT)
class BoilerplateFile:
    """The file of a language; its comments explain each key. A language without a file has no patterns."""

    fragments: dict[str, list[str] | str] = field(default_factory=dict)
    rules: list[BoilerplateRule] = field(default_factory=list)
    related_heading: str = _NOTHING
    caption_credit: str = _NOTHING
    not_caption: list[str] = field(default_factory=lambda: [_NOTHING])
    signature: str = _NOTHING
    abbreviation: str = _NOTHING
    author: str = _NOTHING
    updated: str = _NOTHING
    glued: list[str] = field(default_factory=list)


def load_boilerplate(code: str, configs: Path = CONFIGS) -> BoilerplateFile:
    """Read the file of a language below a config folder; a language without one has no patterns."""
    path = configs / "languages" / f"{code}_boilerplate.yaml"
    return load_config(BoilerplateFile, path) if path.exists() else BoilerplateFile()


MAX_TOP_LINES = 2
MIN_QUOTATION_WORDS = 5
MAX_CAPTION_WORDS = 40
# A longer line is not split into parts that are each boilerplate.
MAX_SPLIT_WORDS = 25
# No rule is tried on a longer line: many take time with the square of its length.
MAX_RULE_CHARACTERS = 5_000
MIN_TEASER_WORDS, MAX_TEASER_SHARE = 6, 0.3
MAX_RELATED_LINES, MAX_TITLE_WORDS = 6, 16
# A quotation in the marks of any language, closed or open to the end of the line.
_QUOTATION = re.compile(
    r"“([^“”]*)(?:”|$)|\"([^\"]*)(?:\"|$)|‘([^‘”\"]*)(?:’(?!\w)|$)|''(.*?)(?:''|$)|(?<!\w)'([^']*)'(?!\w)|«([^»]*)»"
)
_PART_SEPARATOR = re.compile(r"(?<=[.!?]) +(?=[A-Z])| [·•|] ")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_BREAK = re.compile(r"[a-z\d][.!?] +[A-Z]")


class Removal(NamedTuple):
    """A line that is boilerplate: its index, the rule's name, and the text to strip (a signature ends its line)."""

    line: int
    rule: str
    text: str


def strip_boilerplate(lines: list[str], removals: list[Removal]) -> list[str]:
    """Return the lines without what `BoilerplateFinder.find` found, in order."""
    stripped = list(lines)
    for removal in removals:
        stripped[removal.line] = stripped[removal.line].removesuffix(removal.text).rstrip()
    return [line for line in stripped if line]


def contains_quotation(line: str) -> bool:
    """Tell whether a line has a quotation of five words or more, closed or not: such a line is never boilerplate."""
    # A « that nothing closes opens nothing. Each would be followed to the end of the line: another mark stands for it.
    closed = line.rfind("»") + 1
    line = line[:closed] + line[closed:].replace("«", "\0")
    quotations = ("".join(match.groups("")) for match in _QUOTATION.finditer(line))
    return any(len(quotation.split()) >= MIN_QUOTATION_WORDS for quotation in quotations)


class BoilerplateFinder:
    """Finds boilerplate among the lines of an article, by the compiled patterns of one language.

    A ConfigError says which pattern is no regular expression, or names a fragment that the file lacks.
    """

    def __init__(self, file: BoilerplateFile, dates: DateWords) -> None:
        months = [name for names in dates.months for name in names]
        own: dict[str, list[str] | str] = {"MONTH": any_of(months), "WEEKDAY": any_of(dates.weekdays)}
        self._fragments = own | file.fragments
        self.rules = [(rule, self._compile(rule.name, rule.patterns, rule.case_sensitive)) for rule in file.rules]
        self.related_heading = self._compile("related_heading", [file.related_heading])
        self.caption_credit = self._compile("caption_credit", [file.caption_credit], case_sensitive=True)
        self.not_caption = self._compile("not_caption", file.not_caption)
        self.signature = self._compile("signature", [file.signature], case_sensitive=True)
        self.abbreviation = self._compile("abbreviation", [file.abbreviation])
        self.author = self._compile("author", [file.author], case_sensitive=True)
        self.updated = self._compile("updated", [file.updated])
        self._glued = [self._compile("glued", [pattern], case_sensitive=True) for pattern in file.glued]

    def _compile(self, name: str, patterns: list[str], case_sensitive: bool = False) -> re.Pattern[str]:
        """Compile alternative patterns into one."""
        try:
            return re.compile("|".join(map(self._expand, patterns)), 0 if case_sensitive else re.IGNORECASE)
        except re.error as error:
            what, why = f"a pattern of `{name}` is no regular expression", f"{error}: {error.pattern!r}"
            raise ConfigError(what, why=why) from None
        except KeyError as error:
            what = f"a pattern of `{name}` names no fragment: {error}"
            raise ConfigError(what, fix="add it to `fragments`") from None
        except RecursionError:
            raise ConfigError(f"a pattern of `{name}` names a fragment that contains itself") from None

    def _expand(self, pattern: str) -> str:
        """Replace each `{FRAGMENT}` by its pattern; a list of alternatives becomes a group."""

        def expanded(match: re.Match[str]) -> str:
            fragment = self._fragments[match[1]]
            return self._expand(fragment if isinstance(fragment, str) else f"(?:{'|'.join(fragment)})")

        return _FRAGMENT.sub(expanded, pattern)

    def find(self, lines: list[str], publisher: str | None = None) -> list[Removal]:
        """Return what is boilerplate in the lines below a headline, with the rule that found it, in their order."""
        found = dict.fromkeys(self._caption_lines(lines), "caption")
        found.update(dict.fromkeys(self._related_lines(lines), "read_also"))
        found.update(dict.fromkeys(_teaser_lines(lines), "teaser"))

        def rule_for(index: int, *places: Place) -> bool:
            """Whether a line is boilerplate, or becomes it by a rule for one of the places."""
            names = (self._matching_rule(lines[index], place, publisher) for place in places)
            if index not in found and (name := next(filter(None, names), None)):
                found[index] = name
            return index in found

        for index in range(len(lines)):
            rule_for(index, "any")
        staying = 0
        for index in range(len(lines)):
            staying += not rule_for(index, *(("top",) if staying else ("top", "start")))
            if staying == MAX_TOP_LINES:
                break
        # From the last line up.
        next((index for index in reversed(range(len(lines))) if not rule_for(index, "end")), None)
        removals = [Removal(index, rule, lines[index]) for index, rule in found.items()]
        last = max((i for i in range(len(lines)) if i not in found), default=None)
        signed = None if last is None else self.signature.search(lines[last])  # `... in February. REUTERS`
        if last is not None and signed and not self.abbreviation.search(lines[last][: signed.start("mark")].rstrip()):
            removals.append(Removal(last, "signature", signed["mark"]))
        return sorted(removals, key=lambda removal: removal.line)

    def cut_glued(self, text: str) -> str:
        """Return a text without what sites glue to sentences: a line ends there, or the group `kept` stays."""
        for pattern in self._glued:
            text = pattern.sub(r"\g<kept>" if pattern.groups else "\n", text)
        return text

    def is_boilerplate(self, line: str) -> bool:
        """Tell whether a line above the headline is boilerplate; one all in capitals may be the headline."""
        return any(self._matching_rule(line, place) for place in ("any", "top"))

    def _matching_rule(self, line: str, place: Place, publisher: str | None = None) -> str | None:
        """Return the name of the rule for a place that matches a line, or of those that match all its parts."""
        if place == "any" and publisher and line.strip(" .|:-").casefold() == publisher.casefold():
            return "site_name"
        name = self._first_rule(line, place)
        if name is None and len(line.split()) <= MAX_SPLIT_WORDS:
            # `Published at 17:45 · 4 min read`, `Advertisement. Story continues below`
            parts = [part for part in (part.strip(" .") for part in _PART_SEPARATOR.split(line)) if part]
            names = [self._first_rule(part, "any") or self._first_rule(part, place) for part in parts]
            name = names[0] if len(names) > 1 and all(names) else None
        return None if name is None or contains_quotation(line) else name

    def _first_rule(self, line: str, place: Place) -> str | None:
        """Return the name of the first rule for a place that matches a whole line."""
        if len(line) > MAX_RULE_CHARACTERS:
            return None
        words = len(line.split())
        rules = ((rule, pattern) for rule, pattern in self.rules if rule.place == place and words <= rule.max_words)
        return next((rule.name for rule, pattern in rules if pattern.fullmatch(line)), None)

    def _related_lines(self, lines: list[str]) -> Iterator[int]:
        """Yield a heading of other stories and their titles, where the article goes on below them.

        Titles are lines that are no sentences. Those below the last paragraph stay: the annotated articles have some.
        """
        for index, line in enumerate(lines):
            if self.related_heading.fullmatch(line):
                below = range(index + 1, min(index + 1 + MAX_RELATED_LINES, len(lines)))
                block = [index, *takewhile(lambda number: _is_title(lines[number]), below)]
                if any(len(line.split()) > MAX_SPLIT_WORDS for line in lines[block[-1] + 1 :]):
                    yield from block

    def _caption_lines(self, lines: list[str]) -> Iterator[int]:
        """Yield the lines that read like a caption directly above a line that is only a photo credit.

        A caption is one short sentence without a quotation, a report, or a past tense with an object.
        """
        for index, line in enumerate(lines[1:-1], 1):
            if len(line) <= MAX_RULE_CHARACTERS and self.caption_credit.fullmatch(lines[index + 1]):
                short = _SENTENCE_BREAK.search(line) is None and len(line.split()) <= MAX_CAPTION_WORDS
                if short and not contains_quotation(line) and not self.not_caption.search(line):
                    yield index


def _teaser_lines(lines: list[str]) -> Iterator[int]:
    """Yield the headlines of other stories in capitals between the paragraphs of an article that is not in capitals."""
    capitals = [index for index, line in enumerate(lines) if line.isupper()]
    if len(capitals) > MAX_TEASER_SHARE * len(lines):
        return
    for index in capitals:
        # Above stand headlines; shorter lines and questions are headings of the article itself.
        is_long = len(_WORDS.findall(lines[index])) >= MIN_TEASER_WORDS
        if is_long and index >= MAX_TOP_LINES and not lines[index].endswith((".", "?", "!")):
            yield index


def _is_title(line: str) -> bool:
    """Whether a line may be the title of another story: short, without the end of a sentence or a long quotation."""
    ends = line.rstrip("\"'”’").endswith((".", "!", ":", ";", "…"))
    return not ends and len(line.split()) <= MAX_TITLE_WORDS and not contains_quotation(line)
