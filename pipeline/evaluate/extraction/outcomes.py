"""What became of each annotated quote, and what each found one is: the rows of slices, confusions and worked errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluate.span_scores import ComparableText, Parts, QuoteSpans, covers_head, match_contents, same_name

QuotesByArticle = Mapping[str, Sequence[QuoteSpans]]


@dataclass(frozen=True)
class QuoteOutcome:
    """An annotated quote with the found one that fits it (IoU of at least a half), or one of them alone.

    Attributes
    ----------
    article : str
        Its article_id.
    gold, found : Spans or None
        None for `gold` is a false quote, None for `found` a missed one.
    gold_parts, found_parts : tuple of (int, int)
        The contents stripped as in `spans`, empty for None.
    """

    article: str
    gold: QuoteSpans | None
    found: QuoteSpans | None
    gold_parts: Parts
    found_parts: Parts

    @property
    def matched(self) -> bool:
        """Annotated and found."""
        return self.gold is not None and self.found is not None

    @property
    def exact(self) -> bool:
        """All parts are equal."""
        return self.matched and self.gold_parts == self.found_parts

    @property
    def speaker_right(self) -> bool:
        """The resolved names are the same; False where either names nobody."""
        names = [quote.speaker for quote in (self.gold, self.found) if quote is not None and quote.speaker is not None]
        return len(names) == 2 and same_name(*names)

    def source_right(self, doc: ComparableText) -> bool:
        """The source found covers the head of the annotated one; False where either has none."""
        sources = [quote.source for quote in (self.gold, self.found) if quote is not None and quote.source is not None]
        return len(sources) == 2 and covers_head(doc, *sources)


def list_outcomes(texts: Mapping[str, str], gold: QuotesByArticle, found: QuotesByArticle) -> list[QuoteOutcome]:
    """Outcomes of the articles that have gold, in the order of articles and of the text.

    Parameters
    ----------
    texts, gold, found : mappings by article_id
        An article without found quotes counts as one with none; a quote without a letter or digit is none.
    """
    out = []
    for article in sorted(set(gold) & set(texts)):
        doc = ComparableText(texts[article])
        wanted = [(quote, parts) for quote in gold[article] if (parts := doc.normal(quote.content))]
        given = [(quote, parts) for quote in found.get(article, []) if (parts := doc.normal(quote.content))]
        matched = dict(match_contents(doc, [parts for _, parts in wanted], [parts for _, parts in given]))
        rows = []
        for k, (quote, parts) in enumerate(wanted):
            other, others = given[matched[k]] if k in matched else (None, ())
            rows.append(QuoteOutcome(article, quote, other, parts, others))
        taken = set(matched.values())
        rows += [
            QuoteOutcome(article, None, quote, (), parts) for k, (quote, parts) in enumerate(given) if k not in taken
        ]
        out += sorted(rows, key=lambda row: row.gold_parts or row.found_parts)
    return out
