"""Strip what a site puts around an article: whole lines, and only where a rule of `boilerplate_rules` is sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ingest.boilerplate_rules import CREDIT, RULES

MAX_TOP_LINES = 2
MIN_QUOTATION_WORDS = 5
_QUOTATION = re.compile(
    r"“([^“”]*)(?:”|$)|\"([^\"]*)(?:\"|$)|‘([^‘”\"]*)(?:’(?!\w)|$)|''(.*?)(?:''|$)|(?<!\w)'([^']*)'(?!\w)|«([^»]*)»"
)
MAX_SPLIT_WORDS = 25
_SEPARATOR = re.compile(r"(?<=[.!?]) +(?=[A-Z])| [·•|] ")
_BULLET = re.compile(r"[-–•*·] ?\S")
_AI_HEADING = re.compile(r"(?:ai|a\.i\.)[- ](?:generated )?(?:summary|overview|key points) ?:?", re.IGNORECASE)
# `... in February. REUTERS`, `... in February. (AFP)`, `... in February. - MNA`
_SIGNATURE = re.compile(
    r"(?:[a-z\d)%][.!?]|[.!?][”\"’]|''\.|[.!?]'')\s+"
    r"(?P<mark>(?:[-–—] ?)?\(?[A-Z]{2,12}(?:[/, ]{1,2}[A-Z]{2,12}){0,2}\)?\.?|\((?:Reuters|Bloomberg|Xinhua)\))$"
)
_ABBREVIATION = re.compile(r"\b(?:[a-z]\.[a-z]|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|No|vs)\.$", re.IGNORECASE)
# Captions show: they do without reporting words and past tenses (participles before a preposition are none).
_TOLD = re.compile(
    r"\b(?:said|says|say|told|added|according|was|were|had|has|have|will|would|could|should|may|might|did|does|but|"
    r"because|i|we|you|agreed|resumed|started|ended|continued|opened|closed|stopped|returned|arrived|died|remained|"
    r"failed|collapsed|declined|refused|warned|vowed)\b"
    r"|\b(?:became|began|bought|broke|brought|built|came|caught|chose|drew|drove|fell|felt|fled|flew|fought|found|froze|"
    r"gave|got|grew|held|hit|kept|knew|lay|led|lost|made|met|paid|ran|rose|sat|saw|sent|shook|shot|slept|sold|spent|"
    r"spoke|stood|struck|swore|thought|threw|took|went|woke|won|wore|wrote)\b(?! by)"
    r"|(?-i:\b[a-z]+ed\b)(?! (?:by|in|on|at|with|from|near|outside|during|after|under|over|along|out|up)\b)|[:;?]",
    re.IGNORECASE,
)
MAX_CAPTION_WORDS = 40
_CREDIT = re.compile(rf"{CREDIT} ?[^.]{{2,50}}")


@dataclass(frozen=True)
class Removal:
    """A line that a rule took: its index, the rule's name, and the text taken (a signature is a part of its line)."""

    line: int
    rule: str
    text: str


def strip_boilerplate(lines: list[str], source: str | None = None) -> list[str]:
    """The lines that are article, in order.

    Parameters
    ----------
    lines : list of str
        Normalised lines below the headline, none empty.
    source : str, optional
        Name of the site: a line that holds nothing else goes.
    """
    kept = list(lines)
    taken = {removal.line: removal for removal in find_boilerplate(lines, source)}
    for index, removal in taken.items():
        kept[index] = kept[index][: -len(removal.text)].rstrip() if removal.rule == "signature" else ""
    return [line for line in kept if line]


def find_boilerplate(lines: list[str], source: str | None = None) -> list[Removal]:
    """What `strip` takes and which rule takes it, in the order of the lines.

    Examples
    --------
    >>> [(r.line, r.rule) for r in explain(["Advertisement", "The ferry to Little Corrin sailed at noon."])]
    [(0, 'advertisement')]
    """
    taken: dict[int, str] = {}
    for block, indices in (("ai_summary", _summary_lines(lines)), ("caption", _caption_lines(lines))):
        taken.update(dict.fromkeys(indices, block))
    for index, line in enumerate(lines):
        if index not in taken and (name := _matching_rule(line, "any", source)):
            taken[index] = name
    _find_at_top(lines, taken, source)
    _find_at_end(lines, taken)
    removals = [Removal(index, rule, lines[index]) for index, rule in taken.items()]
    last = max((i for i in range(len(lines)) if i not in taken), default=None)
    if last is not None and (mark := _agency_signature(lines[last])):
        removals.append(Removal(last, "signature", mark))
    return sorted(removals, key=lambda removal: removal.line)


