"""Stage `publish`: every table joined to a folder that `load_dataset` reads, card included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyarrow as pa

from pipeline.core import code_hash, paths
from pipeline.core.errors import DataError
from pipeline.core.storage import incremental, tables
from pipeline.core.targets import Target, load_targets
from pipeline.publish import config_rows, croissant, dataset_features, gold_config, parquet_shards, reuse
from pipeline.publish.card_text import Facts, body
from pipeline.publish.config import PublishConfig, load_publish
from pipeline.publish.dataset_card import FILE, card
from pipeline.publish.parquet_shards import Config
from pipeline.publish.publication_plan import Home, by_licence, homes


def run(root: Path) -> dict[str, int]:
    """Write `data/published`."""
    config, targets = load_publish(root), load_targets(root / paths.CONFIGS)
    with tables.atomic_path(root / paths.PUBLISHED) as fresh:
        written = _write(root, fresh, config, targets)
    return {w.name: w.rows for w in written}


def _write(root: Path, folder: Path, config: PublishConfig, targets: Mapping[str, Target]) -> list[Config]:
    labels = {key: target.labels for key, target in targets.items()}
    annotated = Annotated(root, targets, config)
    places = homes(root, config, annotated.ties, annotated.articles)
    written = [*_of_articles(root, folder, config, labels, places), annotated.write(folder / "gold", places)]
    published = [w for w in written if w.rows]
    if not published:
        raise DataError("nothing is left to publish", where="configs/publish.yaml", fix="see `leave_out`")
    about = {**dataset_features.about(labels), "gold": gold_config.about(labels)}
    metrics = tables.read_json(root / paths.REPORTS / "metrics.json")
    languages = sorted({home.language for home in places.values()})
    facts = Facts(metrics, targets, by_licence(places), any(home.sample for home in places.values()))
    tables.write_text(folder / FILE, card(config, published, about, body(facts, published, config), languages))
    tables.write_text(folder / croissant.FILE, croissant.page(config, published, about, folder, languages))
    return written


def _of_articles(
    root: Path, folder: Path, config: PublishConfig, labels: dataset_features.Labels, places: Mapping[str, Home]
) -> list[Config]:
    """The configs in the order of the card; `speakers` comes after `quotes`, which tell whose names are used."""
    columns = {"quotes": dataset_features.quotes(labels), "articles": dataset_features.articles()}
    writers = {name: parquet_shards.Writer(folder / name, part, config.splits) for name, part in columns.items()}
    used: Counter[str] = Counter()
    for name, split, row in config_rows.of_articles(root, len(labels), places, used):
        writers[name].add(split, row)
    people = config_rows.speakers(root, used, next(iter(config.splits)))
    speakers = parquet_shards.write(folder / "speakers", dataset_features.speakers(), people, config.splits)
    return [*(writer.close() for writer in writers.values()), speakers]


class Annotated:
    """The annotations as the config `gold`; read where they, or the articles they are of, have changed.

    Attributes
    ----------
    ties : list of (str, str)
        Articles with a mark that those share which stay in one split.
    articles : list of str
        Ids of the annotated articles, one for each annotated quote.
    """

    def __init__(self, root: Path, targets: Mapping[str, Target], config: PublishConfig) -> None:
        self._root, self._targets, self._config = root, targets, config
        digests = [croissant.file_hash(path) if path.exists() else "" for path in gold_config.files(root)]
        code = code_hash.digest(__name__), pa.__version__
        self._made_from = incremental.content_key(code, digests, list(targets.items()), config.gold)
        self._read = cache(self._annotations)
        path = root / paths.PUBLISHING / "annotated.json"
        self.ties, self.articles = incremental.cached_json(path, self._made_from, self._ties)

    def write(self, folder: Path, places: Mapping[str, Home]) -> Config:
        """Write the config."""
        columns = gold_config.features({key: target.labels for key, target in self._targets.items()})
        of_articles = sorted(set(self.articles))

        def make() -> Config:
            texts = config_rows.texts(self._root, set(of_articles))
            source = gold_config.rows(self._read(), places, texts, self._targets, self._config)
            return parquet_shards.write(folder, columns, source, self._config.splits)

        shares = list(self._config.splits.items()), self._config.gold_license
        made_from = incremental.content_key(self._made_from, shares, [(i, places.get(i)) for i in of_articles])
        return reuse.written(self._root, folder, columns, made_from, make)

    def _annotations(self) -> gold_config.Annotations:
        return gold_config.read(self._root, self._targets) if self._config.gold else gold_config.Annotations({}, {}, {})

    def _ties(self) -> list[list[object]]:
        found = self._read()
        return [list(found.ties()), list(found.articles())]
