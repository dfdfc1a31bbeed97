"""Speech without marks or clause: behind a dash, behind a name and a colon, in a headline in capitals.

A dash also opens the items of a list. What shows a speech is a second dash with a reporting clause. Taggers take words
in capitals for names, so the verb of saying of a headline is found by its form.
"""

from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, nothing
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.turns import MAX_LABEL_TOKENS, Labels

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


@extraction_rule("name_and_colon", 76, "X: A", off=nothing)
def find_labelled_sentences(view: DocumentView, labels: Labels) -> list[SpanCandidate]:
    """Return the contents of sentences that start with a name and a colon, outside of turns: `Renn: ‘No deal’`."""
    if ":" not in view.word:
        return []
    candidates: list[SpanCandidate | None] = []
    name_sentences = _sentences_of_names(view)
    for first, last in view.sentences:
        if view.paragraph[first] in labels:
            continue
        label = range(first + 1, min(first + MAX_LABEL_TOKENS, last) + 1)
        colon = next((i for i in label if view.word[i] == ":"), None)
        if colon is None or not _is_name(view, first, colon - 1, name_sentences):
            continue
        start, end = view.paragraphs[view.paragraph[first]]
        if start == first and colon < end and view.word[end] not in SENTENCE_ENDS and start > 0:
            candidates.append(_cross_head(view, first, colon, end))
        elif colon < last:
            candidates.append(_content_after_colon(view, last, colon, headline=view.paragraph[first] == 0))
    return [candidate for candidate in candidates if candidate is not None]


def _is_name(view: DocumentView, first: int, last: int, name_sentences: dict[str, set[int]]) -> bool:
    """Return whether the words before a colon name a speaker; a word may be tagged as a name only elsewhere."""
    words = view.words_in(first, last)
    lowered = [view.lower[i] for i in words]
    if not words or " ".join(lowered) in view.language.labels or lowered[0] in view.language.labels:
        return False
    if any(view.is_finite_verb(i) or view.in_marks(i) for i in words):
        return False
    elsewhere = name_sentences.get(view.word[words[-1]], set()) - {view.sentence[first]}
    named = any(view.pos[i] == "PROPN" for i in words) or elsewhere != set()
    return view.word[words[-1]][:1].isupper() and named


def _sentences_of_names(view: DocumentView) -> dict[str, set[int]]:
    """Return for each word the numbers of the sentences where it is tagged as a name.

    In headlines the tagger misses many names, so they are looked up in the other sentences.
    """
    sentences: dict[str, set[int]] = {}
    for i, pos in enumerate(view.pos):
        if pos == "PROPN":
            sentences.setdefault(view.word[i], set()).add(view.sentence[i])
    return sentences


def _cross_head(view: DocumentView, first: int, colon: int, last: int) -> SpanCandidate | None:
    """Return what follows a name and colon in a line without a full stop: words in marks, else a clause."""
    pair = view.quoted_span(colon + 1)
    if pair is not None and pair.first == colon + 1:
        return _content_after_colon(view, last, colon, headline=False)
    content = view.trim_punctuation(colon + 1, last)
    inside = range(colon + 1, last + 1)
    has_clause = any(view.is_finite_verb(i) for i in inside) and any(view.dep[i] == "nsubj" for i in inside)
    return SpanCandidate([content], "colon", None, (first, colon - 1)) if content is not None and has_clause else None


def _content_after_colon(view: DocumentView, last: int, colon: int, headline: bool) -> SpanCandidate | None:
    """Return what follows a name and colon: words in marks; without marks only in a headline or after a full name."""
    first = view.sentences[view.sentence[colon]][0]
    i = colon + 1
    pair = view.quoted_span(i)
    if pair is not None and pair.first == i:
        if pair.size < 2:
            return None
        return SpanCandidate([(pair.first, pair.last)], "colon", None, (first, colon - 1))
    verb = any(view.is_finite_verb(k) for k in range(i, last + 1))
    only_names = all(view.pos[k] in ("PROPN", "PUNCT") for k in range(first, colon))
    if not headline and not (verb and only_names and view.word[last] in SENTENCE_ENDS):
        return None
    content = view.trim_punctuation(i, last)
    return SpanCandidate([content], "colon", None, (first, colon - 1)) if content is not None else None


_MAX_SOURCE_TOKENS = 7
_MIN_CONTENT_WORDS = 2


@extraction_rule("capitals", 77, "X WARNS OF A", off=nothing)
def find_capital_headlines(view: DocumentView, lexicon: Lexicon) -> list[SpanCandidate]:
    """Return what the speakers of headlines in capitals say: the words after the verb."""
    found = (_find_statement(view, first, last, lexicon) for first, last in view.paragraphs)
    return [candidate for candidate in found if candidate is not None]


def _find_statement(view: DocumentView, first: int, last: int, lexicon: Lexicon) -> SpanCandidate | None:
    """Return the statement of one paragraph, None where it is no headline in capitals or nobody speaks."""
    text = view.text[view.start[first] : view.end[last]]
    if not text.isupper() or view.word[last] in SENTENCE_ENDS:
        return None
    for verb in range(first + 1, last):
        if view.in_marks(verb):
            return None
        if view.word_in(verb, "headline_verb"):
            break
    else:
        return None
    colon = next((i for i in range(verb - 1, first, -1) if view.word[i] == ":"), None)
    source = view.trim_punctuation(first if colon is None else colon + 1, verb - 1)
    stems = [view.lower[verb].removesuffix(ending) for ending in view.language.verb_endings]
    stem = next((stem for stem in stems if stem in lexicon.verbs or stem in lexicon.prepositions), "")
    end = verb + 1 if view.lower[verb + 1] in lexicon.prepositions.get(stem, ()) else verb
    names = end == verb and "name" in lexicon.verbs.get(stem, ())  # "CALLS BROTHER"; not "CALLS FOR CALM"
    if names or source is None or source[1] - source[0] >= _MAX_SOURCE_TOKENS:
        return None
    stop = next((i - 1 for i in range(end + 2, last) if view.lower[i] in view.language.headline_breaks), last)
    start = next((i + 1 for i in range(end + 1, stop) if view.word[i] == ":"), end + 1)
    content = view.trim_punctuation(start, stop)
    if content is None or len(view.words_in(*content)) < _MIN_CONTENT_WORDS:
        return None
    return SpanCandidate([content], "colon", (verb, end), source)
