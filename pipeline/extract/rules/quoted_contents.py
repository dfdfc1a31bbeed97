"""Contents in quotation marks: the pair before or after a cue, and the pairs that continue it.

A pair is a pair of quotation marks with the words in it, given by its number in `view.quoted_spans`. Pairs are found by
marks and the words between them, not by the parse: parsers fail where a quote starts or ends.
"""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, QuotedSpan, TokenRange
from pipeline.extract.rules.quotation_marks import SINGLE_MARKS
from pipeline.extract.rules.token_spans import COMMA_OR_DASH

_MAX_GAP_TOKENS = 45
_MIN_TOKENS_WITHOUT_COMMA = 3
_OPEN_ENDS = {",", "?", "!", "…", "..."} | DASHES
_REPORTING_FRAMES = ("clause", "direct")
_CUE_DEPENDENTS = {"dobj", "dative", "prep", "advmod", "npadvmod", "punct", "nsubj", "prt", "agent"}


def pair_ranges(view: DocumentView, pairs: list[int]) -> list[TokenRange]:
    """Return the token ranges of pairs, marks included."""
    return [(view.quoted_spans[k].first, view.quoted_spans[k].last) for k in pairs]


def find_pair_before(view: DocumentView, cue: Cue) -> int | None:
    """Return the pair that a cue after it reports: `“A,” said X`."""
    k = view.span_before(cue.first)
    if k is None or not cue.frames.intersection(_REPORTING_FRAMES):
        return None
    pair = view.quoted_spans[k]
    gap = range(pair.last + 1, cue.first)
    if pair.paragraph != view.paragraph[cue.first] or not pair.closed or len(gap) > _MAX_GAP_TOKENS:
        return None
    if not opens_sentence(view, pair) or not _sentence_continues(view, pair):
        return None
    if any(view.word[i] in SENTENCE_ENDS or view.word[i] == ":" or _is_other_verb(view, i, cue) for i in gap):
        return None
    first = next((i for i in [*gap, cue.first] if view.is_word(i)), cue.first)
    return None if view.word_in(first, "joiner") else k


def find_pair_after(view: DocumentView, cue: Cue) -> int | None:
    """Return the pair that a cue before it reports: `X said, “A”`, `X said: “A”`, `X said “A.”`."""
    k = view.span_from(cue.last)
    if k is None or not cue.frames.intersection(_REPORTING_FRAMES):
        return None
    pair = view.quoted_spans[k]
    if pair.paragraph != view.paragraph[cue.last]:
        return None
    gap = range(cue.last + 1, pair.first)
    if len(gap) > _MAX_GAP_TOKENS or any(view.word[i] in SENTENCE_ENDS for i in gap):
        return None
    if "person_to" in cue.frames and view.tag_in(pair.inner_first, "to"):
        return None
    before_mark = next((view.word[i] for i in reversed(gap) if not view.word[i].isspace()), "")
    if before_mark == ":":
        return None if any(view.is_finite_verb(i) for i in gap) else k
    if any(_is_other_verb(view, i, cue) for i in gap) or not _ends_clause(view, pair):
        return None
    if before_mark in (",", ""):
        return None if any(view.pos[i] == "CCONJ" for i in gap) else k
    if pair.size < _MIN_TOKENS_WITHOUT_COMMA or _has_own_object(view, cue, gap):
        return None
    return k if all(_depends_on_cue(view, i, cue) for i in gap) else None


def _has_own_object(view: DocumentView, cue: Cue, gap: range) -> bool:
    """Return whether words before a pair are what was said, or a clause: `said a law marked “A”`, not `told Y “A”`."""
    if any(view.is_finite_verb(i) and not view.in_marks(i) for i in gap):
        return True
    says = "plain" in cue.frames and not view.lemma_in(cue.head, "addressing")
    return says and any(view.dep[i] == "dobj" and view.head[i] == cue.head for i in gap)


def _opens_paragraph(view: DocumentView, pair: QuotedSpan, paragraph: int) -> bool:
    """Return whether a pair is the start of a certain paragraph."""
    return pair.paragraph == paragraph and pair.first == view.paragraphs[paragraph][0]


