"""Find the evidence of a stance: the words of quote, cue and sentence that show it.

Evidence is the target's terms, and the stance cues near them: what a reader who checks a label should look at. It is
not an attribution of the model's weights: the model also reads all other words of the quote, and it may have chosen
the label for another reason (`stance_explainer` has the effect of each word). The evidence is therefore the same for
every label, and a wrong label has evidence too. Where the paragraph has no term, there is none.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from pipeline.core.targets import term_pattern
from pipeline.core.text import Span
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_names

# Words at most this far from a term are near it.
NEAR_WORDS = 6
CLAUSE_ENDS = frozenset(".;!?")
SHORT_QUOTE = 12  # words
# Spans with only this between them are one.
_SENTENCE_END = re.compile(r"[.!?][\"”’»]*\s+(?=[\"“‘«]*[A-Z])")
_JOINT = re.compile(r"[\s\-\u2010\u2011]*\Z")


class EvidenceWords:
    """The words of a target that can be evidence: its terms and stance cues, in the form of `targets.term_pattern`.

    The other parameters are those of `name_masking.mask_names`.
    """

    def __init__(
        self,
        terms: Sequence[str],
        cues: Sequence[str],
        common_words: Collection[str] | None = None,
        uppercase_names: Collection[str] = (),
    ) -> None:
        self.terms = term_pattern(terms, ignore_case=False)
        self.cues = term_pattern([cue for cue in cues if cue != MASK], ignore_case=False)
        self.common_words, self.uppercase_names = common_words, uppercase_names


def evidence_words(model: StanceClassifier, cues: Sequence[str]) -> EvidenceWords:
    """Return the words that can be evidence for a fitted model's target."""
    common_words = None if model.common_words_ is None else frozenset(model.common_words_.tolist())
    return EvidenceWords(model.relevance_terms, cues, common_words, frozenset(model.uppercase_names_))


def find_evidence(
    item: ClassifierInput, words: EvidenceWords, content: Sequence[Span] | None = None, cue: Span | None = None
) -> list[Span]:
    """Return the spans of the words that show the stance of a quote toward a target, sorted and disjoint.

    They are the target's terms in the sentences of quote and cue, or, if there are none, those of the paragraph, which
    bears short answers; and the stance cues at most `NEAR_WORDS` words from them in the same clause, in the reporting
    words, and in a short answer. They are code points of the paragraph, or of the text of a quote without one; so are
    `content` and `cue`, where the parts of the quote and the reporting words are (by default they are searched for).
    """
    text = item.context or item.text
    if content is None:
        content = _locate_content(item.text, text)
        cue = _locate_cue(item.cue, text, content)
    inside = [*content, *([cue] if cue else [])] or [(0, len(text))]
    sentences = _merge(text, (widen_to_sentences(text, *span) for span in inside))
    spans = [span for sentence in sentences for span in _MaskedText(text, sentence, words).terms_with_cues()]
    if not spans:
        spans = list(_MaskedText(text, (0, len(text)), words).terms_with_cues())
        if spans and sum(len(text[start:end].split()) for start, end in content) <= SHORT_QUOTE:
            spans += [span for part in content for span in _MaskedText(text, part, words).cues()]
    if spans and cue:
        spans += _MaskedText(text, cue, words).cues()
    return _merge(text, spans)


class _MaskedText:
    """The masked words of a part of a text, in which terms and cues are looked up."""

    def __init__(self, text: str, part: Span, words: EvidenceWords) -> None:
        self._masked, spans = mask_names(text[slice(*part)], words.common_words, words.uppercase_names)
        self._words, self._joined = words, " ".join(self._masked)
        self._starts = [0, *accumulate(len(word) + 1 for word in self._masked)]
        self._spans = [(part[0] + start, part[0] + end) for start, end in spans]

    def terms_with_cues(self) -> Iterator[Span]:
        """Yield the spans of the terms and of the cues near them."""
        for term in self._find(self._words.terms, 0, len(self._masked)):
            yield self._span(term)
            before = self._count_near(range(term.start - 1, -1, -1))
            after = self._count_near(range(term.stop, len(self._masked)))
            yield from map(self._span, self._find(self._words.cues, term.start - before, term.stop + after))

    def cues(self) -> Iterator[Span]:
        """Yield the spans of all cues."""
        yield from map(self._span, self._find(self._words.cues, 0, len(self._masked)))

    def _find(self, pattern: re.Pattern[str] | None, first: int, stop: int) -> Iterator[range]:
        """Yield the numbers of the words of each match among these words."""
        if pattern is None or first == stop:
            return
        for match in pattern.finditer(self._joined, self._starts[first], self._starts[stop] - 1):
            yield range(bisect_right(self._starts, match.start()) - 1, bisect_left(self._starts, match.end()))

    def _count_near(self, numbers: range) -> int:
        """Return how many of these words and marks are near; marks do not make the distance longer."""
        distance = 0
        for count, number in enumerate(numbers):
            distance += self._masked[number][0].isalnum()
            if self._masked[number] in CLAUSE_ENDS or distance > NEAR_WORDS:
                return count
        return len(numbers)

    def _span(self, found: range) -> Span:
        """Return the span of some words in the whole text."""
        return self._spans[found.start][0], self._spans[found.stop - 1][1]


def widen_to_sentences(text: str, start: int, end: int) -> Span:
    """Extend the span from start to end so that it contains the sentences of a text that it is in."""
    before = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= start]
    # Searched from the last letter on, because a full stop within the span ends the sentence too.
    after = _SENTENCE_END.search(text, max(start, end - 2))
    return before[-1] if before else 0, max(end, after.end()) if after else len(text)


def _locate_content(content: str, text: str) -> list[Span]:
    """Return where the parts of a quote are in its paragraph; nothing where they are not there in order.

    The parts are joined by spaces, and where they were is not known: each is the longest run of words that is there.
    """
    words, spans, place = content.split(" "), list[Span](), 0

    def find(length: int) -> int:
        return text.find(" ".join(words[:length]), place)

    while words:
        length = bisect_left(range(1, len(words) + 1), True, key=lambda length: find(length) < 0)
        if not length:
            return []
        start = find(length)
        place = start + len(" ".join(words[:length]))
        spans.append((start, place))
        words = words[length:]
    return spans


def _locate_cue(cue: str, text: str, content: Sequence[Span]) -> Span | None:
    """Return where the reporting words nearest to the quote are, None where they are not in its paragraph."""
    if not (cue and content):
        return None
    first, last = content[0][0], content[-1][1]
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(cue)}(?!\w)", text)]
    outside = [span for span in places if not any(start < span[1] and span[0] < end for start, end in content)]
    return min(outside, key=lambda span: max(first - span[1], span[0] - last), default=None)


def _merge(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans sorted, those that overlap or adjoin joined."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _JOINT.match(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
