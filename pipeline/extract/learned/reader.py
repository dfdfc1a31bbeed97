"""The learned extractor as one call: models and rules propose, a ranker chooses."""

from __future__ import annotations

import numpy as np
from spacy.tokens import Doc

from pipeline.extract.learned.arrays import Floats
from pipeline.extract.learned.article import Article
from pipeline.extract.learned.candidates import Candidate, find_cues, generate
from pipeline.extract.learned.features import Rows
from pipeline.extract.learned.model import Models
from pipeline.extract.learned.ranking import decode, rank_rows
from pipeline.extract.learned.render import render
from pipeline.extract.learned.ruled import by_rules
from pipeline.extract.lexicon import Lexicon, build_lexicon
from pipeline.extract.unsaid import unsaid
from pipeline.extract.view import View
from pipeline.language import Language
from pipeline.quote import Quote

_HALF = 0.5
DIRECT = ("quoted_before", "quoted_after", "turn")
SURE = 0.9


class Reader:
    """Quotes of articles by the models.

    Parameters
    ----------
    models : Models
    language : Language
    profile : str
        `speech` or `attribution`.
    keep_that : bool
        Whether a content keeps the "that" of its clause, and a speaker mention its role beside the name.
    floating_words : int
        Least words of a quote without a reporting clause.
    """

    def __init__(self, models: Models, language: Language, profile: str, keep_that: bool, floating_words: int) -> None:
        self.models, self.profile, self.keep_that = models, profile, keep_that
        self.floating_words = floating_words
        self.wide, self.speech = build_lexicon(language, "attribution"), build_lexicon(language, "speech")

    def __call__(self, doc: Doc, view: View) -> list[Quote]:
        """Quotes of one document, sorted by their first offset, none twice."""
        x = article(doc, view, self.wide, self.speech, self.floating_words)
        find_cues(self.models, x)
        lexicon = self.speech if self.profile == "speech" else self.wide
        found = [one for one in generate(self.models, x) if one.cue < 0 or not unsaid(view, one.cue, lexicon)]
        if not found:
            return []
        score, match = self.score(x, found)
        quotes: dict[int, Quote] = {}
        for k in decode(found, score, self.models.limits[self.profile]):
            one = found[k]
            name = f"learned:{one.rule}" if one.rule else "learned"
            quote = render(x, one, self.keep_that, name, round(float(match[k]), 4))
            quotes.setdefault(quote.content[0][0], quote)
        return [quotes[start] for start in sorted(quotes)]

    def score(self, x: Article, found: list[Candidate]) -> tuple[Floats, Floats]:
        """What candidates are chosen by, and the probability that each overlaps a quote by half or more."""
        models, rows = self.models, rank_rows(x, found)
        exact, match = models.exact(rows), models.match(rows)
        if self.profile != "speech":
            return _HALF * (exact + match), match
        rows = with_scores(rows, exact, match)
        exact = _HALF * (models.speech_exact(rows) + models.own_exact(rows))
        match = _HALF * (models.speech_match(rows) + models.own_match(rows))
        return trust_marks(x, found, _HALF * (exact + match)), match


def trust_marks(x: Article, found: list[Candidate], score: Floats) -> Floats:
    """Scores in which direct quotes that the rules would give out stand at least at `SURE`."""
    chosen = {x.parts(one) for one in x.speech.chosen if one.rule in DIRECT}
    sure = np.array([one.rule in DIRECT and one.parts in chosen for one in found], dtype=bool)
    return np.where(sure, np.maximum(score, SURE), score)


def article(doc: Doc, view: View, wide: Lexicon, speech: Lexicon, floating_words: int) -> Article:
    """An article with what the rules say of it."""
    return Article(doc, view, by_rules(view, wide, floating_words), by_rules(view, speech, floating_words))


def with_scores(rows: Rows, exact: Floats, match: Floats) -> Rows:
    """Rows of the speech rankers: those of the others, and what the others say."""
    return np.hstack([rows[0], np.log(np.column_stack([exact, match]) + 1e-3)]), rows[1]
