"""Contents in quotation marks: the pair before or after a cue, and the pairs that go on with it.

Read off the marks and the words between them, not off the parse: parsers break where a quotation starts or ends.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, TERMINAL, Quoted, View
from pipeline.extract.rules.quotation_marks import SINGLE
from pipeline.extract.rules.token_spans import behind_time, finite

_LONGEST_GAP = 45
_LONGEST_NICKNAME = 2
_ENDS = {",", "?", "!", "…", "..."} | DASHES
_SAID = ("clause", "direct")
_CLAUSE_ROLES = {"mark", "advmod", "dobj", "attr", "nsubj", "det"}
_OF_CUE = {"dobj", "dative", "prep", "advmod", "npadvmod", "punct", "nsubj", "prt", "agent"}


def before(view: View, cue: Cue) -> int | None:
    """Number of the pair of `“A,” said X`."""
    if not cue.frames.intersection(_SAID):
        return None
    k = bisect_left(view.lasts, cue.first) - 1
    # `“A,” Commander “Vuk” said`: the pair before the nickname.
    if k > 0 and _nickname(view, view.quoted[k]):
        k -= 1
    if k < 0 or view.quoted[k].paragraph != view.paragraph[cue.first]:
        return None
    quoted = view.quoted[k]
    gap = range(quoted.last + 1, cue.first)
    if not quoted.closed or len(gap) > _LONGEST_GAP or not stands_alone(view, quoted) or not _ends_open(view, quoted):
        return None
    if any(view.word[i] in TERMINAL or view.word[i] == ":" or _other_verb(view, i, cue) for i in gap):
        return None
    first = next((i for i in [*gap, cue.first] if view.is_word(i)), cue.first)
    return None if view.of(first, "joiner") else k


def after(view: View, cue: Cue) -> int | None:
    """Number of the pair of `X said, “A”`, `X said: “A”` or `X said “A.”`."""
    if not cue.frames.intersection(_SAID):
        return None
    k = bisect_left(view.firsts, cue.last)
    if k >= len(view.quoted):
        return None
    quoted, place = view.quoted[k], view.paragraph[cue.last]
    if quoted.paragraph != place:
        return _next_paragraph(view, cue, k)
    gap = range(cue.last + 1, quoted.first)
    if len(gap) > _LONGEST_GAP or any(view.word[i] in TERMINAL for i in gap):
        return None
    if "person_to" in cue.frames and view.tagged(quoted.inner_first, "to"):
        return None
    before_mark = next((view.word[i] for i in reversed(gap) if not view.word[i].isspace()), "")
    if before_mark == ":":
        return k if not any(finite(view, i) for i in gap) else None
    if any(_other_verb(view, i, cue) for i in gap) or _clause_starts(view, gap):
        return None
    if before_mark == "," or not before_mark:
        joined = any(view.pos[i] == "CCONJ" for i in gap)
        return k if _complete(view, quoted) and not joined else None
    return k if quoted.size > 2 and _complete(view, quoted) and all(_beside(view, i, cue) for i in gap) else None


def _next_paragraph(view: View, cue: Cue, k: int) -> int | None:
    """`X said:` at the end of a paragraph, the words in the next."""
    place, quoted = view.paragraph[cue.last], view.quoted[k]
    end = view.paragraphs[place][1]
    if quoted.paragraph != place + 1 or quoted.first != view.paragraphs[place + 1][0]:
        return None
    gap = range(cue.last + 1, end + 1)
    introduced = view.word[end] == ":" and len(gap) < _LONGEST_GAP
    return k if introduced and not any(view.word[i] in TERMINAL for i in gap) else None


def stands_alone(view: View, quoted: Quoted) -> bool:
    """True where the pair opens its sentence: nothing before it, or a full stop, colon, dash or another pair."""
    i = quoted.first - 1
    while i >= 0 and view.word[i].isspace() and "\n" not in view.word[i]:
        i -= 1
    begin = view.paragraphs[quoted.paragraph][0]
    if i < begin or (i - begin < 3 and view.word[begin][:1].isdigit() and behind_time(view, begin) == i + 1):
        return True
    if view.mark[i] >= 0:
        return True
    if view.of(i, "starter") and i == view.sentences[view.sentence[i]][0]:
        return True
    return view.word[i] in TERMINAL or view.word[i] in DASHES or view.word[i] in (":", ")", "]", "•", "*")


def _ends_open(view: View, quoted: Quoted) -> bool:
    """True where the pair's end lets the sentence go on: a comma, question mark or dash at its mark."""
    inner = view.word[quoted.inner_last]
    following = view.word[quoted.last + 1] if quoted.last + 1 < view.n else ""
    if inner in _ENDS or following in (",", *DASHES):
        return True
    return following[:1].islower() if inner in TERMINAL else quoted.size > 2


def _complete(view: View, quoted: Quoted) -> bool:
    """True where no clause goes on behind the pair."""
    inner = view.word[quoted.inner_last]
    if not quoted.closed or inner in TERMINAL or inner in _ENDS:
        return True
    i = quoted.last + 1
    return i >= view.n or "\n" in view.word[i] or view.word[i] in (",", ")", *TERMINAL, *DASHES)


def _other_verb(view: View, i: int, cue: Cue) -> bool:
    """A finite verb that is neither the cue's auxiliary nor in a clause about the speaker."""
    if not finite(view, i) or view.mark[i] >= 0 or cue.first <= i <= cue.last:
        return False
    if view.dep[i] in ("aux", "auxpass") and view.head[i] in (cue.head, cue.first):
        return False
    j = i
    for _ in range(5):
        if view.dep[j] in ("relcl", "acl", "appos"):
            return False
        j = view.head[j]
    return not (cue.first > i and view.dep[cue.head] in ("xcomp", "pcomp") and _above(view, cue.head, i))


