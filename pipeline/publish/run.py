"""Stage `publish`: join all tables into folders that `load_dataset` reads, with a dataset card.

`data/published` has what licences allow, `data/full` every text in full, for whoever has the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import vl_convert

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.publish_config import PublishConfig, load_publish_config
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets
from pipeline.publish import croissant, dataset_card, dataset_features, published_positions
from pipeline.publish.card_text import render_card_text
from pipeline.publish.dataset_rows import join_article_rows, read_speaker_rows, read_texts
from pipeline.publish.example_row import choose_example
from pipeline.publish.gold_features import build_gold_features, describe_gold_columns
from pipeline.publish.gold_rows import Annotations, join_gold_rows, read_annotations
from pipeline.publish.parquet_shards import ConfigWriter, WrittenConfig, write_config
from pipeline.publish.publication_plan import ArticlePlan, count_by_licence, full_plans, plan_articles, published_plans

Plans = Mapping[str, ArticlePlan]


def run(root: Path) -> dict[str, int]:
    """Write `data/published` and `data/full`; return the rows of the first."""
    config, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    gold = read_annotations(root, targets) if config.gold else Annotations({}, {}, {})
    plans = plan_articles(root, config, gold.group_keys(), gold.article_ids())
    with tables.atomic_path(root / paths.PUBLISHED) as folder:
        written = _write_dataset(root, folder, config, targets, gold, published_plans(plans), full=False)
    with tables.atomic_path(root / paths.FULL) as folder:
        _write_dataset(root, folder, config, targets, gold, full_plans(plans), full=True)
    return {part.name: part.rows for part in written}


def _write_dataset(
    root: Path,
    folder: Path,
    config: PublishConfig,
    targets: Mapping[str, Target],
    gold: Annotations,
    plans: Plans,
    full: bool,
) -> list[WrittenConfig]:
    """Write configs and card, and Croissant metadata unless `full`; a config without rows is left out of these."""
    labels = {key: target.labels for key, target in targets.items()}
    written = [*_write_articles(root, folder, config, labels, plans)]
    written += _write_positions(root, folder, config, targets, plans)
    texts = read_texts(root, set(gold.article_ids()))
    rows = join_gold_rows(gold, plans, texts, targets, config)
    written.append(write_config(folder / "gold", build_gold_features(labels), rows, config.splits))
    published = [part for part in written if part.rows]
    if not published:
        raise DataError("nothing is left to publish", where="configs/publish.yaml", fix="see `leave_out`")
    descriptions = dataset_features.describe_columns(labels) | published_positions.describe_columns(targets)
    descriptions["gold"] = describe_gold_columns(labels)
    metrics = tables.read_json(root / paths.SCORES)
    languages = sorted({plan.language for plan in plans.values()})
    licences = count_by_licence(plans.values())
    invented = [article_id for article_id, plan in plans.items() if plan.invented]
    example = choose_example(folder, written[0], targets, invented)
    text = render_card_text(config, published, descriptions, targets, metrics, licences, bool(invented), example, full)
    metadata = dataset_card.build_metadata(config, published, languages, full)
    tables.write_text(folder / dataset_card.FILE, dataset_card.format_card(metadata, text))
    drawn = (root / paths.REPORTS / "figures" / "labels.svg").read_text(encoding="utf-8")
    (folder / dataset_card.FIGURE).write_bytes(_to_png(drawn))
    if not full:  # Croissant is for finding datasets on the web
        croissant_text = croissant.render_croissant(config, published, descriptions, targets, folder, languages)
        tables.write_text(folder / croissant.FILE, croissant_text)
    return written


@lru_cache(maxsize=1)
def _to_png(svg: str) -> bytes:
    """Draw a figure for the card; both cards of a run have the same."""
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def _write_articles(
    root: Path, folder: Path, config: PublishConfig, labels: dataset_features.Labels, plans: Plans
) -> list[WrittenConfig]:
    """Write `quotes`, `articles` and `speakers`; the last needs the number of quotes of each speaker."""
    features = {
        "quotes": dataset_features.build_quote_features(labels),
        "articles": dataset_features.build_article_features(),
    }
    writers = {name: ConfigWriter(folder / name, columns, config.splits) for name, columns in features.items()}
    quote_counts: Counter[str] = Counter()
    for name, split, row in join_article_rows(root, len(labels), plans, quote_counts):
        writers[name].add(split, row)
    speakers = read_speaker_rows(root, quote_counts, next(iter(config.splits)))
    columns = dataset_features.build_speaker_features()
    return [
        *(writer.close() for writer in writers.values()),
        write_config(folder / "speakers", columns, speakers, config.splits),
    ]


def _write_positions(
    root: Path, folder: Path, config: PublishConfig, targets: Mapping[str, Target], plans: Plans
) -> list[WrittenConfig]:
    """Write `positions` and `changes`, which are counted over articles and so in the first split, as `speakers` are."""
    features, split = published_positions.build_features(targets), next(iter(config.splits))
    rows = {
        published_positions.POSITIONS: published_positions.read_position_rows(root, plans, split),
        published_positions.CHANGES: published_positions.read_change_rows(root, plans, split),
    }
    return [write_config(folder / name, features[name], rows[name], config.splits) for name in features]
