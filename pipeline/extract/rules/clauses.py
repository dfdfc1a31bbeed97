"""Contents by the parse: the clause that a cue reports, before it, behind it or around it."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import TERMINAL, View
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.source_mentions import impersonal
from pipeline.extract.rules.span_candidate import conjunction
from pipeline.extract.rules.token_spans import (
    COMMAS,
    Range,
    closes,
    finite,
    has_finite,
    in_headline,
    opening,
    phrase_end,
    reporting_clause,
    sentence,
    whole,
)

_LEAST_HEADLINE = 4
_HANGS = {"parataxis", "ccomp", "conj", "advcl", "ROOT", "dep"}
_MODIFIERS = {"prep", "advcl", "appos", "relcl", "npadvmod", "advmod", "acl"}
_STARTS_CLAUSE = {"DET", "NOUN", "PROPN", "PRON", "ADJ", "NUM"}


def inserted(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`A, X said, B`: the sentence without the reporting clause; `because, X said, B`: what is behind it."""
    if "clause" not in cue.frames or not view.tagged(cue.head, "finite"):
        return []
    first, last = reporting_clause(view, cue)
    start, end = opening(view, cue, first), sentence(view, cue.head)[1]
    if first <= start or last >= end or view.word[first - 1] not in COMMAS or not _breaks_off(view, last + 1):
        return []
    up = view.head[cue.head]
    hangs = view.dep[cue.head] in _HANGS and not first <= up <= last
    owns = any(view.dep[k] == "ccomp" and not first <= k <= last for k in view.kids[cue.head])
    if not (hangs or owns) or not any(first <= k <= last for k in view.children(cue.head, "nsubj")):
        return []
    left, right = view.trim(start, first - 1), view.trim(last + 1, end)
    if left is None or right is None:
        return []
    if not _waits(view, left[1]) and not _goes_on(view, right, (first, last)):
        return []
    if view.pos[right[0]] == "CCONJ" and right[0] < right[1] and view.word[right[0] - 1] == ",":
        right = view.trim(right[0] + 1, right[1]) or right
    right = view.trim_spaces(right[0], until_break(view, cue, lexicon, right[0], right[1])) or right
    if view.of(left[1], "link"):
        return [right]
    if view.of(left[0], "adverbial") or (not has_finite(view, *left) and not has_finite(view, *right)):
        return []
    subject = any(view.dep[k] in ("nsubj", "nsubjpass") for k in range(left[0], left[1] + 1))
    if not subject and not has_finite(view, *left) and not finite(view, right[0]):
        return []
    return [left, right]


def _waits(view: View, i: int) -> bool:
    """True for the last word of `He was not, X stressed, predicting one`: an auxiliary whose verb is still to come."""
    return view.pos[i] == "AUX" or (view.dep[i] == "neg" and view.pos[i - 1] == "AUX")


def _breaks_off(view: View, i: int) -> bool:
    return view.word[i] in COMMAS or (view.mark[i] >= 0 and view.quoted[view.mark[i]].first == i)


def _goes_on(view: View, right: Range, clause: Range) -> bool:
    """True where the words behind the reporting clause belong to what is reported, not to the reporting verb."""
    if view.tagged(right[0], "participle") or view.of(right[0], "relative"):
        return False
    return not any(
        clause[0] <= view.head[i] <= clause[1] and view.dep[i] in _MODIFIERS for i in range(right[0], right[1] + 1)
    )


