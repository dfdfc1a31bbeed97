"""Review of speakers that may be one: `reports/speakers_review.csv`, for a person to decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from pipeline.core.text import escape_cell
from pipeline.resolve.name_forms import may_be_same_person, name_key, name_suffix, name_words
from pipeline.resolve.speaker_registry import Speaker, SpeakerRegistry

COLUMNS = ("a", "b", "decision", "reason", "quotes_a", "quotes_b", "articles_a", "articles_b", "id_a", "id_b")
_MIN_WORD_LENGTH = 4
Pair = tuple[Speaker, Speaker, str]  # with the reason


def merge_review_csv(registry: SpeakerRegistry) -> str:
    """Return pairs of speakers that may be one as CSV text; a row with a decision can move to `configs/merges.csv`.

    Left out are pairs of two rows of the gazetteer, pairs that `configs/merges.csv` decides, and two surnames without
    a full name. The most quoted pairs come first. Cells that a spreadsheet would run as formulas are escaped.
    """
    pairs = []
    for one, other, reason in _candidate_pairs(registry):
        a, b = (one, other) if len(one.name) >= len(other.name) else (other, one)
        if not registry.merges.is_decided(a.name, b.name):
            pairs.append((a, b, reason))
    pairs.sort(key=lambda pair: (-min(pair[0].n_quotes, pair[1].n_quotes), pair[0].speaker_id, pair[1].speaker_id))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for a, b, reason in pairs:
        counts = (a.n_quotes, b.n_quotes, len(a.articles), len(b.articles))
        ids = (escape_cell(a.speaker_id), escape_cell(b.speaker_id))
        writer.writerow((escape_cell(a.name), escape_cell(b.name), "", escape_cell(reason), *counts, *ids))
    return text.getvalue()


def _candidate_pairs(registry: SpeakerRegistry) -> Iterator[Pair]:
    """Yield pairs of people that share a first or last word, and of organisations that share a word or initials."""
    speakers = [registry.speakers[i] for i in sorted(registry.speakers)]
    people = [s for s in speakers if s.kind == "person"]
    yield from _blocked_pairs(people, lambda words: words[-1:] + words[:1], _reason_for_people)
    organisations = [s for s in speakers if s.kind == "organisation" and s.name[:1].isupper()]
    yield from _blocked_pairs(
        organisations, lambda words: (words[0], "".join(word[0] for word in words)), _reason_for_organisations
    )


def _blocked_pairs(
    speakers: Sequence[Speaker],
    block_keys: Callable[[tuple[str, ...]], tuple[str, ...]],
    reason_to_merge: Callable[[Speaker, Speaker], str],
) -> Iterator[Pair]:
    """Yield pairs that share a block key and have a reason to be merged, unless both are in the gazetteer."""
    blocks: dict[str, dict[str, Speaker]] = {}
    for speaker in speakers:
        for block in block_keys(name_words(speaker.name)) if name_words(speaker.name) else ():
            blocks.setdefault(block, {})[speaker.speaker_id] = speaker
    seen = set()
    for block in sorted(blocks):
        for one, other in combinations([blocks[block][i] for i in sorted(blocks[block])], 2):
            ids = (one.speaker_id, other.speaker_id)
            if ids not in seen and not (one.known and other.known) and (reason := reason_to_merge(one, other)):
                yield one, other, reason
            seen.add(ids)


def _reason_for_people(one: Speaker, other: Speaker) -> str:
    """Return why two people may be one; an empty string for no reason."""
    a, b = name_words(one.name), name_words(other.name)
    if name_suffix(one.name) != name_suffix(other.name) and len(a) > 1 and len(b) > 1:
        return ""
    if len(a) == 1 and len(b) == 1:
        return ""
    if min(len(a), len(b)) == 1:
        short, long = sorted((a, b), key=len)
        return "surname alone" if long[-1] == short[0] else ""
    if sorted(a) == sorted(b):
        return "the same words in another order"
    if may_be_same_person(a, b):
        return "names that fit each other"
    similar_surnames = a[0] == b[0] and len(a[-1]) > _MIN_WORD_LENGTH and _one_letter_apart(a[-1], b[-1])
    similar_first_names = a[-1] == b[-1] and _one_letter_apart(a[0], b[0])
    return "spellings one letter apart" if similar_surnames or similar_first_names else ""


def _reason_for_organisations(one: Speaker, other: Speaker) -> str:
    """Return why two organisations may be one; an empty string for no reason."""
    a, b = name_key(one.name), name_key(other.name)
    short, long = sorted((one.name, other.name), key=len)
    if short.isupper() and "".join(word[0] for word in name_words(long) if len(word) > 3) == name_key(short):
        return "initials of the other"
    return "one begins with the other" if a.startswith(f"{b} ") or b.startswith(f"{a} ") else ""


def _one_letter_apart(a: str, b: str) -> bool:
    """Return True for words of four letters or more that differ by one letter inserted, left out or replaced."""
    if min(len(a), len(b)) < _MIN_WORD_LENGTH or abs(len(a) - len(b)) > 1 or a == b:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[at + 1 :] == b[at + 1 :] or a[at:] == b[at + 1 :] or a[at + 1 :] == b[at:]
