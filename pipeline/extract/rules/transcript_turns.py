"""Speakers before a colon: transcripts (`REYK: ...`, `Q: ...`), headlines and live pages (`Renn: ‘No deal’`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_LABEL_TOKENS = 6
_MAX_NAME_WORDS = 3
_MAX_ASIDE_TOKENS = 4
_MAX_TURN_PARAGRAPHS = 4  # paragraphs


def find_turns(view: DocumentView, lexicon: Lexicon) -> list[SpanCandidate]:
    """Turns of a transcript, and single sentences with a name and a colon before them."""
    labels: dict[int, int] = {}
    for good in (_is_in_capitals, _looks_like_name):
        found = ((p, _find_label(view, p, lexicon, good)) for p in range(len(view.paragraphs)))
        labels = labels or {p: colon for p, colon in found if colon is not None}
        if not _is_transcript(view, labels):
            labels = {}
    turns = [_build_turn(view, p, colon, labels) for p, colon in labels.items()]
    return [*(turn for turn in turns if turn.parts), *_find_labelled_sentences(view, lexicon, labels)]


def _is_transcript(view: DocumentView, labels: dict[int, int]) -> bool:
    """Speakers take turns: a `Q`, or a label that comes back among others; the topics of a wire digest do not."""
    names = [" ".join(view.lower[view.paragraphs[p][0] : colon]) for p, colon in labels.items()]
    asked = any(view.word_in(view.paragraphs[p][0], "turn_label") for p in labels)
    return len(names) > 1 and (asked or 1 < len(set(names)) < len(names))


def _build_turn(view: DocumentView, p: int, colon: int, labels: dict[int, int]) -> SpanCandidate:
    """The words behind a label, and the paragraphs up to the next one."""
    parts = _cut_asides(view, colon + 1, view.paragraphs[p][1])
    final = next(reversed(labels))
    for further in range(p + 1, min(p + _MAX_TURN_PARAGRAPHS, final)):
        if further in labels:
            break
        if view.word[view.paragraphs[further][0]] != "(":
            parts += _cut_asides(view, *view.paragraphs[further])
    return SpanCandidate(parts, "turn", None, (view.paragraphs[p][0], colon - 1))


def _find_label(
    view: DocumentView, p: int, lexicon: Lexicon, good: Callable[[DocumentView, int, list[str]], bool]
) -> int | None:
    """Token of the colon behind a speaker."""
    first, last = view.paragraphs[p]
    for i in range(first + 1, min(first + _MAX_LABEL_TOKENS + 2, last)):
        if view.word[i] == ":":
            name = [w for w in view.word[first:i] if any(map(str.isalpha, w))]
            lowered = " ".join(name).lower()
            if not name or lowered in lexicon.labels or name[0].lower() in lexicon.labels:
                return None
            return i if good(view, first, name) else None
    return None


def _is_in_capitals(view: DocumentView, first: int, name: list[str]) -> bool:
    """`REYK`, `Q`."""
    return all(w.isupper() for w in name) and (view.word_in(first, "turn_label") or len(name[-1]) > 2)


def _looks_like_name(view: DocumentView, first: int, name: list[str]) -> bool:
    """`Reyk`, `Dr Hartog`: a transcript has them turn by turn."""
    return all(w[0].isupper() for w in name) and len(name) <= _MAX_NAME_WORDS


def _cut_asides(view: DocumentView, first: int, last: int) -> list[tuple[int, int]]:
    """The words of a turn without `(Laughter.)`."""
    parts, start, i = [], first, first
    while i <= last:
        if view.word[i] == "(":
            close = next(
                (k for k in range(i + 1, min(i + _MAX_ASIDE_TOKENS + 2, last + 1)) if view.word[k] == ")"), None
            )
            if close is not None and (view.word[close - 1] == "." or close - i == 2):
                parts.append((start, i - 1))
                start = i = close + 1
                continue
        i += 1
    parts.append((start, last))
    return [trimmed for part in parts if (trimmed := view.trim_spaces(*part)) is not None]


def _find_labelled_sentences(view: DocumentView, lexicon: Lexicon, labels: dict[int, int]) -> list[SpanCandidate]:
    """`Name: words` at the start of a sentence; without quotation marks only in the headline or behind a time."""
    found: list[SpanCandidate] = []
    if ":" not in view.word:
        return found
    known = _sentences_of_names(view)
    for number, (first, last) in enumerate(view.sentences):
        p = view.paragraph[first]
        if p in labels:
            continue
        colon = next(
            (i for i in range(first + 1, min(first + _MAX_LABEL_TOKENS + 1, last)) if view.word[i] == ":"), None
        )
        if colon is None or not _is_name(view, first, colon - 1, lexicon, known):
            continue
        if (one := _content_after_colon(view, number, colon, headline=p == 0)) is not None:
            found.append(one)
    return found


def _is_name(view: DocumentView, first: int, last: int, lexicon: Lexicon, known: dict[str, set[int]]) -> bool:
    words = view.words_in(first, last)
    if not words or " ".join(view.lower[i] for i in words) in lexicon.labels or view.lower[words[0]] in lexicon.labels:
        return False
    if any((view.tag_in(i, "finite") and view.pos[i] in ("VERB", "AUX")) or view.quoted_at[i] >= 0 for i in words):
        return False
    elsewhere = known.get(view.word[words[-1]], set()) - {view.sentence[first]}
    named = any(view.pos[i] == "PROPN" for i in words) or elsewhere != set()
    return view.word[words[-1]][:1].isupper() and named


def _sentences_of_names(view: DocumentView) -> dict[str, set[int]]:
    """Sentences in which a word is a name: in a headline the tagger takes many a name for another word."""
    found: dict[str, set[int]] = {}
    for i, pos in enumerate(view.pos):
        if pos == "PROPN":
            found.setdefault(view.word[i], set()).add(view.sentence[i])
    return found


def _content_after_colon(view: DocumentView, number: int, colon: int, headline: bool) -> SpanCandidate | None:
    first, last = view.sentences[number]
    i = colon + 1
    if view.quoted_at[i] >= 0 and view.quoted_spans[view.quoted_at[i]].first == i:
        pair = view.quoted_spans[view.quoted_at[i]]
        if pair.size < 2:
            return None
        return SpanCandidate([(pair.first, pair.last)], "colon", None, (first, colon - 1))
    verb = any(view.tag_in(k, "finite") and view.pos[k] in ("VERB", "AUX") for k in range(i, last + 1))
    people = all(view.pos[k] in ("PROPN", "PUNCT") for k in range(first, colon))
    if not headline and not (verb and people and view.word[last] in SENTENCE_ENDS):
        return None
    body = view.trim_punctuation(i, last)
    return SpanCandidate([body], "colon", None, (first, colon - 1)) if body is not None else None
