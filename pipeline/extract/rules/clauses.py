"""Contents by the parse: the clause that a cue reports, before it, behind it or around it."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.source_mentions import is_impersonal
from pipeline.extract.rules.span_candidate import is_that_conjunction
from pipeline.extract.rules.token_spans import (
    COMMA_OR_DASH,
    TokenRange,
    balanced_part,
    find_content_start,
    find_phrase_end,
    find_reporting_clause,
    has_finite_verb,
    is_closing_mark,
    is_finite_verb,
    is_in_headline,
    sentence_range,
)

_MIN_HEADLINE_WORDS = 4
_ATTACHED_LABELS = {"parataxis", "ccomp", "conj", "advcl", "ROOT", "dep"}
_MODIFIERS = {"prep", "advcl", "appos", "relcl", "npadvmod", "advmod", "acl"}
_CLAUSE_START_TAGS = {"DET", "NOUN", "PROPN", "PRON", "ADJ", "NUM"}


def find_interrupted_content(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`A, X said, B`: the sentence without the reporting clause; `because, X said, B`: what is behind it."""
    if "clause" not in cue.frames or not view.tag_in(cue.head, "finite"):
        return []
    first, last = find_reporting_clause(view, cue)
    start, end = find_content_start(view, cue, first), sentence_range(view, cue.head)[1]
    if (
        first <= start
        or last >= end
        or view.word[first - 1] not in COMMA_OR_DASH
        or not _is_clause_edge(view, last + 1)
    ):
        return []
    up = view.head[cue.head]
    hangs = view.dep[cue.head] in _ATTACHED_LABELS and not first <= up <= last
    owns = any(view.dep[k] == "ccomp" and not first <= k <= last for k in view.dependents[cue.head])
    if not (hangs or owns) or not any(first <= k <= last for k in view.children(cue.head, "nsubj")):
        return []
    left, right = view.trim_punctuation(start, first - 1), view.trim_punctuation(last + 1, end)
    if left is None or right is None:
        return []
    if not _awaits_verb(view, left[1]) and not _continues_content(view, right, (first, last)):
        return []
    if view.pos[right[0]] == "CCONJ" and right[0] < right[1] and view.word[right[0] - 1] == ",":
        right = view.trim_punctuation(right[0] + 1, right[1]) or right
    right = view.trim_spaces(right[0], find_break(view, cue, lexicon, right[0], right[1])) or right
    if view.word_in(left[1], "link"):
        return [right]
    if view.word_in(left[0], "adverbial") or (not has_finite_verb(view, *left) and not has_finite_verb(view, *right)):
        return []
    subject = any(view.dep[k] in ("nsubj", "nsubjpass") for k in range(left[0], left[1] + 1))
    if not subject and not has_finite_verb(view, *left) and not is_finite_verb(view, right[0]):
        return []
    return [left, right]


def _awaits_verb(view: DocumentView, i: int) -> bool:
    """True for the last word of `He was not, X stressed, predicting one`: an auxiliary whose verb is still to come."""
    return view.pos[i] == "AUX" or (view.dep[i] == "neg" and view.pos[i - 1] == "AUX")


def _is_clause_edge(view: DocumentView, i: int) -> bool:
    return view.word[i] in COMMA_OR_DASH or (view.quoted_at[i] >= 0 and view.quoted_spans[view.quoted_at[i]].first == i)


def _continues_content(view: DocumentView, right: TokenRange, clause: TokenRange) -> bool:
    """True where the words behind the reporting clause belong to what is reported, not to the reporting verb."""
    if view.tag_in(right[0], "participle") or view.word_in(right[0], "relative"):
        return False
    return not any(
        clause[0] <= view.head[i] <= clause[1] and view.dep[i] in _MODIFIERS for i in range(right[0], right[1] + 1)
    )


