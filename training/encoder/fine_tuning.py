"""Fine-tune the encoder in torch on the CPU (bfloat16); needed only to make the weights that Parley ships."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from pipeline.stance.encoder.stance_encoder import EncoderInput
from training.loop import HeadedEncoder, batches_by_length, train_epochs

HEAD_LEARNING_RATE = 20  # times that of the layers
_HEAD_DROPOUT = 0.2
# Batches among which inputs are sorted by length, so that little is padded.
_SORTED_TOGETHER = 40


@dataclass(frozen=True)
class Settings:
    """How the encoder is trained."""

    epochs: int
    learning_rate: float
    batch: int = 32
    seed: int = 1
    # How far rare labels count more: 1 fully, 0 not at all.
    balanced: float = 0.25


@dataclass(frozen=True)
class Examples:
    """Inputs with the code of their label for each target (-1: none) and their weights, shapes (n, n_targets)."""

    inputs: Sequence[EncoderInput]
    labels: np.ndarray
    weights: np.ndarray


class StanceNet(HeadedEncoder):
    """MPNet with one linear layer over its first state and the mean of the quote's states.

    `n_outputs` is the number of the labels of all targets together.
    """

    def __init__(self, base: Path, pieces: Sequence[int], n_outputs: int) -> None:
        super().__init__(base, pieces, n_outputs, n_states=2)
        self.drop = nn.Dropout(_HEAD_DROPOUT)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor, quote: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, n_outputs), of numbers of pieces and two masks, shapes (n, length)."""
        states = self.states(pieces, mask)
        mean = (states * quote[:, :, None]).sum(1) / quote.sum(1, keepdim=True)
        return self.head(self.drop(torch.cat([states[:, 0], mean], -1)))


class OneQuote(nn.Module):
    """The network for one quote without padding, as it is written to a file."""

    def __init__(self, net: StanceNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, embedded: torch.Tensor, quote: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (1, n_outputs), of embedded pieces (1, n, size) and the mask of the quote (1, n)."""
        states = self.net.encoder(inputs_embeds=embedded).last_hidden_state
        mean = (states * quote[:, :, None]).sum(1) / quote.sum(1, keepdim=True)
        return self.net.head(torch.cat([states[:, 0], mean], -1))


def fine_tune(net: StanceNet, examples: Examples, settings: Settings, checkpoint: Path) -> None:
    """Train a network; the checkpoint, after which a stopped run goes on, is removed at the end."""
    label_weights = _label_weights(examples, net.head.out_features // examples.labels.shape[1], settings.balanced)
    lengths = [len(item.pieces) for item in examples.inputs]
    drawn = (np.random.default_rng([settings.seed, epoch]) for epoch in range(settings.epochs))
    epochs = [batches_by_length(lengths, settings.batch, _SORTED_TOGETHER, rng) for rng in drawn]
    rates = settings.learning_rate, settings.learning_rate * HEAD_LEARNING_RATE

    def loss_of(rows: list[int]) -> torch.Tensor:
        return _loss(net, examples, rows, label_weights)

    train_epochs(net, epochs, loss_of, rates, _share_of_rate, settings.seed, checkpoint)
    checkpoint.unlink(missing_ok=True)


def _share_of_rate(step: int, steps: int) -> float:
    """Return the share of the learning rate: a linear warm-up, then a cosine down to 2 %."""
    warm_up = max(1, steps // 12)
    if step < warm_up:
        return step / warm_up
    return max(0.02, 0.5 * (1 + float(np.cos(np.pi * (step - warm_up) / max(1, steps - warm_up)))))


def _loss(net: StanceNet, examples: Examples, rows: list[int], label_weights: torch.Tensor) -> torch.Tensor:
    labels = torch.tensor(examples.labels[rows])
    known = labels.clamp(min=0)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(*padded([examples.inputs[row] for row in rows]))
    loss = -torch.log_softmax(logits.float().view(*labels.shape, -1), -1).gather(-1, known[:, :, None])[:, :, 0]
    weights = torch.tensor(examples.weights[rows], dtype=torch.float) * (labels >= 0)
    weights = weights * torch.stack([label_weights[t][known[:, t]] for t in range(known.shape[1])], 1)
    return (loss * weights).sum() / weights.sum().clamp(min=1)


def padded(inputs: Sequence[EncoderInput]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return pieces, the mask of what is no padding, and the mask of the quote, shapes (n, length)."""
    shape = len(inputs), max(len(item.pieces) for item in inputs)
    pieces, mask, quote = torch.zeros(shape, dtype=torch.long), torch.zeros(shape), torch.zeros(shape)
    for k, item in enumerate(inputs):
        pieces[k, : len(item.pieces)] = torch.tensor(item.pieces)
        mask[k, : len(item.pieces)] = 1
        quote[k, item.start : item.end] = 1
    return pieces, mask, quote


def _label_weights(examples: Examples, n_labels: int, power: float) -> torch.Tensor:
    """Return the weight of each label of each target: inverse to its weighted frequency, to a power."""
    pairs = zip(examples.labels.T, examples.weights.T, strict=True)
    counts = np.array([np.bincount(of[of >= 0], weights=each[of >= 0], minlength=n_labels) for of, each in pairs])
    weights = (counts.sum(1, keepdims=True) / n_labels / np.maximum(counts, 1)) ** power
    return torch.tensor(weights, dtype=torch.float)
