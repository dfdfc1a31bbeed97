"""A net around one article: what a stage cannot do for it is listed, and the stage goes on with the others.

An exception that is no error of the user or the system is a fault of Parley that the text of one article shows. The
article is tried again in each run of the stage, so that nothing is remembered once the fault is corrected.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from pipeline.core import paths
from pipeline.core.errors import SET_UP_ANEW, ParleyError, describe_fault, error_for_user
from pipeline.core.number_format import counted
from pipeline.core.schema.data_tables import FAILURES
from pipeline.core.storage import tables
from pipeline.core.storage.tables import Row

# Their reason in the list of `parley rejects`, and that of the documents on which `ingest` failed.
FAILED = "failed"
# More failures than this share of a stage's articles, and the fault is not in the articles.
MOST_FAILED = 0.5
SHOWN = 5
T = TypeVar("T")


class Failure(NamedTuple):
    """An article for which a stage raised an exception, and the exception in words."""

    article_id: str
    problem: str


class ArticleNet(dict[str, Failure]):
    """Notes the articles for which work across articles raises an exception, so that it can be done without them."""

    @contextmanager
    def of(self, article_id: str) -> Iterator[None]:
        """Swallow an exception of the block that concerns the article, and note the article."""
        try:
            yield
        except Exception as error:
            raise_if_of_run(error)
            self.setdefault(article_id, Failure(article_id, describe_fault(error)))


def compute_each(
    articles: list[str], compute: Callable[[list[str]], Iterable[T]]
) -> tuple[dict[str, T], list[Failure]]:
    """Compute something for each article: together, and where that raises an exception, each by itself.

    `compute` takes ids of articles and yields what belongs to each, in that order. What was computed is returned by
    article, and the articles for which `compute` raised an exception.
    """
    try:
        return dict(zip(articles, compute(articles), strict=True)), []
    except Exception as error:  # it does not say which article it was
        raise_if_of_run(error)
    computed, net = dict[str, T](), ArticleNet()
    for article in articles:
        with net.of(article):
            (computed[article],) = compute([article])
    return computed, list(net.values())


def raise_if_of_run(error: Exception) -> None:
    """Raise an exception that concerns the run, not one article: a config, a damaged file, a full disk, no memory."""
    if error_for_user(error) is not None:
        raise error


def write_failures(root: Path, stage: str, found: Mapping[str, Iterable[Failure]], articles: int) -> int:
    """Write the table of the articles that a stage failed on, name them on standard error, and return their number.

    `found` has by what the data lacks because of them, in words, the failures of a stage of so many `articles`. If they
    are more than `MOST_FAILED` of these, that is a ParleyError.
    """
    rows = [
        {"article_id": article, "stage": stage, "detail": f"{stage} failed: {problem}; {effect}"}
        for effect, failures in found.items()
        for article, problem in failures
    ]
    rows.sort(key=lambda row: (row["article_id"], row["detail"]))
    tables.write(FAILURES, rows, root / paths.FAILURES / stage)
    named = _with_paths(root, rows)
    for row in named[:SHOWN]:
        print(f"warning: {row['raw_path']}, article {row['article_id']}: {row['detail']}", file=sys.stderr)
    if len(rows) > SHOWN:
        print(f"warning: {len(rows) - SHOWN} more are in `parley rejects`", file=sys.stderr)
    failed = len({row["article_id"] for row in rows})
    if failed > MOST_FAILED * articles:
        what, first = f"{counted(failed, 'article')} failed, which is most of them", named[0]
        where = f"{first['raw_path']}, article {first['article_id']}"
        fix = f"the fault is in the code or its installation, not in the articles: {SET_UP_ANEW}"
        raise ParleyError(what, where=where, why=first["detail"], fix=fix)
    return failed


def read_failures(root: Path, stages: Iterable[str] = paths.STAGES_OF_ARTICLES) -> list[Row]:
    """Return the rows of all tables of failures in the order of the stages, with the `raw_path` of each article."""
    folders = [folder for stage in stages if (folder := root / paths.FAILURES / stage).exists()]
    return _with_paths(root, [row for folder in folders for row in tables.iterate_rows(folder)])


def _with_paths(root: Path, rows: list[Row]) -> list[Row]:
    """Add the path of the input file of each article, empty where the article is gone."""
    ids = {row["article_id"] for row in rows}
    raw_paths = dict(tables.iterate_column(root / paths.ARTICLES, "raw_path", ids)) if rows else {}
    return [row | {"raw_path": raw_paths.get(row["article_id"], "")} for row in rows]
