"""Write a trained network as an ONNX file whose products are of eight-bit integers, and the table of its word pieces.

Weights are rounded once. What they are multiplied with is rounded for each text, after numbers that are large in a few
columns were made smaller there and the weights larger (SmoothQuant, Xiao et al. 2023). Sums of products of integers are
the same on every processor; weights keep to seven bits, because older ones add two products in sixteen bits.
"""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from pipeline.core.storage import tables
from pipeline.reader.network_file import round_pieces

# The largest weight, each way, and how much of the difference between columns moves into the weights.
_LARGEST, _SMOOTHING = 63, 0.85
_TINY = 1e-5
_OPSET = 17

Inputs = Mapping[str, np.ndarray]


def export(net: nn.Module, table: np.ndarray, texts: Sequence[Inputs], stem: Path) -> list[Path]:
    """Write `STEM.onnx` and `STEM.pieces.npz`, and return both.

    `net` is called with the embedded pieces, shape (1, n, size), and each mask, shape (1, n), and gives `output`;
    `table` has the embedding of each piece, shape (n_pieces, size); by the `pieces` and masks of `texts` the smoothing
    is chosen; `stem` is the folder and the code of the language.
    """
    path, pieces = stem.with_name(f"{stem.name}.onnx"), stem.with_name(f"{stem.name}.pieces.npz")
    names = ["embedded", *(name for name in texts[0] if name != "pieces")]
    whole = path.with_suffix(".float.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of shapes that are traced as constants: none depends on the text
        torch.onnx.export(
            net.eval(),
            (torch.zeros(1, 8, table.shape[1]), *(torch.ones(1, 8) for _ in names[1:])),
            str(whole),
            dynamo=False,
            input_names=names,
            output_names=["output"],
            dynamic_axes={name: {1: "n"} for name in names},
            opset_version=_OPSET,
        )
    model = onnx.load(whole)
    whole.unlink()
    numbers, scales = round_pieces(table)
    feeds = [
        {"embedded": (numbers[text["pieces"]] * scales[text["pieces"]]).astype(np.float32)}
        | {name: text[name] for name in names[1:]}
        for text in texts
    ]
    _round_products(model.graph, _largest_inputs(model, feeds))
    _spell_out_softmax(model.graph)
    with tables.atomic_path(path) as fresh:
        onnx.save(model, fresh)
    with tables.atomic_path(pieces) as fresh, fresh.open("wb") as file:
        np.savez(file, numbers=numbers, scales=scales)
    return [path, pieces]


def _weights_of(graph: onnx.GraphProto) -> dict[str, list[onnx.NodeProto]]:
    """Return the products with weights, by what is multiplied with them."""
    weights = {tensor.name for tensor in graph.initializer}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            products.setdefault(node.input[0], []).append(node)
    return products


def _largest_inputs(model: onnx.ModelProto, feeds: Sequence[Inputs]) -> dict[str, np.ndarray]:
    """Return the largest number of each column that is multiplied with weights, shape (n_inputs,), over some texts."""
    names = list(_weights_of(model.graph))
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    largest = {name: np.full(1, _TINY, np.float32) for name in names}
    for feed in feeds:
        for name, value in zip(names, session.run(names, dict(feed)), strict=True):
            largest[name] = np.maximum(largest[name], np.abs(value.reshape(-1, value.shape[-1])).max(axis=0))
    return largest


def _round_products(graph: onnx.GraphProto, largest: Mapping[str, np.ndarray]) -> None:
    """Replace each product with weights by one of integers, which is scaled afterwards."""
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    products = _weights_of(graph)
    done: set[str] = set()
    nodes = []
    for node in graph.node:
        source = node.input[0] if node.input else ""
        if source not in products or not any(node.output[0] == product.output[0] for product in products[source]):
            nodes.append(node)
            continue
        others = [numpy_helper.to_array(tensors[product.input[1]]) for product in products[source]]
        columns = np.max([np.abs(other).max(axis=1) for other in others], axis=0).clip(_TINY)
        smooth = largest[source] ** _SMOOTHING / columns ** (1 - _SMOOTHING)
        smooth = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
        rounded = [f"{source}.{part}" for part in ("rounded", "scale", "zero")]
        if source not in done:
            done.add(source)
            graph.initializer.append(numpy_helper.from_array(1 / smooth, f"{source}.smoothing"))
            nodes += [
                helper.make_node("Mul", [source, f"{source}.smoothing"], [f"{source}.smooth"]),
                helper.make_node("DynamicQuantizeLinear", [f"{source}.smooth"], rounded),
            ]
        weights = numpy_helper.to_array(tensors[node.input[1]]) * smooth[:, None]
        scale = (np.abs(weights).max(axis=0).clip(_TINY) / _LARGEST).astype(np.float32)
        numbers = np.rint(weights / scale).clip(-_LARGEST, _LARGEST).astype(np.int8)
        result = node.output[0]
        parts = [f"{result}.{part}" for part in ("weights", "weight_scale", "sum", "float", "both")]
        graph.initializer.extend([numpy_helper.from_array(numbers, parts[0]), numpy_helper.from_array(scale, parts[1])])
        nodes += [
            helper.make_node("MatMulInteger", [rounded[0], parts[0], rounded[2]], [parts[2]]),
            helper.make_node("Cast", [parts[2]], [parts[3]], to=TensorProto.FLOAT),
            helper.make_node("Mul", [rounded[1], parts[1]], [parts[4]]),
            helper.make_node("Mul", [parts[3], parts[4]], [result]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in graph.node for name in node.input}
    for name in tensors.keys() - used:
        graph.initializer.remove(tensors[name])


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
            helper.make_node("ReduceMax", [scores], [most], axes=[-1], keepdims=1),
            helper.make_node("Sub", [scores, most], [lowered]),
            helper.make_node("Exp", [lowered], [power]),
            helper.make_node("ReduceSum", [power, last], [total], keepdims=1),
            helper.make_node("Div", [power, total], [result]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