def clause_before(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`A, X said`: the sentence up to the reporting clause."""
    if "clause" not in cue.frames or not view.tagged(cue.head, "finite") or view.dep[cue.head] == "relcl":
        return []
    first, _ = reporting_clause(view, cue)
    start = opening(view, cue, first)
    comma = first - 1
    while comma > start and view.word[comma].isspace():
        comma -= 1
    if comma <= start or not (view.word[comma] in COMMAS or closes(view, comma)):
        return []
    later = [k for k in view.kids[cue.head] if k > cue.head]
    if any(view.dep[k] in ("ccomp", "xcomp") for k in later):
        return []
    if any(view.dep[k] == "dobj" for k in later) and not view.verb_of(cue.head, "addressing"):
        return []
    up = view.head[cue.head]
    found = view.trim(start, comma)
    owns = any(view.dep[k] in ("ccomp", "parataxis", "dobj", "advcl") and k < first for k in view.kids[cue.head])
    hangs = view.dep[cue.head] in _HANGS and (up < first or up == cue.head)
    if found is None or not (owns or hangs) or (view.of(found[0], "adverbial") and not owns):
        return []
    return [found] if has_finite(view, *found) or _headline_like(view, cue, found) else []


def _headline_like(view: View, cue: Cue, found: Range) -> bool:
    """`No map on the table, Auer says`: no verb, or one that the parse does not see, and the sentence ends there."""
    subject = view.child(cue.head, "nsubj")
    if subject is None or view.pos[found[0]] in ("ADP", "ADV", "VERB") or len(view.words(*found)) < _LEAST_HEADLINE:
        return False
    return reporting_clause(view, cue)[1] >= sentence(view, cue.head)[1] - 1


def clause_after(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X said (that) A`."""
    if not cue.frames & {"clause", "finding"}:
        return []
    found = _that_clause(view, cue)
    kid = next((k for k in view.children(cue.head, "ccomp", "xcomp") if k > cue.head and _is_clause(view, k)), None)
    if kid is not None and (found is None or view.left[kid] <= found[0]):
        found = _behind_adverb(view, max(view.left[kid], cue.last + 1)), view.right[kid]
    found = found or _unparsed(view, cue)
    if found is None:
        return []
    start, end = found
    return whole(view, start, _stretch(view, cue, lexicon, start, end))


def _unparsed(view: View, cue: Cue) -> Range | None:
    """`told reporters the boats had “fired”`, where the parse sees no clause: behind the verb and whom it was told."""
    if "plain" not in cue.frames or not view.tagged(cue.head, "finite"):
        return None
    end = sentence(view, cue.head)[1]
    start = cue.last + 1
    if view.verb_of(cue.head, "addressing"):
        whom = next((k for k in view.children(cue.head, "dobj", "dative", "nsubj") if k > cue.head), None)
        start = view.right[whom] + 1 if whom is not None else end
    if start >= end or view.pos[start] not in _STARTS_CLAUSE or view.mark[start] >= 0:
        return None
    verb = next((i for i in range(start, end) if finite(view, i)), None)
    return (start, end) if verb is not None and verb > start and not _comma_between(view, start, verb) else None


def _comma_between(view: View, first: int, last: int) -> bool:
    return any(view.word[i] in (*COMMAS, ":") for i in range(first, last))


def _behind_adverb(view: View, start: int) -> int:
    """`said only that A`: at `that`."""
    return start + 1 if view.pos[start] == "ADV" and start + 1 < view.n and view.of(start + 1, "that") else start


def _is_clause(view: View, kid: int) -> bool:
    """Not the bare infinitive or participle of `asked to go`."""
    if view.dep[kid] == "ccomp":
        subject = view.child(kid, "nsubj", "nsubjpass", "csubj", "expl")
        return (subject is not None and not _infinitive(view, kid)) or has_finite(view, view.left[kid], view.right[kid])
    return any(_opens(view, k) for k in view.children(kid, "mark"))


def _infinitive(view: View, kid: int) -> bool:
    finite_aux = any(view.tagged(k, "finite") for k in view.children(kid, "aux", "auxpass"))
    return (view.tagged(kid, "infinitive") or view.tagged(kid, "participle")) and not finite_aux


def _that_clause(view: View, cue: Cue) -> Range | None:
    """`said on Monday that A`, wherever the parse hangs the clause."""
    end = sentence(view, cue.head)[1]
    for i in range(cue.last + 1, min(end, cue.last + 25)):
        if view.mark[i] >= 0 or view.word[i] in TERMINAL or (finite(view, i) and view.dep[i] != "relcl"):
            return None
        if view.tagged(i, "participle") and view.word[i - 1] in COMMAS:
            return None
        if _opens(view, i) and _subject_follows(view, i) and not _relative(view, cue, i):
            return i, end
    i = cue.last + 1
    return (i + 1, end) if i < end and view.word[i] == ":" else None


def _opens(view: View, i: int) -> bool:
    """True for the word that opens a reported clause or question."""
    return view.of(i, "question") or conjunction(view, i)


def _relative(view: View, cue: Cue, i: int) -> bool:
    """True for the `that` of "deny burning the farm that the militia held": a clause of the noun before it."""
    up = view.head[i]
    if impersonal(view, cue):  # "it was said by the elders that A"
        return False
    return view.dep[up] == "relcl" and view.head[up] == i - 1 and not view.verb_of(cue.head, "addressing")


def _subject_follows(view: View, i: int) -> bool:
    """Not the relative pronoun of `a plan that failed`."""
    if i + 1 >= view.n or finite(view, i + 1):
        return False
    return view.tagged(i, "conjunction") or view.pos[i + 1] in _STARTS_CLAUSE


def _stretch(view: View, cue: Cue, lexicon: Lexicon, start: int, end: int) -> int:
    """To the end of the sentence, unless what follows is told by the newsroom."""
    stop = sentence(view, cue.head)[1]
    while stop > start and not view.is_word(stop) and not closes(view, stop):
        stop -= 1
    cut = until_break(view, cue, lexicon, start, stop)
    if cut < stop:
        return min(cut, max(end, cut))
    return stop if end >= stop or _same_clause(view, end, stop) else end


def until_break(view: View, cue: Cue, lexicon: Lexicon, start: int, stop: int) -> int:
    """Last token before the newsroom takes over: `, adding that`, `and called for`, `, while Y said that`."""
    for i in range(start + 2, stop + 1):
        if view.mark[i] < 0 and _breaks(view, cue, lexicon, i, start):
            return i - 1
    return stop


def _breaks(view: View, cue: Cue, lexicon: Lexicon, i: int, start: int) -> bool:
    previous = view.word[i - 1]
    if view.low[i] in lexicon.headline_breaks and in_headline(view, i) and view.dep[i] in ("mark", "prep", "advmod"):
        return True
    if (
        previous in COMMAS
        and view.tagged(i, "participle")
        and view.lemma[i] in lexicon.verbs
        and view.dep[i] != "nsubj"
    ):
        return True
    if view.word[i] == ";" or view.of(i, "phrase_start"):
        return True
    if view.dep[i] == "cc" and view.head[i] == cue.head:
        return True
    if view.pos[i] == "CCONJ" and i + 1 < view.n:
        verb = i + 2 if view.pos[i + 1] == "ADV" and i + 2 < view.n else i + 1
        if view.tag[verb] == view.tag[cue.head] and view.tagged(verb, "finite") and reports(view, verb, lexicon):
            return True
    return previous == "," and _another_speaker(view, cue, lexicon, i)


def reports(view: View, i: int, lexicon: Lexicon) -> bool:
    """True for a verb of the lexicon."""
    return view.lemma[i] in lexicon.verbs or view.lemma[i] in lexicon.prepositions


def _another_speaker(view: View, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """`, while Y said that`, `, and Y answered that`: a clause behind a comma with a cue and clause of its own."""
    if view.pos[i] not in ("CCONJ", "SCONJ") and not view.of(i, "time_unit"):
        return False
    for j in range(i + 1, min(i + 25, view.n)):
        if view.mark[j] >= 0 or view.word[j] in TERMINAL:
            return False
        if view.tagged(j, "finite") and view.tag[j] == view.tag[cue.head] and view.pos[j] == "VERB":
            reporting = "clause" in lexicon.verbs.get(view.lemma[j], ()) and view.dep[j] != "relcl"
            own_clause = view.child(j, "ccomp") is not None or _that_soon(view, j)
            return reporting and own_clause and view.child(j, "nsubj") is not None
    return False


def _that_soon(view: View, j: int) -> bool:
    return any(view.of(k, "that") and view.tagged(k, "conjunction") for k in range(j + 1, min(j + 9, view.n)))


def _same_clause(view: View, end: int, stop: int) -> bool:
    """True where the words behind the parsed clause still belong to it."""
    following = view.words(end + 1, stop)
    if not following:
        return True
    if view.mark[end + 1] >= 0 or (view.word[end + 1] in COMMAS and view.mark[end + 2] >= 0):
        return True
    if view.word[end + 1] in COMMAS:
        goes_on = view.of(following[0], "contrast") or has_finite(view, following[0], stop)
        return goes_on and view.pos[following[0]] == "CCONJ"
    return True


def noun_clause(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X's promise that A`, `a pledge to A`."""
    # "in order to", "at pains to": a noun right behind a preposition is no act of speech.
    if cue.kind != "noun" or view.pos[cue.head - 1] == "ADP":
        return []
    for kid in view.children(cue.head, "acl", "ccomp", "xcomp", "relcl"):
        marks = [k for k in view.children(kid, "mark", "aux") if view.tagged(k, "to") or _opens(view, k)]
        if (
            kid > cue.head
            and marks
            and cue.head < marks[0] < cue.head + 8
            and (view.tagged(marks[0], "conjunction") or view.tagged(marks[0], "to"))
        ):
            return whole(view, max(view.left[kid], cue.last + 1), view.right[kid])
    return []


def after_phrase(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`according to X`: the sentence without the phrase."""
    if cue.kind != "phrase":
        return []
    end = sentence(view, cue.first)[1]
    start, last = opening(view, cue, cue.first), phrase_end(view, cue)
    left = view.trim(start, cue.first - 1) if start < cue.first else None
    right = view.trim(last + 1, end) if last < end else None
    if left is None or not len(view.words(*left)) > 1:
        return [right] if right else []
    if view.of(left[1], "link") and right:
        return [right]
    if right is None or view.word[last + 1] not in COMMAS or not _goes_on(view, right, (cue.first, last)):
        return [left]
    new_clause = view.pos[right[0]] in ("CCONJ", "SCONJ") and has_finite(view, *left)
    return [left] if new_clause else [left, right]
