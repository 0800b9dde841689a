"""Scales and shifts behind a convolution or product by constant weights go into the weights and a bias.

What is taken are normalizations in inference and their decomposed forms: FusedBatchNorm, and Mul, RealDiv, Add, Sub and
BiasAdd by a constant for each channel. (x w) s + t is x (w s) + t: in another order, so results differ in the last bits,
by no more than about 1e-6 of the largest sum of products. Weights and bias are computed once a session, in float64.
Where a scale is not finite, nothing is folded: see _ComposedScale in nbtf/ops/folding.py.
"""

from __future__ import annotations

from typing import NamedTuple

from nbtf import dtypes
from nbtf.compiler.folding import Copies, folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.readers import Readers

_NORMALIZATIONS = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
_SUMS = ("Add", "AddV2", "BiasAdd", "BiasAddV1")
_FLOATS = (dtypes.float32, dtypes.float64)


class _Step(NamedTuple):
    """One op behind the product. kind: what _ComposedScale does; operands: constants; epsilon: of a normalization."""

    node: Node
    kind: str
    operands: list[Value]
    epsilon: float = 0.0


def fold_scales(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with chains of scales and shifts behind products as one BiasAdd each."""
    readers = Readers(nodes, fetched)
    gone: set[Node] = set()
    made: dict[Node, list[Node]] = {}
    for node in nodes:
        columns = _columns(node)
        if columns is not None:
            steps = _steps(node, columns, readers)
            if any(step.kind not in ("add", "subtract") for step in steps):
                gone.update(step.node for step in steps)
                made[steps[-1].node] = _folded_into(node, columns, steps)
    return [one for node in nodes for one in (*made.get(node, ()), *([] if node in gone else [node]))]


def _columns(node: Node) -> int | None:
    """Channels of a product by constant weights, channels last; None for any other node."""
    if node.op_type not in _WEIGHT_AXES or node.outputs[0].dtype not in _FLOATS:
        return None
    if getattr(node.attrs, "data_format", "NHWC") != "NHWC":
        return None
    weights = node.inputs[1]
    if not is_fixed(weights) or weights.shape is None or -1 in weights.shape or 0 in weights.shape:
        return None
    if len(weights.shape) != (2 if node.op_type == "MatMul" else 4):
        return None
    if node.op_type == "DepthwiseConv2dNative":
        return weights.shape[2] * weights.shape[3]
    return weights.shape[0 if _weight_axes(node) == "first" else -1]


_WEIGHT_AXES = {"Conv2D": "last", "DepthwiseConv2dNative": "last two", "MatMul": "last"}


def _weight_axes(node: Node) -> str:
    """Which axes of the weights the channels of the product lie on."""
    return "first" if getattr(node.attrs, "transpose_b", False) else _WEIGHT_AXES[node.op_type]


def _steps(product: Node, columns: int, readers: Readers) -> list[_Step]:
    """What follows and can be folded, up to the last that scales or what only adds behind it."""
    steps: list[_Step] = []
    value = product.outputs[0]
    while True:
        reader = readers.only(value)
        step = None if reader is None or not readers.is_free(reader) else _step(reader, value, columns)
        if step is None:
            return steps
        steps.append(step)
        value = step.node.outputs[0]


def _step(node: Node, value: Value, columns: int) -> _Step | None:
    if node.op_type in _NORMALIZATIONS:
        operands = node.inputs[1:5]
        fits = node.inputs[0] is value and not node.attrs.is_training and node.attrs.data_format == "NHWC"
        fits = fits and all(is_fixed(v) and v.shape == (columns,) for v in operands)
        return _Step(node, "normalize", operands, float(node.attrs.epsilon)) if fits else None
    if len(node.inputs) != 2 or getattr(node.attrs, "data_format", "NHWC") != "NHWC":
        return None
    first = node.inputs[0] is value
    other = node.inputs[1] if first else node.inputs[0]
    if not is_fixed(other) or not _is_one_a_column(other, value, columns):
        return None
    kind = _kind(node.op_type, first)
    return None if kind is None else _Step(node, kind, [other])


def _kind(op_type: str, value_is_first: bool) -> str | None:
    if op_type in _SUMS:
        return "add"
    if op_type == "Mul":
        return "multiply"
    if op_type == "Sub":
        return "subtract" if value_is_first else "subtract from"
    return "divide" if op_type == "RealDiv" and value_is_first else None


def _is_one_a_column(number: Value, value: Value, columns: int) -> bool:
    """Whether it has one element, or one for each channel, and leaves the dims of the value alone."""
    if number.shape is None or value.shape is None or len(number.shape) > len(value.shape):
        return False
    return all(d == 1 for d in number.shape[:-1]) and (not number.shape or number.shape[-1] in (1, columns))


def _folded_into(product: Node, columns: int, steps: list[_Step]) -> list[Node]:
    """The nodes that take the place of the steps; the product gets other weights."""
    weights, last = product.inputs[1], steps[-1].node
    dtype, vector = weights.dtype, (weights.dtype, (columns,))
    operands = [operand for step in steps for operand in step.operands]
    composed = new_node(
        "_ComposedScale",
        last,
        operands,
        [vector, vector],
        "/composed",
        T=dtype,
        N=len(operands),
        steps=[step.kind for step in steps],
        epsilons=[step.epsilon for step in steps],
        columns=columns,
    )
    axes = _weight_axes(product)
    scaled = new_node(
        "_ScaledWeights",
        weights.node,
        [weights, composed.outputs[0]],
        [(dtype, weights.shape)],
        "/scaled",
        T=dtype,
        axes=axes,
    )
    copies: Copies = {}
    product.inputs[1] = folded(scaled.outputs[0], weights.node.controls, copies)
    controls = [control for operand in operands for control in operand.node.controls]
    shift = folded(composed.outputs[1], controls, copies)
    bias = new_node("BiasAdd", last, [product.outputs[0], shift], [], T=dtype)
    bias.controls = list(dict.fromkeys(control for step in steps for control in step.node.controls))
    bias.outputs = last.outputs[:1]
    bias.outputs[0].node = bias
    return [product.inputs[1].node, shift.node, bias]
