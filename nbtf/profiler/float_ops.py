"""Floating-point operations of ops as TensorFlow's profiler counts them: from static shapes, a multiply-add as two.

nbtf's own figures, which traces and `nbtf run --profile` show, are the `flops` of the ops' blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

Dims = Sequence[int]
_Rule = Callable[[Any, list[Dims], Dims], float]
"""Of an operation, the dims of its inputs and of its first output."""


def float_ops(op: Any) -> int | None:
    """The count; 0 for an op of a type that has none, None where shapes are not known."""
    rule = _RULES.get(op.type)
    if rule is None:
        return 0
    shapes = [tensor.shape for tensor in [*op.inputs, op.outputs[0]]]
    if op.type in _OUTPUT_ONLY:
        shapes = [None] * len(op.inputs) + shapes[-1:]
    if any(shape is not None and not shape.is_fully_defined() for shape in shapes):
        return None
    if op.type in _CHANNELS_LAST and op.get_attr("data_format") not in ("NHWC", b"NHWC"):
        return None
    dims: list[Dims] = [() if shape is None else tuple(shape.as_list()) for shape in shapes]
    return int(rule(op, dims[:-1], dims[-1]))


def _each(count: int) -> _Rule:
    """So many an element of the output."""
    return lambda op, inputs, output: count * prod(output)


def _reduction(finally_each: int) -> _Rule:
    """One an element of the input but the first of each sum, and so many for each sum."""
    return lambda op, inputs, output: prod(inputs[0]) + prod(output) * (finally_each - 1)


def _matmul(op: Any, inputs: list[Dims], output: Dims) -> float:
    return 2 * prod(output) * inputs[0][0 if op.get_attr("transpose_a") else 1]


def _batch_matmul(op: Any, inputs: list[Dims], output: Dims) -> float:
    return 2 * prod(output) * inputs[0][-1]  # of an adjoint operand too, as TensorFlow counts


def _window(kernel_axes: int) -> _Rule:
    """A convolution: a multiply-add for each element of the filter's leading axes."""
    return lambda op, inputs, output: 2 * prod(output) * prod(inputs[1][:kernel_axes])


def _strides(op: Any) -> int:
    return int(prod(op.get_attr("strides")[1:3]))


def _area(op: Any) -> int:
    return int(prod(op.get_attr("ksize")))


def _input_gradient(op: Any, inputs: list[Dims], output: Dims) -> float:
    return 2 * prod(output) * prod(inputs[1]) / (output[-1] * _strides(op))


def _filter_gradient(op: Any, inputs: list[Dims], output: Dims) -> float:
    image = inputs[0]
    return 2 * prod(image) * prod(output) / (image[-1] * _strides(op))


def _pool(op: Any, inputs: list[Dims], output: Dims) -> float:
    return _area(op) * prod(output)


def _average_gradient(op: Any, inputs: list[Dims], output: Dims) -> float:
    return 2 * _area(op) * prod(inputs[1])


def _maximum_gradient(op: Any, inputs: list[Dims], output: Dims) -> float:
    return (_area(op) + 1) * prod(inputs[1])


_BINARY = ["Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "Pow"]
_BINARY += ["GreaterEqual", "Greater", "LessEqual", "Less", "Equal", "NotEqual"]
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(_BINARY, _each(1)),
    **dict.fromkeys(["Reciprocal", "Square", "Log", "Neg", "AssignSub", "AssignAdd"], _each(1)),
    **dict.fromkeys(["Rsqrt", "SquaredDifference"], _each(2)),
    "RsqrtGrad": _each(4),
    "Softmax": _each(5),
    "L2Loss": lambda op, inputs, output: 3 * prod(inputs[0]) - 1,
    "AddN": lambda op, inputs, output: (len(inputs) - 1) * prod(output),
    "Mean": _reduction(1),
    **dict.fromkeys(["Sum", "ArgMax", "ArgMin", "BiasAddGrad"], _reduction(0)),
    "BiasAdd": lambda op, inputs, output: prod(inputs[0]),
    "MatMul": _matmul,
    **dict.fromkeys(["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"], _batch_matmul),
    "Conv2D": _window(3),
    "Conv3D": _window(4),
    **dict.fromkeys(["DepthwiseConv2dNative", "Dilation2D"], _window(2)),
    "Conv2DBackpropInput": _input_gradient,
    "Conv2DBackpropFilter": _filter_gradient,
    **dict.fromkeys(["AvgPool", "MaxPool"], _pool),
    "AvgPoolGrad": _average_gradient,
    "MaxPoolGrad": _maximum_gradient,
}
_OUTPUT_ONLY = frozenset(
    [*_BINARY, "SquaredDifference", "RsqrtGrad", "Reciprocal", "Square", "Log", "Neg", "Rsqrt", "AddN"]
)
"""What is counted as soon as the output's shape is known."""
_CHANNELS_LAST = frozenset(
    ["AvgPool", "MaxPool", "AvgPoolGrad", "MaxPoolGrad", "Conv2DBackpropInput", "Conv2DBackpropFilter"]
)
"""Not counted in other formats."""
