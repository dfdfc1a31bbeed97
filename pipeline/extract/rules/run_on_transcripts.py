"""Transcripts that lost their line breaks: `President Ilse Korvath: Friends, ... Tomas Reyk: Thank you. ...`.

Releases of offices have them, where a page's paragraphs were joined. Narration behind a name and a colon looks the
same (`Captain Ilse Korvath: our best player.`), so a paragraph is read as a transcript only if its words are clearly
spoken by those who are named: `I` or `we` act in it, and it says little of `he` and `she`.
"""

from __future__ import annotations

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.transcript_labels import TurnLabel, cut_asides

# More than in other labels: with a state, an office and a full name.
_MAX_TITLED_LABEL_TOKENS = 12
_MIN_SENTENCES = 3
_MIN_OWN_SUBJECTS = 2
_SUBJECTS = ("nsubj", "nsubjpass")
# Least share of the sentences that have a pronoun of the first person; in turns less, for they may be short questions.
_MIN_SPOKEN_SPEECH = 1 / 3
_MIN_SPOKEN_TURNS = 1 / 5


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
    has_office = any(_has_office(view, label) for label, _ in turns)
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


def _has_office(view: DocumentView, label: TurnLabel) -> bool:
    """Return whether a label names an office (`President`), not any title (`Captain`, `Dr`)."""
    return any(view.lower[i] in view.language.names.get("offices", ()) for i in range(label.first, label.last))
