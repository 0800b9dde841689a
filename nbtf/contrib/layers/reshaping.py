"""tf.contrib.layers: other shapes of the same elements, one-hot codes, maxout, softmax, unit norm."""

from __future__ import annotations

from typing import Any

from nbtf.array.batched_gather import gather_nd
from nbtf.array.filling import one_hot, ones
from nbtf.array.indexing import strided_slice, where
from nbtf.array.joining import concat, tile
from nbtf.array.shapes import reshape, shape
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.named_outputs import collect_named_outputs, last_dimension
from nbtf.differentiation.custom import custom_gradient
from nbtf.dtypes import int32, int64, string
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.layers.core import flatten as flattened
from nbtf.math.casting import cast
from nbtf.math.operands import classic_div
from nbtf.math.reductions import reduce_max, reduce_sum
from nbtf.variables.scoping import variable_scope


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """All axes but the batch made one: [N, A, B, ...] -> [N, A * B * ...]."""
    with name_scope(scope, "Flatten", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        return collect_named_outputs(outputs_collections, sc, flattened(inputs))


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: Any = 1.0,
    off_value: Any = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """on_value at each label, off_value elsewhere: ints [...] -> [..., num_classes]."""
    with name_scope(scope, "OneHotEncoding", [labels, num_classes]) as sc:
        labels = convert_to_tensor(labels)
        if labels.dtype == int32:
            labels = cast(labels, int64, name="ToInt64")
        outputs = one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collect_named_outputs(outputs_collections, sc, outputs)


@add_arg_scope
def dense_to_sparse(tensor: Any, eos_token: Any = 0, outputs_collections: Any = None, scope: Any = None) -> Any:
    """The elements other than eos_token, as a SparseTensor of the same shape."""
    with variable_scope(scope, "dense_to_sparse", [tensor]) as sc:
        tensor = convert_to_tensor(tensor)
        return collect_named_outputs(outputs_collections, sc.name, elements_other_than(tensor, eos_token))


def elements_other_than(tensor: Any, value: Any = None) -> SparseTensor:
    """The elements of a tensor other than `value`, by default -1 or "": a SparseTensor of its shape."""
    if value is None:
        value = "" if tensor.dtype == string else -1
    indices = where(raw.NotEqual(tensor, constant(value, tensor.dtype)))
    return SparseTensor(indices, gather_nd(tensor, indices), shape(tensor, out_type=int64))


@add_arg_scope
def maxout(inputs: Any, num_units: int, axis: int = -1, scope: Any = None) -> Any:
    """The largest of each of num_units groups of features along an axis: its length becomes num_units.

    Raises ValueError where that is no multiple of num_units.
    """
    with variable_scope(scope, "MaxOut", [inputs]):
        inputs = convert_to_tensor(inputs)
        dims: list[Any] = inputs.shape.as_list()
        features = dims[axis]
        if features % num_units:
            raise ValueError(f"number of features({features}) is not a multiple of num_units({num_units})")
        dims[axis] = num_units
        dims.append(features // num_units)
        dims = [shape(inputs)[i] if dim is None else dim for i, dim in enumerate(dims)]
        return reduce_max(reshape(inputs, dims), axis=-1)


@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Any:
    """exp(x) / sum(exp(x)) along the last axis, whose length must be known. Raises ValueError where it is not."""
    with variable_scope(scope, "softmax", [logits]):
        logits = convert_to_tensor(logits)
        static = logits.shape
        rows = reshape(logits, [-1, last_dimension(static, min_rank=2)])
        outputs = reshape(raw.Softmax(rows), shape(logits))
        outputs.set_shape(static)
        return outputs


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Any:
    """inputs / sqrt(epsilon + sum(inputs ** 2)) along one axis. Raises ValueError for an axis that there is not."""
    with variable_scope(scope, "UnitNorm", [inputs]):
        rank = inputs.shape.ndims
        if not rank:
            raise ValueError("The input rank must be known.")
        if not 0 <= dim < rank:
            raise ValueError(f"dim must be positive but smaller than the input rank. Received: dim={dim}")
        lengths = raw.Sqrt(epsilon + reduce_sum(raw.Square(inputs), dim, keepdims=True))
        repeats = []
        if dim > 0:
            repeats.append(ones([dim], int32))
        repeats.append(strided_slice(shape(inputs), [dim], [dim + 1]))
        if dim < rank - 1:
            repeats.append(ones([rank - 1 - dim], int32))
        return classic_div(inputs, tile(lengths, concat(repeats, 0)))


def scale_gradient(inputs: Any, gradient_multiplier: Any) -> Any:
    """The inputs themselves; the gradient that comes back through them is multiplied by a float."""
    return _scaled_back(inputs, gradient_multiplier)


@custom_gradient
def _scaled_back(inputs: Any, multiplier: Any) -> tuple[Any, Any]:
    return inputs, lambda grad: (grad * multiplier, None)
