"""Contents in quotation marks: the pair before or after a cue, and the pairs that go on with it.

Read off the marks and the words between them, not off the parse: parsers break where a quotation starts or ends.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, QuotedSpan
from pipeline.extract.rules.quotation_marks import SINGLE_MARKS
from pipeline.extract.rules.token_spans import is_finite_verb, skip_time

_MAX_GAP_TOKENS = 45
_MAX_NICKNAME_TOKENS = 2
_OPEN_ENDS = {",", "?", "!", "…", "..."} | DASHES
_REPORTING_FRAMES = ("clause", "direct")
_OPENER_LABELS = {"mark", "advmod", "dobj", "attr", "nsubj", "det"}
_CUE_DEPENDENTS = {"dobj", "dative", "prep", "advmod", "npadvmod", "punct", "nsubj", "prt", "agent"}


def find_pair_before(view: DocumentView, cue: Cue) -> int | None:
    """Number of the pair of `“A,” said X`."""
    if not cue.frames.intersection(_REPORTING_FRAMES):
        return None
    k = bisect_left(view.quoted_lasts, cue.first) - 1
    # `“A,” Commander “Vuk” said`: the pair before the nickname.
    if k > 0 and _is_nickname(view, view.quoted_spans[k]):
        k -= 1
    if k < 0 or view.quoted_spans[k].paragraph != view.paragraph[cue.first]:
        return None
    quoted = view.quoted_spans[k]
    gap = range(quoted.last + 1, cue.first)
    if (
        not quoted.closed
        or len(gap) > _MAX_GAP_TOKENS
        or not opens_sentence(view, quoted)
        or not _sentence_continues(view, quoted)
    ):
        return None
    if any(view.word[i] in SENTENCE_ENDS or view.word[i] == ":" or _is_other_verb(view, i, cue) for i in gap):
        return None
    first = next((i for i in [*gap, cue.first] if view.is_word(i)), cue.first)
    return None if view.word_in(first, "joiner") else k


def find_pair_after(view: DocumentView, cue: Cue) -> int | None:
    """Number of the pair of `X said, “A”`, `X said: “A”` or `X said “A.”`."""
    if not cue.frames.intersection(_REPORTING_FRAMES):
        return None
    k = bisect_left(view.quoted_firsts, cue.last)
    if k >= len(view.quoted_spans):
        return None
    quoted, place = view.quoted_spans[k], view.paragraph[cue.last]
    if quoted.paragraph != place:
        return _find_in_next_paragraph(view, cue, k)
    gap = range(cue.last + 1, quoted.first)
    if len(gap) > _MAX_GAP_TOKENS or any(view.word[i] in SENTENCE_ENDS for i in gap):
        return None
    if "person_to" in cue.frames and view.tag_in(quoted.inner_first, "to"):
        return None
    before_mark = next((view.word[i] for i in reversed(gap) if not view.word[i].isspace()), "")
    if before_mark == ":":
        return k if not any(is_finite_verb(view, i) for i in gap) else None
    if any(_is_other_verb(view, i, cue) for i in gap) or _opens_clause(view, gap):
        return None
    if before_mark == "," or not before_mark:
        joined = any(view.pos[i] == "CCONJ" for i in gap)
        return k if _ends_clause(view, quoted) and not joined else None
    return (
        k
        if quoted.size > 2 and _ends_clause(view, quoted) and all(_depends_on_cue(view, i, cue) for i in gap)
        else None
    )


def _find_in_next_paragraph(view: DocumentView, cue: Cue, k: int) -> int | None:
    """`X said:` at the end of a paragraph, the words in the next."""
    place, quoted = view.paragraph[cue.last], view.quoted_spans[k]
    end = view.paragraphs[place][1]
    if quoted.paragraph != place + 1 or quoted.first != view.paragraphs[place + 1][0]:
        return None
    gap = range(cue.last + 1, end + 1)
    introduced = view.word[end] == ":" and len(gap) < _MAX_GAP_TOKENS
    return k if introduced and not any(view.word[i] in SENTENCE_ENDS for i in gap) else None


def opens_sentence(view: DocumentView, quoted: QuotedSpan) -> bool:
    """True where the pair opens its sentence: nothing before it, or a full stop, colon, dash or another pair."""
    i = quoted.first - 1
    while i >= 0 and view.word[i].isspace() and "\n" not in view.word[i]:
        i -= 1
    begin = view.paragraphs[quoted.paragraph][0]
    if i < begin or (i - begin < 3 and view.word[begin][:1].isdigit() and skip_time(view, begin) == i + 1):
        return True
    if view.quoted_at[i] >= 0:
        return True
    if view.word_in(i, "starter") and i == view.sentences[view.sentence[i]][0]:
        return True
    return view.word[i] in SENTENCE_ENDS or view.word[i] in DASHES or view.word[i] in (":", ")", "]", "•", "*")


def _sentence_continues(view: DocumentView, quoted: QuotedSpan) -> bool:
    """True where the pair's end lets the sentence go on: a comma, question mark or dash at its mark."""
    inner = view.word[quoted.inner_last]
    following = view.word[quoted.last + 1] if quoted.last + 1 < view.n else ""
    if inner in _OPEN_ENDS or following in (",", *DASHES):
        return True
    return following[:1].islower() if inner in SENTENCE_ENDS else quoted.size > 2


