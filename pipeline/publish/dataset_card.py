"""Write and read the dataset card `README.md`: YAML that `load_dataset` reads, and a page for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from huggingface_hub import DatasetCard, DatasetCardData
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import build_config
from pipeline.core.errors import DataError
from pipeline.core.markdown import render
from pipeline.core.publish_config import UNKNOWN, PublishConfig
from pipeline.core.stance_headlines import count_given_stances
from pipeline.core.targets import Targets, shared_labels, shared_roles
from pipeline.publish.parquet_shards import SPLIT, WrittenConfig
from pipeline.publish.publication_plan import ArticlePlan

TEMPLATES = Path(__file__).parent / "templates"
Figures = Mapping[str, Any]
# Marks the card of the dataset with every text in full, which `parley push` refuses.
FULL_TAG = "not-for-passing-on"
TAGS = ("quotation-extraction", "quote-attribution", "stance-detection", "news")
FILE = "README.md"
# The picture at the top of the card, beside it.
FIGURE = "labels.png"
_TAKE_AGAIN = "take the folder as `dvc repro` wrote it, or download it again"
# What one row of each config is.
_ABOUT = {
    "quotes": "one row for each quote, with its speaker and its stance toward each target",
    "articles": "one row for each article",
    "speakers": "one row for each speaker of the quotes",
    "positions": "one row for each speaker or side, target and month: its stances, and shares with intervals",
    "changes": "one row for each change of stance that was found; many are errors",
    "gold": "one row for each quote that annotators labelled",
}


def _check_identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError("this cannot name a config: use letters, digits and _")
    return name


Identifier = Annotated[str, AfterValidator(_check_identifier)]
_SOME = ConfigDict(extra="ignore")


@dataclass(frozen=True, config=_SOME)
class _DataFiles:
    split: str
    path: str


@dataclass(frozen=True, config=_SOME)
class _Config:
    config_name: Identifier
    description: str
    data_files: Annotated[list[_DataFiles], Field(min_length=1)]


@dataclass(frozen=True, config=_SOME)
class _Info:
    config_name: str


@dataclass(frozen=True, config=_SOME)
class _Card:
    """The keys of a card that are used when it is read."""

    license: str
    tags: list[str]
    configs: Annotated[list[_Config], Field(min_length=1)]
    dataset_info: list[_Info]
    rows: dict[str, Annotated[int, Field(ge=0, strict=True)]]
    withheld: dict[str, int] = field(default_factory=dict)


class CardFacts(NamedTuple):
    """What the card says of what was written."""

    written: Sequence[WrittenConfig]
    plans: Mapping[str, ArticlePlan]  # by article_id
    metrics: Figures  # `reports/scores.json`
    gold_withheld: int = 0  # annotated quotes that are withheld whole
    full: bool = False  # whether it is the dataset with every text in full


def build_metadata(config: PublishConfig, facts: CardFacts) -> dict[str, Any]:
    """Return the YAML keys of the card; the dataset with every text in full is under no licence for others."""
    articles = sum(not plan.has_text for plan in facts.plans.values())
    withheld = {name: n for name, n in (("articles", articles), ("gold", facts.gold_withheld)) if n}
    return {
        "pretty_name": f"{config.name}, in full" if facts.full else config.name,
        "license": "other" if facts.full else config.license,
        "language": sorted({plan.language for plan in facts.plans.values()}),
        "annotations_creators": ["machine-generated"],
        "task_categories": ["text-classification", "token-classification"],
        "tags": [*TAGS, FULL_TAG] if facts.full else list(TAGS),
        **({"withheld": withheld} if withheld else {}),
        # `datasets` caches by this YAML alone: without the digest it would serve a changed dataset from its cache.
        "configs": [
            {
                "config_name": part.name,
                "data_files": [{"split": SPLIT, "path": f"{part.name}/{SPLIT}-*.parquet"}],
                "description": f"{_ABOUT[part.name]} (hash of the rows: {part.digest})",
                **({"default": True} if part.name == "quotes" else {}),
            }
            for part in facts.written
        ],
        # Not as `splits` of `dataset_info`: `datasets` warns of those that lack their size in its cache.
        "rows": {part.name: part.rows for part in facts.written},
        # The columns of each config, and which of them are labels.
        "dataset_info": [
            {"config_name": part.name, "features": part.features._to_yaml_list()} for part in facts.written
        ],
    }


def format_card(metadata: Mapping[str, Any], text: str) -> str:
    """Return YAML and Markdown as one page; the columns, which are for programs, as a line of JSON for each config."""
    head = {name: value for name, value in metadata.items() if name != "dataset_info"}
    block = DatasetCardData(**head).to_yaml(original_order=list(head))
    if "\x85" in block:  # YAML reads this line break as a space unless it is escaped
        block = yaml.safe_dump(head, sort_keys=False).rstrip("\n")
    infos = "".join(f"\n- {json.dumps(info, separators=(',', ':'))}" for info in metadata["dataset_info"])
    return f"---\n{block}\ndataset_info:{infos or ' []'}\n---\n\n{text}"


def read_card(folder: Path) -> tuple[dict[str, Any], str]:
    """Read YAML and Markdown of a folder's card, and check what of it is used; what is wrong there is a DataError."""
    path = folder / FILE
    if not path.is_file():
        fix = "run `dvc repro` in a project, or name a published folder with --folder"
        raise DataError("no dataset card here", where=str(path), fix=fix)
    try:
        card = DatasetCard.load(path)
        metadata = card.data.to_dict()
        if not metadata:
            raise ValueError("it has no keys between two lines `---` at its top")
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a damaged card makes the hub's client and YAML raise many kinds of errors
        why = " ".join(str(error).split())[:200]
        raise DataError("the card does not begin with its YAML", where=str(path), why=why, fix=_TAKE_AGAIN) from None
    build_config(_Card, metadata, where=str(path), kind_of_error=DataError, fix=_TAKE_AGAIN)
    return metadata, card.text.lstrip("\n")


