"""List the errors of extraction with their causes: missed and false quotes, wrong ends, sources and cues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.extraction_measures import Comparison, ScoredQuote, covers_source_head
from pipeline.evaluate.span_scores import IOU, Parts
from pipeline.extract.quote_explainer import ExtractionTrace
from pipeline.extract.rules.lexicon import Lexicon

CAUSES = {
    "missed: no cue found": "no word of the gold cue is a likely cue",
    "missed: cue found, no such content": "no candidate of the cue overlaps by half with the gold quote",
    "missed: scored too low, cue doubtful": "a candidate overlaps by half; its cue has a probability below 0.5",
    "missed: scored too low, cue likely": "a candidate overlaps by half; its cue has a probability from 0.5 on",
    "missed: lost to another candidate": "a candidate overlaps by half; another of its cue or place scored higher",
    "missed: no cue in gold": "a quote without reporting words, and no quote predicted there",
    "missed: only a part predicted": "the predicted quote lies inside it",
    "missed: inside a larger quote": "the predicted quote contains it",
    "missed: overlap below half": "the predicted quote begins or ends elsewhere",
    "missed: joined with another": "the predicted quote there is matched with another gold quote",
    "ends: start wrong": "",
    "ends: end wrong": "",
    "ends: start and end wrong": "",
    "ends: number of parts wrong": "an interruption missed, or predicted where there is none",
    "source: missing": "",
    "source: wrong": "",
    "cue: wrong or missing": "",
    "false: inside a gold quote": "a quote within a quote",
    "false: around a gold quote": "",
    "false: overlap below half": "",
    "false: second content of a gold cue": "",
    "false: without a cue": "floating quotes, colons, turns",
    "false: belief or plan": "the cue reports thought, not speech",
    "false: few words in quotation marks": "scare quotes, titles, nicknames",
    "false: headline": "",
    "false: noun as cue": "",
    "false: listed cue": "a reporting word in another use, or a quote that the annotators left out",
    "false: unlisted cue": "",
}
_MAX_SHORT_WORDS, _LIKELY_CUE = 3, 0.5


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
    trace : ExtractionTrace
        The candidates that the extractor considered.
    speech, thought : Lexicon
        Lexicons of the profiles `speech` and `attribution`: a cue only in the second reports thought.
    """
    for i, j in comparison.matched:
        gold, predicted = comparison.gold[i], comparison.predicted[j]
        for cause in (
            _end_error(gold.content, predicted.content),
            _source_error(comparison, gold, predicted),
            _cue_error(comparison, gold, predicted),
        ):
            if cause:
                yield ExtractionError(cause, show_quote(comparison, gold), show_quote(comparison, predicted))
    matched_gold = {i for i, _ in comparison.matched}
    matched_predicted = {j for _, j in comparison.matched}
    for i, gold in enumerate(comparison.gold):
        if i not in matched_gold:
            overlapping = (q for q in comparison.predicted if comparison.text.count_shared(gold.content, q.content))
            shown = next((show_quote(comparison, q) for q in overlapping), "")
            yield ExtractionError(_missed_cause(comparison, i, trace), show_quote(comparison, gold), shown)
    for j, predicted in enumerate(comparison.predicted):
        if j not in matched_predicted:
            yield ExtractionError(
                _false_cause(comparison, predicted, trace, speech, thought), "", show_quote(comparison, predicted)
            )


def show_quote(comparison: Comparison, quote: ScoredQuote) -> str:
    """Return source, cue and content of a quote on one line."""
    text = comparison.text.text
    source, cue, content = (" … ".join(text[s:e] for s, e in p) for p in (quote.source, quote.cue, quote.content))
    return " ".join(f"⟨{source}⟩ ‹{cue}› ⟦{content}⟧".split())


def _end_error(gold: Parts, predicted: Parts) -> str:
    if gold == predicted:
        return ""
    if len(gold) != len(predicted):
        return "ends: number of parts wrong"
    start = any(g[0] != f[0] for g, f in zip(gold, predicted, strict=True))
    end = any(g[1] != f[1] for g, f in zip(gold, predicted, strict=True))
    return f"ends: {' and '.join(name for name, wrong in (('start', start), ('end', end)) if wrong)} wrong"


def _source_error(comparison: Comparison, gold: ScoredQuote, predicted: ScoredQuote) -> str:
    if not gold.source or covers_source_head(comparison.text, gold.source, predicted.source):
        return ""
    return "source: wrong" if predicted.source else "source: missing"


def _cue_error(comparison: Comparison, gold: ScoredQuote, predicted: ScoredQuote) -> str:
    return "cue: wrong or missing" if gold.cue and not comparison.text.count_shared(gold.cue, predicted.cue) else ""


def _missed_cause(comparison: Comparison, i: int, trace: ExtractionTrace) -> str:
    text, gold = comparison.text, comparison.gold[i]
    overlapping = [j for j, q in enumerate(comparison.predicted) if text.count_shared(gold.content, q.content)]
    if overlapping:
        if {j for _, j in comparison.matched}.intersection(overlapping):
            return "missed: joined with another"
        shared = text.count_shared(gold.content, comparison.predicted[overlapping[0]].content)
        if shared == text.count_letters(comparison.predicted[overlapping[0]].content):
            return "missed: only a part predicted"
        return (
            "missed: inside a larger quote"
            if shared == text.count_letters(gold.content)
            else "missed: overlap below half"
        )
    cue_probabilities = [p for (start, end), p in trace.cues if any(start < b and a < end for a, b in gold.cue)]
    if rejected := [c for c in trace.candidates if text.iou(gold.content, text.normalise(c.content)) >= IOU]:
        if not any(c.rejected_because.startswith("below") for c in rejected):
            return "missed: lost to another candidate"
        likely = max(cue_probabilities, default=0) >= _LIKELY_CUE
        return f"missed: scored too low, cue {'likely' if likely else 'doubtful'}"
    if not gold.cue:
        return "missed: no cue in gold"
    return "missed: cue found, no such content" if cue_probabilities else "missed: no cue found"


def _false_cause(
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
        return "false: around a gold quote" if around else "false: overlap below half"
    if any(text.count_shared(predicted.cue, gold.cue) for gold in comparison.gold):
        return "false: second content of a gold cue"
    if not predicted.cue:
        return "false: without a cue"
    view = trace.view
    token = bisect_right(view.start, predicted.cue[0][0]) - 1
    if _reports_thought(view.lemma[token], speech, thought):
        return "false: belief or plan"
    if (
        predicted.row.get("type") == "direct"
        and sum(len(text.text[s:e].split()) for s, e in predicted.content) <= _MAX_SHORT_WORDS
    ):
        return "false: few words in quotation marks"
    if predicted.content[0][0] < text.text.find("\n"):
        return "false: headline"
    if view.pos[token] in ("NOUN", "PROPN"):
        return "false: noun as cue"
    return "false: listed cue" if _is_listed(view.lemma[token], thought) else "false: unlisted cue"


def _reports_thought(lemma: str, speech: Lexicon, thought: Lexicon) -> bool:
    return _is_listed(lemma, thought) and not _is_listed(lemma, speech)


def _is_listed(lemma: str, lexicon: Lexicon) -> bool:
    starts = {words[0] for words in (*lexicon.phrases, *lexicon.sayings)}
    return lemma in lexicon.verbs or lemma in lexicon.prepositions or lemma in lexicon.nouns or lemma in starts
