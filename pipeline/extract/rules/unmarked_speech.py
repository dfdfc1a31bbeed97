"""Speech behind a dash, without marks.

A dash also opens the items of a list. What shows a speech is a second dash with a reporting clause.
"""

from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, nothing
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_SUBJECT_TOKENS = 12
_MIN_WORDS = 2
_REPORTING_FRAMES = {"clause", "direct"}
_NOMINAL_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART", "ADP", "ADV"}
_SPEAKER_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART"}


@extraction_rule("dash", 75, "- A. B - said X.", off=nothing)
def find_dash_speeches(view: DocumentView, lexicon: Lexicon) -> list[SpanCandidate]:
    """Return the speeches of paragraphs that open with a dash."""
    openings = (first for first, last in view.paragraphs if _opens_speech(view, first, last))
    found = (_find_speech(view, first, lexicon) for first in openings)
    return [speech for speech in found if speech is not None]


def _opens_speech(view: DocumentView, first: int, last: int) -> bool:
    """Return whether a paragraph opens with a dash and a capital letter, outside of quotation marks."""
    if last - first < _MIN_WORDS or view.word[first] not in DASHES or view.in_marks(first):
        return False
    i = first + 1
    while i < last and view.word[i].isspace():
        i += 1
    return view.word[i][:1].isupper() and not view.in_marks(i)


def _find_speech(view: DocumentView, first: int, lexicon: Lexicon) -> SpanCandidate | None:
    """Return the speech of a paragraph that opens at a token, None where it has no reporting clause."""
    last = view.paragraphs[view.paragraph[first]][1]
    for dash in _spaced_dashes(view, first + 1, last):
        verb = _find_reporting_verb(view, dash + 1, last, lexicon)
        speech = None if verb is None else _trim(view, first + 1, dash - 1)
        if verb is None or speech is None or len(view.words_in(*speech)) < _MIN_WORDS:
            continue
        parts = [speech, *_find_rest(view, _end_of_clause(view, verb, last), last, lexicon)]
        return SpanCandidate(parts, "turn", (verb, verb), _find_speaker(view, dash + 1, verb, last), verb)
    return None


def _spaced_dashes(view: DocumentView, first: int, last: int) -> list[int]:
    """Return the dashes of a range that stand between words, not inside one."""
    return [i for i in range(first, last) if view.word[i] in DASHES and view.end[i] < view.start[i + 1]]


def _find_reporting_verb(view: DocumentView, first: int, last: int, lexicon: Lexicon) -> int | None:
    """Return the verb of `said X`, `X said` right behind a dash."""
    for i in range(first, min(first + _MAX_SUBJECT_TOKENS, last + 1)):
        # The first word of an inverted clause is often tagged as a noun.
        inflected = (view.tag_in(i, "tensed") or i == first) and not view.tag_in(i, "infinitive")
        frames = lexicon.verbs.get(view.lemma[i], frozenset())
        if inflected and view.word[i].islower() and frames & _REPORTING_FRAMES:
            return i
        outside = view.pos[i] not in _NOMINAL_TAGS or view.tag_in(i, "relative")
        if outside or view.in_marks(i) or view.lower[i] in view.language.pronouns.get("first", ()):
            return None
    return None


def _find_speaker(view: DocumentView, first: int, verb: int, last: int) -> TokenRange | None:
    """Return the words between dash and verb, else the noun phrase behind the verb, without the time before it.

    By their place, because no parser sees the subject in what it takes for one sentence.
    """
    if first < verb:
        return view.trim_punctuation(first, verb - 1)
    i = verb + 1
    while i <= last and (view.pos[i] in ("ADP", "ADV") or view.lower[i].rstrip(".") in view.language.times):
        i += 1
    if i > last or view.pos[i] not in _SPEAKER_TAGS:
        return None
    end = i
    while end < last and (view.pos[end + 1] in _SPEAKER_TAGS or _joins_names(view, end + 1)):
        end += 1
    return view.trim_punctuation(i, end)


def _end_of_clause(view: DocumentView, verb: int, last: int) -> int:
    """Return the last token of a reporting clause: before the next dash, or at the end of its sentence."""
    for i in range(verb + 1, last + 1):
        if view.word[i] in SENTENCE_ENDS:
            return i
        if view.word[i] in DASHES and view.end[i - 1] < view.start[i]:
            return i - 1
    return last


def _find_rest(view: DocumentView, end: int, last: int, lexicon: Lexicon) -> list[TokenRange]:
    """Return the speech that a further dash opens after a reporting clause."""
    i = end + 1
    if i >= last or view.word[i] not in DASHES or not view.word[i + 1][:1].isupper():
        return []
    stop = next(
        (k for k in _spaced_dashes(view, i + 1, last) if _find_reporting_verb(view, k + 1, last, lexicon)), None
    )
    rest = _trim(view, i + 1, last if stop is None else stop - 1)
    return [] if rest is None else [rest]


def _joins_names(view: DocumentView, i: int) -> bool:
    """Return whether a word joins the parts of a speaker's mention: `of`, or `and` before a capital letter."""
    joins = view.pos[i] == "CCONJ" and view.word[min(i + 1, view.n - 1)][:1].isupper()
    return joins or view.word_in(i, "owner")


def _trim(view: DocumentView, first: int, last: int) -> TokenRange | None:
    """Return a range without spaces at its ends and without the comma before a dash."""
    while last > first and (view.word[last].isspace() or view.word[last] == ","):
        last -= 1
    return view.trim_spaces(first, last)
