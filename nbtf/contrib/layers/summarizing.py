"""tf.contrib.layers: summaries of tensors, activations, and whole collections."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from nbtf.dtypes import float32
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.raw_ops import raw
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_mean
from nbtf.summary.summaries import histogram, scalar

Summarizer = Callable[[Any], Any]


def summarize_tensor(tensor: Any, tag: str | None = None) -> Any:
    """The summary of a tensor: of its value if it is a scalar, else a histogram. tag: by default "<name>_summary"."""
    summary = scalar if tensor.get_shape().ndims == 0 else histogram
    return summary(tag or f"{tensor.op.name}_summary", tensor)


def summarize_activation(op: Any) -> Any:
    """A histogram of an activation; of ReLUs also the shares of inputs that they cut off, at 0 and at 6."""
    name, kind = op.op.name, op.op.type
    if kind in ("Relu", "Softplus", "Relu6"):
        scalar(f"{name}/zeros", _share(raw.Less, op.op.inputs[0], 0.0))
    if kind == "Relu6":
        scalar(f"{name}/sixes", _share(raw.Greater, op.op.inputs[0], 6.0))
    return histogram(f"{name}/activation", op)


def _share(compare: Any, inputs: Any, limit: float) -> Any:
    return reduce_mean(cast(compare(inputs, cast(limit, inputs.dtype)), float32, name="ToFloat"))


def summarize_tensors(tensors: Iterable[Any], summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """The summaries of several tensors."""
    return [summarizer(tensor) for tensor in tensors]


def summarize_collection(
    collection: str, name_filter: str | None = None, summarizer: Summarizer = summarize_tensor
) -> list[Any]:
    """The summaries of those members of a collection whose names match a regular expression at their start."""
    members = get_collection(collection)
    return [summarizer(one) for one in members if name_filter is None or re.match(name_filter, one.op.name)]


def summarize_activations(name_filter: str | None = None, summarizer: Summarizer = summarize_activation) -> list[Any]:
    """`summarize_collection` of ACTIVATIONS."""
    return summarize_collection(GraphKeys.ACTIVATIONS, name_filter, summarizer)


summarize_variables = functools.partial(summarize_collection, GraphKeys.GLOBAL_VARIABLES)
summarize_weights = functools.partial(summarize_collection, GraphKeys.WEIGHTS)
summarize_biases = functools.partial(summarize_collection, GraphKeys.BIASES)
