"""Encoded categories are ordered by the share of positive labels."""

from __future__ import annotations

import numpy as np

from training.extractor.fit import fit_target_encoder


def test_an_encoder_orders_categories_by_their_share() -> None:
    keys = np.repeat(np.array([3, 1, 2], dtype=np.uint64), [40, 40, 5])
    labels = np.array([1.0] * 40 + [0.0] * 40 + [1.0] * 5)
    encoder = fit_target_encoder(keys, labels)
    common, rare, other = encoder(np.array([3, 1], dtype=np.uint64)), *encoder(np.array([2, 9], dtype=np.uint64))
    assert common[0] > common[1]
    assert rare == other
