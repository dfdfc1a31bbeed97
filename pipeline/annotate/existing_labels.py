"""The labels in `data/annotations`: who labelled which quote, and whose articles are annotated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage.json_lines import read_json_lines

STANCE_FILE = paths.ANNOTATIONS / "stance.jsonl"
QUOTES_FILE = paths.ANNOTATIONS / "quotes.jsonl"
# Quotes with the stance labels of two annotators.
STANCE_PAIRS_FILE = paths.ANNOTATIONS / "agreement" / "stance.jsonl"
# The quotes of articles that two annotators annotated.
FIRST_QUOTES_FILE = paths.ANNOTATIONS / "agreement" / "first.jsonl"
SECOND_QUOTES_FILE = paths.ANNOTATIONS / "agreement" / "second.jsonl"


@dataclass
class ExistingLabels:
    """Annotators by quote and by article.

    Attributes
    ----------
    quotes : dict of str to dict
        By quote id: the annotators of each target.
    quote_ids : dict of (str, str) to str
        Quote id by article id and letters of the content. A quote of another build has another id if a quotation mark
        or full stop more is taken into it.
    articles : dict of str to set of str
        By article id: the annotators of its quotes.
    """

    quotes: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    quote_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    articles: dict[str, set[str]] = field(default_factory=dict)

    def stance_annotators(self, quote: Mapping[str, Any], targets: Collection[str]) -> set[str]:
        """Return who labelled this quote for every one of the targets."""
        quote_id = self.quote_ids.get((quote["article_id"], strip_punctuation(quote["content"])))
        by_target = self.quotes.get(quote_id, {}) if quote_id else {}
        return set.intersection(*(by_target.get(target, set()) for target in targets)) if targets else set()


def strip_punctuation(text: str) -> str:
    """Return the text in lower case without anything but letters and digits."""
    return "".join(filter(str.isalnum, text.casefold()))


def read_existing_labels(root: Path) -> ExistingLabels:
    """Read who labelled what in a project; nothing if there are no annotations."""
    existing = ExistingLabels()
    for row in read_json_lines(root / STANCE_FILE):
        existing.quote_ids[row["id"].split("-")[0], strip_punctuation(row["text"])] = row["id"]
        for target in row["labels"]:
            existing.quotes.setdefault(row["id"], {}).setdefault(target, set()).add(row["annotator"])
    for pair in read_json_lines(root / STANCE_PAIRS_FILE):
        for target in pair["second"]:
            annotator = pair.get("annotators", ["", "second"])[1]
            existing.quotes.setdefault(pair["id"], {}).setdefault(target, set()).add(annotator)
    for path in (QUOTES_FILE, FIRST_QUOTES_FILE, SECOND_QUOTES_FILE):
        for row in read_json_lines(root / path):
            existing.articles.setdefault(row["article_id"], set()).add(row["annotator"])
    return existing
