"""The card's text: what, how made, how good, and how not to use it; every figure is read from the run's metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

BODY = """\
Who said what about a ceasefire or a territorial concession: quotes from news articles, with their speakers and the
stance of each toward each target, every quote pointing at its characters in the article.

Rows whose `raw_path` begins with `sample/` are the sample of Parley: **its states, people, agencies and quotes are
invented**. No real person or state said any of them.

## Load it

```python
from datasets import load_dataset

quotes = load_dataset("data/published", "quotes", split="train")
```

Columns ending in `_start` and `_end`, and `parts`, count code points of `text` in `articles`.

## How it was made

Articles were cleaned of boilerplate and deduplicated, parsed with spaCy's small English model, quotes found by a
learned extractor and rules over the parse, speakers by rules, and stances labelled by one calibrated classifier per
target (n-grams and sentence embeddings), trained on hand-labelled invented quotes. This run took in {articles} articles
and rejected {rejects} inputs.

## How far to trust it

{trust}
Stance labels of quotes that are in the training data themselves (the sample's gold) look better than these scores.

## Stance labels

{labels}
`unrelated`: the quote neither names nor implies the target. `conditional`: acceptance hangs on a condition not yet met.
The whole codebook is `data/annotations/GUIDELINES.md` of the project.

## Not for

- Quoting a person without opening the article: check `text[start:end]` and its paragraph first.
- Counting stances without the abstained rows and the error rates above.
- Profiling or scoring individuals.
"""


def body(metrics: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> str:
    """Markdown between the title and the tables of columns."""
    counts = metrics["counts"]
    return BODY.format(
        articles=counts["articles"],
        rejects=sum(counts["rejects"].values()),
        trust=trust(metrics),
        labels="".join(f"- `{target}`: {', '.join(names)}\n" for target, names in labels.items()),
    )


def trust(metrics: Mapping[str, Any]) -> str:
    """A Markdown table of the main scores with their intervals."""
    found = metrics["extraction"]
    lines = []
    if found["on"]["quotes"]:
        on = f"{found['on']['quotes']} gold quotes of {found['on']['articles']} articles, seen in training"
        match, exact, speaker = (found[k] for k in ("content_match", "content_exact", "speaker"))
        lines.append(f"| content, IoU ≥ 0.5 | F1 {_interval(match, 'f1')} | {on} |")
        lines.append(f"| content, exact | F1 {_interval(exact, 'f1')} | {on} |")
        lines.append(f"| content and speaker | F1 {_interval(speaker, 'f1')} | {on} |")
    for target, figures in metrics["stance"].items():
        on = f"{figures['on']['quotes']} quotes, out of fold"
        for key, name in (("f1_favor_against", "mean F1 of favor and against"), ("macro_f1", "macro-F1")):
            lines.append(f"| `{target}`, {name} | {_interval(figures['model'][key], 'value')} | {on} |")
    return "| what | score in %, 95 % interval | on |\n|---|---|---|\n" + "\n".join(lines) + "\n"


def _interval(figures: Mapping[str, float], name: str) -> str:
    value, low, high = (100 * figures[k] for k in (name, "low", "high"))
    return f"{value:.1f} ({low:.1f} to {high:.1f})"
