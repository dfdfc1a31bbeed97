"""Contents in quotation marks: the pair before or after a cue, the pairs that continue it, and pairs without a cue."""

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, QuotedSpan, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, never, nothing
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.quotation_marks import SINGLE_MARKS
from pipeline.extract.rules.source_mentions import expand_noun_phrase
from pipeline.extract.rules.span_candidate import RuleName, SpanCandidate
from pipeline.extract.rules.token_spans import COMMA_OR_DASH

_MAX_GAP_TOKENS = 45
_MAX_NICKNAME_TOKENS = 2
_MIN_TOKENS_WITHOUT_COMMA = 3
_OPEN_ENDS = {",", "?", "!", "…", "..."} | DASHES
_REPORTING_FRAMES = ("clause", "direct")
_CUE_DEPENDENTS = {"dobj", "dative", "prep", "advmod", "npadvmod", "punct", "nsubj", "prt", "agent"}


def pair_ranges(view: DocumentView, pairs: list[int]) -> list[TokenRange]:
    """Return the token ranges of pairs, marks included."""
    return [(view.quoted_spans[k].first, view.quoted_spans[k].last) for k in pairs]


@extraction_rule("quoted_before", 10, "“A,” said X.")
def find_pair_before(view: DocumentView, cue: Cue) -> int | None:
    """Return the pair that a cue after it reports: `“A,” said X`."""
    k = view.span_before(cue.first)
    if k is None or not cue.frames.intersection(_REPORTING_FRAMES):
        return None
    # `“A,” Commander “Vuk” said`: the pair before the nickname.
    if k > 0 and _is_nickname(view, view.quoted_spans[k]):
        k -= 1
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


@extraction_rule("quoted_after", 11, "X said: “A.”")
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


