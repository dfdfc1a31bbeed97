"""Guess which columns of a table have an article's text, title, date and so on, by their names and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from pipeline.ingest.column_mapping import find_columns, is_column_name
from pipeline.ingest.config import COLUMNS

# Names of columns beyond those that configs/ingest.yaml tries in every table.
NAMES = {
    "text": "full_text fulltext article_text articletext article_body articlebody body_text main_text story text_body "
    "artikel artikeltext beitrag inhalt volltext haupttext texte contenu corps article_contenu texto contenido cuerpo "
    "conteudo corpo testo contenuto tekst tresc treść inhoud metin icerik içerik текст зміст содержание szoveg szöveg",
    "title": "titel überschrift ueberschrift schlagzeile titre titulo título titular titolo tytul tytuł kop koptekst "
    "baslik başlık заголовок назва название cim cím heading head headline_main article_title page_title",
    "url": "uri address permalink web_url article_url page_url source_url adresse lien enlace adres ссылка посилання",
    "published_at": "datum veröffentlicht erschienen erscheinungsdatum veröffentlichungsdatum fecha data tarih дата "
    "published_on publication_date publishdate pubdate pub_date date_published datepublished published_date "
    "publish_date date_publication created created_at timestamp time dato publie_le publié",
    "source": "quelle medium zeitung fuente medio fonte bron kaynak джерело источник źródło zrodlo journal newspaper "
    "publication media outlet_name source_name news_outlet domain periodico periódico",
    "author": "autor autorin verfasser auteur autore autora yazar автор writer journalist reporter by creator",
}
_WORDS = re.compile(r"\w+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MAX_DATE_CHARACTERS = 40
MIN_TEXT_WORDS, TITLE_WORDS = 30, (3, 25)
# Share of a column's values that must look alike.
SHARE = 0.8


def guess_columns(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, list[str]]) -> dict[str, str]:
    """Guess the columns of a table for the fields that `columns` finds nothing for.

    Parameters
    ----------
    rows : sequence of mapping
        The first rows of a table, by column.
    columns : mapping
        Names of columns to try for each field, as in configs/ingest.yaml.

    Returns
    -------
    dict of str to str
        A column for each field for which there is a likely one; none is used for two fields.
    """
    # JSON can have half a character in a name, which no config can.
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if not _SURROGATE.search(name)]
    found = find_columns(names, columns)
    free = [name for name in names if not any(name in taken for taken in found.values())]
    values = {name: [str(row[name]).strip() for row in rows if row.get(name) not in (None, "")] for name in free}
    guesses: dict[str, str] = {}
    for field in columns:
        if field not in found and (name := _by_name(field, free, values) or _by_values(field, free, values)):
            guesses[field] = name
            free.remove(name)
    # An article in the first line would be taken for the names of columns, and of an object of articles one would be
    # read; the stage `ingest` says so.
    text = guesses.get("text", "")
    return guesses if is_column_name(text) and not _is_one_of_many(text, names) else {}


def _is_one_of_many(name: str, names: Sequence[str]) -> bool:
    """Return whether a column is that of one of many articles: `1.text` beside `2.text`; not beside `summary.text`.

    The articles have numbers, or the same columns.
    """
    inner: dict[str, set[str]] = {}
    for other in names:
        outer, _, last = other.rpartition(".")
        inner.setdefault(outer, set()).add(last)
    own, _, text = name.rpartition(".")
    alike = [outer for outer, columns in inner.items() if outer and text in columns]
    if not own or len(alike) < 2:
        return False
    return all(outer.isdigit() for outer in alike) or all(inner[outer] == inner[own] for outer in alike)


def _by_name(field: str, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the first column whose name says the field; of `a.b`, the name is `b`."""
    known = {*COLUMNS[field], *NAMES[field].split()}
    named = [name for name in names if name.rpartition(".")[2].strip().casefold() in known]
    if field == "published_at":  # `data` is a date in some languages, and anything in English
        named = [name for name in named if _mostly(_may_be_date, values[name])]
    return next(iter(named), None)


def _by_values(field: str, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the column whose values look most like the field: long texts, dates, headlines, addresses."""
    lengths = {name: median(len(_WORDS.findall(v)) for v in values[name]) for name in names if values[name]}
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    if field == "text":
        return longest if longest and lengths[longest] >= MIN_TEXT_WORDS else None
    if field == "title":
        fit = [n for n, words in lengths.items() if TITLE_WORDS[0] <= words <= TITLE_WORDS[1]]
        fit = [n for n in fit if len(set(values[n])) > SHARE * len(values[n]) and not _mostly(_is_date, values[n])]
        return max(fit, key=lambda name: lengths[name], default=None)
    tests = {"published_at": _is_date, "url": _is_address}
    if field not in tests:
        return None
    return next((name for name in names if _mostly(tests[field], values[name])), None)


def _mostly(test: Callable[[str], bool], values: Sequence[str]) -> bool:
    return bool(values) and sum(map(test, values)) >= SHARE * len(values)


def _may_be_date(value: str) -> bool:
    return len(value) <= MAX_DATE_CHARACTERS and any(map(str.isdigit, value))


def _is_date(value: str) -> bool:
    """Whether a value has a year, and month and day or a word: not the number `2019-25`."""
    words = _WORDS.findall(value)
    has_more = len(words) > 2 or (len(words) == 2 and any(map(str.isalpha, words)))
    return len(value) <= MAX_DATE_CHARACTERS and has_more and bool(_YEAR.search(value))


def _is_address(value: str) -> bool:
    return value.startswith(("http://", "https://"))
