"""The articles of a run without a quote, and what each looks like: a speech has none that anybody reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import Language, load_language
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures

KINDS = {
    "failed": "an error of Parley: `parley rejects` names it",
    "first person": "many of its words are I, we and our, as in a speech or a column: they are the author's own, and "
    "no sentence reports them",
    "no marks": "it has no quotation marks",
    "marks": "it has quotation marks, but around nothing that somebody is said to have said",
}
# Share of words such as I, we and our from which a text looks like a speech: news has less than this, addresses more.
MIN_FIRST_PERSON = 0.04
EXAMPLES = 10
_WORDS = re.compile(r"\w+")
_COLUMNS = ["article_id", "raw_path", "language", "text"]


def count_quoteless(root: Path) -> dict[str, Any]:
    """Count the articles of the last run without a quote, by kind of `KINDS`, with a few of each.

    Returns
    -------
    dict
        For each kind that occurs: `articles`, their number, and `examples`, the first `EXAMPLES` of them with
        `article_id` and `raw_path`.
    """
    counts: dict[str, Any] = {}
    for article, kind in sorted(_find_quoteless(root), key=lambda found: list(KINDS).index(found[1])):
        of_kind = counts.setdefault(kind, {"articles": 0, "examples": []})
        of_kind["articles"] += 1
        if len(of_kind["examples"]) < EXAMPLES:
            of_kind["examples"].append({name: article[name] for name in ("article_id", "raw_path")})
    return counts


def _find_quoteless(root: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each article without a quote and its kind, in the order of the table."""
    failed = {row["article_id"] for row in read_failures(root)}
    quoted = {row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    for article in tables.iterate_rows(root / paths.ARTICLES, _COLUMNS, articles - quoted):
        is_failed = article["article_id"] in failed
        language = load_language(article["language"], root / paths.CONFIGS)
        yield article, "failed" if is_failed else kind_of(article["text"], language)


def kind_of(text: str, language: Language) -> str:
    """Return what a text without a quote looks like: `first person`, `no marks` or `marks`.

    Examples
    --------
    >>> kind_of("It rained. The ferry was late.", load_language("en"))
    'no marks'
    """
    words = _WORDS.findall(text.casefold())
    first_person = set(language.pronouns.get("first", ()))
    if sum(word in first_person for word in words) >= MIN_FIRST_PERSON * max(1, len(words)):
        return "first person"
    opening = "|".join(sorted({re.escape(mark) for mark, _ in language.marks}, key=len, reverse=True))
    return "marks" if opening and re.search(rf"(?<!\w)(?:{opening})\w", text) else "no marks"
