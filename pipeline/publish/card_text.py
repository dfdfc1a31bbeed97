"""The card's text: what, how made, how good, and how not to use it; figures come from `scores`, counts from the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.targets import Target
from pipeline.publish import card_scores
from pipeline.publish.card_scores import trust as trust  # README's table of scores is the card's
from pipeline.publish.config import PublishConfig
from pipeline.publish.parquet_shards import Config

# What a label of this name means (the codebook of the annotations, in short).
MEANINGS = {
    "favor": "calls for it, proposes, accepts, welcomes or demands it",
    "against": "rejects, rules out or attacks it, breaks it off",
    "conditional": "acceptance hangs on a condition not yet met",
    "neutral": "speaks of it without a direction",
    "unrelated": "the quote neither names nor implies it",
}
BODY = """\
Who said what about a ceasefire or a territorial concession: quotes from news articles, with their speakers and the
stance of each toward each target, every quote pointing at its characters in the article.

{invented}## Load it

```python
from datasets import load_dataset

quotes = load_dataset("data/published", "quotes", split="train")  # this folder, or its name on the hub
everything = load_dataset("data/published", "quotes", split="all")
```

{configs}
Columns ending in `_start` and `_end`, and `parts`, count code points of `text` in `articles`. `article_id`,
`speaker_id` and `quote_id` join the tables.

## How it was made

Articles were cleaned of boilerplate and deduplicated, parsed with spaCy's small English model, quotes found by a
learned extractor and rules over the parse, speakers by rules, and stances labelled by one calibrated classifier per
target (n-grams and sentence embeddings), trained on the hand-labelled quotes of `gold`. This run took in
{articles} articles and rejected {rejects} inputs.

All quotes of an article are in one split, and so are near-identical articles and articles that share a quote. The split
hangs on a hash of the article ids, so articles that are added later move only what they tie together. The models that
labelled this dataset have seen the gold of **all** splits: the splits are for models of your own.

## Whose text it is

{licences}
## How far to trust it

{trust}
{baselines}
{agreement}
{per_label}
Stance labels of quotes that are in the training data themselves look better than these scores, which are out of fold.
On news of real wars the models were trained on nothing: they tell related from unrelated quotes better than they tell
the directions apart. Read the abstained rows as "unknown".

## Known failures

{failures}- Indirect speech in unusual words, and the bounds of long indirect clauses.
- Speakers named only by a role or a pronoun far from their name; people of one surname.
- Other languages than English.

## Stance labels

{labels}
The whole codebook is `data/annotations/GUIDELINES.md` of the project.

## Meant for

- Finding who said what, and going on to read it in the article.
- Comparing positions of speakers over time, with the intervals and error rates above; one `group_id` counts once.
- Training and measuring models of quotation, attribution and stance, on `gold`.

## Not for

- Quoting a person without opening the article: check `text[start:end]` and its paragraph first.
- Counting stances without the abstained rows and the error rates above.
- Profiling, scoring or targeting individuals.
- Evidence that somebody holds a view: a stance is what a model made of one sentence.
"""
SAMPLE = """\
Rows whose `raw_path` begins with `sample/` are the sample of Parley: **its states, people, agencies and quotes are
invented**. No real person or state said any of them.

"""
GOLD = """\
Texts of `gold` without an `article_id` were written for training and are **invented** too. Writers, and annotators
called by a letter and a number (`A1`, `S3`), are instances of a language model: people may agree less than they do.

"""
WITHHELD = """
Where the text is kept back, `text`, `context`, `cue` and `source` are null (`excerpt` is true), and `content` is the
first words of the quote: at most {words}, and of all quotes of an article together at most {share} % of its words.
Offsets and SHA-256 hashes are there: whoever has the articles puts the text back with `parley restore`, which checks
each hash.
"""


@dataclass(frozen=True)
class Facts:
    """What the card tells of a run.

    Attributes
    ----------
    metrics : dict
        `reports/metrics.json`.
    targets : mapping of str to Target
        Stance targets.
    licences : mapping of str to (int, bool)
        Number of articles under each licence, and whether their text is published.
    sample : bool
        True where articles of the sample are among them.
    """

    metrics: dict[str, Any]
    targets: Mapping[str, Target]
    licences: Mapping[str, tuple[int, bool]]
    sample: bool


def body(facts: Facts, configs: Sequence[Config], config: PublishConfig) -> str:
    """Markdown between the title and the tables of columns."""
    metrics = facts.metrics
    labels = {key: target.labels for key, target in facts.targets.items()}
    invented = SAMPLE if facts.sample else ""
    invented += GOLD if any(part.name == "gold" for part in configs) else ""
    return BODY.format(
        invented=invented,
        configs=_configs(configs),
        articles=metrics["counts"]["articles"],
        rejects=sum(metrics["counts"]["rejects"].values()),
        licences=_licences(facts.licences, config),
        trust=trust(metrics),
        baselines=card_scores.baselines(metrics),
        agreement=card_scores.agreement(metrics),
        per_label=card_scores.per_label(metrics),
        failures=card_scores.failures(metrics, labels),
        labels=_labels(facts.targets),
    )


def _configs(configs: Sequence[Config]) -> str:
    lines = [
        f"| `{config.name}` | " + ", ".join(f"{name} {split.rows}" for name, split in config.splits.items()) + " |\n"
        for config in configs
    ]
    return "| config | rows of each split |\n|---|---|\n" + "".join(lines)


def _licences(licences: Mapping[str, tuple[int, bool]], config: PublishConfig) -> str:
    text = "| licence of the article | articles | text |\n|---|---|---|\n"
    for licence, (number, whole) in licences.items():
        text += f"| `{licence}` | {number} | {'published' if whole else 'kept back'} |\n"
    if not all(whole for _, whole in licences.values()):
        text += WITHHELD.format(words=config.excerpt_words, share=f"{100 * config.excerpt_share:g}")
    return text


def _labels(targets: Mapping[str, Target]) -> str:
    text = "".join(f"- `{name}`: {target.question}\n" for name, target in targets.items())
    names = dict.fromkeys(name for target in targets.values() for name in target.labels)
    text += "\n| label | when |\n|---|---|\n"
    return text + "".join(f"| `{name}` | {MEANINGS.get(name, 'see the codebook')} |\n" for name in names)
