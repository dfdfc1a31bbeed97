"""Dropout that is fast on a CPU: torch draws a random number for each value, which takes a third of the training."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


class PooledDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) by masks that are cut at random places out of one that was drawn before."""

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


def replace_dropout(encoder: nn.Module, share: float, seed: int) -> None:
    """Replace the dropout of a transformer's states; that of its attention, which has most values, is left out."""
    pooled = PooledDropout(share, seed)
    for name in [name for name, part in encoder.named_modules() if isinstance(part, nn.Dropout)]:
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, nn.Identity() if parent.endswith("attn") else pooled)
