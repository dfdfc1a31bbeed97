"""Where sentences, reporting clauses and contents start and end, in tokens."""

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, never
from pipeline.extract.rules.lexicon import Lexicon

COMMA_OR_DASH = (",", *DASHES)
_VERB_MODIFIERS = {"aux", "auxpass", "neg", "advmod"}
_MAX_DATELINE_TOKENS = 15


def sentence_range(view: DocumentView, i: int) -> TokenRange:
    """Return the first and last token of a token's sentence."""
    return view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)


def is_closing_mark(view: DocumentView, i: int) -> bool:
    """Return whether a token is the closing mark of a pair."""
    span = view.quoted_span(i)
    return span is not None and span.last == i


def has_finite_verb(view: DocumentView, first: int, last: int) -> bool:
    """Return whether a range contains a finite verb."""
    return any(view.is_finite_verb(i) for i in range(first, last + 1))


def balanced_part(view: DocumentView, first: int, last: int) -> list[TokenRange]:
    """Return a range as the only part of a content: without punctuation at its ends, with both marks of each pair."""
    trimmed = view.trim_punctuation(first, last) if first <= last else None
    if trimmed is None:
        return []
    first, last = trimmed
    if (span := view.quoted_span(last)) is not None and span.first > first:
        last = max(last, span.last)
    if (span := view.quoted_span(first)) is not None and span.last <= last:
        first = min(first, span.first)
    return [(first, last)]


def find_reporting_clause(view: DocumentView, cue: Cue) -> TokenRange:
    """Return the tokens of `X said on Monday` in or after a content: from the subject to the next comma or stop."""
    subject = view.child(cue.head, "nsubj", "nsubjpass")
    start, end = sentence_range(view, cue.head)
    first, last = cue.first, cue.last
    if subject is not None and subject < cue.head:
        first = min(first, view.left_edge[subject])
    while first > start and view.dep[first - 1] in _VERB_MODIFIERS and view.head[first - 1] == cue.head:
        first -= 1
    if subject is not None and subject > cue.head:
        last = max(last, view.right_edge[subject])
    while last < end and view.word[last + 1] not in (*COMMA_OR_DASH, *SENTENCE_ENDS) and not view.in_marks(last + 1):
        last += 1
    return max(first, start), min(last, end)


def find_content_start(view: DocumentView, cue: Cue, first: int) -> int:
    """Return where a content before a token may start: after a dateline, a time, or a colon or semicolon."""
    start = sentence_range(view, cue.head)[0]
    start = max(start, skip_dateline(view, view.paragraphs[view.paragraph[start]][0], first))
    for i in range(first - 2, start, -1):
        if not view.in_marks(i) and view.word[i] in (":", ";"):
            return i + 1
    return start


@extraction_rule("dateline", 44, "LORNE, June 8 - A, X said.", off=lambda view, start, stop: start)
def skip_dateline(view: DocumentView, start: int, stop: int) -> int:
    """Return the token after the dash of a dateline that opens a line: `SORRIN, June 28 (Northwire) - `."""
    in_capitals = view.word[start].isupper() and len(view.word[start]) > 2
    for i in range(start + 1, min(start + _MAX_DATELINE_TOKENS, stop)):
        if view.word[i] in DASHES and (in_capitals or (view.word[i - 1] == ")" and i < start + 8)):
            return i + 1
    return start


@extraction_rule("time", 45, "X said on Monday A.", off=lambda view, start, last: start)
def skip_time_phrase(view: DocumentView, start: int, last: int) -> int:
    """Return the token after a time that says when somebody spoke: `said on Monday A`, `said Monday A`.

    A comma after it shows that it belongs to what was said: `said on Monday, A`.
    """
    i = start + 1 if view.word_in(start, "time_preposition") else start
    first = i
    while i < last and (view.lower[i].rstrip(".") in view.language.times or (i > first and view.word[i].isdigit())):
        i += 1
    return i if i > first and view.word[i] not in COMMA_OR_DASH and view.dep[i] != "case" else start


def find_phrase_end(view: DocumentView, cue: Cue) -> int:
    """Return the last token of the speaker after a fixed phrase: `according to the mayor of Sorrin, A`."""
    speaker = view.child(cue.last, "pobj")
    end = sentence_range(view, cue.first)[1]
    last = max(view.right_edge[speaker] if speaker is not None else 0, min(cue.last + 1, end))
    for i in range(cue.last + 1, min(last, end) + 1):
        comma = view.word[i] == "," and (speaker is None or view.head[i] != speaker)
        if comma or (view.word[i] in DASHES and view.word[i] != "-"):
            return i - 1
    return min(last, end)


