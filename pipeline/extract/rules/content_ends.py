"""Where an indirect content ends: with its sentence, or before words that are no longer the speaker's."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import (
    COMMA_OR_DASH,
    has_finite_verb,
    is_closing_mark,
    sentence_range,
)


def extend_content_end(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, end: int) -> int:
    """Return the last token of a content whose clause ends at `end` by the parse: the sentence's, or before a break."""
    stop = sentence_range(view, cue.head)[1]
    while stop > start and not view.is_word(stop) and not is_closing_mark(view, stop):
        stop -= 1
    cut = find_break(view, cue, lexicon, start, stop)
    if cut < stop:
        return cut
    return stop if end >= stop or _is_same_clause(view, end, stop) else end


def find_break(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, stop: int) -> int:
    """Return the last token before another report begins: `, adding that`, `and called for`, `, while Y said that`."""
    for i in range(start + 2, stop + 1):
        if not view.in_marks(i) and _is_break(view, cue, lexicon, i):
            return i - 1
    return stop


def _is_break(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether the words from a token on are not part of the content."""
    if view.word[i] == ";" or view.word_in(i, "phrase_start"):
        return True
    if view.dep[i] == "cc" and view.head[i] == cue.head:
        return True
    if view.pos[i] == "CCONJ" and _reports_too(view, cue, lexicon, i + 1):
        return True
    if view.word[i - 1] in COMMA_OR_DASH and _is_reporting_participle(view, lexicon, i):
        return True
    # Else another's words are put into X's mouth.
    return view.word[i - 1] == "," and _introduces_another_speaker(view, cue, lexicon, i)


def _is_reporting_participle(view: DocumentView, lexicon: Lexicon, i: int) -> bool:
    """Return whether a token is a participle such as `adding` in `X said A, adding B`."""
    return view.tag_in(i, "participle") and view.lemma[i] in lexicon.verbs and view.dep[i] != "nsubj"


def _reports_too(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether a conjunction joins another reporting verb to the cue: `and (then) called for`."""
    if i >= view.n:
        return False
    verb = i + 1 if view.pos[i] == "ADV" and i + 1 < view.n else i
    if view.tag[verb] != view.tag[cue.head] or not view.tag_in(verb, "finite"):
        return False
    return view.lemma[verb] in lexicon.verbs or view.lemma[verb] in lexicon.prepositions


def _introduces_another_speaker(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether a clause after a comma has a cue and content of its own: `, while Y said that`."""
    if view.pos[i] not in ("CCONJ", "SCONJ") and not view.word_in(i, "time_unit"):
        return False
    for j in range(i + 1, min(i + 25, view.n)):
        if view.in_marks(j) or view.word[j] in SENTENCE_ENDS:
            return False
        if view.tag_in(j, "finite") and view.tag[j] == view.tag[cue.head] and view.pos[j] == "VERB":
            reports = "clause" in lexicon.verbs.get(view.lemma[j], ()) and view.dep[j] != "relcl"
            has_content = view.child(j, "ccomp") is not None or _has_that_nearby(view, j)
            return reports and has_content and view.child(j, "nsubj") is not None
    return False


def _has_that_nearby(view: DocumentView, i: int) -> bool:
    return any(view.word_in(k, "that") and view.tag_in(k, "conjunction") for k in range(i + 1, min(i + 9, view.n)))


def _is_same_clause(view: DocumentView, end: int, stop: int) -> bool:
    """Return whether the words between the parsed end of a clause and the end of its sentence still belong to it."""
    following = view.words_in(end + 1, stop)
    if not following or view.in_marks(end + 1):
        return True
    if view.word[end + 1] not in COMMA_OR_DASH or view.in_marks(end + 2):
        return True
    continues = view.word_in(following[0], "contrast") or has_finite_verb(view, following[0], stop)
    return continues and view.pos[following[0]] == "CCONJ"
