"""tf.nn: activations."""

from __future__ import annotations

from typing import Any

from nbtf import errors
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat
from nbtf.array.shapes import rank, transpose
from nbtf.differentiation.custom import custom_gradient
from nbtf.dtypes import float32
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum

elu = OpFunction("Elu")
relu = OpFunction("Relu")
selu = OpFunction("Selu")
softplus = OpFunction("Softplus")
softsign = OpFunction("Softsign")


def relu6(features: Any, name: str | None = None) -> Any:
    """min(max(x, 0), 6)."""
    with name_scope(name, "Relu6", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        return raw.Relu6(features, name=scope)


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Any:
    """The positive and the negative part, joined along `axis`: relu of [x, -x]."""
    with name_scope(name, "CRelu", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        both = raw.ConcatV2([features, -features], axis, name=scope)
        return raw.Relu(both)


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Any:
    """x where it is positive, alpha * x elsewhere. Integers become float32."""
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        features = convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = cast(features, float32)
        return raw.LeakyRelu(features, alpha, name=scope)


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """exp(x) / sum(exp(x)) along `axis`, by default the last. Raises InvalidArgumentError for no axis of `logits`."""
    axis = renamed("axis", axis, "dim", dim)
    return _along_axis(raw.Softmax, logits, -1 if axis is None else axis, name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """x - log(sum(exp(x))) along `axis`, by default the last. Raises InvalidArgumentError for no axis of `logits`."""
    axis = renamed("axis", axis, "dim", dim)
    return _along_axis(raw.LogSoftmax, logits, -1 if axis is None else axis, name)


def _along_axis(op: OpFunction, logits: Any, axis: Any, name: str | None) -> Any:
    """`op`, which works along the last axis, along another one: that one trades places with the last."""
    logits = convert_to_tensor(logits)
    count = logits.shape.ndims
    if not isinstance(axis, Tensor) and (axis == -1 or (count is not None and axis == count - 1)):
        return op(logits, name=name)
    known = constant_value(axis) if isinstance(axis, Tensor) else axis
    if count is None:
        raise TypeError(f"The rank of `logits` must be known for axis {axis}, unless it is the last one: -1.")
    if known is not None and not -count <= known < count:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"`dim` must be in the range [{-count}, {count}) where {count} is the number of dimensions in the input. "
            f"Received: dim={int(known)}",
        )
    dims = rank(logits)
    if isinstance(axis, Tensor):
        axis = raw.Select(axis < 0, axis + dims, axis)
    elif axis < 0:
        axis = axis + dims
    last = rank(logits)
    axis = axis % count
    swapped = _swapped(logits, axis, raw.Sub(last, 1))
    swapped = op(swapped)
    result = _swapped(swapped, axis, raw.Sub(last, 1), name)
    result.set_shape(logits.shape)
    return result


def _swapped(tensor: Tensor, axis: Any, last: Tensor, name: str | None = "transpose") -> Any:
    order = concat([range_of(axis), [last], range_of(axis + 1, last), [axis]], 0)
    return transpose(tensor, order, name=name)


def silu(features: Any, beta: Any = 1.0) -> Any:
    """x * sigmoid(beta * x); its gradient is computed anew from x, not kept."""
    features = convert_to_tensor(features, name="features")
    beta = cast(convert_to_tensor(beta, name="beta"), features.dtype)

    @custom_gradient
    def rule(x: Any, beta: Any) -> Any:
        def gradient(dy: Any) -> Any:
            with control_dependencies([dy]):
                gate = raw.Sigmoid(beta * x)
            dx = gate * (1.0 + beta * x * (1.0 - gate))
            dbeta = reduce_sum(dy * raw.Square(x) * gate * (1.0 - gate))
            return dy * dx, dbeta

        return x * raw.Sigmoid(beta * x), gradient

    return rule(features, beta)
