"""tf.contrib.layers: what all layers do with scopes, variables, collections and data formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.layers.named_outputs import collect_named_outputs
from nbtf.graph.collections import add_to_collection, get_collection
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.policies import VariableAggregation, VariableSynchronization

Activation = Callable[[Any], Any] | None
Regularizer = Callable[[Any], Any] | None
VariablesCollections = Any
"""A collection or several for all variables, or a dict: "weights", "biases" ... -> such."""

NHWC, NCHW = "NHWC", "NCHW"
NDHWC, NCDHW = "NDHWC", "NCDHW"


def model_variables(**renamed: str) -> Callable[..., Any]:
    """A custom getter: variables of a tf.layers layer become model variables, some under other names."""

    def get(
        getter: Callable[..., Any],
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Regularizer = None,
        trainable: bool = True,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        **_: Any,
    ) -> Any:
        scope, slash, own = name.rpartition("/")
        return model_variable(
            f"{scope}{slash}{renamed.get(own, own)}",
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=getter,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    return get


def collections_for(variables_collections: VariablesCollections, kind: str) -> Any:
    """The collections of a kind of variables."""
    if isinstance(variables_collections, Mapping):
        return variables_collections.get(kind)
    return variables_collections


def collect_variables(variables_collections: VariablesCollections, **variables: Any) -> None:
    """Adds a layer's variables, by kind, to their collections; those that are None or already there are left out."""
    for kind, variable in variables.items():
        keys = collections_for(variables_collections, kind)
        if variable is None or not keys:
            continue
        parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
        for key in [keys] if isinstance(keys, str) else keys:
            for part in parts:
                if not any(part is known for known in get_collection(key)):
                    add_to_collection(key, part)


def finished(outputs: Any, activation_fn: Activation, outputs_collections: Any, scope: str) -> Any:
    """A layer's outputs, activated, in their collections."""
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(outputs_collections, scope, outputs)


def normalized(outputs: Any, normalizer_fn: Callable[..., Any] | None, normalizer_params: Any) -> Any:
    """What a layer's normalizer makes of its outputs."""
    return outputs if normalizer_fn is None else normalizer_fn(outputs, **(normalizer_params or {}))


def channels_order(data_format: str | None, allowed: tuple[str, ...]) -> str:
    """As tf.layers calls a data format. Raises ValueError for one that is not allowed."""
    if data_format not in allowed:
        raise ValueError(f"data_format has to be either {allowed[0]} or {allowed[1]}. Received: {data_format!r}")
    return "channels_first" if str(data_format).startswith("NC") else "channels_last"


def channels_of(inputs: Any, data_format: str = NHWC, least_rank: int = 2) -> int:
    """The static number of channels. Raises ValueError where it, or the rank, is unknown."""
    dims = inputs.shape.dims
    if dims is None:
        raise ValueError("dims of shape must be known but is None")
    if len(dims) < least_rank:
        raise ValueError(f"rank of shape must be at least {least_rank} not: {len(dims)}")
    channels: int | None = inputs.shape.as_list()[1 if data_format.startswith("NC") else -1]
    if channels is None:
        raise ValueError("`C` dimension must be known but is None")
    return channels
