"""Groups of features for explanations: which features belong together, and their values in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.cue_features import CONTEXT
from pipeline.extract.learned.feature_rows import FeatureRows
from pipeline.extract.learned.prepared_article import PreparedArticle
from pipeline.extract.rules.document_view import DocumentView

# Features of the rankers by group; those of the cue's context are in the first group, too.
RANKER_GROUPS: dict[str, tuple[str, ...]] = {
    "cue": ("cue probability", "hashed cue probability", "has cue"),
    "start and end": (
        "lowest start probability",
        "highest start probability",
        "lowest end probability",
        "probability of starts and ends",
        "best other start probability",
        "rank",
        "own score",
    ),
    "word by word": (
        "hashed start probability: first part",
        "hashed start probability: last part",
        "hashed end probability: first part",
        "hashed end probability: last part",
        "inside probability: first token",
        "inside probability: last token",
        "inside probability: mean",
        "inside probability: token before",
        "inside probability: token behind",
        "inside probability: sum of rest of sentence",
    ),
    "length and place": (
        "parts",
        "length",
        "start - cue",
        "end - cue",
        "gap between parts",
        "sentences",
        "in headline",
    ),
    "quotation marks": (
        "unpaired marks",
        "quoted tokens",
        "quoted share",
        "starts in marks",
        "ends in marks",
        "mark before",
    ),
    "speaker": (
        "speaker probability",
        "speaker probability inside",
        "part of speech of speaker",
        "speaker as by attribution rules",
        "lower of speaker",
    ),
    "rules": (
        "number of rule",
        "proposed by attribution rules",
        "proposed by speech rules",
        "chosen by attribution rules",
        "chosen by speech rules",
    ),
    "other quotes": (
        "rival around cue",
        "rival overlaps",
        "rival's cue inside",
        "rival around content",
        "best cue probability inside",
        "likely cues inside",
    ),
    "words at its ends": ("dep of highest node at start", "tag of start", "tag of end", "lower of start"),
}
_WINDOW = 3  # words on either side


def group_of(feature: str) -> str | None:
    """Return the group of a feature of the rankers; what the rankers of attribution say is in none."""
    if feature.startswith(CONTEXT):
        return "cue"
    return next((group for group, features in RANKER_GROUPS.items() if feature in features), None)


def erase_group(group: str, rows: FeatureRows) -> FeatureRows:
    """Return rows in which the values of a group of features are missing."""
    numbers = rows.numbers.copy()
    numbers[:, [group_of(name) == group for name in rows.number_names]] = np.nan
    categories = [
        np.zeros_like(keys) if group_of(name) == group else keys
        for name, keys in zip(rows.category_names, rows.categories, strict=True)
    ]
    return FeatureRows(numbers, categories, rows.number_names, rows.category_names)


def describe_ranker_group(
    group: str, values: Mapping[str, float], article: PreparedArticle, candidate: Candidate
) -> str:
    """Return what a group of the rankers' features says of a candidate, in words."""
    view = article.view
    first, last = candidate.parts[0][0], candidate.parts[-1][1]
    if group == "cue":
        return f"“{view.word[candidate.cue]}”, {values['cue probability']:.2f}" if candidate.cue >= 0 else "none"
    if group == "start and end":
        start, end = values["lowest start probability"], values["lowest end probability"]
        return f"start {_probability(start)}, end {_probability(end)}"
    if group == "length and place":
        parts = f"{len(candidate.parts)} parts, " if len(candidate.parts) > 1 else ""
        size = int(values["length"]) + len(candidate.parts)
        place = ", before the cue" if last < candidate.cue else ", after the cue"
        no_place = candidate.cue < 0 or first < candidate.cue < last
        return f"{parts}{size} words and marks{'' if no_place else place}"
    if group == "word by word":
        mean, before, behind = (values[f"inside probability: {k}"] for k in ("mean", "token before", "token behind"))
        return f"its words lie in a quote by {mean:.2f}, those beside it by {before:.2f} and {behind:.2f}"
    if group == "quotation marks":
        return f"{values['quoted share']:.0%} inside marks"
    if group == "speaker":
        speaker = candidate.speaker
        return f"“{view.word[speaker]}”, {_probability(values['speaker probability'])}" if speaker >= 0 else "none"
    if group == "rules":
        chosen = [profile for profile in ("speech", "attribution") if values[f"chosen by {profile} rules"]]
        return f"{candidate.rule or 'no rule'} finds it; chosen by the rules of {' and '.join(chosen) or 'no profile'}"
    if group == "other quotes":
        return f"strongest rival {max(value for name, value in values.items() if name.startswith('rival')):.2f}"
    return f"“{view.word[first]} … {view.word[last]}”"


def describe_cue_group(view: DocumentView, group: str, i: int) -> str:
    """Return what a group of the hashed features says of a word, in words."""
    if group == "word and label":
        return f"“{view.word[i]}” ({view.lemma[i]}, {view.pos[i]}, {view.dep[i]})"
    if group == "children":
        return ", ".join(f"{view.dep[k]} “{view.word[k]}”" for k in view.dependents[i] if view.is_word(k)) or "none"
    if group == "words above":
        return f"under “{view.word[view.head[i]]}”" if view.head[i] != i else "root of its sentence"
    if group == "words around":
        around = range(max(0, i - _WINDOW), min(view.n, i + _WINDOW + 1))
        return f"“{' '.join(view.word[k].strip() for k in around)}”"
    inside = "inside marks" if view.quoted_at[i] >= 0 else "outside marks"
    first, last = view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)
    marks = any(view.quoted_at[k] >= 0 for k in range(first, last + 1))
    return f"{inside}, {'marks' if marks else 'no marks'} in its sentence"


def _probability(number: float) -> str:
    return "not asked" if math.isnan(number) else f"{number:.2f}"
