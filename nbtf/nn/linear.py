"""tf.nn: biases, and matrix products with them."""

from __future__ import annotations

from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Any:
    """value + bias [C], along the channels: the last axis, or axis 1 if data_format starts with "NC".

    Raises ValueError for another data format.
    """
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        if data_format is None or (data_format.startswith("N") and data_format.endswith("C")):
            op_format = "NHWC"
        elif data_format.startswith("NC"):
            op_format = "NCHW"
        else:
            raise ValueError(
                f"`data_format` must be of the form `N...C` or `NC...`. Received: data_format={data_format}"
            )
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, value.dtype, name="bias")
        return raw.BiasAdd(value, bias, op_format, name=scope)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """x @ weights + biases: [N, A], [A, B], [B] -> [N, B]."""
    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return bias_add(raw.MatMul(x, weights), biases, name=scope)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """relu(x @ weights + biases): [N, A], [A, B], [B] -> [N, B]."""
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return raw.Relu(bias_add(raw.MatMul(x, weights), biases), name=scope)
