"""Speakers before a colon: transcripts (`REYK: ...`, `Q: ...`), headlines and live pages (`Renn: ‘No deal’`)."""

from __future__ import annotations

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.run_on_transcripts import find_run_on_turns
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.transcript_labels import MAX_LABEL_TOKENS, Labels, cut_asides, find_labels, has_one_name

_MAX_TURN_PARAGRAPHS = 4


def find_turns(view: DocumentView) -> list[SpanCandidate]:
    """Return the turns of a transcript, and single sentences after a name and a colon."""
    labels = find_labels(view)
    alone = has_one_name(view, labels)
    turns = [_build_turn(view, p, labels, 1 if alone else _MAX_TURN_PARAGRAPHS) for p in labels]
    unlabelled = (paragraph for p, paragraph in enumerate(view.paragraphs) if p not in labels)
    turns += [turn for paragraph in unlabelled for turn in find_run_on_turns(view, *paragraph)]
    return [*(turn for turn in turns if turn.parts), *_find_labelled_sentences(view, labels)]


def _build_turn(view: DocumentView, p: int, labels: Labels, paragraphs: int) -> SpanCandidate:
    """Return the words after a label, and those of the paragraphs up to the next label if there are at most so many."""
    label = labels[p]
    parts = cut_asides(view, label.end + 1, view.paragraphs[p][1])
    last_label = next(reversed(labels))
    for following in range(p + 1, min(p + paragraphs, last_label)):
        if following in labels:
            break
        if view.word[view.paragraphs[following][0]] != "(":
            parts += cut_asides(view, *view.paragraphs[following])
    return SpanCandidate(parts, "turn", None, (label.first, label.last))


def _find_labelled_sentences(view: DocumentView, labels: Labels) -> list[SpanCandidate]:
    """Return the contents of sentences that start with a name and a colon, outside of turns: `Renn: ‘No deal’`."""
    if ":" not in view.word:
        return []
    candidates: list[SpanCandidate | None] = []
    name_sentences = _sentences_of_names(view)
    for first, last in view.sentences:
        if view.paragraph[first] in labels:
            continue
        label = range(first + 1, min(first + MAX_LABEL_TOKENS, last) + 1)
        colon = next((i for i in label if view.word[i] == ":"), None)
        if colon is None or not _is_name(view, first, colon - 1, name_sentences):
            continue
        start, end = view.paragraphs[view.paragraph[first]]
        if start == first and colon < end and view.word[end] not in SENTENCE_ENDS and start > 0:
            candidates.append(_cross_head(view, first, colon, end))
        elif colon < last:
            candidates.append(_content_after_colon(view, last, colon, headline=view.paragraph[first] == 0))
    return [candidate for candidate in candidates if candidate is not None]


def _is_name(view: DocumentView, first: int, last: int, name_sentences: dict[str, set[int]]) -> bool:
    """Return whether the words before a colon name a speaker; a word may be tagged as a name only elsewhere."""
    words = view.words_in(first, last)
    lowered = [view.lower[i] for i in words]
    if not words or " ".join(lowered) in view.language.labels or lowered[0] in view.language.labels:
        return False
    if any(view.is_finite_verb(i) or view.in_marks(i) for i in words):
        return False
    elsewhere = name_sentences.get(view.word[words[-1]], set()) - {view.sentence[first]}
    named = any(view.pos[i] == "PROPN" for i in words) or elsewhere != set()
    return view.word[words[-1]][:1].isupper() and named


def _sentences_of_names(view: DocumentView) -> dict[str, set[int]]:
    """Return for each word the numbers of the sentences where it is tagged as a name.

    In headlines the tagger misses many names, so they are looked up in the other sentences.
    """
    sentences: dict[str, set[int]] = {}
    for i, pos in enumerate(view.pos):
        if pos == "PROPN":
            sentences.setdefault(view.word[i], set()).add(view.sentence[i])
    return sentences


def _cross_head(view: DocumentView, first: int, colon: int, last: int) -> SpanCandidate | None:
    """Return what follows a name and colon in a line without a full stop: words in marks, else a clause."""
    pair = view.quoted_span(colon + 1)
    if pair is not None and pair.first == colon + 1:
        return _content_after_colon(view, last, colon, headline=False)
    content = view.trim_punctuation(colon + 1, last)
    inside = range(colon + 1, last + 1)
    has_clause = any(view.is_finite_verb(i) for i in inside) and any(view.dep[i] == "nsubj" for i in inside)
    return SpanCandidate([content], "colon", None, (first, colon - 1)) if content is not None and has_clause else None


def _content_after_colon(view: DocumentView, last: int, colon: int, headline: bool) -> SpanCandidate | None:
    """Return what follows a name and colon: words in marks; without marks only in a headline or after a full name."""
    first = view.sentences[view.sentence[colon]][0]
    i = colon + 1
    pair = view.quoted_span(i)
    if pair is not None and pair.first == i:
        if pair.size < 2:
            return None
        return SpanCandidate([(pair.first, pair.last)], "colon", None, (first, colon - 1))
    verb = any(view.is_finite_verb(k) for k in range(i, last + 1))
    only_names = all(view.pos[k] in ("PROPN", "PUNCT") for k in range(first, colon))
    if not headline and not (verb and only_names and view.word[last] in SENTENCE_ENDS):
        return None
    content = view.trim_punctuation(i, last)
    return SpanCandidate([content], "colon", None, (first, colon - 1)) if content is not None else None
