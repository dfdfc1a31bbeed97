"""Columns of tables are found by their names in several languages, or by their values."""

from __future__ import annotations

import pytest

from pipeline.ingest.config import COLUMNS
from pipeline.project.column_guesses import guess_columns

TEXT = "It rained in the harbour of Port Amsel all day long, and the ferries stayed where they were. " * 3
WORDS = ("net", "quay", "cod", "gull")


def rows(**columns: object) -> list[dict]:
    """Return four rows; a value with {} differs from row to row."""
    return [
        {name: value.format(word) if isinstance(value, str) else value for name, value in columns.items()}
        for word in WORDS
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Volltext": TEXT, "Überschrift": "Kein {}", "Datum": "25.02.2023", "Zeitung": "Abendblatt"},
         {"text": "Volltext", "title": "Überschrift", "published_at": "Datum", "source": "Zeitung"}),
        ({"titre": "Le {}", "contenu": TEXT, "auteur": "A. Wrede"},
         {"text": "contenu", "title": "titre", "author": "auteur"}),
        # The first line is an article.
        ({TEXT: f"{TEXT} {{}}", "2031-01-01": "2031-01-02"}, {}),
        ({"Volltext": TEXT, f"Do you agree with this? {TEXT}": "Yes, {}"}, {"text": "Volltext"}),
        # An object whose values are the articles.
        ({"1.text": TEXT, "1.date": "2031-01-01", "2.text": TEXT, "2.date": "2031-01-02"}, {}),
        ({"1.text": TEXT, "1.date": "2031-01-01", "2.text": TEXT, "count": "2"}, {}),
        ({"a.text": TEXT, "b.text": TEXT, "made": "2031-01-01"}, {}),
        ({"article.text": TEXT, "article.day": "2031-01-01"}, {"text": "article.text", "published_at": "article.day"}),
        ({"article.text": TEXT, "article.day": "2031-01-01", "summary.text": "{}"}, {"text": "article.text",
          "published_at": "article.day"}),
        # A number that begins like a year.
        ({"nr": "2031-25", "story": TEXT, "day": "2031-01-02"}, {"text": "story", "published_at": "day"}),
        # Known names are left as they are.
        ({"Body": TEXT, "headline": "No {}"}, {}),
        # By their values alone.
        ({"a": "{}", "b": TEXT + "{}", "c": "The long way of the {} to Kolm", "d": "Feb. 25, 2023", "e": "https://a.example/{}"},
         {"text": "b", "title": "c", "published_at": "d", "url": "e"}),
        # `data` is a date only where its values may be.
        ({"text": TEXT, "data": "25/02/2023"}, {"published_at": "data"}),
        ({"text": TEXT, "data": "the {}"}, {}),
        # The same words in each row are no headlines, short texts no articles, numbers no dates.
        ({"x": "All about ferries and boats", "n": 2023}, {}),
        ({"meta.site": "Harbour Post", "text": TEXT}, {"source": "meta.site"}),
        # A config cannot have half a character.
        ({"\udc00": TEXT, "when": "25/02/2023"}, {"published_at": "when"}),
        ({"text": TEXT, "date": None, "when": "25/02/2023"}, {}),
    ],
)  # fmt: skip
def test_guesses(columns, expected):
    assert guess_columns(rows(**columns), COLUMNS) == expected


def test_no_column_is_used_twice():
    guesses = guess_columns(rows(inhalt=TEXT, content=TEXT), COLUMNS | {"text": ["text"]})
    assert guesses == {"text": "inhalt"}
