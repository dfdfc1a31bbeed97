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
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Target, load_targets
from pipeline.publish import croissant, dataset_card, dataset_features, published_positions
from pipeline.publish.card_text import render_card_text
from pipeline.publish.dataset_rows import Row, join_article_rows, read_speaker_rows, read_texts
from pipeline.publish.example_row import choose_example
from pipeline.publish.gold_features import build_gold_features, describe_gold_columns
from pipeline.publish.gold_rows import Annotations, join_gold_rows, open_gate, read_annotations
from pipeline.publish.parquet_shards import ConfigWriter, WrittenConfig, write_config
from pipeline.publish.publication_plan import ArticlePlan, count_by_licence, full_plans, plan_articles, published_plans

Plans = Mapping[str, ArticlePlan]


def run(root: Path) -> dict[str, int]:
    """Write `data/published` and `data/full`; return the rows of the first."""
    config, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    gold = read_annotations(root, targets) if config.gold else Annotations({}, {}, {})
    withholding = plan_withholding(root, config)
    plans = plan_articles(root, config, withholding, gold.group_keys())
    labels = {key: target.labels for key, target in targets.items()}
    with tables.atomic_path(root / paths.PUBLISHED) as published, tables.atomic_path(root / paths.FULL) as full:
        editions = [
            Edition(published, published_plans(plans), config, labels, withholding),
            Edition(full, full_plans(plans), config, labels, None),
        ]
        # Both in one pass, because most of the time goes to reading and joining the tables.
        for name, row in join_article_rows(root, len(targets), plans):
            for edition in editions:
                edition.add(name, row)
        parts = [edition.close(root) for edition in editions]
        written, withheld = _write_rest(root, editions[0], config, targets, gold, parts[0])
        _write_rest(root, editions[1], config, targets, gold, parts[1])
    counts = {part.name: part.rows for part in written}
    return counts | ({"gold withheld": withheld} if withheld else {})


class Edition:
    """A folder of the dataset while its `quotes`, `articles` and `speakers` are written.

    Parameters
    ----------
    folder : path
        The folder, which does not exist yet.
    plans : mapping of str to ArticlePlan
        How each of its articles is published, by article_id.
    config : PublishConfig
        Its splits.
    labels : mapping of str to sequence of str
        Labels of each target.
    withholding : Withholding or None
        What may leave; None for the dataset with every text in full.
    """

    def __init__(
        self,
        folder: Path,
        plans: Plans,
        config: PublishConfig,
        labels: dataset_features.Labels,
        withholding: Withholding | None,
    ) -> None:
        self.folder, self.plans, self.withholding, self._splits = folder, plans, withholding, config.splits
        features = {
            "quotes": dataset_features.build_quote_features(labels),
            "articles": dataset_features.build_article_features(),
        }
        self._writers = {
            name: ConfigWriter(folder / name, columns, config.splits) for name, columns in features.items()
        }
        self._quote_counts: Counter[str] = Counter()

    def add(self, name: str, row: Row) -> None:
        """Write a row of the config `name`, as far as the plan of its article allows."""
        plan = self.plans.get(row["article_id"])
        shown = self._publish(name, row) if plan else None
        if plan is None or shown is None:
            return
        if name == "quotes" and row["speaker_id"]:
            self._quote_counts[row["speaker_id"]] += 1
        self._writers[name].add(plan.split, shown)

    def close(self, root: Path) -> list[WrittenConfig]:
        """Write `speakers`, whose numbers of quotes are known now; return what was written."""
        rows = read_speaker_rows(root, self._quote_counts, next(iter(self._splits)))
        speakers = ((split, shown) for split, row in rows if (shown := self._publish("speakers", row)))
        columns = dataset_features.build_speaker_features()
        return [
            *(writer.close() for writer in self._writers.values()),
            write_config(self.folder / "speakers", columns, speakers, self._splits),
        ]

    def _publish(self, name: str, row: Row) -> Row | None:
        return row if self.withholding is None else self.withholding.publish(name, row)


def _write_rest(
    root: Path,
    edition: Edition,
    config: PublishConfig,
    targets: Mapping[str, Target],
    gold: Annotations,
    written: list[WrittenConfig],
) -> tuple[list[WrittenConfig], int]:
    """Write positions, gold and card, without what has no rows; return also how many rows of gold are withheld."""
    folder, plans, full = edition.folder, edition.plans, edition.withholding is None
    labels = {key: target.labels for key, target in targets.items()}
    written += _write_positions(root, edition, config, targets)
    texts = read_texts(root, set(gold.article_ids()))
    gate = None if edition.withholding is None else open_gate(root, gold, edition.withholding)
    rows = join_gold_rows(gold, plans, texts, targets, config, gate)
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
    return written, gate.withheld if gate else 0


@lru_cache(maxsize=1)
def _to_png(svg: str) -> bytes:
    """Draw a figure for the card; both cards of a run have the same."""
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def _write_positions(
    root: Path, edition: Edition, config: PublishConfig, targets: Mapping[str, Target]
) -> list[WrittenConfig]:
    """Write `positions` and `changes`, which are counted over articles and so in the first split, as `speakers` are."""
    features, split = published_positions.build_features(targets), next(iter(config.splits))
    rows = {
        published_positions.POSITIONS: published_positions.read_position_rows(root, edition.withholding, split),
        published_positions.CHANGES: published_positions.read_change_rows(root, edition.withholding, split),
    }
    return [write_config(edition.folder / name, features[name], rows[name], config.splits) for name in features]
