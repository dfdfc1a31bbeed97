"""Contents around a reporting clause with `as`: `As X noted, A`, `A, as X put it, B`.

`As` opens clauses of time too: `as he told the story, the lamp went out`. Their verb has an object of its own.
"""

from __future__ import annotations

from pipeline.extract.rules.content_ends import find_break
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import (
    COMMA_OR_DASH,
    find_content_start,
    find_reporting_clause,
    has_finite_verb,
    sentence_range,
)

_CONTENTS = {"ccomp", "xcomp", "dobj", "advcl", "acomp", "oprd", "attr"}


def find_around_as_clause(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A and B of `A, as X noted, B`: the sentence without the clause."""
    clause = _find_as_clause(view, cue, lexicon)
    if clause is None:
        return []
    first, last = clause
    start, end = find_content_start(view, cue, first), sentence_range(view, cue.head)[1]
    left = view.trim_punctuation(start, first - 1) if start < first else None
    right = view.trim_punctuation(last + 1, end) if last < end else None
    if right is not None:
        right = view.trim_spaces(right[0], find_break(view, cue, lexicon, *right))
    if left is None or view.word_in(left[1], "link") or view.word_in(left[1], "starter"):
        return [right] if right is not None and has_finite_verb(view, *right) else []
    if has_finite_verb(view, *left) and not _is_unfinished(view, left[1]):
        return [left]
    return [left, right] if right is not None and has_finite_verb(view, left[0], right[1]) else []


def _is_everybody(view: DocumentView, subject: int) -> bool:
    """Return whether a subject is nobody in particular: `as they say`, `as we noted`."""
    pronouns = view.language.pronouns
    return view.lower[subject] in {*pronouns.get("first", ()), *pronouns.get("plural", ())}


def _is_unfinished(view: DocumentView, last: int) -> bool:
    """Return whether a clause cannot end at a token: `the first is - as X said - to wait`."""
    return view.is_finite_verb(last) or view.pos[last] in ("AUX", "ADP", "DET")


def _find_as_clause(view: DocumentView, cue: Cue, lexicon: Lexicon) -> TokenRange | None:
    """Return the tokens of `as X noted` between commas or at an end of its sentence, None where a cue is in none."""
    relays = cue.kind == "saying" or (cue.kind == "verb" and view.lemma_in(cue.head, "relaying"))
    if not relays or not any(view.word_in(k, "as") for k in view.dependents[cue.head]):
        return None
    if not view.tag_in(cue.head, "finite"):
        return None
    own_words = lexicon.prepositions.get(view.lemma[cue.head], frozenset())  # "as he warned of the risks"
    later = [k for k in view.dependents[cue.head] if k > cue.last]
    if any(view.dep[k] in _CONTENTS or view.lower[k] in own_words for k in later):
        return None
    subject = view.child(cue.head, "nsubj")
    first, last = find_reporting_clause(view, cue)
    if subject is None or subject > cue.head or _is_everybody(view, subject):
        return None
    if first < 1 or not view.word_in(first - 1, "as"):
        return None
    start, end = sentence_range(view, cue.head)
    opens = first - 1 == start or view.word[first - 2] in COMMA_OR_DASH or view.word_in(first - 2, "starter")
    closes = last == end or view.word[last + 1] in (*COMMA_OR_DASH, *SENTENCE_ENDS)
    return (first - 1, last) if opens and closes else None
