"""A complement all in quotation marks: `described the mood as “sour”`, `called it “a gift”`, `accused X of “piracy”`.

Where only what was uttered counts, the marked words alone are the content, for what they are said of is the newsroom's.
"""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import is_finite_verb


def find_marked_complement(view: DocumentView, cue: Cue, lexicon: Lexicon) -> int | None:
    """Number of the pair that a cue gives as the whole of its complement."""
    if not lexicon.uttered_only or view.quoted_at[cue.head] >= 0:
        return None
    for start in _find_complement_starts(view, cue, lexicon):
        k = view.quoted_at[start]
        if k >= 0 and view.quoted_spans[k].first == start and _ends_complement(view, k):
            return k
    return None


def _find_complement_starts(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[int]:
    """Tokens at which a complement may start: behind `as` or the verb's preposition; behind the object of `call`."""
    end = view.sentences[view.sentence[cue.head]][1]
    starts: list[int] = []
    wanted = lexicon.prepositions.get(view.lemma[cue.head], frozenset()) if "preposition" in cue.frames else frozenset()
    for i in range(cue.last + 1, end):
        if view.quoted_at[i] >= 0:
            return [*starts, i] if "name" in cue.frames and _all_nominal(view, cue.last + 1, i - 1) else starts
        if is_finite_verb(view, i) and view.dep[i] not in ("relcl", "acl", "ccomp", "aux", "auxpass"):
            return starts
        if ("as" in cue.frames and view.word_in(i, "as")) or view.lower[i] in wanted:
            starts.append(i + 1)
    return starts


def _all_nominal(view: DocumentView, first: int, last: int) -> bool:
    """True for the object alone, or no word at all (`which he called “a gift”`)."""
    return all(
        view.pos[i] in ("DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART", "SPACE") for i in range(first, last + 1)
    )


def _ends_complement(view: DocumentView, k: int) -> bool:
    """Not `as “the guns” of winter`: a stop, a comma, or a phrase of time or place behind the pair."""
    pair = view.quoted_spans[k]
    i = pair.last + 1
    if not pair.closed:
        return False
    if i >= view.n or not view.is_word(i):
        return i >= view.n or view.word[i] != "-"
    return (
        view.word_in(i, "time_preposition") or view.pos[i] in ("CCONJ", "SCONJ", "VERB", "AUX") or "\n" in view.word[i]
    )
