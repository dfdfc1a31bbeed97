"""Speakers before a colon: transcripts (`REYK: ...`, `Q: ...`), headlines and live pages (`Renn: ‘No deal’`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_LABEL_TOKENS = 6
_MAX_NAME_WORDS = 3
_MAX_ASIDE_TOKENS = 4
_MAX_TURN_PARAGRAPHS = 4


def find_turns(view: DocumentView) -> list[SpanCandidate]:
    """Return the turns of a transcript, and single sentences after a name and a colon."""
    labels: dict[int, int] = {}
    for is_label in (_is_in_capitals, _looks_like_name):
        if not labels:
            colons = ((p, _find_label(view, p, is_label)) for p in range(len(view.paragraphs)))
            labels = {p: colon for p, colon in colons if colon is not None}
        if not _is_transcript(view, labels):
            labels = {}
    turns = [_build_turn(view, p, colon, labels) for p, colon in labels.items()]
    return [*(turn for turn in turns if turn.parts), *_find_labelled_sentences(view, labels)]


def _is_transcript(view: DocumentView, labels: dict[int, int]) -> bool:
    """Return whether labels take turns: a `Q`, or one that comes back among others; not the topics of a wire digest."""
    names = [" ".join(view.lower[view.paragraphs[p][0] : colon]) for p, colon in labels.items()]
    has_question = any(view.word_in(view.paragraphs[p][0], "turn_label") for p in labels)
    return len(names) > 1 and (has_question or 1 < len(set(names)) < len(names))


def _build_turn(view: DocumentView, p: int, colon: int, labels: dict[int, int]) -> SpanCandidate:
    """Return the words after a label and in the paragraphs up to the next label."""
    parts = _cut_asides(view, colon + 1, view.paragraphs[p][1])
    last_label = next(reversed(labels))
    for following in range(p + 1, min(p + _MAX_TURN_PARAGRAPHS, last_label)):
        if following in labels:
            break
        if view.word[view.paragraphs[following][0]] != "(":
            parts += _cut_asides(view, *view.paragraphs[following])
    return SpanCandidate(parts, "turn", None, (view.paragraphs[p][0], colon - 1))


def _find_label(view: DocumentView, p: int, is_label: Callable[[DocumentView, int, list[str]], bool]) -> int | None:
    """Return the token of the colon after the speaker's label that opens a paragraph."""
    first, last = view.paragraphs[p]
    for i in range(first + 1, min(first + _MAX_LABEL_TOKENS + 2, last)):
        if view.word[i] == ":":
            name = [word for word in view.word[first:i] if any(map(str.isalpha, word))]
            lowered = " ".join(name).lower()
            if not name or lowered in view.language.labels or name[0].lower() in view.language.labels:
                return None
            return i if is_label(view, first, name) else None
    return None


def _is_in_capitals(view: DocumentView, first: int, name: list[str]) -> bool:
    """Return whether a label is in capitals: `REYK`, `Q`."""
    return all(word.isupper() for word in name) and (view.word_in(first, "turn_label") or len(name[-1]) > 2)


def _looks_like_name(view: DocumentView, first: int, name: list[str]) -> bool:
    """Return whether a label may be a name: `Reyk`, `Dr Hartog`."""
    return all(word[0].isupper() for word in name) and len(name) <= _MAX_NAME_WORDS


def _cut_asides(view: DocumentView, first: int, last: int) -> list[TokenRange]:
    """Split a range at asides such as `(Laughter.)`, which are left out."""
    parts, start, i = [], first, first
    while i <= last:
        if view.word[i] == "(":
            inside = range(i + 1, min(i + _MAX_ASIDE_TOKENS + 2, last + 1))
            close = next((k for k in inside if view.word[k] == ")"), None)
            if close is not None and (view.word[close - 1] == "." or close - i == 2):
                parts.append((start, i - 1))
                start = i = close + 1
                continue
        i += 1
    parts.append((start, last))
    return [trimmed for part in parts if (trimmed := view.trim_spaces(*part)) is not None]


def _find_labelled_sentences(view: DocumentView, labels: dict[int, int]) -> list[SpanCandidate]:
    """Return the contents of sentences that start with a name and a colon, outside of turns: `Renn: ‘No deal’`."""
    if ":" not in view.word:
        return []
    candidates: list[SpanCandidate | None] = []
    name_sentences = _sentences_of_names(view)
    for first, last in view.sentences:
        if view.paragraph[first] in labels:
            continue
        label = range(first + 1, min(first + _MAX_LABEL_TOKENS, last) + 1)
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
