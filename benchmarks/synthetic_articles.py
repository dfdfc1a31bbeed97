"""Generate any number of articles from a few real ones, by shuffling paragraphs and replacing words.

No generated article is a near duplicate of another.
"""

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Shorter paragraphs are bylines and captions, longer ones transcripts.
MIN_PARAGRAPH_WORDS, MAX_PARAGRAPH_WORDS = 8, 120
REPLACED_SHARE = 0.2
TITLE_WORDS = 8
_WORD = re.compile(r"[^\W\d_]{4,}")
_SUFFIX_LETTERS = 2  # words that share their last letters are mostly of the same part of speech


@dataclass(frozen=True)
class Corpus:
    """The material that articles are generated from."""

    paragraphs: list[str]  # of real articles
    # Words by suffix and capitalisation, each as often as it occurs; a word is replaced by another of its group.
    replacements: dict[tuple[str, bool], list[str]]
    common_words: frozenset[str]  # the most frequent ones, which are never replaced


def read_corpus(path: Path) -> Corpus:
    """Read the articles of a JSONL file (field `text`).

    The most frequent words are never replaced: they are function words and reporting words, which make a sentence
    grammatical and a quote a quote.
    """
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    lines = dict.fromkeys(line.strip() for text in texts for line in text.split("\n"))
    paragraphs = [line for line in lines if MIN_PARAGRAPH_WORDS <= len(line.split()) <= MAX_PARAGRAPH_WORDS]
    words = [word for line in paragraphs for word in _WORD.findall(line)]
    common_words = frozenset(word for word, _ in Counter(words).most_common(150))
    replacements: dict[tuple[str, bool], list[str]] = {}
    for word in words:
        if word not in common_words:
            replacements.setdefault(_word_class(word), []).append(word)
    return Corpus(paragraphs, replacements, common_words)


def generate_article(corpus: Corpus, words: int, seed: str) -> dict[str, str]:
    """Generate one article, a row for a JSONL file with `title`, `date` and `text`."""
    rng = random.Random(seed)
    body: list[str] = []
    while sum(len(line.split()) for line in body) < words:
        body.append(_replace_words(rng.choice(corpus.paragraphs), corpus, rng))
    title = " ".join(_replace_words(rng.choice(corpus.paragraphs), corpus, rng).split()[:TITLE_WORDS]).rstrip(".,;:")
    day = f"20{rng.randint(20, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return {"title": title, "date": day, "text": "\n\n".join(body)}


def _replace_words(line: str, corpus: Corpus, rng: random.Random) -> str:
    """Replace a share of the words of a paragraph by others of the same suffix and capitalisation."""

    def replace(match: re.Match[str]) -> str:
        word = match.group()
        if word in corpus.common_words or rng.random() >= REPLACED_SHARE:
            return word
        return rng.choice(corpus.replacements[_word_class(word)])

    return _WORD.sub(replace, line)


def _word_class(word: str) -> tuple[str, bool]:
    return word[-_SUFFIX_LETTERS:], word[0].isupper()
