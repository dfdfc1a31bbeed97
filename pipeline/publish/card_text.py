"""Fill in the templates of the dataset card with figures of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.markdown import render
from pipeline.core.publish_config import UNKNOWN, PublishConfig
from pipeline.core.stance_headlines import stance_headlines
from pipeline.core.stance_summary import summarise_stances
from pipeline.core.targets import LabelRoles, Target, shared_labels, shared_roles
from pipeline.publish.dataset_card import FIGURE
from pipeline.publish.example_row import Example
from pipeline.publish.parquet_shards import WrittenConfig

TEMPLATES = Path(__file__).parent / "templates"
Figures = Mapping[str, Any]


def render_card_text(
    config: PublishConfig,
    written: Sequence[WrittenConfig],
    descriptions: Mapping[str, Mapping[str, str]],
    targets: Mapping[str, Target],
    metrics: Figures,
    licences: Mapping[str, tuple[int, bool]],
    sample: bool,
    example: Example | None,
    full: bool = False,
) -> str:
    """Return the Markdown of the card; `full` is that of the dataset with every text in full."""
    recall = {k: v for k, v in metrics["extraction"].get("recall_by_type", {}).items() if v["quotes"]}
    labels, roles = list(shared_labels(targets)), shared_roles(targets)
    return render(
        TEMPLATES / "card.md.j2",
        config=config,
        configs=written,
        columns=descriptions,
        targets=targets,
        labels=labels,
        descriptions=next(iter(targets.values())).descriptions,
        roles=roles,
        metrics=metrics,
        summary=summarise_stances(metrics, roles),
        headlines=stance_headlines(metrics, roles),
        recall=recall,
        worst_type=min(recall, key=lambda kind: (recall[kind]["content_match"], kind), default=None),
        worst_labels={name: find_worst_label(figures, labels) for name, figures in metrics["stance"].items()},
        licences=licences,
        unknown_licence=UNKNOWN,
        withheld=not all(has_text for _, has_text in licences.values()),
        sample=sample,
        full=full,
        folder=(paths.FULL if full else paths.PUBLISHED).as_posix(),
        example=example,
        figure=FIGURE,
        first_target=next(iter(targets)),
        has_gold=any(part.name == "gold" for part in written),
        topic=describe_topic(targets),
        citation=format_citation(config, targets),
    )


def render_scores(metrics: Figures, roles: LabelRoles) -> str:
    """Return the card's main scores, which docs/trust.md repeats."""
    return render(TEMPLATES / "scores.md.j2", metrics=metrics, headlines=stance_headlines(metrics, roles))


def describe_topic(targets: Mapping[str, Target]) -> str:
    """Return the targets in words, such as `a ceasefire or a territorial concession`."""
    *others, last = ("a " + name.replace("_", " ") for name in targets)
    return f"{', '.join(others)} or {last}" if others else last


def format_citation(config: PublishConfig, targets: Mapping[str, Target]) -> str:
    """Return a BibTeX entry of the dataset, a field per line."""
    author = config.creator and f"{{{config.creator}}}"  # in braces, BibTeX takes it for one name
    fields = {"title": config.name, "author": author, "year": config.published_on[:4]}
    fields |= {"version": config.version, "url": config.url or config.project_url}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    note = f"Who said what about {describe_topic(targets)}; made from news articles by Parley"
    return f"@misc{{parley,\n{lines}  note = {{{note}}},\n}}\n"


def find_worst_label(figures: Figures, labels: Sequence[str]) -> dict[str, Any] | None:
    """Return the label of a target with the lowest F1, and the label it is most often confused with.

    Returns
    -------
    dict or None
        `label`, its `gold` quotes, how many are `right`, and `confused_with` (None where it is not known) with the
        number of `confused` quotes; None where no label was measured.
    """
    measured = {name: f for name, f in figures["per_label"].items() if f["gold"]}
    if not measured:
        return None
    label = min(measured, key=lambda name: (measured[name]["f1"], name))
    matrix = figures.get("confusion")
    row = dict(zip(labels, matrix[labels.index(label)], strict=False)) if matrix and label in labels else {}
    confused = {name: number for name, number in row.items() if name != label and number}
    other = max(confused, key=lambda name: (confused[name], name), default=None)
    return {
        "label": label,
        "right": measured[label]["right"],
        "gold": measured[label]["gold"],
        "confused_with": other,
        "confused": confused.get(other) if other else None,
    }
