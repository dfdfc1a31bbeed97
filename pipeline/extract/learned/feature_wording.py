"""Names of the rankers' columns, their groups, and their values in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.rules.document_view import DocumentView

# The columns of `ranking.rank_rows`, before those of the cue's context.
COLUMNS = (
    *("cue", "start least", "start most", "end", "start and end", "speaker", "speaker inside", "parts", "rank"),
    *("other start", "tokens", "first from cue", "last from cue", "odd marks", "quoted tokens", "quoted share"),
    *("cue inside", "cues inside", "gap", "sentences", "starts in marks", "ends in marks", "kind of speaker", "rule"),
    *("has cue", "headline", "rule's speaker", "mark before", "first cue model"),
    *("opens first part", "opens last part", "closes first part", "closes last part", "inside at its start"),
    *("inside at its end", "inside on average", "inside before it", "inside behind it", "inside beside it"),
    *("as the wide rule", "as the speech rule", "chosen by the wide rules", "chosen by the speech rules"),
    *("rival around cue", "rival over content", "rival's cue inside", "rival around content", "own"),
)
KEYS = (
    *("lemma of cue", "part of speech of cue", "label of cue", "tag of cue", "frame of cue", "frame by part of speech"),
    *("label above start", "tag of start", "tag of end", "first word", "word of speaker"),
)
GROUPS: dict[str, tuple[str, ...]] = {
    "cue": ("cue", "first cue model", "has cue", *KEYS[:6]),
    "start and end": ("start least", "start most", "end", "start and end", "rank", "other start", "own"),
    "word by word": (
        *("opens first part", "opens last part", "closes first part", "closes last part", "inside at its start"),
        *("inside at its end", "inside on average", "inside before it", "inside behind it", "inside beside it"),
    ),
    "length and place": ("parts", "tokens", "first from cue", "last from cue", "gap", "sentences", "headline"),
    "quotation marks": (
        *("odd marks", "quoted tokens", "quoted share", "starts in marks", "ends in marks", "mark before"),
    ),
    "speaker": ("speaker", "speaker inside", "kind of speaker", "rule's speaker", "word of speaker"),
    "rules": (
        *("rule", "as the wide rule", "as the speech rule", "chosen by the wide rules", "chosen by the speech rules"),
    ),
    "other quotes": (
        *("rival around cue", "rival over content", "rival's cue inside", "rival around content"),
        *("cue inside", "cues inside"),
    ),
    "words at its ends": ("label above start", "tag of start", "tag of end", "first word"),
}
_AROUND = 3


def value(group: str, row: Sequence[float], x: Article, one: Candidate) -> str:
    """What a group of the ranker's features says of a candidate, in words."""
    view, has = x.view, dict(zip(COLUMNS, row, strict=False))
    first, last = one.parts[0][0], one.parts[-1][1]
    if group == "cue":
        return f"“{view.word[one.cue]}”, {has['cue']:.2f}" if one.cue >= 0 else "none"
    if group == "start and end":
        return f"start {_share(has['start least'])}, end {_share(has['end'])}"
    if group == "length and place":
        parts = f"{len(one.parts)} parts, " if len(one.parts) > 1 else ""
        place = "" if one.cue < 0 else ", before the cue" if last < one.cue else ", behind the cue"
        return f"{parts}{int(has['tokens']) + len(one.parts)} words and marks{'' if first < one.cue < last else place}"
    if group == "word by word":
        return f"its words lie in a quote by {has['inside on average']:.2f}, those beside it by {_beside(has)}"
    if group == "quotation marks":
        return f"{has['quoted share']:.0%} inside marks"
    if group == "speaker":
        return f"“{view.word[one.speaker]}”, {_share(has['speaker'])}" if one.speaker >= 0 else "none"
    if group == "rules":
        chosen = [name for name in ("speech", "wide") if has[f"chosen by the {name} rules"]]
        return f"{one.rule or 'no rule'} finds it; given out by the rules of {' and '.join(chosen) or 'no profile'}"
    if group == "other quotes":
        return f"strongest rival {max(has[name] for name in COLUMNS if name.startswith('rival')):.2f}"
    return f"“{view.word[first]} … {view.word[last]}”"


def cue_value(view: DocumentView, group: str, i: int) -> str:
    """What a group of the cue model's features says of a word, in words."""
    if group == "word and label":
        return f"“{view.word[i]}” ({view.lemma[i]}, {view.pos[i]}, {view.dep[i]})"
    if group == "children":
        return ", ".join(f"{view.dep[k]} “{view.word[k]}”" for k in view.dependents[i] if view.is_word(k)) or "none"
    if group == "words above":
        return f"under “{view.word[view.head[i]]}”" if view.head[i] != i else "root of its sentence"
    if group == "words around":
        return f"“{_around(view, i)}”"
    inside = "inside marks" if view.quoted_at[i] >= 0 else "outside marks"
    first, last = view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)
    marks = any(view.quoted_at[k] >= 0 for k in range(first, last + 1))
    return f"{inside}, {'marks' if marks else 'no marks'} in its sentence"


def _beside(has: dict[str, float]) -> str:
    return f"{has['inside before it']:.2f} and {has['inside behind it']:.2f}"


def _share(number: float) -> str:
    """A probability, or that no model was asked."""
    return "not asked" if math.isnan(number) else f"{number:.2f}"


def _around(view: DocumentView, i: int) -> str:
    return " ".join(view.word[k].strip() for k in range(max(0, i - _AROUND), min(view.n, i + _AROUND + 1)))
