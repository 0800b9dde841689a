"""Initializers of constant values, and the base of all initializers."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.graph import conversion
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

SMALL = 1000
"""Tensors of fewer elements are made as constants, others are filled when the graph runs."""


class Initializer:
    """A function from shape, dtype and partition_info to a tensor; its configuration makes an equal one."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The parameters of the constructor, as JSON holds them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The initializer whose `get_config` gave `config`; a dtype in it is left out where the class takes none."""
        config = dict(config)
        config.pop("dtype", None) if not _takes_dtype(cls) else None
        return cls(**config)


def _takes_dtype(cls: type) -> bool:
    import inspect

    return "dtype" in inspect.signature(cls).parameters


def filled(value: Any, shape: Any, dtype: Any, name: str) -> Tensor:
    """A tensor of one value: a constant where it is small, else a Fill."""
    dtype = dtypes.as_dtype(dtype).base_dtype
    known = isinstance(shape, (list, tuple, tensor_shape.TensorShape))
    with name_scope(name) as scope:
        if known and int(np.prod(tensor_shape.as_shape(shape).as_list() or [1])) < SMALL:
            return conversion.constant(value, dtype, tensor_shape.as_shape(shape).as_list(), name=scope)
        dims = conversion.convert_to_tensor(tensor_shape.as_shape(shape) if known else shape, dtypes.int32)
        made: Tensor = raw.Fill(dims, conversion.constant(value, dtype), name=scope)
        return made


class Zeros(Initializer):
    """Zeros; empty strings."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtypes.as_dtype(dtype)
        zero: Any = "" if dtype == dtypes.string else False if dtype == dtypes.bool else 0
        return filled(zero, shape, dtype, "zeros")

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}
