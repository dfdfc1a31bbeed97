"""Write the tables and configs of an invented project, as the stages before `publish` and `report` leave them."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from click.testing import CliRunner, Result

from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.left_out import LeftOut
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKERS
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding
from pipeline.core.targets import LabelRoles, stance_labels
from pipeline.ingest import input_files
from pipeline.ingest import run as ingest
from pipeline.positions.quote_stances import read_quote_stances
from pipeline.positions.run import write_position_tables
from pipeline.positions.shares import combine
from tests.worlds.rows import LABELS, ROOT, TARGETS, Row, speakers


class Story(NamedTuple):
    """An article, and its quotes with their stances."""

    article: Row
    quotes: list[tuple[Row, list[Row]]]


def write_tables(root: Path, stories: Iterable[Story], labels: Sequence[str] = LABELS) -> list[Row]:
    """Write articles, quotes, speakers and stances in the order of the tables; return the quotes.

    Labels that the stances do not have get the probability 0.
    """
    stories = sorted(stories, key=lambda story: story.article["article_id"])
    pairs = [pair for story in stories for pair in sorted(story.quotes, key=lambda pair: pair[0]["parts"][0]["start"])]
    quotes = [quote for quote, _ in pairs]
    tables.write_sorted(ARTICLES, [story.article for story in stories], root / paths.ARTICLES)
    tables.write_sorted(QUOTES, quotes, root / paths.QUOTES)
    tables.write(SPEAKERS, speakers(quotes), root / paths.SPEAKERS)
    zeros = {f"p_{label}": 0.0 for label in labels}
    stances = [zeros | stance for _, quote_stances in pairs for stance in quote_stances]
    tables.write(stance_table(tuple(labels)), stances, root / paths.STANCES)
    write_positions(root, labels)
    return quotes


def write_positions(root: Path, labels: Sequence[str] = LABELS) -> None:
    """Write positions and changes of the tables, by a model that made no error in fifty quotes of each label."""
    targets = {name: replace(target, labels=list(labels), roles=LabelRoles()) for name, target in TARGETS.items()}
    stances = stance_labels(targets)
    right = 50.0 * np.array([[gold == label for label in stances] for gold in labels])
    rates = dict.fromkeys(targets, combine(labels, stances, right, []))
    write_position_tables(root, targets, read_quote_stances(root, targets, Withholding(LeftOut())), rates)


def copy_configs(root: Path, *names: str) -> None:
    """Copy configs of the project itself; all of them if no name is given."""
    for source in [ROOT / "configs" / name for name in names] or sorted((ROOT / "configs").iterdir()):
        target = root / "configs" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)


def change_config(path: Path, **values: Any) -> None:
    """Give keys of a YAML file other values."""
    config = read_yaml(path) if path.exists() else {}
    # The compiled dumper is ten times as fast as `yaml.safe_dump`.
    tables.write_text(path, yaml.dump({**config, **values}, Dumper=yaml.CSafeDumper, sort_keys=False))


def files_in(*folders: Path) -> dict[str, bytes]:
    """Return the content of each file of some folders, by the names of both."""
    return {f"{folder.name}/{path.name}": path.read_bytes() for folder in folders for path in sorted(folder.iterdir())}


def ingest_input(root: Path) -> dict[str, int]:
    """List the input of a project and run the stage `ingest`; return its counts."""
    input_files.run(root)
    return ingest.run(root)


def parley(*arguments: object, text: str | None = None, status: int | None = 0, **more: Any) -> Result:
    """Run `parley`, which must end with this status, or any if it is None, and say what is wrong in words."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], input=text, **more)
    assert status in (None, done.exit_code), done.output
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done