def _adverbial(view: View, i: int, cue: Cue) -> bool:
    """True for the verb of `as they left` behind a cue."""
    up = view.head[i]
    return (view.dep[i] == "advcl" and up == cue.head) or (view.dep[up] == "advcl" and view.head[up] == cue.head)


def _second_act(view: View, i: int, cue: Cue) -> bool:
    """True for `closed` of `X said, and closed the folder`, one sentence still."""
    return view.dep[i] == "conj" and view.head[i] == cue.head and view.child(i, "nsubj") is None


def _above(view: View, i: int, top: int) -> bool:
    for _ in range(5):
        i = view.head[i]
        if i == top:
            return True
    return False


def _clause_starts(view: View, gap: range) -> bool:
    return any(view.of(i, "clause_opener") and view.dep[i] in _CLAUSE_ROLES for i in gap)


def _beside(view: View, i: int, cue: Cue) -> bool:
    """True for words that belong to the cue itself: whom it was told, when and where."""
    j = i
    for _ in range(12):
        if view.head[j] == cue.head:
            return view.dep[j] in _OF_CUE
        if view.head[j] == j:
            return False
        j = view.head[j]
    return False


def chain(view: View, k: int, cue: Cue | None, claims: dict[int, Cue]) -> list[int]:
    """The pair and those that go on with it: behind the reporting clause, side by side, in the next paragraph.

    A pair that another cue claims starts a quote of its own.
    """
    pairs = [k]
    while (following := _follows(view, pairs[-1], cue)) is not None and claims.get(following, cue) == cue:
        pairs.append(following)
    return pairs


def led_by(view: View, k: int) -> list[int]:
    """Pairs of the paragraphs before that the pair goes on with: each a whole paragraph whose mark stays open.

    None where the first of them follows a reporting clause of its own: then they are that speaker's.
    """
    pairs: list[int] = []
    while k > 0 and view.quoted[k].first == view.paragraphs[view.quoted[k].paragraph][0]:
        before = view.quoted[k - 1]
        if before.paragraph != view.quoted[k].paragraph - 1 or not _stays_open(view, before, view.quoted[k]):
            break
        if view.paragraphs[before.paragraph][0] != before.first:
            return []
        k -= 1
        pairs.insert(0, k)
    return pairs


def _stays_open(view: View, here: Quoted, there: Quoted) -> bool:
    """True where nothing closes a pair, and the next one opens with a mark of its kind: single or double."""
    single = [view.word[pair.first][0] in SINGLE and view.word[pair.first] != "''" for pair in (here, there)]
    return not here.closed and single[0] == single[1]


def _follows(view: View, k: int, cue: Cue | None) -> int | None:
    if k + 1 >= len(view.quoted):
        return None
    here, there = view.quoted[k], view.quoted[k + 1]
    if cue is not None and there.last < cue.head and _nickname(view, there) and k + 2 < len(view.quoted):
        k += 1
        there = view.quoted[k + 1]
    if there.paragraph != here.paragraph:
        starts = there.paragraph == here.paragraph + 1 and there.first == view.paragraphs[there.paragraph][0]
        return k + 1 if starts and (_stays_open(view, here, there) or _begins(view, here, cue)) else None
    if not view.words(here.last + 1, there.first - 1):
        return k + 1
    if cue is None or not here.last < cue.head < there.first:
        return None
    if _only_reports(view, there, cue):
        return k + 1
    # `“A,” he said on “First Light.” “B”`: the marks of a title in between.
    beyond = view.quoted[k + 2] if k + 2 < len(view.quoted) else None
    title = beyond is not None and beyond.paragraph == here.paragraph and not stands_alone(view, there)
    return k + 2 if title and beyond is not None and _only_reports(view, beyond, cue) else None


def _nickname(view: View, quoted: Quoted) -> bool:
    """True for a pair inside a speaker's mention: `Commander “Vuk”`."""
    return quoted.size <= _LONGEST_NICKNAME and not stands_alone(view, quoted)


def _begins(view: View, here: Quoted, cue: Cue | None) -> bool:
    """True where the paragraph ends in `, he begins.`"""
    if cue is None or not view.verb_of(cue.head, "begins") or cue.head < here.last:
        return False
    return len(view.words(cue.last + 1, view.paragraphs[here.paragraph][1])) <= _LONGEST_NICKNAME


def _only_reports(view: View, there: Quoted, cue: Cue) -> bool:
    """True where the gap between two pairs holds the reporting clause alone."""
    tail = range(cue.last + 1, there.first)
    stops = [i for i in tail if view.word[i] in TERMINAL or view.word[i] == ":"]
    last = next((i for i in reversed(tail) if not view.word[i].isspace()), cue.last)
    while last > cue.last and view.mark[last] >= 0 and view.word[last] not in TERMINAL:
        last -= 1
    if (stops and stops[0] != last) or len(tail) > _LONGEST_GAP:
        return False
    if any(_other_verb(view, i, cue) and not (_adverbial(view, i, cue) or _second_act(view, i, cue)) for i in tail):
        return False
    if any(view.tagged(i, "participle") and view.verb_of(i, "second_report") for i in tail):
        return False
    if not stops and view.word[last] not in (",", *DASHES) and last != cue.last and view.dep[last] != "nsubj":
        return False
    return stops != [] or view.word[last] in (",", *DASHES) or view.word[there.inner_last] in TERMINAL
