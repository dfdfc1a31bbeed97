"""The learned extractor: models propose candidates beside those of the rules, and rankers choose among all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned.candidates import Candidate, build_quote, generate_candidates, score_cues
from pipeline.extract.learned.ranking import add_attribution_scores, choose_candidates, ranking_features
from pipeline.extract.learned.step_models import RULES_OF_ATTRIBUTION, ExtractorModels, PredictionTask, run_tasks
from pipeline.extract.learned.token_arrays import Floats, PreparedArticle
from pipeline.extract.rules.cues import Cue, is_future, is_negated, is_non_reporting
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.source_mentions import find_verb_above
from pipeline.extract.rules.span_candidate import is_that_conjunction
from pipeline.extract.rules.token_spans import has_finite_verb, sentence_range

DIRECT_RULES = ("quoted_before", "quoted_after", "turn")
SURE_SCORE = 0.9
RARE_SCORE = 0.5
# Of every candidate: what it is chosen by, the probability that it overlaps a quote by half, its speech score.
Scores = tuple[Floats, Floats, Floats]


class LearnedExtractor:
    """Extract quotes with models; where the config has no least score for its profile, that of the weights counts."""

    def __init__(self, models: ExtractorModels, lexicon: Lexicon, config: ExtractConfig) -> None:
        self.models, self.lexicon = models, lexicon
        self.profile, self.keep_that = config.profile, config.keeps_that
        self.threshold = config.least.get(config.profile, models.thresholds[config.profile])
        self.rule_score = models.thresholds.get(RULES_OF_ATTRIBUTION)

    def __call__(self, articles: Sequence[PreparedArticle]) -> list[list[Quote]]:
        """Return the quotes of each article, sorted by their first offset, none twice."""
        scored = run_tasks(self.models, [self.score_candidates(article) for article in articles])
        return [self.quotes(article, *candidates) for article, candidates in zip(articles, scored, strict=True)]

    def score_candidates(self, article: PreparedArticle) -> PredictionTask[tuple[list[Candidate], Scores]]:
        """Return the candidates of an article and their scores."""
        yield from score_cues(self.models, article)
        candidates = yield from generate_candidates(article)
        cues = {candidate.cue for candidate in candidates if candidate.cue >= 0}
        silent = {cue for cue in cues if is_non_reporting(article.view, cue, self.lexicon)}
        candidates = [c for c in candidates if c.cue not in silent]
        if not candidates:
            return [], (np.zeros(0), np.zeros(0), np.zeros(0))
        return candidates, (yield from self.rank_candidates(article, candidates))

    def rank_candidates(self, article: PreparedArticle, candidates: list[Candidate]) -> PredictionTask[Scores]:
        """Return the scores of candidates by the rankers."""
        rows = ranking_features(article, candidates)
        exact, match = (yield ("exact", "match"), rows).T
        rows = add_attribution_scores(rows, exact, match)
        p = yield ("speech_exact", "speech_match", "own_exact", "own_match"), rows
        speech_match = (p[:, 1] + p[:, 3]) / 2
        speech_exact = (p[:, 0] + p[:, 2]) / 2
        speech = adjust_speech_scores(article, candidates, (speech_exact + speech_match) / 2)
        if self.profile == "speech":
            return speech, speech_match, speech
        attribution = raise_rule_scores(article, candidates, (exact + match) / 2, self.rule_score)
        return attribution, match, speech

    def quotes(self, article: PreparedArticle, candidates: list[Candidate], scores: Scores) -> list[Quote]:
        """Return the candidates with the best scores as quotes."""
        score, match, speech = scores
        quotes: dict[int, Quote] = {}
        for k in choose_candidates(candidates, score, self.threshold):
            rule = candidates[k].rule
            name = f"learned:{rule}" if rule else "learned"
            quote = build_quote(article, candidates[k], self.keep_that, name, round(float(match[k]), 4))
            quote.speech_score = round(float(speech[k]), 4)
            quotes.setdefault(quote.content[0][0], quote)
        return [quotes[start] for start in sorted(quotes)]


def raise_rule_scores(
    article: PreparedArticle, candidates: list[Candidate], score: Floats, least: float | None
) -> Floats:
    """Return scores of `attribution` in which what its rules choose has at least a score; None changes nothing."""
    if least is None:
        return score
    chosen = {article.parts(p) for p in article.attribution_proposals.chosen}
    by_rule = np.array([bool(c.rule) and c.parts in chosen for c in candidates], dtype=bool)
    return np.where(by_rule, np.maximum(score, least), score)


def adjust_speech_scores(article: PreparedArticle, candidates: list[Candidate], score: Floats) -> Floats:
    """Return speech scores in which the rules have the last word on some kinds of candidates.

    Direct quotes that the rules choose have at least `SURE_SCORE`. Clauses after `that` of nouns and of verbs with a
    speaker (`X issued a warning that A`, `Y was warned by X that A`), and sentences around `as X noted`, have at least
    `RARE_SCORE`: annotated news has so few that rankers learn little of them. What is announced but not said yet has 0,
    unless it begins in quotation marks, which show that the words are known.
    """
    chosen = {article.parts(p) for p in article.speech_proposals.chosen if p.rule in DIRECT_RULES}
    sure = np.array([c.rule in DIRECT_RULES and c.parts in chosen for c in candidates], dtype=bool)
    cues = {candidate.cue for candidate in candidates if candidate.cue >= 0}
    future = {cue for cue in cues if is_future(article.view, cue)}
    mark = article.view.quoted_at
    unspoken = np.array([c.cue in future and mark[c.parts[0][0]] < 0 for c in candidates], dtype=bool)
    rare = np.array([_is_rare(article, c) for c in candidates], dtype=bool)
    least = np.where(sure, SURE_SCORE, np.where(rare, RARE_SCORE, 0.0))
    return np.where(unspoken, 0.0, np.maximum(score, least))


def _is_rare(article: PreparedArticle, candidate: Candidate) -> bool:
    """Return whether the rules of `speech` propose a candidate by a construction of which annotated news has few."""
    proposals = article.speech_proposals
    proposal = proposals.reported.get(candidate.cue)
    if proposal is None or article.parts(proposal) != candidate.parts:
        return False
    view, cue, (first, last) = article.view, proposals.cues[candidate.cue], proposal.parts[0]
    if proposal.rule == "after_phrase":
        return cue.kind != "phrase"
    if not is_that_conjunction(view, first) or not has_finite_verb(view, first, last):
        return False
    before = proposals.cues.get(first - 1)  # of `repeated her claim that A`, the noun is the cue
    told = proposal.source is not None and proposal in proposals.chosen and _has_tense(view, cue)
    of_verb = proposal.rule == "clause_after" and told and (before is None or before.kind != "noun")
    return (of_verb or proposal.rule == "noun_clause") and not _is_denied_or_asked(view, candidate.cue)


def _has_tense(view: DocumentView, cue: Cue) -> bool:
    """Return whether a verb or its auxiliary has a tense: `Y was warned by X that A`; not `X failed to say that A`."""
    auxiliaries = [k for i in range(cue.first, cue.last + 1) for k in view.children(i, "aux", "auxpass")]
    verbs = (*range(cue.first, cue.last + 1), *auxiliaries)
    return cue.kind == "verb" and any(view.tag_in(k, "tensed") for k in verbs)


def _is_denied_or_asked(view: DocumentView, cue: int) -> bool:
    """Return whether nothing may have been said: `X never issued a warning that A`, `Did X say that A?`."""
    verb = find_verb_above(view, cue) if view.pos[cue] == "NOUN" else cue
    last = sentence_range(view, cue)[1]
    return (verb is not None and is_negated(view, verb)) or (view.word[last] == "?" and not view.in_marks(last))
