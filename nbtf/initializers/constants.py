"""Initializers of constant values, and the base of all initializers."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.graph.tensor import Tensor


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


class Zeros(Initializer):
    """Zeros; empty strings."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtypes.as_dtype(dtype)
        made: Tensor = zeros(shape, dtype)
        return made

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}
