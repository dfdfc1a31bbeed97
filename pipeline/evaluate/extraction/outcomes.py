"""Pair annotated quotes with predicted ones: what each annotated and each predicted quote turned out to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluate.span_scores import ComparableText, Parts, QuoteSpans, covers_head, match_contents, same_name

QuotesByArticle = Mapping[str, Sequence[QuoteSpans]]


@dataclass(frozen=True)
class QuoteOutcome:
    """An annotated quote and the predicted one that matches it (IoU of at least 0.5), or one of them alone.

    Attributes
    ----------
    article_id : str
        The article of the quote.
    gold, predicted : QuoteSpans or None
        `gold` is None for a false quote, `predicted` for a missed one.
    gold_parts, predicted_parts : tuple of (int, int)
        The normalised contents; empty for None.
    """

    article_id: str
    gold: QuoteSpans | None
    predicted: QuoteSpans | None
    gold_parts: Parts
    predicted_parts: Parts

    @property
    def matched(self) -> bool:
        """True if the quote is both annotated and predicted."""
        return self.gold is not None and self.predicted is not None

    @property
    def exact(self) -> bool:
        """True if all parts of the contents are equal."""
        return self.matched and self.gold_parts == self.predicted_parts

    @property
    def speaker_right(self) -> bool:
        """True if both quotes name the same speaker."""
        quotes = (self.gold, self.predicted)
        names = [quote.speaker for quote in quotes if quote is not None and quote.speaker is not None]
        return len(names) == 2 and same_name(*names)

    def source_right(self, text: ComparableText) -> bool:
        """Return True if the predicted source covers the head of the annotated one."""
        quotes = (self.gold, self.predicted)
        sources = [quote.source for quote in quotes if quote is not None and quote.source is not None]
        return len(sources) == 2 and covers_head(text, *sources)


def list_outcomes(texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle) -> list[QuoteOutcome]:
    """Pair the quotes of each annotated article, in the order of the articles and of the text.

    Parameters
    ----------
    texts, gold, predicted : mappings by article_id
        An article that is missing in `predicted` has no predicted quotes. Quotes without a letter or digit are left
        out.
    """
    out = []
    for article_id in sorted(set(gold) & set(texts)):
        text = ComparableText(texts[article_id])
        wanted = [(quote, parts) for quote in gold[article_id] if (parts := text.normalise(quote.content))]
        candidates = [
            (quote, parts) for quote in predicted.get(article_id, []) if (parts := text.normalise(quote.content))
        ]
        matched = dict(match_contents(text, [parts for _, parts in wanted], [parts for _, parts in candidates]))
        rows = []
        for k, (quote, parts) in enumerate(wanted):
            partner, partner_parts = candidates[matched[k]] if k in matched else (None, ())
            rows.append(QuoteOutcome(article_id, quote, partner, parts, partner_parts))
        taken = set(matched.values())
        rows += [
            QuoteOutcome(article_id, None, quote, (), parts)
            for k, (quote, parts) in enumerate(candidates)
            if k not in taken
        ]
        out += sorted(rows, key=lambda row: row.gold_parts or row.predicted_parts)
    return out
