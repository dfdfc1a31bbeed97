"""Labels that name the speaker of a turn (`REYK: ...`, `Q: ...`, `((Reyk)) ...`), and asides within turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.extract.rules.document_view import DocumentView, TokenRange

MAX_LABEL_TOKENS = 6
_MAX_NAME_WORDS = 3
_MAX_ASIDE_TOKENS = 4


class TurnLabel(NamedTuple):
    """A label: first and last token of the speaker's name, and the last token of the label, a colon or a bracket."""

    first: int
    last: int
    end: int


Labels = dict[int, TurnLabel]


def find_labels(view: DocumentView) -> Labels:
    """Return the labels of a transcript by their paragraph; none if the document is no transcript."""
    for find in (_find_bracketed, _find_in_capitals, _find_name):
        found = ((p, find(view, *view.paragraphs[p])) for p in range(len(view.paragraphs)))
        labels = {p: label for p, label in found if label is not None}
        is_transcript = len(labels) > 1 if find is _find_bracketed else _takes_turns(view, labels)
        if is_transcript:
            return labels
    return {}


def has_one_name(view: DocumentView, labels: Labels) -> bool:
    """Return whether all labels name the same speaker: then the paragraphs between them are others' words."""
    return len(set(_names(view, labels))) == 1


def _names(view: DocumentView, labels: Labels) -> list[str]:
    return [" ".join(view.lower[label.first : label.last + 1]) for label in labels.values()]


def _takes_turns(view: DocumentView, labels: Labels) -> bool:
    """Return whether labels take turns: a `Q`, or one that comes back among others; not the topics of a wire digest."""
    names = _names(view, labels)
    has_question = any(view.word_in(label.first, "turn_label") for label in labels.values())
    return len(names) > 1 and (has_question or 1 < len(set(names)) < len(names))


def _find_bracketed(view: DocumentView, first: int, last: int) -> TurnLabel | None:
    """Return a label in double brackets, with or without a colon, as interviews of wikis have it: `((Reyk)) Yes.`"""
    if first + 4 >= last or view.word[first : first + 2] != ["(", "("]:
        return None
    for i in range(first + 3, min(first + MAX_LABEL_TOKENS + 3, last)):
        if view.word[i : i + 2] == [")", ")"]:
            end = i + 2 if i + 2 < last and view.word[i + 2] == ":" else i + 1
            return TurnLabel(first + 2, i - 1, end)
    return None


def _find_in_capitals(view: DocumentView, first: int, last: int) -> TurnLabel | None:
    return _find_before_colon(view, first, last, _is_in_capitals)


def _find_name(view: DocumentView, first: int, last: int) -> TurnLabel | None:
    return _find_before_colon(view, first, last, _looks_like_name)


def _find_before_colon(
    view: DocumentView, first: int, last: int, is_label: Callable[[DocumentView, int, list[str]], bool]
) -> TurnLabel | None:
    """Return the speaker's label before a colon that opens a paragraph."""
    for i in range(first + 1, min(first + MAX_LABEL_TOKENS + 2, last)):
        if view.word[i] == ":":
            name = [word for word in view.word[first:i] if any(map(str.isalpha, word))]
            lowered = " ".join(name).lower()
            if not name or lowered in view.language.labels or name[0].lower() in view.language.labels:
                return None
            return TurnLabel(first, i - 1, i) if is_label(view, first, name) else None
    return None


def _is_in_capitals(view: DocumentView, first: int, name: list[str]) -> bool:
    """Return whether a label is in capitals: `REYK`, `Q`."""
    return all(word.isupper() for word in name) and (view.word_in(first, "turn_label") or len(name[-1]) > 2)


def _looks_like_name(view: DocumentView, first: int, name: list[str]) -> bool:
    """Return whether a label may be a name: `Reyk`, `Dr Hartog`."""
    return all(word[0].isupper() for word in name) and len(name) <= _MAX_NAME_WORDS


def cut_asides(view: DocumentView, first: int, last: int) -> list[TokenRange]:
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
