"""Turns of transcripts: words behind a label that names who speaks (`REYK: ...`, `Q: ...`, `((Reyk)) ...`)."""

from collections.abc import Callable
from typing import NamedTuple

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, never, nothing
from pipeline.extract.rules.span_candidate import SpanCandidate

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


@extraction_rule("one_label", 73, "X: A.¶It rained.¶X: B.", off=never)
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


@extraction_rule("bracketed_label", 70, "((X)) A.")
def _find_bracketed(view: DocumentView, first: int, last: int) -> TurnLabel | None:
    """Return a label in double brackets, with or without a colon, as interviews of wikis have it: `((Reyk)) Yes.`"""
    if first + 4 >= last or view.word[first : first + 2] != ["(", "("]:
        return None
    for i in range(first + 3, min(first + MAX_LABEL_TOKENS + 3, last)):
        if view.word[i : i + 2] == [")", ")"]:
            end = i + 2 if i + 2 < last and view.word[i + 2] == ":" else i + 1
            return TurnLabel(first + 2, i - 1, end)
    return None


@extraction_rule("capital_label", 71, "X: A.¶Y: B.¶X: C.")
def _find_in_capitals(view: DocumentView, first: int, last: int) -> TurnLabel | None:
    return _find_before_colon(view, first, last, _is_in_capitals)


@extraction_rule("name_label", 72, "Mr X: A.¶Ms Y: B.¶Mr X: C.")
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


# More than in other labels: with a state, an office and a full name.
_MAX_TITLED_LABEL_TOKENS = 12
_MIN_SENTENCES = 3
_MIN_OWN_SUBJECTS = 2
_SUBJECTS = ("nsubj", "nsubjpass")
# Least share of the sentences that have a pronoun of the first person; in turns less, for they may be short questions.
_MIN_SPOKEN_SPEECH = 1 / 3
_MIN_SPOKEN_TURNS = 1 / 5


@extraction_rule("run_on_turns", 74, "President X: A. Minister Y: B.", off=nothing)
def find_run_on_turns(view: DocumentView, first: int, last: int) -> list[SpanCandidate]:
    """Return the turns of a paragraph; none if it is no transcript."""
    colons = [i for i in range(first + 2, last) if view.word[i] == ":" and not view.in_marks(i)]
    labels = [label for i in colons if (label := _label_before(view, first, i)) is not None]
    if not labels or labels[0].first != first:
        return []
    ends = [label.first - 1 for label in labels[1:]] + [last]
    parts = [cut_asides(view, label.end + 1, end) for label, end in zip(labels, ends, strict=True)]
    turns = [(label, words) for label, words in zip(labels, parts, strict=True) if words]
    if not _is_transcript(view, turns):
        return []
    return [SpanCandidate(words, "turn", None, (label.first, label.last)) for label, words in turns]


def _is_transcript(view: DocumentView, turns: list[tuple[TurnLabel, list[TokenRange]]]) -> bool:
    """Return whether two people or more take turns, or one who holds an office gives a speech."""
    spoken = [i for _, parts in turns for first, last in parts for i in range(first, last + 1)]
    if len({view.lower[label.last] for label, _ in turns}) > 1:
        return _is_spoken(view, spoken, _MIN_SPOKEN_TURNS)
    # An office (`President`), not any title (`Captain`, `Dr`).
    offices = view.language.names.get("offices", ())
    has_office = any(word in offices for label, _ in turns for word in view.lower[label.first : label.last])
    return has_office and _is_spoken(view, spoken, _MIN_SPOKEN_SPEECH)


def _label_before(view: DocumentView, first: int, colon: int) -> TurnLabel | None:
    """Return the label that a colon ends: words in capitals from the start of a sentence, two of them or more."""
    start = colon
    while start > first and colon - start < _MAX_TITLED_LABEL_TOKENS and not _ends_sentence(view, start - 1):
        start -= 1
    if start > first and not _ends_sentence(view, start - 1):
        return None
    words = [i for i in range(start, colon) if not view.word_in(i, "owner")]
    names = [i for i in words if view.pos[i] == "PROPN"]
    if len(words) < 2 or not names or not all(view.word[i][:1].isupper() for i in words):
        return None
    is_site_label = view.lower[words[0]] in view.language.labels or view.lower[words[-1]] in view.language.labels
    return None if is_site_label else TurnLabel(start, colon - 1, colon)


def _ends_sentence(view: DocumentView, i: int) -> bool:
    return view.word[i] in SENTENCE_ENDS or view.word[i] in (")", "…")


def _is_spoken(view: DocumentView, spoken: list[int], least_share: float) -> bool:
    """Return whether words are those of people who speak of themselves, in so many of their sentences."""
    pronouns = view.language.pronouns
    others = {*pronouns.get("male", ()), *pronouns.get("female", ())}
    own = [i for i in spoken if view.lower[i] in pronouns.get("first", ()) and not view.in_marks(i)]
    sentences, own_sentences = _sentences(view, spoken), _sentences(view, own)
    subjects = _sentences(view, [i for i in own if view.dep[i] in _SUBJECTS])
    of_others = _sentences(view, [i for i in spoken if view.lower[i] in others and not view.in_marks(i)])
    if len(sentences) < _MIN_SENTENCES or len(subjects) < _MIN_OWN_SUBJECTS:
        return False
    return len(own_sentences) >= least_share * len(sentences) and len(own_sentences) > len(of_others)


def _sentences(view: DocumentView, tokens: list[int]) -> set[int]:
    return {view.sentence[i] for i in tokens}


_MAX_TURN_PARAGRAPHS = 4


def find_turns(view: DocumentView) -> list[SpanCandidate]:
    """Return the turns of a transcript."""
    labels = find_labels(view)
    alone = has_one_name(view, labels)
    turns = [_build_turn(view, p, labels, 1 if alone else _MAX_TURN_PARAGRAPHS) for p in labels]
    unlabelled = (paragraph for p, paragraph in enumerate(view.paragraphs) if p not in labels)
    turns += [turn for paragraph in unlabelled for turn in find_run_on_turns(view, *paragraph)]
    return [turn for turn in turns if turn.parts]


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