def opens_sentence(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a pair opens its sentence: after nothing, a full stop, colon, dash or another pair."""
    i = pair.first - 1
    while i >= 0 and view.word[i].isspace() and "\n" not in view.word[i]:
        i -= 1
    if i < view.paragraphs[pair.paragraph][0] or view.in_marks(i):
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


def _is_beside_cue(view: DocumentView, i: int, cue: Cue) -> bool:
    """Return whether a verb shares the cue's subject, or says when it was: `and closed it`, `X said as they left`."""
    up = view.head[i]
    if (view.dep[i] == "advcl" and up == cue.head) or (view.dep[up] == "advcl" and view.head[up] == cue.head):
        return True
    return view.dep[i] == "conj" and up == cue.head and view.child(i, "nsubj") is None


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


@extraction_rule("continuations", 14, "“A,” said X. “B.”", off=lambda view, k, cue, claims: [k])
def find_continuations(view: DocumentView, k: int, cue: Cue, claims: dict[int, Cue]) -> list[int]:
    """Return a pair and those that continue its quote: after the reporting clause, side by side, in later paragraphs.

    A pair that another cue claims starts a quote of its own.
    """
    pairs = [k]
    while (following := next_pair(view, pairs[-1], cue)) is not None and claims.get(following, cue) == cue:
        pairs.append(following)
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
    if cue is not None and there.last < cue.head and _is_nickname(view, there) and k + 2 < len(pairs):
        k += 1
        there = pairs[k + 1]
    if there.paragraph != here.paragraph:
        is_next = there.paragraph == here.paragraph + 1 and there.first == view.paragraphs[there.paragraph][0]
        continues = _is_left_open(view, here, there) or _begins_speech(view, here, cue)
        return k + 1 if is_next and continues else None
    if not view.words_in(here.last + 1, there.first - 1):
        return k + 1
    if cue is not None and cue.last < here.first and _is_coordinated(view, here, there):
        return k + 1
    if cue is None or not here.last < cue.head < there.first:
        return None
    return k + 1 if _is_reporting_clause_only(view, there, cue) else None


@extraction_rule("coordinated", 15, "X called it “A” and “B”.", off=never)
def _is_coordinated(view: DocumentView, here: QuotedSpan, there: QuotedSpan) -> bool:
    """Return whether a conjunction joins two pairs: `called it “a farce” and “a waste”`, `a “liar” and a “thief”`."""
    between = view.words_in(here.last + 1, there.first - 1)
    joined = any(view.pos[i] == "CCONJ" for i in between) and all(view.pos[i] in ("CCONJ", "DET") for i in between)
    ends = view.word[here.inner_last] in SENTENCE_ENDS or view.sentence[here.first] != view.sentence[there.first]
    return joined and not ends and here.closed and there.closed


def _is_nickname(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a pair contains a nickname inside a speaker's mention: `Commander “Vuk”`."""
    return pair.size <= _MAX_NICKNAME_TOKENS and not opens_sentence(view, pair)


def _begins_speech(view: DocumentView, pair: QuotedSpan, cue: Cue | None) -> bool:
    """Return whether the paragraph of a pair ends in a cue such as `, he begins.`"""
    if cue is None or not view.lemma_in(cue.head, "begins") or cue.head < pair.last:
        return False
    return len(view.words_in(cue.last + 1, view.paragraphs[pair.paragraph][1])) <= _MAX_NICKNAME_TOKENS


def _is_reporting_clause_only(view: DocumentView, following: QuotedSpan, cue: Cue) -> bool:
    """Return whether nothing but the reporting clause is between a pair and the following one."""
    tail = range(cue.last + 1, following.first)
    stops = [i for i in tail if view.word[i] in SENTENCE_ENDS or view.word[i] == ":"]
    last = next((i for i in reversed(tail) if not view.word[i].isspace()), cue.last)
    if (stops and stops[0] != last) or len(tail) > _MAX_GAP_TOKENS:
        return False
    for i in tail:
        if _is_other_verb(view, i, cue) and not _is_beside_cue(view, i, cue):
            return False
        if view.tag_in(i, "participle") and view.lemma_in(i, "second_report"):
            return False
    if stops or view.word[last] in COMMA_OR_DASH:
        return True
    if last != cue.last and view.dep[last] != "nsubj":
        return False
    return view.word[following.inner_last] in SENTENCE_ENDS


_OBJECT_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART", "SPACE"}


@extraction_rule("marked_complement", 12, "X called it “A”.")
def find_marked_complement(view: DocumentView, cue: Cue, lexicon: Lexicon) -> int | None:
    """Return the number of the pair of marks that contains the whole complement of a cue."""
    if not lexicon.uttered_only or view.in_marks(cue.head):
        return None
    for start in _find_complement_starts(view, cue, lexicon):
        pair = view.quoted_span(start)
        if pair is not None and pair.first == start and _ends_complement(view, pair):
            return view.quoted_at[start]
    return None


def _find_complement_starts(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[int]:
    """Return where a complement may start: after `as` or the verb's preposition; after the object of `call`."""
    end = view.sentences[view.sentence[cue.head]][1]
    starts: list[int] = []
    prepositions: frozenset[str] = frozenset()
    if "preposition" in cue.frames:
        prepositions = lexicon.prepositions.get(view.lemma[cue.head], prepositions)
    for i in range(cue.last + 1, end):
        if view.in_marks(i):
            # Before it stands an object and nothing else, or nothing, as in `which he called “a gift”`.
            is_object = all(view.pos[k] in _OBJECT_TAGS for k in range(cue.last + 1, i))
            return [*starts, i] if "name" in cue.frames and is_object else starts
        if view.is_finite_verb(i) and view.dep[i] not in ("relcl", "acl", "ccomp", "aux", "auxpass"):
            return starts
        if ("as" in cue.frames and view.word_in(i, "as")) or view.lower[i] in prepositions:
            starts.append(i + 2 if view.pos[i + 1] == "DET" and i + 2 <= end else i + 1)
    return starts


def _ends_complement(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a complement ends with a pair of marks; not that of `as “the guns” of winter`."""
    if not pair.closed:
        return False
    i = pair.last + 1
    if i >= view.n:
        return True
    if not view.is_word(i):
        return view.word[i] != "-"
    return view.word_in(i, "time_preposition") or view.pos[i] in ("CCONJ", "SCONJ", "VERB", "AUX")


_MAX_SIGNATURE_TOKENS = 12


@extraction_rule("floating", 16, "It rained. “A.”", off=nothing)
def find_floating_quotes(view: DocumentView, chosen: list[SpanCandidate], min_words: int) -> list[SpanCandidate]:
    """Return pairs of marks that are whole sentences and in no chosen quote, with the pairs that continue them."""
    tokens = (i for candidate in chosen for first, last in candidate.parts for i in range(first, last + 1))
    used = {view.quoted_at[i] for i in tokens if view.in_marks(i)}
    floating = []
    k = 0
    while k < len(view.quoted_spans):
        if k in used or not _is_floating(view, k, min_words):
            k += 1
            continue
        pairs = [k]
        while (following := next_pair(view, pairs[-1], None)) is not None and following not in used:
            pairs.append(following)
        source = _find_source_before_colon(view, k) or find_signature(view, pairs[-1])
        rule: RuleName = "floating" if source is None else "colon"
        floating.append(SpanCandidate(pair_ranges(view, pairs), rule, None, source))
        k = pairs[-1] + 1
    return floating


@extraction_rule("source_before_colon", 17, "X issued a denial: “A.”")
def _find_source_before_colon(view: DocumentView, k: int) -> TokenRange | None:
    """Return the subject of a sentence that ends in a colon before a pair: `Her ministry issued a denial: “No.”`."""
    i = view.quoted_spans[k].first - 1
    while i > 0 and view.word[i].isspace():
        i -= 1
    if i < 1 or view.word[i] != ":" or view.in_marks(i - 1):
        return None
    start = view.sentences[view.sentence[i]][0]
    subjects = [j for j in range(start, i) if view.dep[j] in ("nsubj", "nsubjpass") and not view.in_marks(j)]
    if not subjects:
        names = [j for j in range(start, i) if view.pos[j] == "PROPN" and view.head[j] == j]
        return expand_noun_phrase(view, names[0]) if names else None
    return None if view.word_in(subjects[0], "dummy") else expand_noun_phrase(view, subjects[0])


@extraction_rule("signature", 19, "“A” — X")
def find_signature(view: DocumentView, k: int) -> TokenRange | None:
    """Return the name after a pair and a dash that ends the paragraph: `“No more sons.” — Osk Dembrin, ferryman`."""
    pair = view.quoted_spans[k]
    i, end = pair.last + 1, view.paragraphs[pair.paragraph][1]
    while i < end and view.word[i].isspace():
        i += 1
    if i >= end or view.word[i] not in DASHES or end - i > _MAX_SIGNATURE_TOKENS:
        return None
    last = i
    while last < end and _is_name_word(view, last + 1):
        last += 1
    complete = last == end or not view.is_word(last + 1)
    return (i + 1, last) if last > i and complete else None


def _is_name_word(view: DocumentView, i: int) -> bool:
    return view.is_word(i) and (view.word[i][:1].isupper() or view.pos[i] == "PROPN")


def _opens_headline(view: DocumentView, k: int) -> bool:
    """Return whether a headline opens with a pair and a colon: `‘We want our sons’: a march in Ostry`."""
    pair = view.quoted_spans[k]
    first, last = view.paragraphs[0]
    return pair.first == first and pair.last < last and view.word[pair.last + 1] == ":"


def _is_floating(view: DocumentView, k: int, min_words: int) -> bool:
    """Return whether a pair is a whole sentence that is long enough or follows a colon and its speaker."""
    pair = view.quoted_spans[k]
    if not opens_sentence(view, pair):
        return False
    words = len(view.words_in(pair.inner_first, pair.inner_last))
    if words < min_words and (not words or _find_source_before_colon(view, k) is None):
        return False
    if words >= min_words and (find_signature(view, k) is not None or _opens_headline(view, k)):
        return True
    i = pair.last + 1
    at_end = i >= view.n or view.paragraph[i] != pair.paragraph
    if view.word[pair.inner_last] in SENTENCE_ENDS or not pair.closed or at_end:
        return at_end or not view.word[i][:1].islower()
    return view.word[i] in SENTENCE_ENDS