def _ends_clause(view: DocumentView, quoted: QuotedSpan) -> bool:
    """True where no clause goes on behind the pair."""
    inner = view.word[quoted.inner_last]
    if not quoted.closed or inner in SENTENCE_ENDS or inner in _OPEN_ENDS:
        return True
    i = quoted.last + 1
    return i >= view.n or "\n" in view.word[i] or view.word[i] in (",", ")", *SENTENCE_ENDS, *DASHES)


def _is_other_verb(view: DocumentView, i: int, cue: Cue) -> bool:
    """A finite verb that is neither the cue's auxiliary nor in a clause about the speaker."""
    if not is_finite_verb(view, i) or view.quoted_at[i] >= 0 or cue.first <= i <= cue.last:
        return False
    if view.dep[i] in ("aux", "auxpass") and view.head[i] in (cue.head, cue.first):
        return False
    j = i
    for _ in range(5):
        if view.dep[j] in ("relcl", "acl", "appos"):
            return False
        j = view.head[j]
    return not (cue.first > i and view.dep[cue.head] in ("xcomp", "pcomp") and _is_ancestor(view, cue.head, i))


def _is_in_adverbial_clause(view: DocumentView, i: int, cue: Cue) -> bool:
    """True for the verb of `as they left` behind a cue."""
    up = view.head[i]
    return (view.dep[i] == "advcl" and up == cue.head) or (view.dep[up] == "advcl" and view.head[up] == cue.head)


def _is_second_predicate(view: DocumentView, i: int, cue: Cue) -> bool:
    """True for `closed` of `X said, and closed the folder`, one sentence still."""
    return view.dep[i] == "conj" and view.head[i] == cue.head and view.child(i, "nsubj") is None


def _is_ancestor(view: DocumentView, i: int, top: int) -> bool:
    for _ in range(5):
        i = view.head[i]
        if i == top:
            return True
    return False


def _opens_clause(view: DocumentView, gap: range) -> bool:
    return any(view.word_in(i, "clause_opener") and view.dep[i] in _OPENER_LABELS for i in gap)


def _depends_on_cue(view: DocumentView, i: int, cue: Cue) -> bool:
    """True for words that belong to the cue itself: whom it was told, when and where."""
    j = i
    for _ in range(12):
        if view.head[j] == cue.head:
            return view.dep[j] in _CUE_DEPENDENTS
        if view.head[j] == j:
            return False
        j = view.head[j]
    return False


def find_continuations(view: DocumentView, k: int, cue: Cue | None, claims: dict[int, Cue]) -> list[int]:
    """The pair and those that go on with it: behind the reporting clause, side by side, in the next paragraph.

    A pair that another cue claims starts a quote of its own.
    """
    pairs = [k]
    while (following := _next_pair(view, pairs[-1], cue)) is not None and claims.get(following, cue) == cue:
        pairs.append(following)
    return pairs


