"""Explain a label by the words that speak for and against it.

The effect of a word is how far the log-odds of the label fall when the word is left out (Li, Monroe and Jurafsky 2016,
`Understanding Neural Networks through Representation Erasure`). This works for any model, embeddings included.
"""

import re
from collections.abc import Iterator
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

    words_for: WordEffects
    words_against: WordEffects


def explain_label(model: StanceClassifier, quote: QuoteLike, label: str) -> Explanation:
    """Return the words of a quote, its cue and its paragraph that speak most for and against a label."""
    item = to_input(quote)
    words, variants = zip(("", item), *_leave_out_each(item), strict=True)
    probabilities = model.predict_proba(variants)[:, model.classes_.tolist().index(label)]
    clipped = probabilities.clip(1e-6, 1 - 1e-6)
    whole, *without = np.log(clipped / (1 - clipped)).tolist()
    effects: dict[str, float] = {}
    for word, odds in zip(words[1:], without, strict=True):
        # A word that occurs twice is shown once, with its stronger effect.
        if abs(whole - odds) > abs(effects.get(word, 0.0)):
            effects[word] = whole - odds
    ranked = sorted(effects.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return Explanation(
        [(word, effect) for word, effect in ranked if effect >= MIN_EFFECT][:MAX_WORDS],
        [(word, effect) for word, effect in ranked if effect <= -MIN_EFFECT][:MAX_WORDS],
    )


def _leave_out_each(item: ClassifierInput) -> Iterator[tuple[str, ClassifierInput]]:
    """Yield what can be left out (each word, the cue, the paragraph around the quote) with the quote without it."""
    for match in _WORD.finditer(item.text):
        text = re.sub(r"\s+", " ", item.text[: match.start()] + item.text[match.end() :]).strip()
        yield match.group().lower(), replace(item, text=text, context=item.context.replace(item.text, text))
    if item.cue:
        yield CUE_LABEL.format(item.cue), replace(item, cue="", context=item.context.replace(item.cue, ""))
    if item.context and item.context.strip() != item.text.strip():
        yield REST_OF_PARAGRAPH, replace(item, context="")
