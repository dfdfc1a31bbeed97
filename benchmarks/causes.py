"""Errors of extraction by cause, so that one knows where to dig: what was missed and why, what is false, wrong ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.measures import Compared, One, holds_head
from pipeline.evaluate.span_scores import IOU, Parts
from pipeline.extract.explanation import ExtractionTrace
from pipeline.extract.rules.lexicon import Lexicon

CAUSES = {
    "missed: no cue found": "no word of the gold cue is a likely cue",
    "missed: cue found, no such content": "no candidate of the cue shares half with the gold",
    "missed: scored too low, cue doubtful": "half or more of it was a candidate; its cue has less than 0.5",
    "missed: scored too low, cue likely": "half or more of it was a candidate; its cue has 0.5 or more",
    "missed: lost to another candidate": "half or more of it was a candidate; one of its cue or place scored higher",
    "missed: no cue in gold": "a quote without reporting words, and nothing found there",
    "missed: a part taken for the whole": "what was found lies inside it",
    "missed: inside something larger": "what was found holds it and more",
    "missed: less than half found": "what was found begins or ends elsewhere",
    "missed: joined with another": "what was found there was counted for another gold quote",
    "ends: start wrong": "",
    "ends: end wrong": "",
    "ends: start and end wrong": "",
    "ends: number of parts wrong": "an interruption missed, or seen where there is none",
    "source: none given": "",
    "source: another one": "",
    "cue: another one or none": "",
    "false: inside a gold quote": "somebody quoted by the one who is quoted",
    "false: around a gold quote": "",
    "false: shares less than half": "",
    "false: second content of a gold cue": "",
    "false: without a cue": "floating quotes, colons, turns",
    "false: belief or plan": "the cue reports thought, not speech",
    "false: few words in marks": "scare quotes, titles, nicknames",
    "false: headline": "",
    "false: noun as cue": "",
    "false: cue of the lists": "a reporting word in other uses, or what the annotators left out",
    "false: cue of no list": "",
}
_FEW, _LIKELY = 3, 0.5


@dataclass(frozen=True)
class Error:
    """One error: its cause, and the words of gold and of what was found ("" for none)."""

    cause: str
    wanted: str
    given: str


def errors(one: Compared, trace: ExtractionTrace, speech: Lexicon, thought: Lexicon) -> Iterator[Error]:
    """Errors of one text; a pair may have several: ends, source, cue.

    Parameters
    ----------
    one : Compared
        Gold and found quotes.
    trace : Trace
        What was weighed on the way to the found ones.
    speech, thought : Lexicon
        Of the profiles `speech` and `attribution`: a cue in the second alone reports thought.
    """
    for i, j in one.matched:
        gold, found = one.gold[i], one.found[j]
        for cause in (_ends(gold.content, found.content), _source(one, gold, found), _cue(one, gold, found)):
            if cause:
                yield Error(cause, words(one, gold), words(one, found))
    right, given = {i for i, _ in one.matched}, {j for _, j in one.matched}
    for i, gold in enumerate(one.gold):
        if i not in right:
            near = [words(one, q) for q in one.found if one.text.count_shared(gold.content, q.content)]
            yield Error(_missed(one, i, trace), words(one, gold), "".join(near[:1]))
    for j, found in enumerate(one.found):
        if j not in given:
            yield Error(_false(one, found, trace, speech, thought), "", words(one, found))


def words(one: Compared, quote: One) -> str:
    """Source, cue and content of a quote, on one line."""
    text = one.text.text
    source, cue, content = (" … ".join(text[s:e] for s, e in p) for p in (quote.source, quote.cue, quote.content))
    return " ".join(f"⟨{source}⟩ ‹{cue}› ⟦{content}⟧".split())


def _ends(gold: Parts, found: Parts) -> str:
    if gold == found:
        return ""
    if len(gold) != len(found):
        return "ends: number of parts wrong"
    start = any(g[0] != f[0] for g, f in zip(gold, found, strict=True))
    end = any(g[1] != f[1] for g, f in zip(gold, found, strict=True))
    return f"ends: {' and '.join(name for name, wrong in (('start', start), ('end', end)) if wrong)} wrong"


def _source(one: Compared, gold: One, found: One) -> str:
    if not gold.source or holds_head(one.text, gold.source, found.source):
        return ""
    return "source: another one" if found.source else "source: none given"


def _cue(one: Compared, gold: One, found: One) -> str:
    return "cue: another one or none" if gold.cue and not one.text.count_shared(gold.cue, found.cue) else ""


def _missed(one: Compared, i: int, trace: ExtractionTrace) -> str:
    text, gold = one.text, one.gold[i]
    near = [j for j, q in enumerate(one.found) if text.count_shared(gold.content, q.content)]
    if near:
        if {j for _, j in one.matched}.intersection(near):
            return "missed: joined with another"
        shared = text.count_shared(gold.content, one.found[near[0]].content)
        if shared == text.count_letters(one.found[near[0]].content):
            return "missed: a part taken for the whole"
        return (
            "missed: inside something larger"
            if shared == text.count_letters(gold.content)
            else "missed: less than half found"
        )
    seen = [p for (start, end), p in trace.cues if any(start < b and a < end for a, b in gold.cue)]
    if weighed := [w for w in trace.candidates if text.iou(gold.content, text.normalise(w.content)) >= IOU]:
        if not any(w.rejected_because.startswith("below") for w in weighed):
            return "missed: lost to another candidate"
        return f"missed: scored too low, cue {'likely' if max(seen, default=0) >= _LIKELY else 'doubtful'}"
    if not gold.cue:
        return "missed: no cue in gold"
    return "missed: cue found, no such content" if seen else "missed: no cue found"


def _false(one: Compared, found: One, trace: ExtractionTrace, speech: Lexicon, thought: Lexicon) -> str:
    text = one.text
    shared = max((text.count_shared(found.content, gold.content) for gold in one.gold), default=0)
    if shared:
        if shared == text.count_letters(found.content):
            return "false: inside a gold quote"
        around = any(text.count_shared(found.content, g.content) == text.count_letters(g.content) for g in one.gold)
        return "false: around a gold quote" if around else "false: shares less than half"
    if any(text.count_shared(found.cue, gold.cue) for gold in one.gold):
        return "false: second content of a gold cue"
    if not found.cue:
        return "false: without a cue"
    view = trace.view
    token = bisect_right(view.start, found.cue[0][0]) - 1
    if _thinks(view.lemma[token], speech, thought):
        return "false: belief or plan"
    if found.row.get("type") == "direct" and sum(len(text.text[s:e].split()) for s, e in found.content) <= _FEW:
        return "false: few words in marks"
    if found.content[0][0] < text.text.find("\n"):
        return "false: headline"
    if view.pos[token] in ("NOUN", "PROPN"):
        return "false: noun as cue"
    return "false: cue of the lists" if _listed(view.lemma[token], thought) else "false: cue of no list"


def _thinks(lemma: str, speech: Lexicon, thought: Lexicon) -> bool:
    return _listed(lemma, thought) and not _listed(lemma, speech)


def _listed(lemma: str, lexicon: Lexicon) -> bool:
    starts = {words[0] for words in (*lexicon.phrases, *lexicon.sayings)}
    return lemma in lexicon.verbs or lemma in lexicon.prepositions or lemma in lexicon.nouns or lemma in starts