def is_boilerplate(line: str) -> bool:
    """Whether a line above the headline is boilerplate; a line all in capitals may be the headline."""
    return any(_matching_rule(line, place, None) for place in ("any", "top"))


def contains_quotation(line: str) -> bool:
    """Whether a line holds a quotation of five words or more, or opens one that goes on: it is never boilerplate."""
    spans = ("".join(match.groups("")) for match in _QUOTATION.finditer(line))
    return any(len(span.split()) >= MIN_QUOTATION_WORDS for span in spans)


def _matching_rule(line: str, place: str, source: str | None) -> str | None:
    """Name of the first rule for that place that the line matches."""
    if place == "any" and source and line.strip(" .|:-").casefold() == source.casefold():
        return "site_name"
    name = _first_matching_rule(line, place)
    if name is None and len(line.split()) <= MAX_SPLIT_WORDS:
        # `Published at 17:45 · 4 min read`, `Advertisement. Story continues below`: each piece is boilerplate.
        pieces = [piece for piece in (part.strip(" .") for part in _SEPARATOR.split(line)) if piece]
        found = [_first_matching_rule(piece, "any") or _first_matching_rule(piece, place) for piece in pieces]
        name = found[0] if len(found) > 1 and all(found) else None
    return None if name is None or contains_quotation(line) else name


def _first_matching_rule(line: str, place: str) -> str | None:
    words = len(line.split())
    fits = (rule for rule in RULES if rule.place == place and words <= rule.words and rule.pattern.fullmatch(line))
    return next((rule.name for rule in fits), None)


def _find_at_top(lines: list[str], taken: dict[int, str], source: str | None) -> None:
    kept = 0
    for index, line in enumerate(lines):
        if index in taken:
            continue
        name = _matching_rule(line, "top", source) or (None if kept else _matching_rule(line, "start", source))
        if name:
            taken[index] = name
            continue
        kept += 1
        if kept == MAX_TOP_LINES:
            return


def _find_at_end(lines: list[str], taken: dict[int, str]) -> None:
    for index in range(len(lines) - 1, -1, -1):
        if index in taken:
            continue
        name = _matching_rule(lines[index], "end", None)
        if name is None:
            return
        taken[index] = name


def _summary_lines(lines: list[str]) -> Iterator[int]:
    """Lists closed by `AI generated`, or opened by `AI summary`; the quotations in them are not the article's."""
    for index, line in enumerate(lines):
        opens = _AI_HEADING.fullmatch(line) and index + 1 < len(lines) and _BULLET.match(lines[index + 1])
        if opens:
            yield index
            yield from _list_items(lines, range(index + 1, len(lines)))
        elif _matching_rule(line, "any", None) == "ai_summary":
            yield from _list_items(lines, range(index - 1, -1, -1))


def _list_items(lines: list[str], indices: range) -> Iterator[int]:
    for index in indices:
        if not _BULLET.match(lines[index]):
            return
        yield index


def _caption_lines(lines: list[str]) -> Iterator[int]:
    """Lines directly above a line that is only a photo credit, where they read like a caption."""
    for index in range(1, len(lines)):
        if _CREDIT.fullmatch(lines[index]) and index > 1 and _is_caption(lines[index - 1]):
            yield index - 1


def _is_caption(line: str) -> bool:
    """One sentence that shows something: no quotation, no report, no past tense with an object."""
    one = re.search(r"[a-z\d][.!?] +[A-Z]", line) is None
    return one and len(line.split()) <= MAX_CAPTION_WORDS and not contains_quotation(line) and not _TOLD.search(line)


def _agency_signature(line: str) -> str | None:
    match = _SIGNATURE.search(line)
    return None if match is None or _ABBREVIATION.search(line[: match.start("mark")].rstrip()) else match["mark"]
