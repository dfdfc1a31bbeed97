"""Stage `publish`: every table joined to a folder that `load_dataset` reads, card included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from datasets import Features

from pipeline import paths, tables
from pipeline.errors import DataError
from pipeline.publish import croissant, features, gold, rows, shards
from pipeline.publish.body import Facts, body
from pipeline.publish.card import FILE, card
from pipeline.publish.config import PublishConfig, load_publish
from pipeline.publish.plan import Home, by_licence, homes
from pipeline.publish.shards import Config
from pipeline.targets import Target, load_targets

Part = tuple[str, Features, Iterator[tuple[str, rows.Row]]]


def run(root: Path) -> dict[str, int]:
    """Write `data/published`."""
    config, targets = load_publish(root), load_targets(root / paths.CONFIGS)
    with tables.written(root / paths.PUBLISHED) as fresh:
        written = _write(root, fresh, config, targets)
    return {w.name: w.rows for w in written}


def _write(root: Path, folder: Path, config: PublishConfig, targets: Mapping[str, Target]) -> list[Config]:
    annotations = gold.read(root, targets) if config.gold else gold.Annotations({}, {}, {})
    places = homes(root, config, annotations.ties(), annotations.articles())
    parts = _parts(root, config, targets, places, annotations)
    written = [shards.write(folder / name, columns, source, config.splits) for name, columns, source in parts]
    kept = [w for w in written if w.rows]
    if not kept:
        raise DataError("nothing is left to publish", where="configs/publish.yaml", fix="see `leave_out`")
    labels = {key: target.labels for key, target in targets.items()}
    about = {**features.about(labels), "gold": gold.about(labels)}
    metrics = tables.read_json(root / paths.REPORTS / "metrics.json")
    languages, sample = _about_articles(root, places)
    facts = Facts(metrics, targets, by_licence(places), sample)
    tables.write_text(folder / FILE, card(config, kept, about, body(facts, kept, config), languages))
    tables.write_text(folder / croissant.FILE, croissant.page(config, kept, about, folder, languages))
    return written


def _parts(
    root: Path,
    config: PublishConfig,
    targets: Mapping[str, Target],
    places: Mapping[str, Home],
    annotations: gold.Annotations,
) -> Iterable[Part]:
    """The configs in the order of the card; `speakers` comes after `quotes`, which tell whose names are used."""
    labels = {key: target.labels for key, target in targets.items()}
    used: Counter[str] = Counter()
    yield "quotes", features.quotes(labels), rows.quotes(root, len(targets), places, used)
    yield "articles", features.articles(), rows.articles(root, places)
    yield "speakers", features.speakers(), rows.speakers(root, used, next(iter(config.splits)))
    texts = rows.texts(root, set(annotations.articles()))
    yield "gold", gold.features(labels), gold.rows(annotations, places, texts, targets, config)


def _about_articles(root: Path, places: Mapping[str, Home]) -> tuple[list[str], bool]:
    """Languages of the published articles, sorted, and whether articles of the sample are among them."""
    languages, sample = set(), False
    for row in tables.iterate(root / paths.ARTICLES, ["article_id", "language", "raw_path"]):
        if row["article_id"] in places:
            languages.add(row["language"])
            sample = sample or row["raw_path"].startswith("sample/")
    return sorted(languages), sample