def find_earlier_paragraphs(view: DocumentView, k: int) -> list[int]:
    """Pairs of the paragraphs before that the pair goes on with: each a whole paragraph whose mark stays open.

    None where the first of them follows a reporting clause of its own: then they are that speaker's.
    """
    pairs: list[int] = []
    while k > 0 and view.quoted_spans[k].first == view.paragraphs[view.quoted_spans[k].paragraph][0]:
        before = view.quoted_spans[k - 1]
        if before.paragraph != view.quoted_spans[k].paragraph - 1 or not _is_left_open(
            view, before, view.quoted_spans[k]
        ):
            break
        if view.paragraphs[before.paragraph][0] != before.first:
            return []
        k -= 1
        pairs.insert(0, k)
    return pairs


def _is_left_open(view: DocumentView, here: QuotedSpan, there: QuotedSpan) -> bool:
    """True where nothing closes a pair, and the next one opens with a mark of its kind: single or double."""
    single = [view.word[pair.first][0] in SINGLE_MARKS and view.word[pair.first] != "''" for pair in (here, there)]
    return not here.closed and single[0] == single[1]


def _next_pair(view: DocumentView, k: int, cue: Cue | None) -> int | None:
    if k + 1 >= len(view.quoted_spans):
        return None
    here, there = view.quoted_spans[k], view.quoted_spans[k + 1]
    if cue is not None and there.last < cue.head and _is_nickname(view, there) and k + 2 < len(view.quoted_spans):
        k += 1
        there = view.quoted_spans[k + 1]
    if there.paragraph != here.paragraph:
        starts = there.paragraph == here.paragraph + 1 and there.first == view.paragraphs[there.paragraph][0]
        return k + 1 if starts and (_is_left_open(view, here, there) or _begins_speech(view, here, cue)) else None
    if not view.words_in(here.last + 1, there.first - 1):
        return k + 1
    if cue is None or not here.last < cue.head < there.first:
        return None
    if _is_reporting_clause_only(view, there, cue):
        return k + 1
    # `“A,” he said on “First Light.” “B”`: the marks of a title in between.
    beyond = view.quoted_spans[k + 2] if k + 2 < len(view.quoted_spans) else None
    title = beyond is not None and beyond.paragraph == here.paragraph and not opens_sentence(view, there)
    return k + 2 if title and beyond is not None and _is_reporting_clause_only(view, beyond, cue) else None


def _is_nickname(view: DocumentView, quoted: QuotedSpan) -> bool:
    """True for a pair inside a speaker's mention: `Commander “Vuk”`."""
    return quoted.size <= _MAX_NICKNAME_TOKENS and not opens_sentence(view, quoted)


def _begins_speech(view: DocumentView, here: QuotedSpan, cue: Cue | None) -> bool:
    """True where the paragraph ends in `, he begins.`"""
    if cue is None or not view.lemma_in(cue.head, "begins") or cue.head < here.last:
        return False
    return len(view.words_in(cue.last + 1, view.paragraphs[here.paragraph][1])) <= _MAX_NICKNAME_TOKENS


def _is_reporting_clause_only(view: DocumentView, there: QuotedSpan, cue: Cue) -> bool:
    """True where the gap between two pairs holds the reporting clause alone."""
    tail = range(cue.last + 1, there.first)
    stops = [i for i in tail if view.word[i] in SENTENCE_ENDS or view.word[i] == ":"]
    last = next((i for i in reversed(tail) if not view.word[i].isspace()), cue.last)
    while last > cue.last and view.quoted_at[last] >= 0 and view.word[last] not in SENTENCE_ENDS:
        last -= 1
    if (stops and stops[0] != last) or len(tail) > _MAX_GAP_TOKENS:
        return False
    if any(
        _is_other_verb(view, i, cue)
        and not (_is_in_adverbial_clause(view, i, cue) or _is_second_predicate(view, i, cue))
        for i in tail
    ):
        return False
    if any(view.tag_in(i, "participle") and view.lemma_in(i, "second_report") for i in tail):
        return False
    if not stops and view.word[last] not in (",", *DASHES) and last != cue.last and view.dep[last] != "nsubj":
        return False
    return stops != [] or view.word[last] in (",", *DASHES) or view.word[there.inner_last] in SENTENCE_ENDS