def find_clause_before(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`A, X said`: the sentence up to the reporting clause."""
    if "clause" not in cue.frames or not view.tag_in(cue.head, "finite") or view.dep[cue.head] == "relcl":
        return []
    first, _ = find_reporting_clause(view, cue)
    start = find_content_start(view, cue, first)
    comma = first - 1
    while comma > start and view.word[comma].isspace():
        comma -= 1
    if comma <= start or not (view.word[comma] in COMMA_OR_DASH or is_closing_mark(view, comma)):
        return []
    later = [k for k in view.dependents[cue.head] if k > cue.head]
    if any(view.dep[k] in ("ccomp", "xcomp") for k in later):
        return []
    if any(view.dep[k] == "dobj" for k in later) and not view.lemma_in(cue.head, "addressing"):
        return []
    up = view.head[cue.head]
    found = view.trim_punctuation(start, comma)
    owns = any(view.dep[k] in ("ccomp", "parataxis", "dobj", "advcl") and k < first for k in view.dependents[cue.head])
    hangs = view.dep[cue.head] in _ATTACHED_LABELS and (up < first or up == cue.head)
    if found is None or not (owns or hangs) or (view.word_in(found[0], "adverbial") and not owns):
        return []
    return [found] if has_finite_verb(view, *found) or _is_verbless_content(view, cue, found) else []


def _is_verbless_content(view: DocumentView, cue: Cue, found: TokenRange) -> bool:
    """`No map on the table, Auer says`: no verb, or one that the parse does not see, and the sentence ends there."""
    subject = view.child(cue.head, "nsubj")
    if (
        subject is None
        or view.pos[found[0]] in ("ADP", "ADV", "VERB")
        or len(view.words_in(*found)) < _MIN_HEADLINE_WORDS
    ):
        return False
    return find_reporting_clause(view, cue)[1] >= sentence_range(view, cue.head)[1] - 1


def find_clause_after(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X said (that) A`."""
    if not cue.frames & {"clause", "finding"}:
        return []
    found = _find_that_clause(view, cue)
    kid = next((k for k in view.children(cue.head, "ccomp", "xcomp") if k > cue.head and _is_clause(view, k)), None)
    if kid is not None and (found is None or view.left_edge[kid] <= found[0]):
        found = _skip_adverb(view, max(view.left_edge[kid], cue.last + 1)), view.right_edge[kid]
    found = found or _find_unparsed_clause(view, cue)
    if found is None:
        return []
    start, end = found
    return balanced_part(view, start, _extend_end(view, cue, lexicon, start, end))


def _find_unparsed_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """`told reporters the boats had “fired”`, where the parse sees no clause: behind the verb and whom it was told."""
    if "plain" not in cue.frames or not view.tag_in(cue.head, "finite"):
        return None
    end = sentence_range(view, cue.head)[1]
    start = cue.last + 1
    if view.lemma_in(cue.head, "addressing"):
        whom = next((k for k in view.children(cue.head, "dobj", "dative", "nsubj") if k > cue.head), None)
        start = view.right_edge[whom] + 1 if whom is not None else end
    if start >= end or view.pos[start] not in _CLAUSE_START_TAGS or view.quoted_at[start] >= 0:
        return None
    verb = next((i for i in range(start, end) if is_finite_verb(view, i)), None)
    return (start, end) if verb is not None and verb > start and not _has_comma(view, start, verb) else None


def _has_comma(view: DocumentView, first: int, last: int) -> bool:
    return any(view.word[i] in (*COMMA_OR_DASH, ":") for i in range(first, last))


def _skip_adverb(view: DocumentView, start: int) -> int:
    """`said only that A`: at `that`."""
    return start + 1 if view.pos[start] == "ADV" and start + 1 < view.n and view.word_in(start + 1, "that") else start


def _is_clause(view: DocumentView, kid: int) -> bool:
    """Not the bare infinitive or participle of `asked to go`."""
    if view.dep[kid] == "ccomp":
        subject = view.child(kid, "nsubj", "nsubjpass", "csubj", "expl")
        return (subject is not None and not _is_nonfinite(view, kid)) or has_finite_verb(
            view, view.left_edge[kid], view.right_edge[kid]
        )
    return any(_opens_reported_clause(view, k) for k in view.children(kid, "mark"))


def _is_nonfinite(view: DocumentView, kid: int) -> bool:
    finite_aux = any(view.tag_in(k, "finite") for k in view.children(kid, "aux", "auxpass"))
    return (view.tag_in(kid, "infinitive") or view.tag_in(kid, "participle")) and not finite_aux


def _find_that_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """`said on Monday that A`, wherever the parse hangs the clause."""
    end = sentence_range(view, cue.head)[1]
    for i in range(cue.last + 1, min(end, cue.last + 25)):
        if (
            view.quoted_at[i] >= 0
            or view.word[i] in SENTENCE_ENDS
            or (is_finite_verb(view, i) and view.dep[i] != "relcl")
        ):
            return None
        if view.tag_in(i, "participle") and view.word[i - 1] in COMMA_OR_DASH:
            return None
        if _opens_reported_clause(view, i) and _subject_follows(view, i) and not _opens_relative_clause(view, cue, i):
            return i, end
    i = cue.last + 1
    return (i + 1, end) if i < end and view.word[i] == ":" else None


def _opens_reported_clause(view: DocumentView, i: int) -> bool:
    """True for the word that opens a reported clause or question."""
    return view.word_in(i, "question") or is_that_conjunction(view, i)


def _opens_relative_clause(view: DocumentView, cue: Cue, i: int) -> bool:
    """True for the `that` of "deny burning the farm that the militia held": a clause of the noun before it."""
    up = view.head[i]
    if is_impersonal(view, cue):  # "it was said by the elders that A"
        return False
    return view.dep[up] == "relcl" and view.head[up] == i - 1 and not view.lemma_in(cue.head, "addressing")


def _subject_follows(view: DocumentView, i: int) -> bool:
    """Not the relative pronoun of `a plan that failed`."""
    if i + 1 >= view.n or is_finite_verb(view, i + 1):
        return False
    return view.tag_in(i, "conjunction") or view.pos[i + 1] in _CLAUSE_START_TAGS


def _extend_end(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, end: int) -> int:
    """To the end of the sentence, unless what follows is told by the newsroom."""
    stop = sentence_range(view, cue.head)[1]
    while stop > start and not view.is_word(stop) and not is_closing_mark(view, stop):
        stop -= 1
    cut = find_break(view, cue, lexicon, start, stop)
    if cut < stop:
        return min(cut, max(end, cut))
    return stop if end >= stop or _is_same_clause(view, end, stop) else end


def find_break(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, stop: int) -> int:
    """Last token before the newsroom takes over: `, adding that`, `and called for`, `, while Y said that`."""
    for i in range(start + 2, stop + 1):
        if view.quoted_at[i] < 0 and _ends_content(view, cue, lexicon, i, start):
            return i - 1
    return stop


def _ends_content(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int, start: int) -> bool:
    previous = view.word[i - 1]
    if (
        view.lower[i] in lexicon.headline_breaks
        and is_in_headline(view, i)
        and view.dep[i] in ("mark", "prep", "advmod")
    ):
        return True
    if (
        previous in COMMA_OR_DASH
        and view.tag_in(i, "participle")
        and view.lemma[i] in lexicon.verbs
        and view.dep[i] != "nsubj"
    ):
        return True
    if view.word[i] == ";" or view.word_in(i, "phrase_start"):
        return True
    if view.dep[i] == "cc" and view.head[i] == cue.head:
        return True
    if view.pos[i] == "CCONJ" and i + 1 < view.n:
        verb = i + 2 if view.pos[i + 1] == "ADV" and i + 2 < view.n else i + 1
        if view.tag[verb] == view.tag[cue.head] and view.tag_in(verb, "finite") and is_listed_verb(view, verb, lexicon):
            return True
    return previous == "," and _introduces_another_speaker(view, cue, lexicon, i)


def is_listed_verb(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """True for a verb of the lexicon."""
    return view.lemma[i] in lexicon.verbs or view.lemma[i] in lexicon.prepositions


def _introduces_another_speaker(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """`, while Y said that`, `, and Y answered that`: a clause behind a comma with a cue and clause of its own."""
    if view.pos[i] not in ("CCONJ", "SCONJ") and not view.word_in(i, "time_unit"):
        return False
    for j in range(i + 1, min(i + 25, view.n)):
        if view.quoted_at[j] >= 0 or view.word[j] in SENTENCE_ENDS:
            return False
        if view.tag_in(j, "finite") and view.tag[j] == view.tag[cue.head] and view.pos[j] == "VERB":
            reporting = "clause" in lexicon.verbs.get(view.lemma[j], ()) and view.dep[j] != "relcl"
            own_clause = view.child(j, "ccomp") is not None or _has_that_nearby(view, j)
            return reporting and own_clause and view.child(j, "nsubj") is not None
    return False


def _has_that_nearby(view: DocumentView, j: int) -> bool:
    return any(view.word_in(k, "that") and view.tag_in(k, "conjunction") for k in range(j + 1, min(j + 9, view.n)))


def _is_same_clause(view: DocumentView, end: int, stop: int) -> bool:
    """True where the words behind the parsed clause still belong to it."""
    following = view.words_in(end + 1, stop)
    if not following:
        return True
    if view.quoted_at[end + 1] >= 0 or (view.word[end + 1] in COMMA_OR_DASH and view.quoted_at[end + 2] >= 0):
        return True
    if view.word[end + 1] in COMMA_OR_DASH:
        goes_on = view.word_in(following[0], "contrast") or has_finite_verb(view, following[0], stop)
        return goes_on and view.pos[following[0]] == "CCONJ"
    return True


def find_noun_clause(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X's promise that A`, `a pledge to A`."""
    # "in order to", "at pains to": a noun right behind a preposition is no act of speech.
    if cue.kind != "noun" or view.pos[cue.head - 1] == "ADP":
        return []
    for kid in view.children(cue.head, "acl", "ccomp", "xcomp", "relcl"):
        marks = [
            k for k in view.children(kid, "mark", "aux") if view.tag_in(k, "to") or _opens_reported_clause(view, k)
        ]
        if (
            kid > cue.head
            and marks
            and cue.head < marks[0] < cue.head + 8
            and (view.tag_in(marks[0], "conjunction") or view.tag_in(marks[0], "to"))
        ):
            return balanced_part(view, max(view.left_edge[kid], cue.last + 1), view.right_edge[kid])
    return []


def find_phrase_content(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`according to X`: the sentence without the phrase."""
    if cue.kind != "phrase":
        return []
    end = sentence_range(view, cue.first)[1]
    start, last = find_content_start(view, cue, cue.first), find_phrase_end(view, cue)
    left = view.trim_punctuation(start, cue.first - 1) if start < cue.first else None
    right = view.trim_punctuation(last + 1, end) if last < end else None
    if left is None or not len(view.words_in(*left)) > 1:
        return [right] if right else []
    if view.word_in(left[1], "link") and right:
        return [right]
    if (
        right is None
        or view.word[last + 1] not in COMMA_OR_DASH
        or not _continues_content(view, right, (cue.first, last))
    ):
        return [left]
    new_clause = view.pos[right[0]] in ("CCONJ", "SCONJ") and has_finite_verb(view, *left)
    return [left] if new_clause else [left, right]
