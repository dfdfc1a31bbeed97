"""Explain a label by the words that speak for and against it.

The effect of a word is how far the log-odds of the label fall when the word is left out (Li, Monroe and Jurafsky 2016,
`Understanding Neural Networks through Representation Erasure`). This works for any model, embeddings included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import ClassifierInput, QuoteLike, to_input

# Most words shown for a label and against it.
MAX_WORDS = 5
# Smaller effects, in log-odds, are noise.
MIN_EFFECT = 0.05
# How a whole cue, and the paragraph around the quote, are shown among the words.
CUE_LABEL, REST_OF_PARAGRAPH = "cue “{}”", "(the rest of the paragraph)"
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# Words with their effects in log-odds, the strongest first.
WordEffects = list[tuple[str, float]]


@dataclass(frozen=True)
class Explanation:
    """The words that speak for and against the label of a quote."""

    label: str
    words_for: WordEffects
    words_against: WordEffects


def explain_label(
    model: StanceClassifier, quote: QuoteLike, label: str | None = None, max_words: int = MAX_WORDS
) -> Explanation:
    """Return the words of a quote, its cue and its paragraph that speak for and against a label.

    Parameters
    ----------
    model : StanceClassifier
        Fitted.
    quote : str, Quote or mapping
        One quote.
    label : str, optional
        The label to explain; the most probable one if None.
    max_words : int
        Most words of each side.
    """
    item = to_input(quote)
    variants = _leave_out_each(item)
    probabilities = model.predict_proba([item, *(variant for _, variant in variants)])
    column = int(probabilities[0].argmax()) if label is None else model.classes_.tolist().index(label)
    whole, *without = _log_odds(probabilities[:, column]).tolist()
    effects: dict[str, float] = {}
    for (word, _), odds in zip(variants, without, strict=True):
        # A word that occurs twice is shown once, with its stronger effect.
        if abs(whole - odds) > abs(effects.get(word, 0.0)):
            effects[word] = whole - odds
    ranked = sorted(effects.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return Explanation(
        str(model.classes_[column]),
        [(word, effect) for word, effect in ranked if effect >= MIN_EFFECT][:max_words],
        [(word, effect) for word, effect in ranked if effect <= -MIN_EFFECT][:max_words],
    )


def _leave_out_each(item: ClassifierInput) -> list[tuple[str, ClassifierInput]]:
    """Return what can be left out (each word, the cue, the paragraph around the quote) with the quote without it."""
    variants = []
    for match in _WORD.finditer(item.text):
        text = re.sub(r"\s+", " ", item.text[: match.start()] + item.text[match.end() :]).strip()
        context = item.context.replace(item.text, text)
        variants.append((match.group().lower(), replace(item, text=text, context=context)))
    if item.cue:
        without_cue = replace(item, cue="", context=item.context.replace(item.cue, ""))
        variants.append((CUE_LABEL.format(item.cue), without_cue))
    if item.context and item.context.strip() != item.text.strip():
        variants.append((REST_OF_PARAGRAPH, replace(item, context="")))
    return variants


def _log_odds(probabilities: np.ndarray) -> np.ndarray:
    clipped = np.clip(probabilities.astype(float), 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped))
