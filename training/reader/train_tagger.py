"""Train the network that tags quotes, their sources and cues, and write its weights.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.reader.train_tagger --base FOLDER --work FOLDER --gold open_gold.jsonl

Trained on the training part of the open gold (`benchmarks.join_gold` writes it; `--half x` takes a half, so that the
other may choose settings) and on the project's annotated articles, which `dvc repro` has ingested. A run that was
stopped goes on after its last epoch.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import torch
from torch import nn

from pipeline.reader.quote_tagger import (
    BEGIN,
    FORMAT,
    INSIDE,
    MAX_PIECES,
    TAGGED,
    WEIGHTS_FOLDER,
    TextPieces,
    Window,
    split_text,
    windows_of,
)
from pipeline.reader.word_pieces import WordPieces
from training.loop import by_length, read_vocabulary, train_epochs
from training.reader.reader_training import (
    RATES,
    SEED,
    SORTED_TOGETHER,
    WindowNet,
    kept_pieces,
    padded,
    read_articles,
    reader_options,
    share_of_rate,
    write_network,
)

# Windows by which the smoothing of the eight-bit products is chosen.
N_SMOOTHED = 40
MODEL_CARD = Path(__file__).parent / "tagger_card.md.j2"
# The lower layers of MPNet: half of them take half the time.
N_LAYERS = 6
BATCH_PIECES = 2_048
# The smallest share of a window that is used: windows begin elsewhere in each epoch.
SMALLEST_WINDOW = 0.8
_IGNORED = -100


class Article(NamedTuple):
    """An annotated article: its pieces, and their tags, shape (n, 4)."""

    text: TextPieces
    tags: np.ndarray


class Example(NamedTuple):
    """A window with the tags of its pieces."""

    window: Window
    tags: np.ndarray


def encode(article: dict[str, Any], pieces: WordPieces) -> Article:
    """Return an article with its tags; quotes that annotators call optional are not counted, wherever they are."""
    text = split_text(article["text"], pieces)
    tags = np.zeros((len(text.pieces), len(TAGGED)), np.int64)
    if not article["attitudes"]:
        tags[:, TAGGED.index("attitude")] = _IGNORED
    for quote in sorted(article["quotes"], key=lambda quote: quote["act"] == "speech" and not quote["optional"]):
        is_speech = quote["act"] == "speech"
        for name in ("content", "source", "cue"):
            k = TAGGED.index("attitude" if name == "content" and not is_speech else name)
            is_counted = not quote["optional"] and (is_speech or (name == "content" and article["attitudes"]))
            for span in quote[name]:
                own = text.of([tuple(span)])
                tags[own, k] = INSIDE if is_counted else _IGNORED
                tags[own[:1], k] = BEGIN if is_counted else _IGNORED
                if name == "content" and not is_speech and not quote["optional"]:
                    tags[own, TAGGED.index("content")] = 0
    return Article(text, tags)


def examples(article: Article, pieces: WordPieces, largest: int) -> Iterator[Example]:
    """Yield the windows of an article with what is to be found in them."""
    for window in windows_of(article.text, pieces, largest):
        tags = np.full((len(window.pieces), len(TAGGED)), _IGNORED)
        for k, place in enumerate(window.places):
            if window.first <= place < window.last:
                tags[k] = article.tags[place]
        yield Example(window, tags)


def loss_of(net: WindowNet, batch: Sequence[Example]) -> torch.Tensor:
    """Return the mean loss of the tags."""
    pieces, mask = padded([row.window for row in batch])
    tags = torch.full((*pieces.shape, len(TAGGED)), _IGNORED)
    for row, example in enumerate(batch):
        tags[row, : len(example.tags)] = torch.tensor(example.tags)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(pieces, mask)
    return nn.functional.cross_entropy(logits.float().view(-1, 3), tags.view(-1))


def batches(articles: Sequence[Article], pieces: WordPieces, rng: np.random.Generator) -> list[list[Example]]:
    """Return batches of about `BATCH_PIECES`: shuffled, with windows of like length together."""
    rows = [
        example
        for article in articles
        for example in examples(article, pieces, int(MAX_PIECES * rng.uniform(SMALLEST_WINDOW, 1)))
    ]
    found: list[list[Example]] = [[]]
    for i in by_length([len(row.window.pieces) for row in rows], 4 * SORTED_TOGETHER, rng):
        if (len(found[-1]) + 1) * len(rows[i].window.pieces) > BATCH_PIECES:
            found.append([])
        found[-1].append(rows[i])
    return [found[number] for number in rng.permutation(len(found)) if found[number]]


@click.command(help=__doc__)
@reader_options(WEIGHTS_FOLDER)
@click.option("--epochs", default=4, show_default=True)
def main(base: Path, work: Path, gold: Path, half: str | None, epochs: int, out: Path) -> None:
    torch.set_num_threads(2)
    vocabulary = read_vocabulary(base)
    rows, whole = read_articles(gold, half), WordPieces(vocabulary)
    kept = kept_pieces(vocabulary, (number for row in rows for number in split_text(row["text"], whole).pieces))
    names = [vocabulary[number] for number in kept]
    pieces = WordPieces(names)
    articles = [encode(row, pieces) for row in rows]
    click.echo(f"{len(articles)} articles, {len(kept)} pieces", err=True)
    work.mkdir(parents=True, exist_ok=True)
    # Three logits of each piece for each of `TAGGED`.
    net = WindowNet(base, kept, 3 * len(TAGGED), n_layers=N_LAYERS)
    plans = [batches(articles, pieces, np.random.default_rng([SEED, epoch])) for epoch in range(epochs)]
    checkpoint = work / "tagger.checkpoint.pt"
    train_epochs(net, plans, lambda batch: loss_of(net, batch), RATES, share_of_rate, SEED, checkpoint)
    windows = [window for article in articles for window in windows_of(article.text, pieces)]
    about = {"articles": len(articles), "layers": N_LAYERS, "max_pieces": MAX_PIECES, "epochs": epochs, "half": half}
    write_network(net, names, windows[:: len(windows) // N_SMOOTHED], FORMAT, out, MODEL_CARD, **about)


if __name__ == "__main__":
    main()