def render_card_text(config: PublishConfig, targets: Targets, facts: CardFacts) -> str:
    """Return the Markdown of the card."""
    counts = Counter((plan.license, plan.has_text) for plan in facts.plans.values())
    licences = {licence: (number, has_text) for (licence, has_text), number in sorted(counts.items())}
    return render(
        TEMPLATES / "card.md.j2",
        config=config,
        configs=facts.written,
        targets=targets,
        labels=list(shared_labels(targets)),
        descriptions=next(iter(targets.values())).descriptions,
        roles=shared_roles(targets),
        metrics=facts.metrics,
        count_given=count_given_stances,
        licences=licences,
        unknown_licence=UNKNOWN,
        withheld=not all(has_text for _, has_text in licences.values()),
        gold_withheld=facts.gold_withheld,
        sample=any(plan.invented for plan in facts.plans.values()),
        full=facts.full,
        folder=(paths.FULL if facts.full else paths.PUBLISHED).as_posix(),
        figure=FIGURE,
        first_target=next(iter(targets)),
        has_gold=any(part.name == "gold" and part.rows for part in facts.written),
        topic=describe_topic(targets),
        citation=format_citation(config, targets),
    )


def describe_topic(targets: Targets) -> str:
    """Return the targets in words, such as `a ceasefire or a territorial concession`."""
    *others, last = ("a " + name.replace("_", " ") for name in targets)
    return f"{', '.join(others)} or {last}" if others else last


def format_citation(config: PublishConfig, targets: Targets) -> str:
    """Return a BibTeX entry of the dataset, a field per line."""
    author = config.creator and f"{{{config.creator}}}"  # in braces, BibTeX takes it for one name
    fields = {"title": config.name, "author": author, "year": config.published_on[:4]}
    fields |= {"version": config.version, "url": config.url or config.project_url}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    note = f"Who said what about {describe_topic(targets)}; made from news articles by Parley"
    return f"@misc{{parley,\n{lines}  note = {{{note}}},\n}}\n"
