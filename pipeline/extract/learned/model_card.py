"""The model card, written by the training command."""

from __future__ import annotations

from collections.abc import Mapping

_CARD = """# The extractor's weights

Written by `python -m pipeline.extract.learned.train --corpora FOLDER [--gold data/annotations]`; do not edit.

**What they are.** Plain numpy arrays in `{language}.npz`, {size:.1f} MB, no pickle; their SHA-256 stands in
`{language}.json` and is checked at loading. A logistic regression over hashed features and gradient-boosted trees:
cue, start, end given the start, speaker, and rankers of candidates for the profiles `attribution` and `speech`.

**What they hold.** Sums over hashed features and splits of trees. No text, name or word list of the training articles
can be read from them: a feature that fewer than {least} articles have gets no weight, a category seen fewer than
{often} times gets no value of its own.

**Data.** None of the texts is part of this project.
- `polnear_train` (cue, start, end, speaker, rankers of `attribution`): PolNeAR, political news of the United States,
  2016. Its publishers state no licence; the articles are the newspapers'.
- `ggt_dev` (rankers of `speech`): annotations of the GenderGapTracker project, Canadian news, 2018 and 2019. Offered
  by its owners on request only; the articles are press copyright.
{own}
Whoever passes the weights on should know that no owner of these data was asked.

**Scores by cross-validation** (F1 in %, whole contents, tokens; the limits were chosen on the same folds):

| data | least score | exact | overlap by half | given out | gold |
|---|---|---|---|---|---|
{rows}

**Weak in**: transcripts without names in capitals, contents over several paragraphs without marks, cues that are
nouns; other languages and kinds of text than English news.
"""


def render_model_card(
    rows: Mapping[str, Mapping[str, float]],
    limits: Mapping[str, float],
    size: int,
    own: bool,
    language: str = "en",
    least: int = 5,
    often: int = 25,
) -> str:
    """The card as Markdown."""
    lines = []
    for name, row in rows.items():
        limit = limits["attribution" if name == "polnear_train" else "speech"]
        scores = f"{100 * row['exact']:.1f} | {100 * row['match']:.1f} | {row['predicted']:.0f} | {row['gold']:.0f}"
        lines.append(f"| {name} | {limit} | {scores} |")
    extra = "- gold of the project's own articles (rankers of `speech`): CC BY 4.0, invented text.\n" if own else ""
    return _CARD.format(language=language, size=size / 1e6, least=least, often=often, own=extra, rows="\n".join(lines))
