"""Which of two voices names the speaker of a quote: the rules, or the reader (`pipeline.reader.speaker_pointer`).

Where both name the same, the speaker is more certain than either says; where they differ, the more certain one decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.quote import Quote
from pipeline.core.targets import Target, term_pattern
from pipeline.core.text import Span
from pipeline.reader.speaker_pointer import OFF, TOPICAL, Pointing, Setting, SpeakerPointer
from pipeline.resolve.article_context import ArticleContext, Resolution
from pipeline.resolve.name_forms import normalise

READER = "reader"  # the published name of the rule where the reader decides

# Coefficients of three logistic regressions, as `python -m benchmarks.speaker_certainty --gold open_gold.jsonl --half y
# --reader all --counts` prints them: of the constant, of the log odds of the rules' certainty, of those of the reader's
# probability, and of those that the reader gives the rules' speaker.
CERTAINTIES: Mapping[str, tuple[float, ...]] = {
    "same": (1.0, 0.5, 0.5, 0.0),
    "rules": (-1.0, 0.5, -0.5, 0.3),
    "reader": (-0.5, -0.5, 0.5, -0.3),
}
# The log odds of certainties from 0.01 to 0.99 are finite and of like size.
_LEAST = 0.01


@dataclass(frozen=True)
class Reader:
    """The network, and the quotes that it reads.

    Attributes
    ----------
    pointer : SpeakerPointer
    terms : sequence of re.Pattern, optional
        Only quotes are read whose paragraphs one of them matches; by default all are.
    listener : callable, optional
        Is called with each quote and what both voices say of it.
    """

    pointer: SpeakerPointer
    terms: Sequence[re.Pattern[str]] | None = None
    listener: Callable[[Quote, Voices], None] = lambda quote, voices: None

    def read(self, article: ArticleContext) -> dict[int, Pointing]:
        """Return whom the network points to, by the number of the quote in the article."""
        chosen = [i for i, quote in enumerate(article.quotes) if self.terms is None or self._is_topical(article, quote)]
        found = self.pointer.read(article.text, [article.quotes[i].content for i in chosen])
        return dict(zip(chosen, found, strict=True))

    def _is_topical(self, article: ArticleContext, quote: Quote) -> bool:
        first, last = (article.paragraph_number(offset) for offset in (quote.content[0][0], quote.content[-1][1]))
        text = article.text[article.paragraphs[first][0] : article.paragraphs[last][1]]
        return any(pattern.search(text) for pattern in self.terms or ())


def make_reader(pointer: SpeakerPointer, setting: Setting, targets: Mapping[str, Target]) -> Reader | None:
    """Return the reader of a setting; None for `off`, and for a language without weights."""
    if setting == OFF or not pointer.is_available:
        return None
    patterns = [pattern for target in targets.values() if (pattern := term_pattern(target.relevance_terms))]
    return Reader(pointer, patterns if setting == TOPICAL else None)


@dataclass(frozen=True)
class Voices:
    """What both say of one quote: the speaker (None: nobody), and how sure the rules and the reader are."""

    rules: str | None
    certainty: float
    reader: str | None
    probability: float
    probability_of_rules: float

    @property
    def features(self) -> list[float]:
        """The constant and three log odds."""
        return [1.0, *map(_log_odds, (self.certainty, self.probability, self.probability_of_rules))]

    def certainty_of(self, case: str, coefficients: Mapping[str, Sequence[float]] = CERTAINTIES) -> float:
        """Return the probability that the speaker is right, by the coefficients of a case."""
        total = sum(a * b for a, b in zip(coefficients[case], self.features, strict=True))
        return round(1 / (1 + math.exp(-total)), 4)


def _log_odds(share: float) -> float:
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def hear_both(
    article: ArticleContext, quote: Quote, rules: Resolution, certainty: float, pointing: Pointing, reader: Resolution
) -> Voices:
    """Return what rules and reader say of a quote. `reader` is the resolution of the words that it points to."""
    best = pointing.best_span()
    of_rules, of_reader = (_mentions(article, quote, found.speaker) for found in (rules, reader))
    return Voices(
        rules.speaker,
        certainty,
        reader.speaker,
        pointing.nobody if best is None else pointing.probability([best, *of_reader]),
        pointing.nobody if rules.speaker is None else pointing.probability(of_rules),
    )


def _mentions(article: ArticleContext, quote: Quote, speaker: str | None) -> list[Span]:
    """Return where a speaker is named; of one without a name, the source mention and where the same words stand."""
    if speaker is None:
        return []
    spans = [(m.start, m.end) for entity in article.entities if entity.name == speaker for m in entity.mentions]
    words = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(speaker)}(?!\w)", article.text)]
    own = [quote.source] if quote.source and normalise(quote.words(quote.source) or "") == normalise(speaker) else []
    return [*spans, *words, *own]
