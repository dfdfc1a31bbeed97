"""The learned extractor as one call: models and rules propose, a ranker chooses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned.batched_search import Search, together
from pipeline.extract.learned.candidate_quotes import render
from pipeline.extract.learned.candidates import Candidate, find_cues, generate
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.ranking import decode, rank_rows
from pipeline.extract.learned.step_models import Models
from pipeline.extract.learned.token_arrays import Floats, columns
from pipeline.extract.learned.token_features import Rows
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.non_reporting_cues import is_non_reporting
from pipeline.extract.rules.rule_extractor import is_not_yet_uttered

_HALF = 0.5
DIRECT = ("quoted_before", "quoted_after", "turn")
SURE = 0.9
# Of every candidate: what it is chosen by, the probability that it overlaps a quote by half, its speech score.
Scores = tuple[Floats, Floats, Floats]


class LearnedExtractor:
    """Extract quotes with the models: they propose candidates beside those of the rules, and choose.

    Parameters
    ----------
    models : Models
    lexicon : Lexicon
        The reporting words of the profile.
    config : ExtractConfig
        `least` is the least score of a quote by profile; the default is the profile's limit in the weights.
    """

    def __init__(self, models: Models, lexicon: Lexicon, config: ExtractConfig) -> None:
        self.models, self.lexicon = models, lexicon
        self.profile, self.keep_that = config.profile, config.keeps_that
        self.least = config.least.get(config.profile, models.limits[config.profile])

    def __call__(self, articles: Sequence[Article]) -> list[list[Quote]]:
        """Return the quotes of each article, sorted by their first offset, none twice."""
        return together(self.models, [self._search(x) for x in articles])

    def _search(self, x: Article) -> Search[list[Quote]]:
        found, (score, match, speech) = yield from self.weigh(x)
        quotes: dict[int, Quote] = {}
        for k in decode(found, score, self.least):
            one = found[k]
            name = f"learned:{one.rule}" if one.rule else "learned"
            quote = render(x, one, self.keep_that, name, round(float(match[k]), 4))
            quote.speech_score = round(float(speech[k]), 4)
            quotes.setdefault(quote.content[0][0], quote)
        return [quotes[start] for start in sorted(quotes)]

    def weigh(self, x: Article) -> Search[tuple[list[Candidate], Scores]]:
        """The candidates of an article, and their scores."""
        yield from find_cues(self.models, x)
        found = yield from generate(x)
        mute = {
            cue for cue in {one.cue for one in found if one.cue >= 0} if is_non_reporting(x.view, cue, self.lexicon)
        }
        found = [one for one in found if one.cue not in mute]
        if not found:
            return [], (np.zeros(0), np.zeros(0), np.zeros(0))
        return found, (yield from self.score(x, found))

    def score(self, x: Article, found: list[Candidate]) -> Search[Scores]:
        """What candidates are chosen by, the probability that each overlaps a quote by half, and its speech score."""
        rows = rank_rows(x, found)
        exact, match = (yield ("exact", "match"), (rows,)).T
        rows = with_scores(rows, exact, match)
        answers = yield ("speech_exact", "speech_match", "own_exact", "own_match"), (rows,)
        match_speech = _HALF * (answers[:, 1] + answers[:, 3])
        speech = settle(x, found, _HALF * (_HALF * (answers[:, 0] + answers[:, 2]) + match_speech))
        return (speech, match_speech, speech) if self.profile == "speech" else (_HALF * (exact + match), match, speech)


def settle(x: Article, found: list[Candidate], score: Floats) -> Floats:
    """Scores of speech where a rule knows better.

    Direct quotes that the rules would give out stand at least at `SURE`; what was not said yet stands at 0, unless
    quotation marks show that its words are known.
    """
    chosen = {x.parts(one) for one in x.speech.chosen if one.rule in DIRECT}
    sure = np.array([one.rule in DIRECT and one.parts in chosen for one in found], dtype=bool)
    early = {cue for cue in {one.cue for one in found if one.cue >= 0} if is_not_yet_uttered(x.view, cue)}
    unsaid = np.array([one.cue in early and x.view.quoted_at[one.parts[0][0]] < 0 for one in found], dtype=bool)
    return np.where(unsaid, 0.0, np.where(sure, np.maximum(score, SURE), score))


def with_scores(rows: Rows, exact: Floats, match: Floats) -> Rows:
    """Rows of the speech rankers: those of the others, and what the others say."""
    return np.hstack([rows[0], columns(np.log(exact + 1e-3), np.log(match + 1e-3))]), rows[1]