@extraction_rule("content_end", 40, "X said that A for days.", off=lambda view, cue, lexicon, start, end: end)
def extend_content_end(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, end: int) -> int:
    """Return the last token of a content whose clause ends at `end` by the parse: the sentence's, or before a break."""
    stop = sentence_range(view, cue.head)[1]
    while stop > start and not view.is_word(stop) and not is_closing_mark(view, stop):
        stop -= 1
    cut = find_break(view, cue, lexicon, start, stop)
    if cut < stop:
        return cut
    return stop if end >= stop or _is_same_clause(view, end, stop) else end


def find_break(view: DocumentView, cue: Cue, lexicon: Lexicon, start: int, stop: int) -> int:
    """Return the last token before another report begins: `, adding that`, `and called for`, `, while Y said that`."""
    for i in range(start + 2, stop + 1):
        if not view.in_marks(i) and _is_break(view, cue, lexicon, i):
            return i - 1
    return stop


def _is_break(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether the words from a token on are not part of the content."""
    if view.word[i] == ";" or view.word_in(i, "phrase_start") or _breaks_headline(view, i):
        return True
    if view.dep[i] == "cc" and view.head[i] == cue.head:
        return True
    if view.pos[i] == "CCONJ" and _reports_too(view, cue, lexicon, i + 1):
        return True
    if view.word[i - 1] in COMMA_OR_DASH and _is_reporting_participle(view, lexicon, i):
        return True
    # Else another's words are put into X's mouth.
    return view.word[i - 1] == "," and _introduces_another_speaker(view, cue, lexicon, i)


@extraction_rule("headline_break", 46, "X says A as B ends", off=never)
def _breaks_headline(view: DocumentView, i: int) -> bool:
    """Return whether a clause begins in a headline that its speaker did not say: `Renn says deal near as talks end`."""
    opens_clause = view.lower[i] in view.language.headline_breaks and view.dep[i] in ("mark", "prep", "advmod")
    return opens_clause and view.paragraph[i] == 0 and view.word[sentence_range(view, i)[1]] not in SENTENCE_ENDS


@extraction_rule("participle", 42, "X said A, adding B.", off=never)
def _is_reporting_participle(view: DocumentView, lexicon: Lexicon, i: int) -> bool:
    """Return whether a token is a participle such as `adding` in `X said A, adding B`."""
    return view.tag_in(i, "participle") and view.lemma[i] in lexicon.verbs and view.dep[i] != "nsubj"


@extraction_rule("second_verb", 41, "X said A and called for B.", off=never)
def _reports_too(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether a conjunction joins another reporting verb to the cue: `and (then) called for`."""
    if i >= view.n:
        return False
    verb = i + 1 if view.pos[i] == "ADV" and i + 1 < view.n else i
    if view.tag[verb] != view.tag[cue.head] or not view.tag_in(verb, "finite"):
        return False
    return view.lemma[verb] in lexicon.verbs or view.lemma[verb] in lexicon.prepositions


@extraction_rule("another_speaker", 43, "X said A, while Y said that B.", off=never)
def _introduces_another_speaker(view: DocumentView, cue: Cue, lexicon: Lexicon, i: int) -> bool:
    """Return whether a clause after a comma has a cue and content of its own: `, while Y said that`."""
    if view.pos[i] not in ("CCONJ", "SCONJ") and not view.word_in(i, "time_unit"):
        return False
    for j in range(i + 1, min(i + 25, view.n)):
        if view.in_marks(j) or view.word[j] in SENTENCE_ENDS:
            return False
        if view.tag_in(j, "finite") and view.tag[j] == view.tag[cue.head] and view.pos[j] == "VERB":
            reports = "clause" in lexicon.verbs.get(view.lemma[j], ()) and view.dep[j] != "relcl"
            has_content = view.child(j, "ccomp") is not None or _has_that_nearby(view, j)
            return reports and has_content and view.child(j, "nsubj") is not None
    return False


def _has_that_nearby(view: DocumentView, i: int) -> bool:
    return any(view.word_in(k, "that") and view.tag_in(k, "conjunction") for k in range(i + 1, min(i + 9, view.n)))


def _is_same_clause(view: DocumentView, end: int, stop: int) -> bool:
    """Return whether the words between the parsed end of a clause and the end of its sentence still belong to it."""
    following = view.words_in(end + 1, stop)
    if not following or view.in_marks(end + 1):
        return True
    if view.word[end + 1] not in COMMA_OR_DASH or view.in_marks(end + 2):
        return True
    continues = view.word_in(following[0], "contrast") or has_finite_verb(view, following[0], stop)
    return continues and view.pos[following[0]] == "CCONJ"
