"""Train the network that points from a quote to its speaker's name, and write its weights.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.reader.train_pointer --base FOLDER --work FOLDER --gold open_gold.jsonl

Trained on the training part of the open gold (`benchmarks.join_gold` writes it; `--half x` takes a half, so that the
other may choose settings and certainties) and on the project's annotated articles, which `dvc repro` has ingested. A
run that was stopped goes on after its last epoch.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import torch

from pipeline.core.text import Span
from pipeline.reader.speaker_pointer import (
    FORMAT,
    MAX_AFTER,
    MAX_PIECES,
    WEIGHTS_FOLDER,
    Window,
    split_text,
    window,
)
from pipeline.reader.word_pieces import WordPieces
from training.loop import batches_by_length, read_vocabulary, train_epochs
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
N_SMOOTHED = 60
MODEL_CARD = Path(__file__).parent / "pointer_card.md.j2"
EPOCHS, BATCH = 2, 7
_IMPOSSIBLE = -1e4


class Example(NamedTuple):
    """A window, and the pieces at which the speaker's name begins and ends there; the first piece for nobody."""

    window: Window
    first: list[int]
    last: list[int]


def examples(articles: Sequence[dict[str, Any]], pieces: WordPieces) -> Iterator[Example]:
    """Yield an example for each quote that has nobody as its speaker, or whose speaker's name is in the window."""
    for article in articles:
        text = article["text"]
        whole = split_text(text, pieces)
        for quote in article["quotes"]:
            if quote["optional"]:
                continue
            part = window(whole, sorted(tuple(span) for span in quote["content"]), pieces)
            names = _mentions(text, quote) if quote["speaker"] else []
            places = [place for span in names if (place := _pieces_of(span, part)) is not None]
            if places or not quote["speaker"]:
                yield Example(part, [place[0] for place in places] or [0], [place[1] for place in places] or [0])


def _mentions(text: str, quote: dict[str, Any]) -> list[Span]:
    """Return where a speaker's name is: its occurrences, else those of the last word, else the source mention."""
    name = quote["speaker"]
    for words in (name, name.split()[-1]):
        if spans := [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]:
            return spans
    return [tuple(span) for span in quote["source"][:1]]


def _pieces_of(span: Span, part: Window) -> Span | None:
    """Return the first and last piece of a span; None if it is not wholly in the window."""
    inside = [i for i, word in enumerate(part.spans) if word and word[0] < span[1] and word[1] > span[0]]
    words = [part.spans[i] for i in inside]
    is_whole = bool(words) and words[0][0] <= span[0] and words[-1][1] >= span[1]
    return (inside[0], inside[-1]) if is_whole else None


def train(net: WindowNet, rows: Sequence[Example], checkpoint: Path) -> None:
    """Train so that the names of the speaker have the most probability together."""

    def loss_of(batch: Sequence[int]) -> torch.Tensor:
        pieces, mask = padded([rows[i].window for i in batch])
        with torch.autocast("cpu", torch.bfloat16):
            shares = torch.log_softmax(net(pieces, mask).masked_fill(mask[:, :, None] == 0, _IMPOSSIBLE), 1)
        names = torch.full_like(shares, _IMPOSSIBLE)
        for row, i in enumerate(batch):
            names[row, rows[i].first, 0] = 0
            names[row, rows[i].last, 1] = 0
        return -torch.logsumexp(shares + names, 1).mean()

    lengths = [len(row.window.pieces) for row in rows]
    drawn = (np.random.default_rng([SEED, epoch]) for epoch in range(EPOCHS))
    epochs = [batches_by_length(lengths, BATCH, SORTED_TOGETHER, rng) for rng in drawn]
    train_epochs(net, epochs, loss_of, RATES, share_of_rate, SEED, checkpoint)


@click.command(help=__doc__)
@reader_options(WEIGHTS_FOLDER)
def main(base: Path, work: Path, gold: Path, half: str | None, out: Path) -> None:
    torch.set_num_threads(2)
    vocabulary = read_vocabulary(base)
    rows = list(examples(read_articles(gold, half), WordPieces(vocabulary)))
    kept = kept_pieces(vocabulary, (number for row in rows for number in row.window.pieces))
    place = {number: i for i, number in enumerate(kept)}
    rows = [
        row._replace(window=row.window._replace(pieces=[place[number] for number in row.window.pieces])) for row in rows
    ]
    click.echo(f"{len(rows)} quotes, {len(kept)} pieces", err=True)
    work.mkdir(parents=True, exist_ok=True)
    # Two logits of each piece: the speaker's name begins, or ends, here.
    net = WindowNet(base, kept, 2)
    train(net, rows, work / "pointer.checkpoint.pt")
    windows = [row.window for row in rows[:: len(rows) // N_SMOOTHED]]
    about = {"quotes": len(rows), "after": MAX_AFTER, "max_pieces": MAX_PIECES, "epochs": EPOCHS, "half": half}
    write_network(net, [vocabulary[number] for number in kept], windows, FORMAT, out, MODEL_CARD, **about)


if __name__ == "__main__":
    main()
