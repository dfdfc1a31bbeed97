"""Read the cases of `tests/cases`: each line is a text whose quotes are marked as `⟨source⟩ ‹cue› ⟦content⟧`.

`¶` ends a paragraph, and `⟦+…⟧` is a further part of the content before it. Lines that start with `#` are comments.
Marks are grouped into quotes in their order: a new quote starts at a mark that the current quote already has, and after
`¶` if the current quote has a content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.annotate.spreadsheet import parse_spans
from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import Publication

CASES = Path(__file__).parent / "en"
OPENING_QUOTATION_MARKS = "\"“‘'"
PARAGRAPH_END = "\n\n"
# How an answer writes None.
NOBODY = "?"
# Fields of a quote that an answer may name after its speaker.
ANSWER_FIELDS = ("kind", "resolved_by", "affiliation", "members", "side", "side_by", "side_evidence")
_SPEAKER_CASE = re.compile(r"(?:\[(?P<publication>.*?)\] )?(?P<text>.*?)(?: => (?P<answers>.*))?")
_ANSWER = re.compile(r"(?P<speaker>.*?)(?: \((?P<fields>\w+=.*)\))?")


@dataclass(frozen=True)
class SpeakerCase:
    """A text with quotes, and the speakers that they must get."""

    where: str  # file and line
    text: str  # without marks
    quotes: list[Quote]  # without speakers
    answers: list[dict[str, str]]  # for each quote its speaker and the fields that the case names; `?` stands for None
    publication: Publication  # empty where the case does not name it

    def actual_answers(self, quotes: list[Quote]) -> list[dict[str, str]]:
        """Return the same fields as `answers`, from resolved quotes."""
        return [
            {name: _format_value(getattr(quote, name)) for name in answer}
            for quote, answer in zip(quotes, self.answers, strict=True)
        ]


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield file and line number, and the line, of each case of a file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            yield f"{path.name}:{number}", line


def parse_quotes(line: str, where: str = "text") -> tuple[str, list[Quote]]:
    """Return the text without marks, and its quotes."""
    is_further = iter([plus == "+" for plus in re.findall(r"⟦(\+?)", line)])
    text, spans = parse_spans(line.replace("⟦+", "⟦").replace("¶", PARAGRAPH_END), where)
    quotes: list[dict[str, list[Span]]] = []
    last_end = 0
    for start, end, name in sorted(spans):
        if not (name == "content" and next(is_further)):
            new_paragraph = PARAGRAPH_END in text[last_end:start]
            if not quotes or name in quotes[-1] or (new_paragraph and "content" in quotes[-1]):
                quotes.append({})
        if not quotes:
            raise DataError("⟦+ continues no content", where=where, fix="mark the first part as ⟦content⟧")
        quotes[-1].setdefault(name, []).append((start, end))
        last_end = end
    if any("content" not in quote for quote in quotes):
        raise DataError("a source or cue without a content", where=where, fix="mark what was said as ⟦content⟧")
    return text, [_make_quote(text, **quote) for quote in quotes]


def _make_quote(text: str, content: list[Span], cue: Any = (None,), source: Any = (None,)) -> Quote:
    kind = "direct" if text[content[0][0]] in OPENING_QUOTATION_MARKS else "indirect"
    return Quote(text, content, kind, cue=cue[0], source=source[0])


def parse_speaker_case(line: str, where: str = "text") -> SpeakerCase:
    """Return the case of a line such as `[date=DATE] MARKED TEXT => SPEAKER (kind=KIND) | SPEAKER | ?`.

    There is an answer for each quote. Brackets and parentheses may be left out: brackets take `publisher` and `date`,
    parentheses the names of `ANSWER_FIELDS`."""
    line_parts = _SPEAKER_CASE.fullmatch(line).groupdict()
    text, quotes = parse_quotes(line_parts["text"], where)
    answers = [_parse_answer(answer, where) for answer in (line_parts["answers"] or "").split(" | ") if answer]
    if len(answers) != len(quotes):
        fix = "write a speaker for each content after `=>`, with ` | ` between them"
        raise DataError(f"{len(quotes)} quotes and {len(answers)} answers", where=where, fix=fix)
    publication = Publication(**_parse_fields(line_parts["publication"], ("publisher", "date"), where))
    return SpeakerCase(where, text, quotes, answers, publication)


def _parse_answer(answer: str, where: str) -> dict[str, str]:
    """Return the speaker of an answer, and the fields in parentheses after it."""
    answer_parts = _ANSWER.fullmatch(answer).groupdict()
    return {"speaker": answer_parts["speaker"], **_parse_fields(answer_parts["fields"], ANSWER_FIELDS, where)}


def _parse_fields(fields: str | None, names: tuple[str, ...], where: str) -> dict[str, str]:
    """Return the values of `NAME=VALUE, NAME=VALUE`; raise DataError for a name that is not one of `names`."""
    pairs = [field.partition("=") for field in fields.split(", ")] if fields else []
    for name, _, _ in pairs:
        if name not in names:
            raise DataError(f"unknown field {name!r}", where=where, fix=f"use one of {', '.join(names)}")
    return {name: value for name, _, value in pairs}


def _format_value(value: str | list[str] | None) -> str:
    """Return a field of a quote as a case writes it."""
    return (" and ".join(value) if isinstance(value, list) else value) or NOBODY
