"""The models of the extractor's steps: target encoders for categories, then boosted trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.extract.learned.boosted_trees import Forest
from pipeline.extract.learned.feature_rows import FeatureRows, Names
from pipeline.extract.learned.target_encoding import TargetEncoder
from pipeline.extract.learned.token_arrays import Floats, Matrix, stack_columns

# In the order in which they predict.
STEPS = ("cue", "start", "end", "source", "exact", "match", "speech_exact", "speech_match", "own_exact", "own_match")
# Gold with few beliefs, plans and wishes teaches too little of them: the rules then add what they find.
RULES_OF_ATTRIBUTION = "rules of attribution"


@dataclass(frozen=True)
class StepModel:
    """A model of one step.

    Attributes
    ----------
    number_names, category_names : tuple of str
        The features that it was fitted to: columns of the trees are the numbers, then the encoded categories.
    encoders : list of TargetEncoder
        One for each category.
    forest : Forest
    """

    number_names: Names
    category_names: Names
    encoders: list[TargetEncoder]
    forest: Forest

    def __call__(self, rows: FeatureRows) -> Floats:
        """Return the probability of each row."""
        return self.forest(encode_rows(self.encoders, rows.arrange(self.number_names, self.category_names)))


def encode_rows(encoders: list[TargetEncoder], rows: FeatureRows) -> Matrix:
    """Return numbers and encoded categories side by side."""
    if not rows.categories:
        return rows.numbers
    encoded = (encode(keys) for encode, keys in zip(encoders, rows.categories, strict=True))
    return np.hstack([rows.numbers, stack_columns(*encoded)])


@dataclass
class ExtractorModels:
    """The models of all steps.

    Attributes
    ----------
    hashed_weights, hashed_bias : float
        Weights of the hashed features, a row for each of `hashed_features.TARGETS`, and the bias.
    cue, start, end, source : StepModel
        Second cue model, start of the content, end given the start, head of the speaker mention.
    exact, match : StepModel
        Rankers: is a candidate a gold content, does it overlap one by half.
    speech_exact, speech_match : StepModel
        The same two where only reported speech counts, as the annotators of news see it.
    own_exact, own_match : StepModel
        The same two as the annotators of one's own gold see it; without own gold those of the news.
    thresholds : dict of str to float
        Least score of a quote, by profile; and under `RULES_OF_ATTRIBUTION`, if it is there, the score that a quote
        of `attribution` has at least if the rules alone would extract it.
    """

    hashed_weights: np.ndarray
    hashed_bias: np.ndarray
    cue: StepModel
    start: StepModel
    end: StepModel
    source: StepModel
    exact: StepModel
    match: StepModel
    speech_exact: StepModel
    speech_match: StepModel
    own_exact: StepModel
    own_match: StepModel
    thresholds: dict[str, float]
