"""As many articles as wanted from a few real ones: paragraphs shuffled, words altered, so that none is near another."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Paragraphs of fewer words are bylines and captions, of more words transcripts.
FEWEST, MOST = 8, 120
ALTERED = 0.2
TITLE_WORDS = 8
_WORD = re.compile(r"[^\W\d_]{4,}")
_ENDING = 2  # letters; a word is exchanged for one that ends alike, mostly the same part of speech


@dataclass(frozen=True)
class Source:
    """Paragraphs to draw from, and the words that may stand for one another, each as often as it was met."""

    paragraphs: list[str]
    words: dict[tuple[str, bool], list[str]]
    kept: frozenset[str]


def read(path: Path) -> Source:
    """Paragraphs of the articles of a JSONL file (field `text`) or of the `.txt` files of a folder.

    The commonest words are kept as they are: function words and reporting words, which make a sentence what it is.
    """
    if path.is_dir():
        texts = [file.read_text(encoding="utf-8") for file in sorted(path.rglob("*.txt"))]
    else:
        texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    lines = dict.fromkeys(line.strip() for text in texts for line in text.split("\n"))
    paragraphs = [line for line in lines if FEWEST <= len(line.split()) <= MOST]
    found = [word for line in paragraphs for word in _WORD.findall(line)]
    kept = frozenset(word for word, _ in Counter(found).most_common(150))
    words: dict[tuple[str, bool], list[str]] = {}
    for word in found:
        if word not in kept:
            words.setdefault(_kind(word), []).append(word)
    return Source(paragraphs, words, kept)


def made(source: Source, number: int, words: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Rows for a JSONL file: `title`, `date`, `text` of at least `words` words; row k is the same whatever `number`."""
    for k in range(number):
        yield one(source, words, f"{seed} {k}")


def one(source: Source, words: int, seed: str) -> dict[str, str]:
    """A single article, by its seed."""
    drawn = random.Random(seed)
    body: list[str] = []
    while sum(len(line.split()) for line in body) < words:
        body.append(_altered(drawn.choice(source.paragraphs), source, drawn))
    title = " ".join(_altered(drawn.choice(source.paragraphs), source, drawn).split()[:TITLE_WORDS]).rstrip(".,;:")
    day = f"20{drawn.randint(20, 25)}-{drawn.randint(1, 12):02d}-{drawn.randint(1, 28):02d}"
    return {"title": title, "date": day, "text": "\n\n".join(body)}


def _altered(line: str, source: Source, drawn: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word in source.kept or drawn.random() >= ALTERED:
            return word
        return drawn.choice(source.words[_kind(word)])

    return _WORD.sub(other, line)


def _kind(word: str) -> tuple[str, bool]:
    return word[-_ENDING:], word[0].isupper()
