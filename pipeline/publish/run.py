"""Stage `publish`: join all tables into folders that `load_dataset` reads, with a dataset card.

`data/published` has what may leave (`core/storage/withholding.py`), `data/full` every text in full, for whoever has the
articles.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import vl_convert

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.publish_config import PublishConfig, load_publish_config
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Targets, load_targets
from pipeline.publish import dataset_card
from pipeline.publish.dataset_rows import Row, build_features, join_article_rows, read_change_rows
from pipeline.publish.gold_rows import Annotations, GoldGate, join_gold_rows, open_gate, read_annotations
from pipeline.publish.parquet_shards import ConfigWriter
from pipeline.publish.publication_plan import ArticlePlan, plan_articles


def run(root: Path) -> dict[str, int]:
    """Write `data/published` and `data/full`; return the rows of the first, and how many of gold are withheld whole."""
    config, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    gold = read_annotations(root, config, targets)
    withholding = plan_withholding(root, config)
    plans = plan_articles(root, config, withholding, gold.group_keys())
    with tables.atomic_path(root / paths.PUBLISHED) as published, tables.atomic_path(root / paths.FULL) as full:
        gate = open_gate(root, gold, withholding)
        open_plans = {article_id: plan for article_id, plan in plans.items() if not plan.left_out}
        whole_plans = {article_id: replace(plan, has_text=True) for article_id, plan in plans.items()}
        public = Edition(published, open_plans, config, targets, withholding)
        whole = Edition(full, whole_plans, config, targets, None)
        drawn = (root / paths.REPORTS / "figures" / "labels.svg").read_text(encoding="utf-8")
        picture = bytes(vl_convert.svg_to_png(drawn, scale=2))
        # Both in one pass, because most of the time goes to reading and joining the tables.
        for name, row in join_article_rows(root, len(targets), plans):
            for edition in (public, whole):
                edition.add(name, row)
        counts = public.finish(root, gold, gate, picture)
        whole.finish(root, gold, None, picture)
    told = {"gold withheld": gate.withheld, "names of left_out.csv in no article": len(withholding.people.absent)}
    return counts | {what: number for what, number in told.items() if number}


@dataclass
class Edition:
    """A folder of the dataset while it is written."""

    folder: Path
    plans: Mapping[str, ArticlePlan]  # by article_id
    config: PublishConfig
    targets: Targets
    withholding: Withholding | None  # without it, the dataset has every text in full

    def __post_init__(self) -> None:
        features = build_features(self.targets)
        if not self.config.gold:
            del features["gold"]
        self._writers = {name: ConfigWriter(self.folder / name, kinds) for name, kinds in features.items()}
        self._quote_counts: Counter[str] = Counter()

    def add(self, name: str, row: Row) -> None:
        """Write a row of articles or quotes with the split of its article, as far as it may leave."""
        plan = self.plans.get(row["article_id"])
        if plan and self._write(name, row, split=plan.split) and name == "quotes" and row["speaker_id"]:
            self._quote_counts[row["speaker_id"]] += 1

    def finish(self, root: Path, gold: Annotations, gate: GoldGate | None, picture: bytes) -> dict[str, int]:
        """Write the other configs, and the card with its picture; return the number of rows of each config."""
        for row in tables.iterate_rows(root / paths.SPEAKERS):
            if number := self._quote_counts[row["speaker_id"]]:
                self._write("speakers", {**row, "n_quotes": number})
        for row in tables.iterate_rows(root / paths.POSITIONS):
            self._write("positions", row)
        for row in read_change_rows(root):
            self._write("changes", row)
        for row in join_gold_rows(root, gold, self.plans, self.targets, self.config, gate):
            self._writers["gold"].add(row)
        written = [writer.close() for writer in self._writers.values()]
        counts = {part.name: part.rows for part in written}
        if not any(counts.values()):
            raise DataError("nothing is left to publish", where="configs/publish.yaml", fix="see `leave_out`")
        metrics, gold_withheld = tables.read_json(root / paths.SCORES), gate.withheld if gate else 0
        facts = dataset_card.CardFacts(written, self.plans, metrics, gold_withheld, full=self.withholding is None)
        metadata = dataset_card.build_metadata(self.config, facts)
        text = dataset_card.render_card_text(self.config, self.targets, facts)
        card = dataset_card.format_card(metadata, text)
        card = self.withholding.people.cover(card) if self.withholding else card
        tables.write_text(self.folder / dataset_card.FILE, card)
        (self.folder / dataset_card.FIGURE).write_bytes(picture)
        return counts

    def _write(self, name: str, row: Row, **more: str) -> bool:
        """Write what may leave of a row, and columns that always may; return whether anything of it may."""
        shown = row if self.withholding is None else self.withholding.publish(name, row)
        if shown is not None:
            self._writers[name].add({**shown, **more})
        return shown is not None