def opens_sentence(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a pair opens its sentence: after nothing, a full stop, colon, dash or another pair."""
    i = pair.first - 1
    while i >= 0 and view.word[i].isspace() and "\n" not in view.word[i]:
        i -= 1
    begin = view.paragraphs[pair.paragraph][0]
    if i < begin:
        return True
    if view.in_marks(i):
        return True
    if view.word_in(i, "starter") and i == view.sentences[view.sentence[i]][0]:
        return True
    return view.word[i] in SENTENCE_ENDS or view.word[i] in DASHES or view.word[i] in (":", ")", "]", "•", "*")


def _sentence_continues(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a sentence may continue after a pair: a comma, question mark or dash is at its end."""
    inner = view.word[pair.inner_last]
    following = view.word[pair.last + 1] if pair.last + 1 < view.n else ""
    if inner in _OPEN_ENDS or following in COMMA_OR_DASH:
        return True
    return following[:1].islower() if inner in SENTENCE_ENDS else pair.size >= _MIN_TOKENS_WITHOUT_COMMA


def _ends_clause(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether no clause continues after a pair."""
    inner = view.word[pair.inner_last]
    if not pair.closed or inner in SENTENCE_ENDS or inner in _OPEN_ENDS:
        return True
    i = pair.last + 1
    return i >= view.n or "\n" in view.word[i] or view.word[i] in (")", *COMMA_OR_DASH, *SENTENCE_ENDS)


def _is_other_verb(view: DocumentView, i: int, cue: Cue) -> bool:
    """Return whether a token is a finite verb that is neither the cue's auxiliary nor in a clause about the speaker."""
    if not view.is_finite_verb(i) or view.in_marks(i) or cue.first <= i <= cue.last:
        return False
    if view.dep[i] in ("aux", "auxpass") and view.head[i] in (cue.head, cue.first):
        return False
    j = i
    for _ in range(5):
        if view.dep[j] in ("relcl", "acl", "appos"):
            return False
        j = view.head[j]
    return True


def _is_in_adverbial_clause(view: DocumentView, i: int, cue: Cue) -> bool:
    """Return whether a verb is that of an adverbial clause of the cue: `X said as they left`."""
    up = view.head[i]
    return (view.dep[i] == "advcl" and up == cue.head) or (view.dep[up] == "advcl" and view.head[up] == cue.head)


def _is_second_predicate(view: DocumentView, i: int, cue: Cue) -> bool:
    """Return whether a verb shares the cue's subject: `closed` of `X said, and closed the folder`."""
    return view.dep[i] == "conj" and view.head[i] == cue.head and view.child(i, "nsubj") is None


def _depends_on_cue(view: DocumentView, i: int, cue: Cue) -> bool:
    """Return whether a token says to whom, when or where the speaker spoke."""
    j = i
    for _ in range(12):
        if view.head[j] == cue.head:
            return view.dep[j] in _CUE_DEPENDENTS
        if view.head[j] == j:
            return False
        j = view.head[j]
    return False


def find_continuations(view: DocumentView, k: int, cue: Cue, claims: dict[int, Cue]) -> list[int]:
    """Return a pair and those that continue its quote: after the reporting clause, side by side, in later paragraphs.

    A pair that another cue claims starts a quote of its own.
    """
    pairs = [k]
    while (following := next_pair(view, pairs[-1], cue)) is not None and claims.get(following, cue) == cue:
        pairs.append(following)
    return pairs


def find_earlier_paragraphs(view: DocumentView, k: int) -> list[int]:
    """Return the pairs of earlier paragraphs that a pair continues: each a whole paragraph whose mark stays open.

    Empty where the first of them follows a reporting clause of its own: then the words are that speaker's.
    """
    pairs: list[int] = []
    pair = view.quoted_spans[k]
    while k > 0 and _opens_paragraph(view, pair, pair.paragraph):
        before = view.quoted_spans[k - 1]
        if before.paragraph != pair.paragraph - 1 or not _is_left_open(view, before, pair):
            break
        if not _opens_paragraph(view, before, before.paragraph):
            return []
        k, pair = k - 1, before
        pairs.insert(0, k)
    return pairs


def _is_left_open(view: DocumentView, pair: QuotedSpan, following: QuotedSpan) -> bool:
    """Return whether nothing closes a pair and the next one opens with a mark of its kind, single or double."""
    marks = [view.word[opening.first] for opening in (pair, following)]
    single = [mark[0] in SINGLE_MARKS and mark != "''" for mark in marks]
    return not pair.closed and single[0] == single[1]


def next_pair(view: DocumentView, k: int, cue: Cue | None) -> int | None:
    """Return the pair that continues the quote of a pair; without a cue only a pair with no word in between."""
    pairs = view.quoted_spans
    if k + 1 >= len(pairs):
        return None
    here, there = pairs[k], pairs[k + 1]
    if there.paragraph != here.paragraph:
        continues = _is_left_open(view, here, there) and _opens_paragraph(view, there, here.paragraph + 1)
        return k + 1 if continues else None
    if not view.words_in(here.last + 1, there.first - 1):
        return k + 1
    if cue is not None and cue.last < here.first and _is_coordinated(view, here, there):
        return k + 1
    if cue is None or not here.last < cue.head < there.first:
        return None
    return k + 1 if _is_reporting_clause_only(view, there, cue) else None


def _is_coordinated(view: DocumentView, here: QuotedSpan, there: QuotedSpan) -> bool:
    """Return whether a conjunction joins two pairs: `called it “a farce” and “a waste”`, `a “liar” and a “thief”`."""
    between = view.words_in(here.last + 1, there.first - 1)
    joined = any(view.pos[i] == "CCONJ" for i in between) and all(view.pos[i] in ("CCONJ", "DET") for i in between)
    ends = view.word[here.inner_last] in SENTENCE_ENDS or view.sentence[here.first] != view.sentence[there.first]
    return joined and not ends and here.closed and there.closed


def _is_reporting_clause_only(view: DocumentView, following: QuotedSpan, cue: Cue) -> bool:
    """Return whether nothing but the reporting clause is between a pair and the following one."""
    tail = range(cue.last + 1, following.first)
    stops = [i for i in tail if view.word[i] in SENTENCE_ENDS or view.word[i] == ":"]
    last = next((i for i in reversed(tail) if not view.word[i].isspace()), cue.last)
    while last > cue.last and view.in_marks(last) and view.word[last] not in SENTENCE_ENDS:
        last -= 1
    if (stops and stops[0] != last) or len(tail) > _MAX_GAP_TOKENS:
        return False
    for i in tail:
        same_clause = _is_in_adverbial_clause(view, i, cue) or _is_second_predicate(view, i, cue)
        if _is_other_verb(view, i, cue) and not same_clause:
            return False
        if view.tag_in(i, "participle") and view.lemma_in(i, "second_report"):
            return False
    if stops or view.word[last] in COMMA_OR_DASH:
        return True
    if last != cue.last and view.dep[last] != "nsubj":
        return False
    return view.word[following.inner_last] in SENTENCE_ENDS
