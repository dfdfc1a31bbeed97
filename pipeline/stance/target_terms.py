"""Find the terms that name a target in a quote and around it: sentences, flags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.core.targets import term_pattern
from pipeline.core.text import Span
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK

# Flags: whether quote and paragraph name the target. `any` is always set.
IN_QUOTE, IN_PARAGRAPH = "content", "context"
FLAGS = ("any", IN_QUOTE, "content_twice", IN_PARAGRAPH)
_SENTENCE_END = re.compile(r"[.!?][\"”’»]*\s+(?=[\"“‘«]*[A-Z])")


def split_sentence(item: ClassifierInput) -> tuple[str, str, str]:
    """Split the sentence of a quote into what stands before the quote, the quote, and what follows.

    A quote that runs over several sentences has them all; one that the paragraph does not hold in one piece stands
    alone.
    """
    text = item.text.strip()
    start = item.context.find(text) if text else -1
    if start < 0:
        return "", item.text, ""
    end = start + len(text)
    first, last = widen_to_sentences(item.context, start, end)
    return item.context[first:start], text, item.context[end:last]


def widen_to_sentences(text: str, start: int, end: int) -> Span:
    """Extend the span from start to end so that it contains the sentences of a text that it is in."""
    before = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= start]
    # Searched from the last letter on, because a full stop within the span ends the sentence too.
    after = _SENTENCE_END.search(text, max(start, end - 2))
    return before[-1] if before else 0, max(end, after.end()) if after else len(text)


def names_target(flags: str) -> bool:
    """Return whether quote, cue or paragraph has a term of the target, by the quote's `FLAGS` with spaces between."""
    return not {IN_QUOTE, IN_PARAGRAPH}.isdisjoint(flags.split())


class TermCounter:
    """Counts the terms of a target in a text.

    Terms with a name in them are looked up among masked words, all others in the text as it is: they may be part of a
    name ("the Armistice Commission").
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self._words = term_pattern([term for term in terms if MASK not in term.split()])
        # Masked words are in lower case, and names are not: `NAME` stands for a name and not for "name".
        self._with_name = term_pattern([term for term in terms if MASK in term.split()], ignore_case=False)
        self.reads_masked = self._with_name is not None

    def count(self, text: str, masked: Sequence[str]) -> int:
        """Return how many terms are in a text, whose masked words are those of `name_masking.mask_names`."""
        in_text = len(self._words.findall(text)) if self._words else 0
        return in_text + (len(self._with_name.findall(" ".join(masked))) if self._with_name else 0)


def relevance_flags(
    item: ClassifierInput,
    quoted: Sequence[str],
    paragraph: Sequence[str],
    terms: TermCounter,
) -> list[str]:
    """Return those of `FLAGS` that hold for a quote.

    `quoted` and `paragraph` are the masked words of cue and content, and of the paragraph.
    """
    in_quote = terms.count(f"{item.text}\n{item.cue}", quoted)
    in_context = terms.count(item.context, paragraph)
    values = (True, in_quote > 0, in_quote > 1, in_context > in_quote)
    return [flag for flag, value in zip(FLAGS, values, strict=True) if value]
