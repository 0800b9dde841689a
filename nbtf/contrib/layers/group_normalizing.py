"""tf.contrib.layers: normalization of each example on its own, by groups of channels or by single ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.shapes import reshape, shape
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.layer_scopes import (
    NCHW,
    NHWC,
    Activation,
    VariablesCollections,
    channels_order,
    collections_for,
    finished,
)
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Ones, Zeros
from nbtf.nn.normalizing import moments, normalize_moments, sufficient_statistics
from nbtf.variables.scoping import variable_scope

_STARTS = {"beta": Zeros(), "gamma": Ones()}


def _parameters(
    wanted: Mapping[str, bool],
    channels: int,
    dims: Sequence[int] | None,
    dtype: Any,
    param_initializers: Mapping[str, Any] | None,
    variables_collections: VariablesCollections,
    trainable: bool,
) -> tuple[Any, Any]:
    """(beta, gamma) as wanted, [channels], brought into the shape `dims` if there is one."""
    found: list[Any] = []
    for name in ("beta", "gamma"):
        if not wanted[name]:
            found.append(None)
            continue
        variable = model_variable(
            name,
            shape=[channels],
            dtype=dtype,
            initializer=(param_initializers or {}).get(name, _STARTS[name]),
            collections=collections_for(variables_collections, name),
            trainable=trainable,
        )
        found.append(variable if dims is None else reshape(variable, dims))
    return found[0], found[1]


@add_arg_scope
def instance_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-06,
    activation_fn: Activation = None,
    param_initializers: Mapping[str, Any] | None = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = NHWC,
    scope: Any = None,
) -> Any:
    """(inputs - mean) / sqrt(variance + epsilon) * gamma + beta, by the moments of each channel of each example.

    Raises ValueError for an unknown rank, unknown channels, and another data format.
    """
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    first = channels_order(data_format, (NCHW, NHWC)) == "channels_first"
    with variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as sc:
        axis = 1 if first else rank - 1
        channels = inputs.shape.as_list()[axis]
        if channels is None:
            raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {inputs.shape[axis : axis + 1]}.")
        beta, gamma = _parameters(
            {"beta": center, "gamma": scale},
            channels,
            [1, channels] + [1] * (rank - 2) if first else None,
            inputs.dtype.base_dtype,
            param_initializers,
            variables_collections,
            trainable,
        )
        mean, variance = moments(inputs, [one for one in range(1, rank) if one != axis], keep_dims=True)
        with name_scope("instancenorm"):
            factor = raw.Rsqrt(variance + epsilon)
            if gamma is not None:
                factor = factor * gamma
            scaled = inputs * factor
            outputs = scaled + (beta - mean * factor if beta is not None else -mean * factor)
        outputs.set_shape(inputs.shape)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


@add_arg_scope
def group_norm(
    inputs: Any,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Sequence[int] = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-06,
    activation_fn: Activation = None,
    param_initializers: Mapping[str, Any] | None = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    mean_close_to_zero: bool = False,
) -> Any:
    """(inputs - mean) / sqrt(variance + epsilon) * gamma + beta, by the moments of groups of channels.

    Moments are taken along the channels of a group and the reduction_axes, of which none is the channels'; all other
    axes, the batch's among them, keep examples apart. mean_close_to_zero: in one pass, which is exact only then.

    Raises ValueError for an unknown rank, unknown dims of channels and reduction_axes, channels that the groups do not
    divide, and for axes that the inputs have not.
    """
    inputs = convert_to_tensor(inputs)
    if inputs.shape.ndims is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    rank = inputs.shape.ndims
    if channels_axis > rank - 1 or channels_axis < -rank:
        raise ValueError("Axis is out of bounds.")
    axis = channels_axis % rank
    dims: list[Any] = inputs.shape.as_list()
    channels = dims[axis]
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channel dimension: {axis}.")
    reduced = _reduction_axes(reduction_axes, rank, axis)
    for one in reduction_axes:
        if dims[one] is None:
            raise ValueError(f"Inputs {inputs.name} has undefined dimensions {one % rank}.")
    if groups > channels:
        raise ValueError(f"Invalid groups {groups} for {channels} channels.")
    if channels % groups:
        raise ValueError(f"{channels} channels is not commensurate with {groups} groups.")
    given = shape(inputs)
    dims = [given[i] if dim is None else dim for i, dim in enumerate(dims)]
    parted = [*dims[:axis], groups, channels // groups, *dims[axis + 1 :]]
    inputs, static = reshape(inputs, parted), inputs.shape
    with variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as sc:
        spread = [1] * (rank + 1)
        spread[axis : axis + 2] = [groups, channels // groups]
        beta, gamma = _parameters(
            {"beta": center, "gamma": scale},
            channels,
            spread,
            inputs.dtype.base_dtype,
            param_initializers,
            variables_collections,
            trainable,
        )
        if mean_close_to_zero:
            counts, means, squares, _ = sufficient_statistics(inputs, reduced, keep_dims=True)
            mean, variance = normalize_moments(counts, means, squares, shift=None)
        else:
            mean, variance = moments(inputs, reduced, keep_dims=True)
        factor = raw.Rsqrt(variance + epsilon)
        offset = -mean * factor
        if gamma is not None:
            factor, offset = factor * gamma, offset * gamma
        if beta is not None:
            offset = offset + beta
        outputs = reshape(inputs * factor + offset, dims)
        outputs.set_shape(static)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


def _reduction_axes(given: Sequence[int], rank: int, axis: int) -> list[int]:
    """The axes of moments, after the channels' axis was parted into two."""
    axes = []
    for one in given:
        if one < -rank or one > rank - 1:
            raise ValueError("Axis is out of bounds.")
        axes.append(one % rank)
    if axis in axes:
        raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    return [axis + 1, *(one + 1 if one > axis else one for one in axes)]
