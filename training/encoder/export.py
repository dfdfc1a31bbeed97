"""Write a trained encoder as one ONNX file: layers in four bits, word pieces in eight."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from pipeline.core.storage import tables

# Weights that share a scale.
BLOCK = 32
_EIGHT_BITS = 127  # the largest number, each way
# Numbers of four bits, and by which share of the largest weight of a block its scale is tried.
_LOWEST, _HIGHEST, _SHARES = -8, 7, np.linspace(0.7, 1.1, 21, dtype=np.float32)
# The first version with numbers of four bits.
_OPSET = 21


def export(net: nn.Module, table: torch.Tensor, masks: Sequence[str], output: str, path: Path) -> None:
    """Write a model that reads one text: `pieces` (1, n) and masks (1, n) of those names to an output.

    Parameters
    ----------
    net : torch.nn.Module
        Is called with the embedded pieces, shape (1, n, size), and each mask.
    table : torch.Tensor
        The embedding of each piece, shape (n_pieces, size).
    masks : sequence of str
    output : str
        Name of the output.
    path : Path
    """
    whole = path.with_suffix(".float.onnx")
    names = ["pieces", *masks]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of shapes that are traced as constants: none depends on the text
        torch.onnx.export(
            _WithPieces(net, table).eval(),
            (torch.zeros(1, 8, dtype=torch.long), *(torch.ones(1, 8) for _ in masks)),
            str(whole),
            dynamo=False,
            input_names=names,
            output_names=[output],
            dynamic_axes={name: {1: "n"} for name in names},
            opset_version=17,
        )
    model = onnx.version_converter.convert_version(onnx.load(whole), _OPSET)
    whole.unlink()
    _round_matrices(model.graph)
    _spell_out_softmax(model.graph)
    with tables.atomic_path(path) as fresh:
        onnx.save(model, fresh)


def _round_matrices(graph: onnx.GraphProto) -> None:
    """Replace the matrix of each product by numbers of four bits and scales, from which the runtime makes it again."""
    matrices = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        name = node.input[1] if node.op_type == "MatMul" else ""
        if name in matrices:
            numbers, scales = four_bits(numpy_helper.to_array(matrices[name]))
            graph.initializer.remove(matrices.pop(name))
            low, high = (numbers.ravel()[start::2].astype(np.uint8) & 15 for start in (0, 1))  # two in each byte
            content = (low | high << 4).tobytes()
            packed = helper.make_tensor(f"{name}.numbers", TensorProto.INT4, numbers.shape, content, raw=True)
            graph.initializer.extend([packed, numpy_helper.from_array(scales, f"{name}.scales")])
            parts = [f"{name}.numbers", f"{name}.scales"]
            nodes.append(helper.make_node("DequantizeLinear", parts, [name], axis=0, block_size=BLOCK))
        nodes.append(node)
    _replace_nodes(graph, nodes)


def four_bits(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix as numbers from -8 to 7, and the scale of each block of `BLOCK` rows that is nearest to it.

    Parameters
    ----------
    matrix : array of float32, shape (n_inputs, n_outputs)

    Returns
    -------
    numbers : array of int8, shape (n_inputs, n_outputs)
    scales : array of float32, shape (n_inputs / BLOCK, n_outputs)
    """
    blocks = matrix.reshape(-1, BLOCK, matrix.shape[1])
    place = np.abs(blocks).argmax(axis=1)[:, None]
    largest = np.take_along_axis(blocks, place, axis=1)  # with its sign: it becomes -8
    best = np.zeros(blocks.shape, np.int8), np.ones_like(largest), np.full_like(largest, np.inf)
    for share in _SHARES:
        scale = largest * share / _LOWEST
        scale[scale == 0] = 1
        numbers = np.clip(np.rint(blocks / scale), _LOWEST, _HIGHEST)
        squares = (numbers * numbers).sum(axis=1, keepdims=True)
        scale = np.where(squares > 0, (numbers * blocks).sum(axis=1, keepdims=True) / np.maximum(squares, 1), scale)
        error = ((numbers * scale - blocks) ** 2).sum(axis=1, keepdims=True)
        better = error < best[2]
        best = (
            np.where(better, numbers, best[0]).astype(np.int8),
            np.where(better, scale, best[1]),
            np.where(better, error, best[2]),
        )
    return best[0].reshape(matrix.shape), best[1][:, 0].astype(np.float32)


def _spell_out_softmax(graph: onnx.GraphProto) -> None:
    """Replace each softmax by its five steps, whose last digits are the same on processors with AVX2 and with AVX512.

    The runtime's own softmax adds up in the order of the processor's registers.
    """
    last = "last_axis"
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), last))
    nodes = []
    for node in graph.node:
        if node.op_type != "Softmax":
            nodes.append(node)
            continue
        (scores,), (result,) = node.input, node.output
        most, lowered, power, total = (f"{result}.{step}" for step in ("most", "lowered", "power", "total"))
        nodes += [
            helper.make_node("ReduceMax", [scores, last], [most], keepdims=1),
            helper.make_node("Sub", [scores, most], [lowered]),
            helper.make_node("Exp", [lowered], [power]),
            helper.make_node("ReduceSum", [power, last], [total], keepdims=1),
            helper.make_node("Div", [power, total], [result]),
        ]
    _replace_nodes(graph, nodes)


def _replace_nodes(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    del graph.node[:]
    graph.node.extend(nodes)


class _WithPieces(nn.Module):
    """A network with the embedding of its word pieces: eight-bit numbers with a scale for each piece."""

    def __init__(self, net: nn.Module, table: torch.Tensor) -> None:
        super().__init__()
        self.net, table = net, table.detach()
        scale = table.abs().amax(1, keepdim=True) / _EIGHT_BITS
        self.register_buffer("scale", torch.where(scale == 0, torch.ones_like(scale), scale))
        self.register_buffer("numbers", torch.round(table / self.scale).to(torch.int8))

    def forward(self, pieces: torch.Tensor, *masks: torch.Tensor) -> torch.Tensor:
        return self.net(self.numbers[pieces].float() * self.scale[pieces], *masks)
