"""Groups of repeated quotes by speaker, stored: only speakers whose quotes have changed are compared again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.core.storage.incremental import content_key
from pipeline.core.storage.tables import write_text

Groups = dict[str, str]  # group by quote id
Quotes = Sequence[tuple[str, str]]  # id and content, the earliest quote first


def update_groups(
    path: Path, base_key: str, quotes: Mapping[str, Quotes], group: Callable[[Quotes], Groups]
) -> dict[str, str]:
    """Return the groups of all speakers' quotes, and store them by speaker.

    Parameters
    ----------
    path : Path
        The file in which they are stored. One that is missing or damaged counts as empty.
    base_key : str
        Key of everything but the quotes that groups depend on.
    quotes : mapping of str to sequence of (str, str)
        Quotes by speaker.
    group : callable
        From the quotes of a speaker to their groups.
    """
    stored, fresh, groups = _read(path), {}, {}
    for speaker, of_speaker in quotes.items():
        if len(of_speaker) < 2:
            continue
        key = content_key(base_key, of_speaker)
        known, found = stored.get(speaker, ("", {}))
        fresh[speaker] = key, found if known == key else group(of_speaker)
        groups.update(fresh[speaker][1])
    text = json.dumps(fresh, sort_keys=True, indent=0)
    write_text(path, f"{_digest(text)}\n{text}\n")
    return groups


def _read(path: Path) -> dict[str, tuple[str, Groups]]:
    """Return key and groups by speaker, if the file's first line is the digest of the rest."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    if digest != _digest(text.removesuffix("\n")):
        return {}
    stored: dict[str, tuple[str, Groups]] = json.loads(text)
    return stored


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
