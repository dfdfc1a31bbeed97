"""A complement all in quotation marks: `described the mood as “sour”`, `called it “a gift”`, `accused X of “piracy”`.

Where only what was uttered counts, the marked words alone are the content, for what they are said of is the newsroom's.
"""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import finite


def marked(view: View, cue: Cue, lexicon: Lexicon) -> int | None:
    """Number of the pair that a cue gives as the whole of its complement."""
    if not lexicon.voiced or view.mark[cue.head] >= 0:
        return None
    for start in _starts(view, cue, lexicon):
        k = view.mark[start]
        if k >= 0 and view.quoted[k].first == start and _complement_ends(view, k):
            return k
    return None


def _starts(view: View, cue: Cue, lexicon: Lexicon) -> list[int]:
    """Tokens at which a complement may start: behind `as` or the verb's preposition; behind the object of `call`."""
    end = view.sentences[view.sentence[cue.head]][1]
    starts: list[int] = []
    wanted = lexicon.prepositions.get(view.lemma[cue.head], frozenset()) if "preposition" in cue.frames else frozenset()
    for i in range(cue.last + 1, end):
        if view.mark[i] >= 0:
            return [*starts, i] if "name" in cue.frames and _noun_phrases(view, cue.last + 1, i - 1) else starts
        if finite(view, i) and view.dep[i] not in ("relcl", "acl", "ccomp", "aux", "auxpass"):
            return starts
        if ("as" in cue.frames and view.of(i, "as")) or view.low[i] in wanted:
            starts.append(i + 1)
    return starts


def _noun_phrases(view: View, first: int, last: int) -> bool:
    """True for the object alone, or no word at all (`which he called “a gift”`)."""
    return all(
        view.pos[i] in ("DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART", "SPACE") for i in range(first, last + 1)
    )


def _complement_ends(view: View, k: int) -> bool:
    """Not `as “the guns” of winter`: a stop, a comma, or a phrase of time or place behind the pair."""
    pair = view.quoted[k]
    i = pair.last + 1
    if not pair.closed:
        return False
    if i >= view.n or not view.is_word(i):
        return i >= view.n or view.word[i] != "-"
    return view.of(i, "time_preposition") or view.pos[i] in ("CCONJ", "SCONJ", "VERB", "AUX") or "\n" in view.word[i]
