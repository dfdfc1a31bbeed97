"""What no article shows alone but the whole input does: whether day or month comes first, and the name of an outlet.

Articles are read once to learn what they show, kept in a temporary file, and completed when all have been read. What is
decided does not depend on their order.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import Any

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import FROM_FEED, DateParser, Order
from pipeline.ingest.outlets import OutletNames, domain_of
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.rejects import result_or_reject

Row = dict[str, Any]
MAX_MEMORY_BYTES = 1 << 26


class WholeInput:
    """Learns from all articles of an input, as the cleaner returns them, and then completes each.

    Parameters
    ----------
    config : IngestConfig
        Has `date_order` and `outlets`.
    dates : DateParser
        Reads the dates of the language.
    """

    def __init__(self, config: IngestConfig, dates: DateParser) -> None:
        self._config, self._dates = config, dates
        self._outlets = OutletNames(config.outlets)
        self._shown: set[tuple[str, str | None, str | None, Order]] = set()

    def complete_all(self, documents: Iterable[tuple[str, Row | Reject]]) -> Iterator[tuple[str, Row | Reject]]:
        """Yield the articles, completed, and the rejects of an input with their paths, in order."""
        with tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES, mode="w+", encoding="ascii") as kept:
            for path, document in documents:
                if isinstance(document, Reject):
                    kept.write(json.dumps([path, vars(document), None]) + "\n")
                else:
                    failed = result_or_reject(partial(self._learn, path, document), document["row"])
                    kept.write(json.dumps([path, failed and vars(failed), document]) + "\n")
            kept.seek(0)
            for line in kept:
                path, reject, article = json.loads(line)
                complete = partial(self._complete, path, article)
                yield path, Reject(**reject) if reject else result_or_reject(complete, article["row"])

    def _learn(self, path: str, article: Row) -> None:
        """Take note of what an article shows."""
        self._outlets.add(article["source"], article["url"])
        if shows := article["date_shows"]:
            domain = domain_of(article["url"])
            self._shown.add((table_of(path, article), article["source"], domain and f"http://{domain}", shows))

    def _complete(self, path: str, article: Row) -> Row:
        """Return an article with the name that its outlet has in all articles, and with its date read if possible.

        A date with two readings, such as `03/04/2024`, was left unread: other articles decide whether it begins with
        the day, and where they do not, it stays unread. `date_shows` is left out: `_learn` has used it.
        """
        outlet = self._outlets.name(article["source"], article["url"])
        completed = {name: value for name, value in article.items() if name != "date_shows"} | {"source": outlet}
        if article["date_problem"] != "two_readings":
            return completed
        order = self._order(table_of(path, article), outlet)
        if order is None:
            return completed
        reading = self._dates.read(article["date_given"].removeprefix(FROM_FEED), order)
        return completed | {
            "published_at": reading.day,
            "published_time": reading.time,
            "date_problem": reading.problem,
        }

    def _order(self, table: str, outlet: str | None) -> Order | None:
        """Return which comes first in the dates of an outlet in a table.

        Its other dates there decide; where there are none, the rest of the table and of the outlet, if they agree.
        """
        if self._config.date_order != "auto":
            return self._config.date_order
        orders = self._orders
        found = orders.get((table, outlet)) or orders.get((table, None), set()) | orders.get(("", outlet), set())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _orders(self) -> dict[tuple[str, str | None], set[Order]]:
        """The orders shown by each table and outlet, by each table (with None), and by each outlet (with no table)."""
        orders: defaultdict[tuple[str, str | None], set[Order]] = defaultdict(set)
        for table, source, url, shows in self._shown:
            outlet = self._outlets.name(source, url)
            for key in {(table, outlet), (table, None), ("", outlet)} - {("", None)}:
                orders[key].add(shows)
        return orders


def table_of(path: str, article: Row) -> str:
    """Return the file, if it is a table, whose dates one program wrote; nothing for a page or a crawl of pages."""
    is_crawl = path.lower().removesuffix(".gz").endswith(".warc")
    return "" if article["row"] is None or is_crawl else path
