"""Where the mention of a speaker starts and ends: the noun phrase around its head."""

from __future__ import annotations

from collections.abc import Container

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange

_NOT_FIRST = {"CCONJ", "ADP", "SCONJ"}


def expand_mention(view: DocumentView, head: int, cue: Cue, excluded: Container[int], name_only: bool) -> TokenRange:
    """Return the mention around its head; of `its spokesman, Ben Lind,` the name alone, or role and name."""
    first, last = expand_noun_phrase(view, head, cue, excluded)
    if view.pos[head] != "NOUN":
        return first, last
    for appositive in view.children(head, "appos"):
        adjacent = appositive == last + 2 or (view.left_edge[appositive] == last + 2 and view.word[last + 1] == ",")
        if adjacent and view.pos[appositive] == "PROPN" and appositive not in excluded:
            name = expand_noun_phrase(view, appositive, cue, excluded)
            return name if name_only else (first, name[1])
    return first, last


def expand_noun_phrase(
    view: DocumentView, head: int, cue: Cue | None = None, excluded: Container[int] = ()
) -> TokenRange:
    """Return the noun phrase around a head, with its title, without appositions and clauses after a comma."""
    first, last = view.left_edge[head], _cut_at_clauses(view, head)
    if cue is not None:
        first, last = _exclude(first, last, head, range(cue.first, cue.last + 1))
    if excluded:
        first, last = _exclude(first, last, head, excluded)
    while last + 2 < view.n and view.word[last + 1] == "-" and _joins_double_name(view, last + 1):
        last += 2
    while last > head and (not view.is_word(last) or view.word_in(last, "as") or view.word_in(last, "that")):
        last -= 1
    for i in range(head - 1, first - 1, -1):
        if view.word[i] in (":", ";", "—", "–", "--") or "\n" in view.word[i]:
            first = i + 1
            break
    while first < head and (not view.is_word(first) or view.pos[first] in _NOT_FIRST):
        first += 1
    if first < head and view.word_in(first, "focus"):
        first += 1
    # Arcs of a parse may cross: a clause that hangs on the head then begins before it.
    return min(first, head), max(last, head)


def _joins_last_of_list(view: DocumentView, head: int, i: int) -> bool:
    """Return whether a token is `and` before the last of three or more: `X, Y, and Z`."""
    nouns = [k for k in view.children(head, "conj") if view.pos[k] in ("NOUN", "PROPN")]
    return view.dep[i] == "cc" and any(k < i for k in nouns) and any(k > i for k in nouns)


def _cut_at_clauses(view: DocumentView, head: int) -> int:
    """Return the last token of a noun phrase: before a clause, an apposition or punctuation, unless in a list."""
    last = view.right_edge[head]
    for child in view.dependents[head]:
        clause = view.dep[child] in ("parataxis", "advcl")
        aside = view.dep[child] in ("relcl", "appos", "cc", "acl", "ccomp") and _is_after_comma(view, child)
        if child > head and (clause or (aside and not _joins_last_of_list(view, head, child))):
            last = min(last, view.left_edge[child] - 1)
    for i in range(head + 1, last + 1):
        if view.word[i] in (",", ":", ";", "(") and not _separates_list(view, head, i):
            return i - 1
    return last


def _joins_double_name(view: DocumentView, i: int) -> bool:
    """Return whether a hyphen has no space at its sides: `Anna Weber-Lang`."""
    return 0 < i < view.n - 1 and view.end[i - 1] == view.start[i] and view.end[i] == view.start[i + 1]


def _exclude(first: int, last: int, head: int, excluded: Container[int]) -> TokenRange:
    """Cut a range so that it contains its head and no excluded token."""
    for i in range(head, first - 1, -1):
        if i in excluded:
            first = i + 1
            break
    for i in range(head, last + 1):
        if i in excluded:
            last = i - 1
            break
    return first, last


def _is_after_comma(view: DocumentView, child: int) -> bool:
    """Return whether a comma, bracket or dash comes before the phrase of a child."""
    i = view.left_edge[child] - 1
    if i >= 0 and view.word[i] in (",", "(", "—", "–", "--"):
        return True
    return view.word[i] == "-" and not _joins_double_name(view, i)


def _separates_list(view: DocumentView, head: int, comma: int) -> bool:
    """Return whether a comma is one of a list: `the army, the navy and the police`."""
    # Of `the minister for roads, bridges and canals` the list is below the head.
    owner = view.head[comma]
    below = head < owner < comma and view.pos[owner] in ("NOUN", "PROPN")
    return _heads_list(view, head, comma) or (below and _heads_list(view, owner, comma))


def _heads_list(view: DocumentView, noun: int, comma: int) -> bool:
    """Return whether a noun is the first of a list that goes on after a comma."""
    later = [k for k in view.dependents[noun] if view.dep[k] == "conj" and k > comma]
    joined = any(view.dep[k] == "cc" for k in view.dependents[noun])
    return any(joined or view.left_edge[k] == comma + 1 for k in later)
