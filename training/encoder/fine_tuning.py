"""Fine-tune the encoder in torch on the CPU (bfloat16); needed only to make the weights that Parley ships."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from pipeline.stance.encoder.encoder_input import EncoderInput
from training.dropout import replace_dropout

HEAD_LEARNING_RATE = 20  # times that of the layers
_DROPOUT, _HEAD_DROPOUT = 0.1, 0.2
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


class StanceNet(nn.Module):
    """MPNet (Song et al. 2020) with one linear layer over its first state and the mean of the quote's states.

    `base` is the folder of the published weights, `pieces` numbers the word pieces that are kept, in the order in which
    inputs count them, `n_outputs` is the number of the labels of all targets together.
    """

    def __init__(self, base: Path, pieces: Sequence[int], n_outputs: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
        embeddings = self.encoder.embeddings
        self.pieces = nn.Embedding.from_pretrained(embeddings.word_embeddings.weight.detach()[list(pieces)])
        del embeddings.word_embeddings
        self.head = nn.Linear(2 * self.encoder.config.hidden_size, n_outputs)
        self.drop = nn.Dropout(_HEAD_DROPOUT)
        # Most pieces are in no training row; were the others moved alone, new words would not fit the layers.
        self.encoder.embeddings.requires_grad_(False)
        replace_dropout(self.encoder, _DROPOUT, seed=1)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor, quote: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, n_outputs), of numbers of pieces and two masks, shapes (n, length)."""
        # Given embeddings, positions are counted in order; given pieces, they would depend on the number of padding.
        states = self.encoder(inputs_embeds=self.pieces(pieces), attention_mask=mask).last_hidden_state.float()
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
    """Train all layers of a network but the embeddings, and the head.

    A stopped run continues after its last finished epoch, whose state is in `checkpoint`; it is removed at the end.
    """
    torch.manual_seed(settings.seed)
    layers = [value for value in net.encoder.parameters() if value.requires_grad]
    groups = [
        {"params": layers, "lr": settings.learning_rate},
        {"params": net.head.parameters(), "lr": settings.learning_rate * HEAD_LEARNING_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = -(-len(examples.inputs) // settings.batch) * settings.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share_of_rate(step, steps))
    parts = {"net": net, "optimizer": optimizer, "schedule": schedule}
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {"epochs": 0}
    for name, part in parts.items() if state["epochs"] else ():
        part.load_state_dict(state[name])
    label_weights = _label_weights(examples, net.head.out_features // examples.labels.shape[1], settings.balanced)
    net.train()
    for epoch in range(state["epochs"], settings.epochs):
        started, losses = time.monotonic(), []
        for rows in _batches(examples.inputs, settings.batch, np.random.default_rng([settings.seed, epoch])):
            loss = _loss(net, examples, rows, label_weights)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 25 == 0:
                done = f"epoch {epoch + 1}, {len(losses)} of {steps // settings.epochs}"
                click.echo(f"{done}: loss {np.mean(losses[-25:]):.3f}, {time.monotonic() - started:.0f} s", err=True)
        torch.save({"epochs": epoch + 1, **{name: part.state_dict() for name, part in parts.items()}}, checkpoint)
    net.eval()
    checkpoint.unlink(missing_ok=True)


def _share_of_rate(step: int, steps: int) -> float:
    """Return the share of the learning rate: a linear warm-up, then a cosine down to 2 %."""
    warm_up = max(1, steps // 12)
    if step < warm_up:
        return step / warm_up
    return max(0.02, 0.5 * (1 + float(np.cos(np.pi * (step - warm_up) / max(1, steps - warm_up)))))


def _batches(inputs: Sequence[EncoderInput], size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the row numbers of each batch: shuffled, with inputs of like length together."""
    lengths = np.array([len(item.pieces) for item in inputs])
    order, together = rng.permutation(len(inputs)), size * _SORTED_TOGETHER
    parts = [order[start : start + together] for start in range(0, len(order), together)]
    order = np.concatenate([part[np.argsort(lengths[part], kind="stable")] for part in parts])
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    yield from (batches[number] for number in rng.permutation(len(batches)))


def _loss(net: StanceNet, examples: Examples, rows: np.ndarray, label_weights: torch.Tensor) -> torch.Tensor:
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
