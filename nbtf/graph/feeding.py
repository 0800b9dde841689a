"""Placeholders: tensors that a run is fed."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.graph import default_stacks
from nbtf.graph.apply_op import apply_op
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor that every run which needs it must be fed, with a value of `dtype` that fits `shape` (None: any)."""
    attrs = {
        "dtype": schema.AttrValue(type=dtypes.as_dtype(dtype).base_dtype.as_datatype_enum),
        "shape": schema.AttrValue(shape=tensor_shape.as_shape(shape).as_proto()),
    }
    return default_stacks.get_default_graph().create_op("Placeholder", [], name=name, attrs=attrs).outputs[0]


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor that is `input` unless it is fed; `shape` is what a fed value must fit."""
    made = apply_op("PlaceholderWithDefault", name=name, input=input, shape=shape)
    assert isinstance(made, Tensor)
    return made
