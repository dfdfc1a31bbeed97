"""Sort the errors of extraction by cause: why quotes are missed, false, or have wrong ends, sources or cues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.measures import Comparison, ScoredQuote, covers_source_head
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
_MAX_WORDS, _LIKELY = 3, 0.5


@dataclass(frozen=True)
class ExtractionError:
    """One error: its cause, and the words of the gold and of the predicted quote ("" for none)."""

    cause: str
    gold: str
    predicted: str


def list_errors(
    comparison: Comparison, trace: ExtractionTrace, speech: Lexicon, thought: Lexicon
) -> Iterator[ExtractionError]:
    """Yield the errors of one text; a matched pair can have several (ends, source, cue).

    Parameters
    ----------
    comparison : Comparison
        Gold and predicted quotes.
    trace : Trace
        The candidates that the extractor considered.
    speech, thought : Lexicon
        Lexicons of the profiles `speech` and `attribution`: a cue only in the second reports thought.
    """
    for i, j in comparison.matched:
        gold, predicted = comparison.gold[i], comparison.predicted[j]
        for cause in (
            _ends(gold.content, predicted.content),
            _source(comparison, gold, predicted),
            _cue(comparison, gold, predicted),
        ):
            if cause:
                yield ExtractionError(cause, show_quote(comparison, gold), show_quote(comparison, predicted))
    matched_gold = {i for i, _ in comparison.matched}
    matched_predicted = {j for _, j in comparison.matched}
    for i, gold in enumerate(comparison.gold):
        if i not in matched_gold:
            near = [
                show_quote(comparison, q)
                for q in comparison.predicted
                if comparison.text.count_shared(gold.content, q.content)
            ]
            yield ExtractionError(_missed(comparison, i, trace), show_quote(comparison, gold), "".join(near[:1]))
    for j, predicted in enumerate(comparison.predicted):
        if j not in matched_predicted:
            yield ExtractionError(
                _false(comparison, predicted, trace, speech, thought), "", show_quote(comparison, predicted)
            )


def show_quote(comparison: Comparison, quote: ScoredQuote) -> str:
    """Return source, cue and content of a quote on one line."""
    text = comparison.text.text
    source, cue, content = (" … ".join(text[s:e] for s, e in p) for p in (quote.source, quote.cue, quote.content))
    return " ".join(f"⟨{source}⟩ ‹{cue}› ⟦{content}⟧".split())


def _ends(gold: Parts, predicted: Parts) -> str:
    if gold == predicted:
        return ""
    if len(gold) != len(predicted):
        return "ends: number of parts wrong"
    start = any(g[0] != f[0] for g, f in zip(gold, predicted, strict=True))
    end = any(g[1] != f[1] for g, f in zip(gold, predicted, strict=True))
    return f"ends: {' and '.join(name for name, wrong in (('start', start), ('end', end)) if wrong)} wrong"


def _source(comparison: Comparison, gold: ScoredQuote, predicted: ScoredQuote) -> str:
    if not gold.source or covers_source_head(comparison.text, gold.source, predicted.source):
        return ""
    return "source: another one" if predicted.source else "source: none given"


def _cue(comparison: Comparison, gold: ScoredQuote, predicted: ScoredQuote) -> str:
    return "cue: another one or none" if gold.cue and not comparison.text.count_shared(gold.cue, predicted.cue) else ""


def _missed(comparison: Comparison, i: int, trace: ExtractionTrace) -> str:
    text, gold = comparison.text, comparison.gold[i]
    near = [j for j, q in enumerate(comparison.predicted) if text.count_shared(gold.content, q.content)]
    if near:
        if {j for _, j in comparison.matched}.intersection(near):
            return "missed: joined with another"
        shared = text.count_shared(gold.content, comparison.predicted[near[0]].content)
        if shared == text.count_letters(comparison.predicted[near[0]].content):
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


def _false(
    comparison: Comparison, predicted: ScoredQuote, trace: ExtractionTrace, speech: Lexicon, thought: Lexicon
) -> str:
    text = comparison.text
    shared = max((text.count_shared(predicted.content, gold.content) for gold in comparison.gold), default=0)
    if shared:
        if shared == text.count_letters(predicted.content):
            return "false: inside a gold quote"
        around = any(
            text.count_shared(predicted.content, g.content) == text.count_letters(g.content) for g in comparison.gold
        )
        return "false: around a gold quote" if around else "false: shares less than half"
    if any(text.count_shared(predicted.cue, gold.cue) for gold in comparison.gold):
        return "false: second content of a gold cue"
    if not predicted.cue:
        return "false: without a cue"
    view = trace.view
    token = bisect_right(view.start, predicted.cue[0][0]) - 1
    if _thinks(view.lemma[token], speech, thought):
        return "false: belief or plan"
    if (
        predicted.row.get("type") == "direct"
        and sum(len(text.text[s:e].split()) for s, e in predicted.content) <= _MAX_WORDS
    ):
        return "false: few words in marks"
    if predicted.content[0][0] < text.text.find("\n"):
        return "false: headline"
    if view.pos[token] in ("NOUN", "PROPN"):
        return "false: noun as cue"
    return "false: cue of the lists" if _listed(view.lemma[token], thought) else "false: cue of no list"


def _thinks(lemma: str, speech: Lexicon, thought: Lexicon) -> bool:
    return _listed(lemma, thought) and not _listed(lemma, speech)


def _listed(lemma: str, lexicon: Lexicon) -> bool:
    starts = {words[0] for words in (*lexicon.phrases, *lexicon.sayings)}
    return lemma in lexicon.verbs or lemma in lexicon.prepositions or lemma in lexicon.nouns or lemma in starts
