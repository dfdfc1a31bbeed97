"""Names that may be one speaker's, for a person to decide: `reports/speakers_review.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from pipeline.core.csv_escaping import escape_cell
from pipeline.resolve.name_forms import compatible, key, key_words, suffix_of
from pipeline.resolve.speaker_registry import Registry, Speaker

COLUMNS = ("a", "b", "decision", "reason", "quotes_a", "quotes_b", "articles_a", "articles_b", "id_a", "id_b")
_SHORTEST = 4


def review(registry: Registry) -> str:
    """Pairs of speakers that may be one, as CSV text; a row with a decision can be moved to `configs/merges.csv`.

    No cell is a formula to a spreadsheet: `cells.to_cell`, which the reader of `configs/merges.csv` undoes.

    Of two rows of the gazetteer, and of two names that `configs/merges.csv` decides about, nothing is asked. The most
    quoted come first; two surnames in two articles are asked about only when one full name has them.
    """
    rows = []
    for one, other, reason in _pairs(registry):
        a, b = (one, other) if len(one.name) >= len(other.name) else (other, one)
        if not registry.merges.decided(a.name, b.name):
            rows.append((a, b, reason))
    rows.sort(key=lambda row: (-min(row[0].n_quotes, row[1].n_quotes), row[0].speaker_id, row[1].speaker_id))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for a, b, reason in rows:
        counts = (a.n_quotes, b.n_quotes, len(a.articles), len(b.articles))
        ids = (a.speaker_id, b.speaker_id)
        writer.writerow(
            (escape_cell(a.name), escape_cell(b.name), "", escape_cell(reason), *counts, *map(escape_cell, ids))
        )
    return text.getvalue()


def _pairs(registry: Registry) -> Iterator[tuple[Speaker, Speaker, str]]:
    speakers = [registry.speakers[i] for i in sorted(registry.speakers)]
    people = [s for s in speakers if s.kind == "person"]
    yield from _blocked(people, lambda words: words[-1:] + words[:1], _person_reason)
    bodies = [s for s in speakers if s.kind == "organisation" and s.name[:1].isupper()]
    yield from _blocked(bodies, lambda words: (words[0], "".join(word[0] for word in words)), _body_reason)


def _blocked(
    speakers: Sequence[Speaker],
    keys: Callable[[tuple[str, ...]], tuple[str, ...]],
    reason: Callable[[Speaker, Speaker], str],
) -> Iterator[tuple[Speaker, Speaker, str]]:
    """Pairs that share a key, compared once; not of the gazetteer both."""
    blocks: dict[str, dict[str, Speaker]] = {}
    for speaker in speakers:
        for block in keys(key_words(speaker.name)) if key_words(speaker.name) else ():
            blocks.setdefault(block, {})[speaker.speaker_id] = speaker
    seen = set()
    for name in sorted(blocks):
        for one, other in combinations([blocks[name][i] for i in sorted(blocks[name])], 2):
            ids = (one.speaker_id, other.speaker_id)
            if ids not in seen and not (one.known and other.known) and (told := reason(one, other)):
                yield one, other, told
            seen.add(ids)


def _person_reason(one: Speaker, other: Speaker) -> str:
    a, b = key_words(one.name), key_words(other.name)
    if suffix_of(one.name) != suffix_of(other.name) and len(a) > 1 and len(b) > 1:
        return ""
    if len(a) == 1 and len(b) == 1:
        return ""
    if min(len(a), len(b)) == 1:
        short, long = sorted((a, b), key=len)
        return "surname alone" if long[-1] == short[0] else ""
    if sorted(a) == sorted(b):
        return "the same words in another order"
    if compatible(a, b):
        return "names that fit each other"
    alike = a[0] == b[0] and len(a[-1]) > _SHORTEST and _near(a[-1], b[-1])
    return "spellings one letter apart" if alike or (a[-1] == b[-1] and _near(a[0], b[0])) else ""


def _body_reason(one: Speaker, other: Speaker) -> str:
    a, b = key(one.name), key(other.name)
    short, long = sorted((one.name, other.name), key=len)
    if short.isupper() and "".join(word[0] for word in key_words(long) if len(word) > 3) == key(short):
        return "initials of the other"
    return "one begins with the other" if a.startswith(f"{b} ") or b.startswith(f"{a} ") else ""


def _near(a: str, b: str) -> bool:
    """True for words of four letters or more that differ by one letter, put in, left out or changed."""
    if min(len(a), len(b)) < _SHORTEST or abs(len(a) - len(b)) > 1 or a == b:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[at + 1 :] == b[at + 1 :] or a[at:] == b[at + 1 :] or a[at + 1 :] == b[at:]
