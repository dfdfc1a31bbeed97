"""Complements all in quotation marks: `described the mood as “sour”`, `called it “a gift”`, `accused X of “piracy”`.

Where only uttered words count, the content is the quoted words alone: the rest is in the journalist's words.
"""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, QuotedSpan
from pipeline.extract.rules.lexicon import Lexicon

_OBJECT_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART", "SPACE"}


def find_marked_complement(view: DocumentView, cue: Cue, lexicon: Lexicon) -> int | None:
    """Return the number of the pair of marks that contains the whole complement of a cue."""
    if not lexicon.uttered_only or view.in_marks(cue.head):
        return None
    for start in _find_complement_starts(view, cue, lexicon):
        pair = view.quoted_span(start)
        if pair is not None and pair.first == start and _ends_complement(view, pair):
            return view.quoted_at[start]
    return None


def _find_complement_starts(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[int]:
    """Return where a complement may start: after `as` or the verb's preposition; after the object of `call`."""
    end = view.sentences[view.sentence[cue.head]][1]
    starts: list[int] = []
    prepositions: frozenset[str] = frozenset()
    if "preposition" in cue.frames:
        prepositions = lexicon.prepositions.get(view.lemma[cue.head], prepositions)
    for i in range(cue.last + 1, end):
        if view.in_marks(i):
            return [*starts, i] if "name" in cue.frames and _is_object(view, cue.last + 1, i - 1) else starts
        if view.is_finite_verb(i) and view.dep[i] not in ("relcl", "acl", "ccomp", "aux", "auxpass"):
            return starts
        if ("as" in cue.frames and view.word_in(i, "as")) or view.lower[i] in prepositions:
            starts.append(i + 2 if view.pos[i + 1] == "DET" and i + 2 <= end else i + 1)
    return starts


def _is_object(view: DocumentView, first: int, last: int) -> bool:
    """Return whether a range contains an object and nothing else; it may be empty, as in `which he called “a gift”`."""
    return all(view.pos[i] in _OBJECT_TAGS for i in range(first, last + 1))


def _ends_complement(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a complement ends with a pair of marks; not that of `as “the guns” of winter`."""
    if not pair.closed:
        return False
    i = pair.last + 1
    if i >= view.n:
        return True
    if not view.is_word(i):
        return view.word[i] != "-"
    return view.word_in(i, "time_preposition") or view.pos[i] in ("CCONJ", "SCONJ", "VERB", "AUX")
