"""Names of the features of every step, by which weights are checked against the code."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core.language import Language
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.cue_features import cue_features, final_cue_context
from pipeline.extract.learned.feature_rows import FeatureRows, Names, join_columns
from pipeline.extract.learned.prepared_article import PreparedArticle
from pipeline.extract.learned.ranking import add_attribution_scores, ranking_features
from pipeline.extract.learned.span_features import end_features, source_features, start_features
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleProposals


@lru_cache(maxsize=1)
def feature_names() -> dict[str, tuple[Names, Names]]:
    """Return the names of numbers and categories by step, taken from the features of a text of one word."""
    doc, nothing = Doc(Vocab(), words=["word"]), RuleProposals({}, {}, [], [], [])
    article = PreparedArticle(doc, DocumentView(doc, Language("xx")), nothing, nothing)
    token, context = np.zeros(1, dtype=np.int64), final_cue_context(article)
    candidates = ranking_features(article, [Candidate(0, ((0, 0),), [1.0], [1.0])])
    speech_candidates = add_attribution_scores(candidates, np.ones(1), np.ones(1))
    rows: dict[str, FeatureRows] = {
        "cue": cue_features(article),
        "start": join_columns(context, start_features(article, token, token)),
        "end": join_columns(context, end_features(article, token, token, token, token)[0]),
        "source": join_columns(context, source_features(article, token, token, token, token)),
        **dict.fromkeys(("exact", "match"), candidates),
        **dict.fromkeys(("speech_exact", "speech_match", "own_exact", "own_match"), speech_candidates),
    }
    return {step: (of_step.number_names, of_step.category_names) for step, of_step in rows.items()}
