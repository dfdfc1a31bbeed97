"""What `data/annotations` holds already: who labelled which quote, and whose articles are annotated."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError

STANCE = paths.ANNOTATIONS / "stance.jsonl"
QUOTES = paths.ANNOTATIONS / "quotes.jsonl"
PAIRS = paths.ANNOTATIONS / "agreement" / "stance.jsonl"
FIRST = paths.ANNOTATIONS / "agreement" / "first.jsonl"
SECOND = paths.ANNOTATIONS / "agreement" / "second.jsonl"


def rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSONL file, none where it is not there.

    Raises
    ------
    DataError
        On a line that is no JSON object.
    """
    if not path.exists():
        return []
    found = []
    # Only at newlines: U+2028 and its like may stand in a text.
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError("not JSON", where=f"{path}, line {number}", why=str(error), fix="mend it") from None
            if not isinstance(row, dict):
                raise DataError("a row is a JSON object", where=f"{path}, line {number}", fix="mend it")
            found.append(row)
    return found


def lines(found: list[dict[str, Any]]) -> str:
    """Rows as JSON lines, fields in their order."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)


@dataclass
class Labelled:
    """Who labelled what.

    Attributes
    ----------
    quotes : dict of str to dict
        By quote id: annotators by target.
    texts : dict of (str, str) to str
        Quote id by article and letters: a quote with another mark or stop at its edge is the same.
    articles : dict of str to set of str
        Annotators of each article of `quotes.jsonl`.
    """

    quotes: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    articles: dict[str, set[str]] = field(default_factory=dict)

    def by(self, quote: Mapping[str, Any], targets: Collection[str]) -> set[str]:
        """Who labelled this quote for every one of the targets."""
        same = self.texts.get((quote["article_id"], letters(quote["content"])))
        found = self.quotes.get(same, {}) if same else {}
        return set.intersection(*(found.get(target, set()) for target in targets)) if targets else set()


def letters(text: str) -> str:
    """Letters and digits alone, to compare wordings by."""
    return "".join(filter(str.isalnum, text.casefold()))


def read_labelled(root: Path) -> Labelled:
    """Read the annotations of a project; none where there are none."""
    out = Labelled()
    for row in rows(root / STANCE):
        out.texts[row["id"].split("-")[0], letters(row["text"])] = row["id"]
        for target in row["labels"]:
            out.quotes.setdefault(row["id"], {}).setdefault(target, set()).add(row["annotator"])
    for pair in rows(root / PAIRS):
        for target in pair["second"]:
            who = pair.get("annotators", ["", "second"])[1]
            out.quotes.setdefault(pair["id"], {}).setdefault(target, set()).add(who)
    for path in (QUOTES, FIRST, SECOND):
        for row in rows(root / path):
            out.articles.setdefault(row["article_id"], set()).add(row["annotator"])
    return out
