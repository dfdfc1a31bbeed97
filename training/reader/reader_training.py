"""What the trainings of pointer and tagger share: articles, word pieces, the network of windows, the script's frame."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch import nn

from benchmarks.speaker_certainty import is_in_half
from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.markdown import render
from pipeline.core.storage import tables
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.reader.network_file import write_description
from pipeline.reader.word_pieces import GAP, SPECIAL
from training.encoder.export import export
from training.loop import HeadedEncoder

LANGUAGE = "en"
# Of the layers and of the head.
RATES = 4e-5, 8e-4
SEED = 1
# Batches among which windows are sorted by length.
SORTED_TOGETHER = 30


class WindowNet(HeadedEncoder):
    """A network that gives each piece of a window some logits."""

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, length, n_outputs)."""
        return self.head(self.states(pieces, mask))


class _OneWindow(nn.Module):
    """The network for one window without padding, as it is written to a file."""

    def __init__(self, net: WindowNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, embedded: torch.Tensor) -> torch.Tensor:
        return self.net.head(self.net.encoder(inputs_embeds=embedded).last_hidden_state)


def read_articles(gold: Path, half: str | None) -> list[dict[str, Any]]:
    """Return the articles of the open gold's training part, or of a half of it, and those of the project."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    articles = [row for row in rows if row["use"] == "train" and (half is None or is_in_half(row, half))]
    texts = dict(tables.iterate_column(ROOT / paths.ARTICLES, "text"))
    own: dict[str, dict[str, Any]] = {}
    for quote in read_gold_quotes(ROOT / paths.ANNOTATIONS / "quotes.jsonl"):
        article = own.setdefault(quote.article_id, {"text": texts[quote.article_id], "quotes": [], "attitudes": False})
        spans = {name: [span] if span else [] for name, span in (("cue", quote.cue), ("source", quote.source))}
        about = {"speaker": quote.speaker, "optional": False, "act": "speech"}
        article["quotes"].append({"content": quote.content, **spans, **about})
    return articles + list(own.values())


def kept_pieces(vocabulary: Sequence[str], used: Iterable[int]) -> list[int]:
    """Return the numbers of the pieces that are kept: those in use, marks, and all of ASCII signs."""
    marks = {vocabulary.index(mark) for mark in (*SPECIAL, GAP)}
    ascii_pieces = {i for i, piece in enumerate(vocabulary) if piece.isascii() and not piece.startswith("[unused")}
    return sorted({*used, *marks, *ascii_pieces})


def padded(windows: Sequence[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return numbers of pieces and the mask of those that count, shapes (n, length)."""
    length = max(len(part.pieces) for part in windows)
    pieces, mask = (torch.zeros(len(windows), length, dtype=torch.long) for _ in range(2))
    for row, part in enumerate(windows):
        pieces[row, : len(part.pieces)], mask[row, : len(part.pieces)] = torch.tensor(part.pieces), 1
    return pieces, mask


def share_of_rate(step: int, steps: int) -> float:
    """Return the share of the learning rate: a linear warm-up, then a line down to 2 %."""
    return min(step / max(1, steps // 10), max(0.02, (steps - step) / (0.9 * steps)))


def write_network(
    net: WindowNet, names: Sequence[str], windows: Sequence[Any], version: int, out: Path, card: Path, **about: Any
) -> None:
    """Write the weights with the names of their pieces and the card; `windows` choose the smoothing of products."""
    out.mkdir(parents=True, exist_ok=True)
    texts = [{"pieces": np.array([window.pieces])} for window in windows]
    written = export(_OneWindow(net), net.pieces.weight.detach().numpy(), texts, out / LANGUAGE)
    write_description({"pieces": list(names)}, version, LANGUAGE, written)
    size = sum(path.stat().st_size for path in written)
    values = {"language": LANGUAGE, "size": size, "pieces": len(names), "rate": RATES[0], "seed": SEED, **about}
    tables.write_text(out / "MODEL_CARD.md", render(card, **values))


def reader_options(out: Path) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that both scripts have; `out` is where their weights are."""
    folder = click.Path(file_okay=False, path_type=Path)
    existing = click.Path(exists=True, file_okay=False, path_type=Path)
    gold = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = [
        click.option("--base", type=existing, required=True),
        click.option("--work", type=folder, required=True, help="For the checkpoint."),
        click.option("--gold", type=gold, required=True),
        click.option("--half", type=click.Choice(["x", "y"]), help="Train on a half of the training part alone."),
        click.option("--out", type=folder, default=out),
    ]

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
