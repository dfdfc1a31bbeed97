"""Quote extraction: rules propose, and where a language has weights the learned extractor proposes and chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from spacy.tokens import Doc

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import weights_file
from pipeline.extract.learned.learned_extractor import LearnedExtractor
from pipeline.extract.learned.token_arrays import PreparedArticle
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor

# Candidates grow with the square of a paragraph. Longer ones are no prose: the rules read them in linear time.
LONGEST_PARAGRAPH = 2_000  # tokens
BATCH_SIZE = 16  # documents; more are no faster


class QuoteExtractor:
    """Extract quotes from parsed documents.

    Attributes
    ----------
    rules : RuleExtractor
        The rules of the profile.
    learned : LearnedExtractor or None
        None where the language has no weights, or the settings say so: then the rules decide alone.
    """

    def __init__(self, language: Language, config: ExtractConfig) -> None:
        self.language, self.config = language, config
        self.rules = RuleExtractor(language, config)
        models = weights_file.load_weights(language.code) if config.learned else None
        self.learned = None if models is None else LearnedExtractor(models, self.rules.lexicon, config)
        if self.learned is not None:  # it chooses among what the rules of both profiles propose
            self.attribution_rules, self.speech_rules = (
                self.rules if profile == config.profile else RuleExtractor(language, replace(config, profile=profile))
                for profile in ("attribution", "speech")
            )

    def __call__(self, doc: Doc) -> list[Quote]:
        """Return the quotes of one document, sorted by their first offset, none twice."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc]) -> Iterator[list[Quote]]:
        """Yield the quotes of each document, in order; the models read several documents at once."""
        docs = iter(docs)
        while batch := list(islice(docs, BATCH_SIZE)):
            views = [DocumentView(doc, self.language) for doc in batch]
            learned: dict[int, list[Quote]] = {}
            if self.learned is not None:
                prose = [k for k, view in enumerate(views) if is_prose(view)]
                articles = [self.prepare(batch[k], views[k]) for k in prose]
                learned = dict(zip(prose, self.learned(articles), strict=True))
            for k, view in enumerate(views):
                yield learned[k] if k in learned else self.rules.quotes(view, self.rules.propose(view))

    def prepare(self, doc: Doc, view: DocumentView) -> PreparedArticle:
        """Return a document with what the rules of both profiles propose, ready for the learned extractor."""
        return PreparedArticle(doc, view, self.attribution_rules.propose(view), self.speech_rules.propose(view))


def is_prose(view: DocumentView) -> bool:
    """Return whether no paragraph is too long for the learned extractor."""
    return 0 < max((last - first + 1 for first, last in view.paragraphs), default=0) <= LONGEST_PARAGRAPH
