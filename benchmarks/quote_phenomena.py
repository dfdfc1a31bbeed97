"""Find the linguistic phenomena of a gold quote: position of the cue, kind of source, quotation marks, length."""

import re
from collections.abc import Sequence

from benchmarks.extraction_measures import ScoredQuote
from pipeline.evaluate.span_scores import ComparableText

_BE = r"(?:is|are|was|were|be|been|being)"
_DETERMINER = r"(?:a|an|the|this|that|these|those|his|her|their|its|our|my|no|any)"
_ACCORDING = re.compile(r"according|per$|in the (?:words|view|opinion) of", re.IGNORECASE)
_PASSIVE = re.compile(rf"\b{_BE}\s+(?:\w+ly\s+)?\w+(?:ed|en|told|made|put|held|thought|meant)\b", re.IGNORECASE)
_NOUN_CUE = re.compile(rf"(?:\b{_DETERMINER}|['’]s)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
_OPENS_NOUN = re.compile(rf"^(?:in\s+)?{_DETERMINER}\s", re.IGNORECASE)
_OWNS = re.compile(r"(?:['’]s|s['’]|^(?:his|her|its|their|our|my|your))$", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:he|she|they|it|i|we|you|who|his|her|their|its|our|my|your|him|them)$", re.IGNORECASE)
_MARKS = "\"“”„«»‘’'`"
_MAX_SHORT = 3
PHENOMENA = (
    *("cue before", "cue behind", "cue inside", "colon", "according to", "passive", "noun cue", "many-word cue"),
    *("no cue", "no source", "pronoun source", "several parts", "several paragraphs", "headline", "nested"),
    *("single marks", "two-tick marks", "short", "long"),
)


def find_phenomena(text: ComparableText, gold: Sequence[ScoredQuote], i: int) -> set[str]:
    """Return the names of the `PHENOMENA` that gold quote `i` of all those of a text shows."""
    return {*_cue_phenomena(text, gold[i]), *_content_phenomena(text, gold, i)}


def _cue_phenomena(text: ComparableText, quote: ScoredQuote) -> set[str]:
    first, last = quote.content[0][0], quote.content[-1][1]
    names = set()
    if text.text[:first].rstrip(_MARKS + " \t\n").endswith(":"):
        names.add("colon")
    if not quote.source:
        names.add("no source")
    elif _PRONOUN.match(text.text[slice(*quote.source[0])]):
        names.add("pronoun source")
    if not quote.cue:
        return names | {"no cue"}
    start, end = quote.cue[0][0], quote.cue[-1][1]
    words = text.text[start:end]
    names.add("cue before" if end <= first else "cue behind" if start >= last else "cue inside")
    if _ACCORDING.search(words):
        return names | {"according to"}
    lead = " ".join(text.text[max(0, start - 40) : start].split()[-2:])
    if any(match.end() > len(lead) + 1 for match in _PASSIVE.finditer(f"{lead} {words}")):
        names.add("passive")
    if _is_noun_cue(text, quote, start, words):
        names.add("noun cue")
    if len(words.split()) > 1:
        names.add("many-word cue")
    return names


def _is_noun_cue(text: ComparableText, quote: ScoredQuote, start: int, words: str) -> bool:
    """Return True for noun cues: `the claim that`, `Sarkel's promise`, `in a statement`; not `the minister said`."""
    owner = max((source for source in quote.source if source[1] <= start), default=None, key=lambda s: s[1])
    if owner is None:
        return bool(_NOUN_CUE.search(text.text[max(0, start - 40) : start]) or _OPENS_NOUN.search(words))
    between = text.text[owner[1] : start]
    named = text.text[slice(*owner)]
    owns = _OWNS.search(named) and len(between.split()) < 2 and not set(between) & set(",.;:")
    return bool(owns or _NOUN_CUE.search(between) or _OPENS_NOUN.search(words))


def _content_phenomena(text: ComparableText, gold: Sequence[ScoredQuote], i: int) -> set[str]:
    content = gold[i].content
    words = " ".join(text.text[start:end] for start, end in content)
    size = len(words.split())
    around = text.text[max(0, content[0][0] - 2) : content[0][0]].strip()
    first_line = text.text.find("\n") if "\n" in text.text else len(text.text)
    marks = {
        "several parts": len(content) > 1,
        "several paragraphs": "\n" in text.text[content[0][0] : content[-1][1]],
        "headline": content[0][0] < first_line < len(text.text),
        "nested": any(text.count_shared(content, other.content) for k, other in enumerate(gold) if k != i),
        "single marks": around.endswith(("‘", "'")) and not around.endswith("''"),
        "two-tick marks": around.endswith(("''", "``")),
        "short": size <= _MAX_SHORT,
        "long": size > 40,
    }
    return {name for name, holds in marks.items() if holds}
