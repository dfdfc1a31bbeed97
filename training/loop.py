"""What all trainings share: the transformer with a head, dropout that is fast on a CPU, batches, and the loop."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch import nn
from transformers import AutoModel


class PooledDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) by masks that are cut at random places out of one that was drawn before.

    torch draws a random number for each value, which takes a third of the training.
    """

    def __init__(self, share: float, seed: int, size: int = 1 << 24) -> None:
        super().__init__()
        drawn = torch.rand(size, generator=torch.Generator().manual_seed(seed))
        self.mask = (drawn >= share).to(torch.bfloat16) / (1 - share)
        self.rng = np.random.default_rng(seed)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return values of which some are 0, the others larger; all as they are in evaluation."""
        if not self.training:
            return values
        start = int(self.rng.integers(len(self.mask) - values.numel()))
        return values * self.mask[start : start + values.numel()].view(values.shape)


class HeadedEncoder(nn.Module):
    """MPNet (Song et al. 2020) with a linear layer; its embeddings are not trained.

    `base` is the folder of the published weights, `pieces` are the numbers of the word pieces that are kept, in the
    order in which inputs count them; the head gives `n_outputs` for as many states as `n_states` together, after the
    first `n_layers`.
    """

    def __init__(
        self, base: Path, pieces: Sequence[int], n_outputs: int, n_states: int = 1, n_layers: int | None = None
    ) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
        self.encoder.encoder.layer = self.encoder.encoder.layer[:n_layers]
        embeddings = self.encoder.embeddings
        self.pieces = nn.Embedding.from_pretrained(embeddings.word_embeddings.weight.detach()[list(pieces)])
        del embeddings.word_embeddings
        self.head = nn.Linear(n_states * self.encoder.config.hidden_size, n_outputs)
        # Most pieces are in no training row; were the others moved alone, new words would not fit the layers.
        self.encoder.embeddings.requires_grad_(False)
        # The dropout of attention, which has most values, is left out.
        pooled = PooledDropout(0.1, seed=1)
        for name in [name for name, part in self.encoder.named_modules() if isinstance(part, nn.Dropout)]:
            parent, _, own = name.rpartition(".")
            setattr(self.encoder.get_submodule(parent), own, nn.Identity() if parent.endswith("attn") else pooled)

    def states(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the last states, shape (n, length, size), of numbers of pieces and the mask of those that count."""
        # Given embeddings, positions are counted in order; given pieces, they would depend on the number of padding.
        return self.encoder(inputs_embeds=self.pieces(pieces), attention_mask=mask).last_hidden_state.float()


def read_vocabulary(base: Path) -> list[str]:
    """Return the word pieces of the published weights, in the order of their numbers."""
    return (base / "vocab.txt").read_text(encoding="utf-8").splitlines()


def by_length(lengths: Sequence[int], together: int, rng: np.random.Generator) -> list[int]:
    """Return row numbers in random order, in groups that are sorted by length, so that little is padded."""
    order = rng.permutation(len(lengths)).tolist()
    groups = (order[start : start + together] for start in range(0, len(order), together))
    return [number for group in groups for number in sorted(group, key=lengths.__getitem__)]


def batches_by_length(lengths: Sequence[int], size: int, together: int, rng: np.random.Generator) -> list[list[int]]:
    """Return the row numbers of each batch, shuffled; among `together` batches rows are sorted by length."""
    order = by_length(lengths, size * together, rng)
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    return [batches[number] for number in rng.permutation(len(batches))]


def train_epochs(
    net: HeadedEncoder,
    epochs: Sequence[Sequence[Any]],
    loss_of: Callable[[Any], torch.Tensor],
    rates: tuple[float, float],
    share_of_rate: Callable[[int, int], float],
    seed: int,
    checkpoint: Path,
) -> None:
    """Train all layers but the embeddings, and the head.

    `epochs` are the batches of each epoch, `rates` those of the layers and of the head, of which each step takes a
    share. A stopped run goes on after its last epoch, whose state is in `checkpoint`.
    """
    torch.manual_seed(seed)
    layers = [value for value in net.encoder.parameters() if value.requires_grad]
    groups = [{"params": layers, "lr": rates[0]}, {"params": net.head.parameters(), "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = sum(map(len, epochs))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share_of_rate(step, steps))
    parts = {"net": net, "optimizer": optimizer, "schedule": schedule}
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {"epochs": 0}
    for name, part in parts.items() if state["epochs"] else ():
        part.load_state_dict(state[name])
    net.train()
    for epoch in range(state["epochs"], len(epochs)):
        started, losses = time.monotonic(), []
        for batch in epochs[epoch]:
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 25 == 0:
                done = f"epoch {epoch + 1}, {len(losses)} of {len(epochs[epoch])}"
                click.echo(f"{done}: loss {np.mean(losses[-25:]):.3f}, {time.monotonic() - started:.0f} s", err=True)
        torch.save({"epochs": epoch + 1, **{name: part.state_dict() for name, part in parts.items()}}, checkpoint)
    net.eval()
