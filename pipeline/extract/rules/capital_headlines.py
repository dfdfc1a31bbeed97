"""Headlines in capitals: `MINISTER WARNS OF SHORTAGE`, also those of links inside an article.

Taggers take words in capitals for names, so the verb of saying is found by its form.
"""

from __future__ import annotations

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_SOURCE_TOKENS = 7
_MIN_CONTENT_WORDS = 2


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
